#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "evidence/folder.h"

namespace outspan::evidence {
namespace {

namespace fs = std::filesystem;

struct TemporaryFolder {
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "outspan-evidence-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { fs::remove_all(path); }
  void put(const std::string& name, std::size_t bytes, std::chrono::hours age) const {
    std::ofstream(fs::path(path) / name) << std::string(bytes, 'x');
    fs::last_write_time(fs::path(path) / name, fs::file_time_type::clock::now() - age);
  }
  [[nodiscard]] bool has(const std::string& name) const {
    return fs::exists(fs::path(path) / name);
  }
  std::string path;
};

const Timestamp kOpened = *parse_rfc3339("2026-12-01T13:45:01.9Z");

TEST(FileNames, AreReadAsTheyAreWritten) {
  for (const bool is_object : {false, true})
    for (const unsigned copy : {1u, 2u, 17u}) {
      const std::string name = file_name(kOpened, "e06ad7c6af94cb93", is_object, copy);
      StoredFile file;
      ASSERT_TRUE(parse_file_name(name, file)) << name;
      EXPECT_EQ(file.incident_id, "e06ad7c6af94cb93");
      EXPECT_EQ(to_rfc3339(file.opened).substr(0, 19), "2026-12-01T13:45:01");
      EXPECT_EQ(file.is_object, is_object);
    }
  EXPECT_EQ(file_name(kOpened, "ab", false, 1), "20261201T134501Z-ab.pcapng.cms");
}

TEST(FileNames, OfOtherFilesAreRefused) {
  for (const char* name :
       {"", ".pcapng.cms", "20261201T134501Z-.pcapng.cms", "notes.txt",
        "20261201T134501Z-ab.pcapng", "20261301T134501Z-ab.pcapng.cms",
        "20261201T134501Z-AB.pcapng.cms", "20261201T134501Z-ab.pcapng.cms.part"}) {
    StoredFile file;
    EXPECT_FALSE(parse_file_name(name, file)) << name;
  }
}

TEST(Prune, TakesTheOldThenTheOldestAndNothingElse) {
  const TemporaryFolder folder;
  const std::string old = "20260101T000000Z-aa.pcapng.cms";
  const std::string middle = "20260102T000000Z-bb.pcapng.cms";
  const std::string young = "20260103T000000Z-cc.object.cms";
  const std::string left = "20260103T000000Z-dd.object.cms.part";
  const std::string begun = "20260103T000000Z-ee.object.cms.part";
  folder.put(old, 1000, std::chrono::hours(50));
  folder.put(middle, 1000, std::chrono::hours(10));
  folder.put(young, 1000, std::chrono::hours(1));
  folder.put("notes.txt", 100'000, std::chrono::hours(500));
  folder.put(left, 10, std::chrono::hours(2));
  folder.put(begun, 10, std::chrono::hours(0));
  const Pruned pruned = prune_folder(folder.path, wall_clock(), std::chrono::hours(48), 1500, 1500);
  EXPECT_EQ(pruned.by_age, 1u);
  EXPECT_EQ(pruned.by_room, 1u);
  EXPECT_EQ(pruned.unfinished, 1u);
  EXPECT_FALSE(folder.has(old));
  EXPECT_FALSE(folder.has(middle));
  EXPECT_TRUE(folder.has(young));
  EXPECT_TRUE(folder.has("notes.txt"));
  EXPECT_FALSE(folder.has(left));
  EXPECT_TRUE(folder.has(begun));
}

}  // namespace
}  // namespace outspan::evidence

#include "app/privileges.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace outspan::app {
namespace {

TEST(Privileges, WhomAProcessMayBecome) {
  const auto said = [](const char* name) {
    const auto user = find_user(name);
    return user ? std::string() : user.problems().front().to_string();
  };
  EXPECT_NE(said("no-such-user-here").find("there is no user"), std::string::npos);
  if (geteuid() == 0) {
    EXPECT_NE(said("root").find("name another user"), std::string::npos);
    EXPECT_EQ(said("nobody"), "");
  } else {
    EXPECT_NE(said("root").find("only root"), std::string::npos);
  }
}

TEST(Privileges, FoldersThatAreMissingAreMadeAndOthersLeftAlone) {
  const TemporaryFolder folder;
  const User us{"us", getuid(), getgid()};
  const std::string made = folder.path() / "made", there = folder.path() / "there";
  mkdir(there.c_str(), 0755);
  EXPECT_TRUE(make_folders(us, {made, there, made + "/inside"}).empty());
  struct stat status {};
  ASSERT_EQ(stat((made + "/inside").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  ASSERT_EQ(stat(there.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0755U);
  EXPECT_EQ(make_folders(us, {folder.path() / "no" / "parent"}).size(), 1U);
}

TEST(Privileges, FilesThatCannotBeReadAreNamed) {
  const TemporaryFolder folder;
  const std::string good = folder.path() / "good", missing = folder.path() / "missing";
  std::ofstream(good) << "x";
  EXPECT_EQ(unreadable({good, missing}), std::vector<std::string>{missing});
}

}  // namespace
}  // namespace outspan::app

#include "app/index_watch.h"

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "fingerprint/index/key.h"
#include "tests/fingerprint/support.h"

namespace outspan::app {
namespace {

using fingerprint::build_from;
using fingerprint::customer_options;

constexpr auto kPatience = std::chrono::seconds(60);

/// A configuration with one index, and what its watch says.
class IndexWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(fingerprint::Key::create(folder_.file("key")).ok());
    auto key = fingerprint::Key::load(folder_.file("key"));
    ASSERT_TRUE(key.ok());
    key_ = *key;
    build("ada@example.com", "index");
    config_.fingerprints = {{"customers", folder_.file("index"), folder_.file("key"), ""}};
    auto loader = SearchLoader::open(config_);
    ASSERT_TRUE(loader.ok()) << loader.problems().front().to_string();
    loader_ = std::make_unique<SearchLoader>(std::move(*loader));
    auto search = loader_->load();
    ASSERT_TRUE(search.ok()) << search.problems().front().to_string();
    search_ = *search;
  }

  void build(const std::string& email, const std::string& name) {
    const std::string table =
        "name,email,ticket,phone\r\nAda Lovelace," + email + ",TM-00000001,\r\n";
    ASSERT_TRUE(build_from(table, folder_.file(name), customer_options(), key_).ok());
  }
  /// As an operator should: whole, by a rename.
  void replace(const std::string& by) {
    std::filesystem::rename(folder_.file(by), folder_.file("index"));
  }

  std::unique_ptr<IndexWatch> watch() {
    return std::make_unique<IndexWatch>(
        *loader_, search_,
        [this](SearchPtr search) {
          const std::lock_guard lock(mutex_);
          used_ = std::move(search);
        },
        [this](alert::NoticeEvent notice) {
          {
            const std::lock_guard lock(mutex_);
            told_.push_back(std::move(notice.kind));
          }
          changed_.notify_all();
        });
  }
  /// What it said when it had said that many things.
  std::vector<std::string> told(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return told_.size() >= count; });
    return told_;
  }

  using Told = std::vector<std::string>;
  fingerprint::TestFolder folder_;
  fingerprint::KeyPtr key_;
  config::Config config_;
  std::unique_ptr<SearchLoader> loader_;
  SearchPtr search_, used_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Told told_;
};

TEST_F(IndexWatchTest, AFileThatWasReplacedIsUsed) {
  const auto watching = watch();
  build("grace@example.com", "other");
  replace("other");
  EXPECT_EQ(told(1), Told{"fingerprints_refreshed"});
  EXPECT_EQ(used_->files, loader_->files());
  EXPECT_NE(used_->files, search_->files);
}

TEST_F(IndexWatchTest, AFileThatWasReplacedBeforeTheWatchBeganIsUsed) {
  build("grace@example.com", "other");
  replace("other");
  const auto watching = watch();
  EXPECT_EQ(told(1), Told{"fingerprints_refreshed"});
  EXPECT_EQ(used_->files, loader_->files());
}

TEST_F(IndexWatchTest, ADamagedFileIsRefusedOnce) {
  const auto watching = watch();
  fingerprint::write_file(folder_.file("other"), "no index");
  replace("other");
  EXPECT_EQ(told(1), Told{"fingerprints_refused"});
  build("grace@example.com", "good");
  replace("good");
  EXPECT_EQ(told(2), (Told{"fingerprints_refused", "fingerprints_refreshed"}));
}

}  // namespace
}  // namespace outspan::app

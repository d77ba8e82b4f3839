#include "app/reloader.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "config/config_file.h"
#include "fingerprint/index/key.h"
#include "tests/fingerprint/support.h"

namespace outspan::app {
namespace {

using fingerprint::build_from;
using fingerprint::customer_options;

constexpr auto kPatience = std::chrono::seconds(60);

/// A configuration with one index, and what its watch says.
class ReloaderTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(fingerprint::Key::create(folder_.file("key")).ok());
    auto key = fingerprint::Key::load(folder_.file("key"));
    ASSERT_TRUE(key.ok());
    key_ = *key;
    build("ada@example.com", "index");
    config_.fingerprints = {{"customers", folder_.file("index"), folder_.file("key"), ""}};
    wanted_ = config_;
    auto loader = SearchLoader::open(config_);
    ASSERT_TRUE(loader.ok()) << loader.problems().front().to_string();
    loader_ = std::make_unique<SearchLoader>(std::move(*loader));
    auto search = loader_->load();
    ASSERT_TRUE(search.ok()) << search.problems().front().to_string();
    search_ = of_first_generation(**search);
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

  std::unique_ptr<Reloader> watch() {
    return std::make_unique<Reloader>(
        config_, *loader_, search_,
        Reloader::Sensor{[this] { return read_config(); },
                         [this](const config::Config&) { return open_outputs(); },
                         [this](const SearchPtr& search) {
                           {
                             const std::lock_guard lock(mutex_);
                             used_ = search;
                           }
                           told(search->notice);
                         },
                         [this](const alert::NoticeEvent& notice) { told(notice); }});
  }
  Result<config::Config> read_config() {
    if (wanted_.sensor.empty()) return Problem{"sensor.yaml:1:1", "makes no sense"};
    return wanted_;
  }
  Result<Reloader::OutputChange> open_outputs() {
    if (!output_problem_.empty()) return Problem{"outputs", output_problem_};
    return Reloader::OutputChange{[this] { begun_ = used_ == nullptr; },
                                  [this] { finished_ = true; }};
  }
  void told(const alert::NoticeEvent& notice) {
    {
      const std::lock_guard lock(mutex_);
      told_.push_back(notice.kind);
      detail_ = notice.detail;
    }
    changed_.notify_all();
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
  config::Config config_ = config::default_config(), wanted_;
  std::unique_ptr<SearchLoader> loader_;
  SearchPtr search_, used_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Told told_;
  std::string detail_, output_problem_;
  std::atomic<bool> begun_{false}, finished_{false};
};

TEST_F(ReloaderTest, AFileThatWasReplacedIsUsed) {
  const auto watching = watch();
  build("grace@example.com", "other");
  replace("other");
  EXPECT_EQ(told(1), Told{"fingerprints_refreshed"});
  EXPECT_EQ(used_->files, loader_->files());
  EXPECT_NE(used_->files, search_->files);
}

TEST_F(ReloaderTest, AFileThatWasReplacedBeforeTheWatchBeganIsUsed) {
  build("grace@example.com", "other");
  replace("other");
  const auto watching = watch();
  EXPECT_EQ(told(1), Told{"fingerprints_refreshed"});
  EXPECT_EQ(used_->files, loader_->files());
}

TEST_F(ReloaderTest, ADamagedFileIsRefusedOnce) {
  const auto watching = watch();
  fingerprint::write_file(folder_.file("other"), "no index");
  replace("other");
  EXPECT_EQ(told(1), Told{"fingerprints_refused"});
  build("grace@example.com", "good");
  replace("good");
  EXPECT_EQ(told(2), (Told{"fingerprints_refused", "fingerprints_refreshed"}));
}

TEST_F(ReloaderTest, GenerationsCountWhatHasChanged) {
  const auto watching = watch();
  Reloader::ask();
  EXPECT_EQ(told(1), Told{"reloaded"});
  EXPECT_EQ(used_->basis->generation, (policy::Generation{1, 1}));
  EXPECT_EQ(used_->basis->labels, search_->basis->labels) << "open incidents go on";
  wanted_.rules.pop_back();
  Reloader::ask();
  EXPECT_EQ(told(2), (Told{"reloaded", "reloaded"}));
  EXPECT_EQ(used_->basis->generation, (policy::Generation{2, 1}));
  EXPECT_EQ(used_->all, search_->all);
}

TEST_F(ReloaderTest, AConfigurationThatMakesNoSenseChangesNothing) {
  const auto watching = watch();
  wanted_.sensor.clear();
  const Reloader::Answer answer = watching->reload(kPatience);
  EXPECT_FALSE(answer.in_force);
  ASSERT_EQ(answer.lines.size(), 1u);
  EXPECT_NE(answer.lines[0].find("sensor.yaml:1:1"), std::string::npos);
  EXPECT_EQ(told(1), Told{"reload_refused"});
  EXPECT_EQ(used_, nullptr);
}

TEST_F(ReloaderTest, OutputsThatCannotBeOpenedChangeNothing) {
  const auto watching = watch();
  output_problem_ = "cannot be opened";
  EXPECT_FALSE(watching->reload(kPatience).in_force);
  EXPECT_EQ(told(1), Told{"reload_refused"});
  EXPECT_EQ(used_, nullptr);
}

TEST_F(ReloaderTest, OutputsChangeBeforeTheSearchAndEndAfterIt) {
  auto watching = watch();
  Reloader::ask();
  EXPECT_EQ(told(1), Told{"reloaded"});
  watching.reset();
  EXPECT_TRUE(begun_);
  EXPECT_TRUE(finished_);
}

TEST_F(ReloaderTest, TheAnswerComesWhenEveryShardWorksWithIt) {
  const auto watching = watch();
  std::thread shards([&] {
    told(1);
    watching->in_force(*used_);
  });
  const Reloader::Answer answer = watching->reload(kPatience);
  shards.join();
  EXPECT_TRUE(answer.in_force);
}

TEST_F(ReloaderTest, AFileThatIsRefusedMeanwhileIsNoAnswer) {
  const auto watching = watch();
  std::thread shards([&] {
    told(1);
    fingerprint::write_file(folder_.file("other"), "no index");
    replace("other");
    EXPECT_EQ(told(2), (Told{"reloaded", "fingerprints_refused"}));
    watching->in_force(*used_);
  });
  const Reloader::Answer answer = watching->reload(kPatience);
  shards.join();
  EXPECT_TRUE(answer.in_force);
}

TEST_F(ReloaderTest, NamesWhatOnlyARestartChanges) {
  wanted_.rules.clear();
  EXPECT_EQ(settings_for_restart(config_, wanted_), std::vector<std::string>());
  wanted_.limits.flows = 7;
  wanted_.home_networks = PrefixSet();
  EXPECT_EQ(settings_for_restart(config_, wanted_), (std::vector<std::string>{"limits"}))
      << "home networks are reloaded";
}

}  // namespace
}  // namespace outspan::app

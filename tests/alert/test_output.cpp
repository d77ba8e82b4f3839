#include "alert/output/output.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "alert/output/direct_output.h"
#include "tests/alert/outputs.h"

namespace outspan::alert {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class FileOutputTest : public testing::Test {
 protected:
  config::Output output(config::EventFormat format) {
    config::Output output;
    output.format = format;
    output.file = path();
    return output;
  }
  std::unique_ptr<Output> open(config::EventFormat format) {
    return open_output(output(format), config_);
  }
  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "events"; }
  TemporaryFolder folder_;
  config::Config config_;
};

TEST_F(FileOutputTest, WritesTheTypesOfTheRunAndAppends) {
  for (int run = 0; run < 2; ++run) {
    auto made = open(config::EventFormat::json);
    made->write(sample_alert());
    made->write(sample_flow_event());  // not among the default events
    made->flush();
    EXPECT_EQ(made->state().written, 1u);
  }
  const std::string text = read_file(path());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(text, HasSubstr(R"("event_type":"alert")"));
}

TEST_F(FileOutputTest, BeginsTheFileAnewWhereItIsAsked) {
  config::Output its = output(config::EventFormat::json);
  its.append = false;
  open(config::EventFormat::json)->write(sample_alert());
  open_output(its, config_)->write(sample_anomaly());
  EXPECT_THAT(read_file(path()), testing::Not(HasSubstr("\"alert\"")));
}

TEST_F(FileOutputTest, ItsOwnListOfTypesGoesFirst) {
  config::Output its = output(config::EventFormat::json);
  its.wants.events = {"flow"};
  auto made = open_output(its, config_);
  made->write(sample_alert());
  made->write(sample_flow_event());
  EXPECT_THAT(read_file(path()),
              testing::AllOf(HasSubstr("\"flow\""), testing::Not(HasSubstr("\"alert\""))));
}

TEST_F(FileOutputTest, TextInAFileHasNoColours) {
  Event event = sample_alert();
  const auto file = open(config::EventFormat::text);
  file->write(event);
  EXPECT_EQ(read_file(path()), "") << "a replay shows an incident when it ends";
  std::get<policy::Incident>(event.body).state = policy::IncidentState::closed;
  file->write(event);
  EXPECT_THAT(read_file(path()), StartsWith("2026-01-31 23:59:59.123  HIGH"));
}

TEST_F(FileOutputTest, SyslogWithoutAUrlIsLines) {
  open(config::EventFormat::syslog)->write(sample_alert());
  const std::string text = read_file(path());
  EXPECT_THAT(text, StartsWith("<131>1 2026-01-31T"));
  EXPECT_EQ(text.back(), '\n');
}

TEST_F(FileOutputTest, AFileThatCannotBeOpenedIsAProblem) {
  config::Output its = output(config::EventFormat::json);
  its.file = folder_.path() / "missing" / "events";
  const auto made = make_output(its, config_, {nullptr, false, not_stopping()});
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.problems()[0].to_string(),
              HasSubstr("missing/events: cannot be written: No such file"));
}

TEST_F(FileOutputTest, AnUnknownFacilityIsAProblem) {
  config_.syslog.facility = "local9";
  const auto made =
      make_output(output(config::EventFormat::syslog), config_, {nullptr, false, not_stopping()});
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.problems()[0].to_string(), HasSubstr("local9"));
}

TEST_F(FileOutputTest, AFullDiskIsCountedAndSaid) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full here";
  config::Output its = output(config::EventFormat::json);
  its.file = "/dev/full";
  auto made = open_output(its, config_);
  made->write(sample_alert());
  made->write(sample_alert());
  EXPECT_THAT(ended(*made), HasSubstr("/dev/full: 2 events not written: No space left"));
}

/// The kernel takes `bytes` of a file until the object is gone.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~FileLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(FileOutputTest, ALineCutByAnErrorIsGoneOnWith) {
  auto made = open(config::EventFormat::json);
  {
    const FileLimit limit(100);
    made->write(sample_alert());
    made->write(sample_alert());
    EXPECT_EQ(read_file(path()).size(), 100u);
  }
  made->write(sample_anomaly());
  EXPECT_THAT(ended(*made), HasSubstr("1 events not written"));
  EXPECT_EQ(read_file(path()),
            to_json(sample_alert(), "outspan") + to_json(sample_anomaly(), "outspan"));
}

TEST_F(FileOutputTest, ALineCutByACrashIsEndedBeforeTheNext) {
  std::ofstream(path()) << "{\"half";
  open(config::EventFormat::json)->write(sample_anomaly());
  EXPECT_EQ(read_file(path()), "{\"half\n" + to_json(sample_anomaly(), "outspan"));
}

TEST_F(FileOutputTest, IsOpenedAgainWhenItWasMoved) {
  auto made = open(config::EventFormat::json);
  made->write(sample_alert());
  std::filesystem::rename(path(), folder_.path() / "moved");
  made->write(sample_alert());
  FileSink::reopen_all();
  made->write(sample_anomaly());
  EXPECT_EQ(read_file(folder_.path() / "moved"),
            to_json(sample_alert(), "outspan") + to_json(sample_alert(), "outspan"));
  EXPECT_EQ(read_file(path()), to_json(sample_anomaly(), "outspan"));
}

TEST_F(FileOutputTest, IsRotatedBySize) {
  OutputCounters counters;
  FileSink::Options options;
  options.path = path();
  options.rotate_bytes = 100;
  options.keep_files = 2;
  int number = 0;
  auto sink = FileSink::open(
      options,
      [&](const Event&) { return std::string(39, static_cast<char>('a' + number++)) + '\n'; },
      counters);
  ASSERT_TRUE(sink.ok());
  for (std::uint64_t i = 0; i < 9; ++i)
    EXPECT_EQ((*sink)->offer(sample_alert(), i), Sink::Offer::taken);
  EXPECT_THAT(read_file(path()), StartsWith("iii"));
  EXPECT_THAT(read_file(path().string() + ".1"), StartsWith("ggg"));
  EXPECT_THAT(read_file(path().string() + ".2"), StartsWith("eee"));
  EXPECT_EQ(read_file(path().string() + ".2").size(), 80u);
  EXPECT_FALSE(std::filesystem::exists(path().string() + ".3"));
}

TEST_F(FileOutputTest, AFullPipeEndsTheRunOnlyOnceItIsToStop) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const FileDescriptor reader(ends[0]), writer(ends[1]);
  config::Output its = output(config::EventFormat::json);
  its.file = "/proc/self/fd/" + std::to_string(writer.get());
  std::atomic<bool> stopping{false};
  auto made = make_output(its, config_, {nullptr, false, stopping});
  ASSERT_TRUE(made.ok());
  std::atomic<bool> done{false};
  std::thread run([&] {
    for (int i = 0; i < 200; ++i) (*made)->write(sample_alert());  // more than 64 KiB
    (*made)->finish();
    done = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_FALSE(done) << "a slow reader is waited for";
  stopping = true;
  EXPECT_TRUE(within(std::chrono::seconds(6), [&] { return done.load(); }));
  run.join();
  EXPECT_THAT((*made)->take_problem(), HasSubstr("its reader takes nothing"));
}

}  // namespace
}  // namespace outspan::alert

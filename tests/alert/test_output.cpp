#include "alert/output/output.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "alert/output/file_output.h"
#include "tests/alert/samples.h"
#include "tests/support/temporary_folder.h"

namespace outspan::alert {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class FileOutputTest : public testing::Test {
 protected:
  config::Output output(config::OutputType type) {
    config::Output output;
    output.type = type;
    output.file = folder_.path() / "events";
    return output;
  }
  TemporaryFolder folder_;
  config::Config config_;
};

TEST_F(FileOutputTest, WritesTheTypesOfTheRunAndAppends) {
  for (int run = 0; run < 2; ++run) {
    auto made = make_output(output(config::OutputType::json), config_);
    ASSERT_TRUE(made.ok());
    (*made)->write(sample_alert());
    (*made)->write(sample_flow_event());  // not among the default events
    (*made)->flush();
    Stats stats;
    (*made)->report(stats);
    EXPECT_EQ(stats.value("output.file.written"), 1u);
  }
  const std::string text = read_file(folder_.path() / "events");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(text, HasSubstr(R"("event_type":"alert")"));
}

TEST_F(FileOutputTest, ItsOwnListOfTypesGoesFirst) {
  config::Output its = output(config::OutputType::json);
  its.events = {"flow"};
  auto made = make_output(its, config_);
  (*made)->write(sample_alert());
  (*made)->write(sample_flow_event());
  EXPECT_THAT(read_file(folder_.path() / "events"),
              testing::AllOf(HasSubstr("\"flow\""), testing::Not(HasSubstr("\"alert\""))));
}

TEST_F(FileOutputTest, TextInAFileHasNoColours) {
  auto made = make_output(output(config::OutputType::text), config_);
  (*made)->write(sample_alert());
  EXPECT_THAT(read_file(folder_.path() / "events"), StartsWith("2026-01-31 23:59:59.123  HIGH"));
}

TEST_F(FileOutputTest, SyslogWithoutAUrlIsLines) {
  auto made = make_output(output(config::OutputType::syslog), config_);
  (*made)->write(sample_alert());
  const std::string text = read_file(folder_.path() / "events");
  EXPECT_THAT(text, StartsWith("<131>1 2026-01-31T"));
  EXPECT_EQ(text.back(), '\n');
}

TEST_F(FileOutputTest, AFileThatCannotBeOpenedIsAProblem) {
  config::Output its = output(config::OutputType::json);
  its.file = folder_.path() / "missing" / "events";
  const auto made = make_output(its, config_);
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.problems()[0].to_string(),
              HasSubstr("missing/events: cannot be written: No such file"));
}

TEST_F(FileOutputTest, AnUnknownFacilityIsAProblem) {
  config_.syslog.facility = "local9";
  const auto made = make_output(output(config::OutputType::syslog), config_);
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.problems()[0].to_string(), HasSubstr("local9"));
}

TEST_F(FileOutputTest, AFullDiskIsCountedAndToldOnce) {
  FileDescriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  if (!full) GTEST_SKIP() << "no /dev/full here";
  FileOutput out("/dev/full", std::move(full), EventFilter({}, config_),
                 [](const Event&) { return std::string("line\n"); });
  out.write(sample_alert());
  out.write(sample_alert());
  Stats stats;
  out.report(stats);
  EXPECT_EQ(stats.value("output.file.failed"), 2u);
  EXPECT_EQ(stats.value("output.file.written"), 0u);
  EXPECT_THAT(out.take_problem(), HasSubstr("No space left"));
  EXPECT_EQ(out.take_problem(), "");
}

TEST_F(FileOutputTest, ALineCutByAnErrorIsEndedBeforeTheNext) {
  auto made = make_output(output(config::OutputType::json), config_);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  (*made)->write(sample_alert());
  setrlimit(RLIMIT_FSIZE, &before);
  (*made)->write(sample_anomaly());
  const std::string text = read_file(folder_.path() / "events");
  ASSERT_GT(text.size(), 101u);
  EXPECT_EQ(text.find('\n'), 100u);
  EXPECT_THAT(text.substr(101), StartsWith(R"({"timestamp":)"));
  Stats stats;
  (*made)->report(stats);
  EXPECT_EQ(stats.value("output.file.failed"), 1u);
  EXPECT_EQ(stats.value("output.file.written"), 1u);
}

}  // namespace
}  // namespace outspan::alert

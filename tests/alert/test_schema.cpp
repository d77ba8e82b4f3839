#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "alert/format/json_format.h"
#include "tests/alert/samples.h"
#include "tests/support/temporary_folder.h"

namespace outspan::alert {
namespace {

/// Runs the checker over `lines`; its exit status, or -1 where it cannot run.
int check(const std::string& lines) {
  const TemporaryFolder folder;
  const std::string events = folder.path() / "events.jsonl";
  std::ofstream(events) << lines;
  const std::string root = OUTSPAN_SOURCE_DIR;
  const std::string command = "python3 " + root + "/tests/alert/check_events.py " + root +
                              "/docs/event-schema.json " + events;
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class EventSchema : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("python3 -W ignore -c 'import jsonschema' 2>/dev/null") != 0)
      GTEST_SKIP() << "python3-jsonschema is not installed: nothing to validate with";
  }
};

TEST_F(EventSchema, HoldsForEveryEvent) {
  std::vector<Event> events = all_samples();
  for (const std::string& text : hostile_texts()) events.push_back(hostile_alert(text));
  std::string lines;
  for (const Event& event : events) lines += to_json(event, "sensor-1");
  EXPECT_EQ(check(lines), 0);
}

TEST_F(EventSchema, RefusesWhatIsNoEvent) {
  const std::string good = to_json(sample_alert(), "s");
  const auto with = [&good](const std::string& before, const std::string& after) {
    std::string line = good;
    line.replace(line.find(before), before.size(), after);
    return line;
  };
  EXPECT_EQ(check(good), 0);
  EXPECT_EQ(check(with("\"new\"", "\"old\"")), 1);
  EXPECT_EQ(check(with("\"event_type\":\"alert\"", "\"event_type\":\"alarm\"")), 1);
  EXPECT_EQ(check(with("\"incident_id\"", "\"incident\"")), 1);
  EXPECT_EQ(check(with("\"src_port\":51514", "\"src_port\":\"51514\"")), 1);
  EXPECT_EQ(check(with("59.123456789Z", "59Z")), 1);
}

}  // namespace
}  // namespace outspan::alert

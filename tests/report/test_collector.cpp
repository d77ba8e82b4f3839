#include "report/collector.h"

#include <gtest/gtest.h>

#include "tests/report/lines.h"

namespace outspan::report {
namespace {

Facts facts_of(const std::vector<std::string>& lines) {
  Collector collector;
  for (const std::string& line : lines) collector.add_line(line);
  return collector.facts();
}

TEST(Collector, AnIncidentIsShownInItsLatestState) {
  const Facts facts = facts_of({alert_line("a", "new", "high", 5),
                                alert_line("a", "closed", "high", 40, {}, "2026-01-31T12:05:00Z")});
  ASSERT_EQ(facts.incidents.size(), 1u);
  EXPECT_EQ(facts.incidents[0].state, "closed");
  EXPECT_EQ(facts.incidents[0].size(), 40u);
  EXPECT_EQ(facts.incidents[0].last - facts.incidents[0].first, std::chrono::minutes(5));
  EXPECT_EQ(facts.senders.top(1)[0].amount, 40u);
}

TEST(Collector, TheMostSeriousIncidentsAreKept) {
  Collector collector;
  collector.add_line(alert_line("worst", "new", "critical", 1));
  for (std::size_t i = 0; i < Collector::kIncidentsMax + 10; ++i)
    collector.add_line(alert_line("low " + std::to_string(i), "new", "low", 9));
  collector.add_line(alert_line("late", "new", "high", 1));
  const Facts facts = collector.facts();
  ASSERT_EQ(facts.incidents.size(), Collector::kIncidentsMax);
  EXPECT_EQ(facts.incidents[0].id, "worst");
  EXPECT_EQ(facts.incidents[1].id, "late");
  EXPECT_EQ(facts.incidents_left_out, 12u);
}

TEST(Collector, CustomersOfSeveralIncidentsAreCountedOnce) {
  const auto records = [](const std::string& rows, const std::string& distinct) {
    return R"(,"records":[{"index":"crm","distinct":)" + distinct +
           R"(,"columns":{"email":3},"rows":)" + rows + R"(,"rows_truncated":false}])";
  };
  const Facts facts = facts_of({alert_line("a", "new", "high", 3, records("[1,2,3]", "3")),
                                alert_line("b", "new", "high", 3, records("[3,4]", "2"))});
  ASSERT_EQ(facts.indexes.size(), 1u);
  EXPECT_EQ(facts.indexes[0].distinct, 4u);
  EXPECT_FALSE(facts.indexes[0].at_least);
  const Facts cut = facts_of({alert_line("a", "new", "high", 3, records("[1]", "50"))});
  EXPECT_EQ(cut.indexes[0].distinct, 50u);
  EXPECT_TRUE(cut.indexes[0].at_least);
}

TEST(Collector, LedgersOfARunCountFromItsStart) {
  const auto outbound = [](const Facts& facts) { return facts.ledger.by_direction[0]; };
  EXPECT_EQ(outbound(facts_of({ledger_line(10, 5), ledger_line(30, 9)}))[Column::inspected], 30u);
  const auto restarted = outbound(facts_of({ledger_line(30, 9), ledger_line(4, 1)}));
  EXPECT_EQ(restarted[Column::inspected], 34u);
  EXPECT_EQ(restarted[Column::encrypted], 10u);
  const auto earlier = outbound(facts_of(
      {ledger_line(4, 1, "2026-01-31T12:00:00Z"), ledger_line(30, 9, "2026-01-30T12:00:00Z")}));
  EXPECT_EQ(earlier[Column::inspected], 34u);
}

TEST(Collector, EventsOutsideTheTimeArePassedOver) {
  Collector collector(*parse_rfc3339("2026-01-31T12:00:00Z"), *parse_rfc3339("2026-01-31T13:00"));
  for (const char* time : {"2026-01-31T11:59:59Z", "2026-01-31T12:00:00Z", "2026-01-31T13:00:01Z"})
    collector.add_line(alert_line(time, "new", "low", 1, {}, time));
  EXPECT_EQ(collector.facts().events, 1u);
}

TEST(Collector, EncryptedBytesAreRankedByServerName) {
  const auto spot = [](const char* name, const char* bytes) {
    return event_line("blindspot", std::string(R"("reason":"tls","dest_ip":"203.0.113.1",)") +
                                       R"("server_name":")" + name + R"(","bytes":)" + bytes);
  };
  const Facts facts =
      facts_of({spot("a.example", "10"), spot("b.example", "30"), spot("a.example", "50")});
  EXPECT_EQ(facts.server_names.top(1)[0].key, "a.example");
  EXPECT_EQ(facts.reasons.total(), 90u);
}

struct OddCase {
  const char* name;
  std::string line;
  std::uint64_t unreadable;
};

const OddCase kOdd[] = {
    {"no_json", "hello", 1},
    {"cut_short", R"({"timestamp":"2026-01-31T12:00:00Z","event_type":"al)", 1},
    {"no_object", "[1,2]", 1},
    {"no_time", R"({"event_type":"alert"})", 1},
    {"blank", "  \r", 0},
    {"alert_without_an_id", event_line("alert", ""), 1},
    {"unknown_type", event_line("weather", ""), 0},
    {"types_of_fields_are_wrong",
     event_line("alert", R"("incident_id":"a","rule":7,"matches":{"a":1},"records":[1,[2],"x"],)"
                         R"("actor":[],"src_port":-1,"object":{"path":"x","bytes":1.5})"),
     0},
    {"ledger_of_text", event_line("ledger", R"("bytes":"x","by_app_proto":[1],"missing":{"a":2})"),
     0},
    {"times_that_are_centuries_apart",
     alert_line("a", "new", "low", 1, {}, "1678-01-01T00:00:00Z") + "\n" +
         alert_line("b", "new", "low", 1, {}, "2261-12-31T00:00:00Z"),
     0},
};

class OddLines : public testing::TestWithParam<OddCase> {};

TEST_P(OddLines, AreReadAsFarAsTheyGo) {
  Collector collector;
  std::string_view rest = GetParam().line;
  for (std::size_t end = 0; end != rest.npos;) {
    end = rest.find('\n');
    collector.add_line(rest.substr(0, end));
    if (end != rest.npos) rest.remove_prefix(end + 1);
  }
  EXPECT_EQ(collector.facts().unreadable, GetParam().unreadable);
}

INSTANTIATE_TEST_SUITE_P(Report, OddLines, testing::ValuesIn(kOdd),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Collector, TimesThatAreCenturiesApartGiveFewBuckets) {
  const Facts facts = facts_of({alert_line("a", "new", "low", 1, {}, "1678-01-01T00:00:00Z"),
                                alert_line("b", "new", "low", 2, {}, "2261-12-31T00:00:00Z")});
  EXPECT_LE(facts.over_time.size(), 25u);
  EXPECT_EQ(facts.over_time.front().amount, 1u);
  EXPECT_EQ(facts.over_time.back().amount, 2u);
}

}  // namespace
}  // namespace outspan::report

#include "alert/format/budget.h"

#include <gmock/gmock.h>

#include "alert/event/utf8.h"
#include "alert/format/syslog_format.h"
#include "tests/alert/outputs.h"

namespace outspan::alert {
namespace {

/// An alert with as much of everything as an alert can have.
Event huge_alert() {
  const std::string text(3000, 'x');
  Event event = hostile_alert(text);
  auto& incident = std::get<policy::Incident>(event.body);
  incident.destination.email_to.assign(200, masked(text));
  incident.object->path.assign(20, masked(text));
  for (int i = 0; i < 40; ++i)
    incident.matches.push_back(
        {"signature-" + std::to_string(i), 7, 7, false, {masked(text), masked(text)}});
  policy::Records records = std::get<policy::Incident>(record_alert().body).records[0];
  for (std::uint64_t row = 1; row <= 1000; ++row) records.rows.push_back(row * 1'000'000);
  for (int i = 0; i < 16; ++i) records.columns.emplace_back("column-" + std::to_string(i), 5);
  incident.records.assign(8, records);
  incident.unread.assign(5, {"encrypted-archive", 1000, std::vector<Masked>(20, masked(text))});
  return event;
}

Event huge_stats() {
  StatsEvent stats;
  for (int i = 0; i < 1000; ++i)
    stats.stats.add("counter.of.some.length." + std::to_string(i), i % 3);
  return event_with(stats);
}

Event huge_ledger() {
  LedgerEvent ledger;
  for (int i = 100; i < 400; ++i)
    ledger.by_app_proto.emplace_back("app" + std::to_string(i), Columns{{1, 2, 3, 4, 5, 6}});
  return event_with(ledger);
}

std::vector<Event> many_events() {
  std::vector<Event> events = all_samples();
  for (const std::string& text : hostile_texts()) events.push_back(hostile_alert(text));
  for (const Event& event : {huge_alert(), huge_stats(), huge_ledger()}) events.push_back(event);
  return events;
}

struct Format {
  const char* name;
  config::EventFormat format;
  std::size_t least;  // bytes that suffice for every event
};
class Budget : public testing::TestWithParam<Format> {
 protected:
  config::Config config_;
  Formatter format_ = make_formatter(GetParam().format, config_, Colour::none);
};

TEST_P(Budget, EveryEventFitsAndKeepsItsIdentity) {
  for (const std::size_t limit : {GetParam().least, std::size_t{8000}, std::size_t{65'000}})
    for (const Event& event : many_events()) {
      const std::string text = format_within(event, limit, format_);
      EXPECT_LE(text.size(), limit) << type_name(event);
      EXPECT_EQ(valid_utf8(text), text);
      if (text.empty()) continue;  // nothing to say about such an event
      EXPECT_THAT(text, testing::HasSubstr(event.id));
      const auto* incident = std::get_if<policy::Incident>(&event.body);
      if (incident == nullptr) continue;
      for (const std::string& part :
           {incident->id, incident->rule_id, incident->flow.source.address.to_string()})
        EXPECT_THAT(text, testing::HasSubstr(part));
    }
}

TEST_P(Budget, MoreRoomNeverShowsLess) {
  std::size_t before = 0;
  for (std::size_t limit = GetParam().least; limit < 40'000; limit += 6000) {
    const std::size_t size = format_within(huge_alert(), limit, format_).size();
    EXPECT_GE(size, before) << limit;
    before = size;
  }
}

TEST_P(Budget, WhatFitsIsLeftAlone) {
  EXPECT_EQ(format_within(sample_alert(), 8000, format_), format_(sample_alert()));
}

INSTANTIATE_TEST_SUITE_P(Formats, Budget,
                         testing::Values(Format{"json", config::EventFormat::json, 1180},
                                         Format{"syslog", config::EventFormat::syslog, 1180},
                                         Format{"cef", config::EventFormat::cef, 1180},
                                         Format{"leef", config::EventFormat::leef, 1180},
                                         Format{"ecs", config::EventFormat::ecs, 2000},
                                         Format{"ocsf", config::EventFormat::ocsf, 2600}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(BudgetOrder, IsThatOfTheDocument) {
  const std::string document = read_file(OUTSPAN_SOURCE_DIR "/docs/events.md");
  std::size_t at = document.find("## What a long event loses");
  ASSERT_NE(at, std::string::npos);
  for (const std::string_view step : shed_order()) {
    const std::size_t found = document.find(step, at);
    ASSERT_NE(found, std::string::npos) << step;
    at = found + step.size();
  }
}

TEST(OldSyslog, IsWhatRfc3164Says) {
  config::Config config;
  config.sensor = "span 1";
  config.syslog.app_name = "out-span";
  const SyslogFormat format(config, config::SyslogHeader::rfc3164);
  const std::string record = format.record(sample_alert(), 8000);
  EXPECT_THAT(
      record,
      testing::StartsWith(
          "<131>Jan 31 23:59:59 span_1 outspan: high new customer-data-leaving: 187 email"));
  EXPECT_THAT(record, testing::HasSubstr(
                          R"( event_id="0123456789abcdef-new-0" incident_id="0123456789abcdef")"));
  EXPECT_LE(format.record(huge_alert(), SyslogFormat::kOldDatagramBytesMax).size(), 1024u);
  Event early = sample_alert();
  early.time = timestamp_from_ns(1'767'225'600'000'000'000);  // 2026-01-01
  EXPECT_THAT(format.record(early, 8000), testing::StartsWith("<131>Jan  1 00:00:00 span_1 "));
}

TEST(SyslogMessage, MayBeAnotherFormat) {
  const config::Config config;
  const SyslogFormat format(config, config::SyslogHeader::rfc5424,
                            make_formatter(config::EventFormat::json, config, Colour::none));
  const std::string json = to_json(sample_alert(), "outspan");
  EXPECT_EQ(format.record(sample_alert(), 8000),
            "<131>1 2026-01-31T23:59:59.123456Z outspan outspan - alert - " +
                json.substr(0, json.size() - 1));
}

}  // namespace
}  // namespace outspan::alert

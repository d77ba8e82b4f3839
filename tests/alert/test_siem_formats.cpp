#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "alert/event/utf8.h"
#include "alert/format/cef_format.h"
#include "alert/format/ecs_format.h"
#include "alert/format/flat_fields.h"
#include "alert/format/ocsf_format.h"
#include "alert/format/syslog_format.h"
#include "tests/alert/samples.h"

/// CEF, LEEF, ECS and OCSF. tests/golden/test_siem_formats.py holds every event of every capture
/// against the schemas; here is what no capture has.
namespace outspan::alert {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// An alert whose user, and whose rule's description, are `text`.
Event alert_with(const std::string& text) {
  Event event = sample_alert();
  auto& incident = std::get<policy::Incident>(event.body);
  incident.actor.user = masked(text);
  incident.rule_description = text;
  return event;
}

struct Escape {
  const char* name;
  std::string text;
  std::string cef_header, cef_value, leef_value, json_value;
};
const Escape kEscapes[] = {
    {"plain", "alice", "alice", "alice", "alice", "alice"},
    {"bar", "a|b", "a\\|b", "a|b", "a|b", "a|b"},
    {"equals_sign", "a=b", "a=b", "a\\=b", "a=b", "a=b"},
    {"backslash", "a\\b", "a\\\\b", "a\\\\b", "a\\b", "a\\\\b"},
    {"escape_of_a_bar", "a\\|b", "a\\\\\\|b", "a\\\\|b", "a\\|b", "a\\\\|b"},
    {"forged_key", "x act=closed", "x act=closed", "x act\\=closed", "x act=closed",
     "x act=closed"},
    {"forged_field_behind_a_tab", "x\tsev=1", "x\xEF\xBF\xBDsev=1", "x\xEF\xBF\xBDsev\\=1",
     "x\xEF\xBF\xBDsev=1", "x\\tsev=1"},
    {"line_feed", "a\nCEF:0|b",
     "a\xEF\xBF\xBD"
     "CEF:0\\|b",
     "a\xEF\xBF\xBD"
     "CEF:0|b",
     "a\xEF\xBF\xBD"
     "CEF:0|b",
     "a\\nCEF:0|b"},
    {"quote", "a\"b", "a\"b", "a\"b", "a\"b", "a\\\"b"},
    {"nul", std::string("a\0b", 3),
     "a\xEF\xBF\xBD"
     "b",
     "a\xEF\xBF\xBD"
     "b",
     "a\xEF\xBF\xBD"
     "b",
     "a\\u0000b"},
    {"not_utf8",
     "a\xFF"
     "b",
     "a\xEF\xBF\xBD"
     "b",
     "a\xEF\xBF\xBD"
     "b",
     "a\xEF\xBF\xBD"
     "b",
     "a\xEF\xBF\xBD"
     "b"},
    {"right_to_left_override",
     "a\xE2\x80\xAE"
     "b",
     "a\xEF\xBF\xBD"
     "b",
     "a\xEF\xBF\xBD"
     "b",
     "a\xEF\xBF\xBD"
     "b",
     "a\\u202eb"},
    {"accents", "Z\xC3\xBCrich", "Z\xC3\xBCrich", "Z\xC3\xBCrich", "Z\xC3\xBCrich",
     "Z\xC3\xBCrich"},
};
class EscapeOf : public testing::TestWithParam<Escape> {};

TEST_P(EscapeOf, Cef) {
  const std::string line = to_cef(alert_with(GetParam().text), "s");
  EXPECT_THAT(line, HasSubstr("|customer-data-leaving|" + GetParam().cef_header + "|8|rt="));
  EXPECT_THAT(line, HasSubstr(" suser=" + GetParam().cef_value + " "));
}
TEST_P(EscapeOf, Leef) {
  const std::string line = to_leef(alert_with(GetParam().text), "s");
  EXPECT_THAT(line, HasSubstr("\tusrName=" + GetParam().leef_value + "\t"));
}
TEST_P(EscapeOf, Ecs) {
  const std::string line = to_ecs(alert_with(GetParam().text), "s");
  EXPECT_THAT(line, HasSubstr("\"user\":{\"name\":\"" + GetParam().json_value + "\"}"));
  EXPECT_THAT(line, HasSubstr("\"description\":\"" + GetParam().json_value + "\"}"));
}
TEST_P(EscapeOf, Ocsf) {
  const std::string line = to_ocsf(alert_with(GetParam().text), "s");
  EXPECT_THAT(line, HasSubstr("\"user\":{\"name\":\"" + GetParam().json_value + "\""));
  EXPECT_THAT(line, HasSubstr("\"title\":\"" + GetParam().json_value + "\""));
}
INSTANTIATE_TEST_SUITE_P(SiemFormats, EscapeOf, testing::ValuesIn(kEscapes),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Cef, AlertAsItIsWritten) {
  const std::string line = to_cef(sample_alert(), "span-1");
  EXPECT_THAT(line, StartsWith("CEF:0|Outspan|Outspan|"));
  EXPECT_THAT(line, HasSubstr("|customer-data-leaving|Customer data leaves the network|8|"
                              "rt=1769903999123 dvchost=span-1 cat=alert deviceDirection=1 "
                              "externalId=0123456789abcdef-new-0 cs1=0123456789abcdef "
                              "cs1Label=incidentId act=new "));
  EXPECT_THAT(line, HasSubstr(" src=10.20.0.7 spt=51514 dst=203.0.113.9 dpt=80 proto=TCP "));
  EXPECT_THAT(line, HasSubstr(" filePath=POST /upload > report.zip fsize=123456 fileHash=ab12 "));
}

TEST(Cef, IPv6HasKeysOfItsOwn) {
  const std::string line = to_cef(bare_alert(), "s");
  EXPECT_THAT(line, HasSubstr(" c6a2=2001:db8::7 c6a2Label=Source IPv6 Address "));
  EXPECT_THAT(line, HasSubstr(" c6a3=2001:db8::9 c6a3Label=Destination IPv6 Address "));
  EXPECT_THAT(line, Not(HasSubstr(" src=")));
}

TEST(Cef, TheSentenceIsBounded) {
  for (const std::string& text : {std::string(5000, 'x'), std::string(5000, '=')}) {
    Event event = sample_notice();
    std::get<NoticeEvent>(event.body).detail = text;
    const std::string line = to_cef(event, "s");
    std::string message = line.substr(line.find(" msg=") + 5);
    std::erase(message, '\\');
    EXPECT_LE(message.size(), 1024u);  // with the line feed
  }
}

TEST(Leef, AlertAsItIsWritten) {
  const std::string line = to_leef(sample_alert(), "span-1");
  EXPECT_THAT(line, StartsWith("LEEF:2.0|Outspan|Outspan|"));
  EXPECT_THAT(line, HasSubstr("|customer-data-leaving|x09|devTime=1769903999123\tcat=alert\tsev=8\t"
                              "sensor=span-1\teventUid=0123456789abcdef-new-0\t"));
  EXPECT_THAT(to_leef(bare_alert(), "s"), HasSubstr("\tsrc=2001:db8::7\tdst=2001:db8::9\t"));
}

TEST(Leef, ABarDoesNotEndTheSignature) {
  Event event = sample_alert();
  std::get<policy::Incident>(event.body).rule_id = "a|b";
  EXPECT_THAT(to_leef(event, "s"), HasSubstr("|a_b|x09|devTime="));
}

TEST(SiemKeys, EveryFieldHasOneAndNoneIsUsedTwice) {
  std::set<std::string_view> known;
  for (const SiemKey& key : siem_keys()) {
    EXPECT_TRUE(known.insert(key.field).second) << key.field;
    EXPECT_FALSE(key.cef.empty() || key.leef.empty()) << key.field;
  }
  for (const Event& event : all_samples()) {
    std::set<std::string_view> cef, leef;
    for (const FlatField& field : flat_fields(event)) {
      const auto key = std::find_if(siem_keys().begin(), siem_keys().end(),
                                    [&](const SiemKey& each) { return each.field == field.name; });
      ASSERT_NE(key, siem_keys().end()) << field.name;
      EXPECT_TRUE(cef.insert(key->cef).second) << key->cef;
      EXPECT_TRUE(leef.insert(key->leef).second) << key->leef;
    }
  }
}

TEST(SiemFormats, EveryEventIsOneLineOfText) {
  std::vector<Event> events = all_samples();
  for (const std::string& text : hostile_texts()) events.push_back(hostile_alert(text));
  for (const Event& event : events)
    for (const auto& format : {to_cef, to_leef, to_ecs, to_ocsf}) {
      std::string line = format(event, "s");
      ASSERT_THAT(line, testing::EndsWith("\n"));
      line.pop_back();
      std::erase(line, '\t');  // apart in LEEF
      EXPECT_EQ(printable(line), line);
      EXPECT_THAT(line, HasSubstr(event.id));
    }
}

TEST(SiemFormats, BehindASyslogHeaderTheyStayWholeWithinTheirLimit) {
  config::Config config;
  for (const auto& [format, begin, end] : {std::tuple{config::EventFormat::cef, " CEF:0|", ""},
                                           {config::EventFormat::leef, " LEEF:2.0|", ""},
                                           {config::EventFormat::ecs, " {\"@timestamp\"", "}"},
                                           {config::EventFormat::ocsf, " {\"activity_id\"", "}"}}) {
    const SyslogFormat syslog(config, config::SyslogHeader::rfc5424,
                              make_formatter(format, config, Colour::none));
    for (const std::size_t limit : {std::size_t{2800}, std::size_t{8000}}) {
      const std::string record = syslog.record(hostile_alert(std::string(3000, '=')), limit);
      EXPECT_LE(record.size(), limit) << begin;
      EXPECT_THAT(record,
                  StartsWith("<131>1 2026-01-31T23:59:59.123456Z outspan outspan - alert -"));
      EXPECT_THAT(record, HasSubstr(begin));
      EXPECT_THAT(record, HasSubstr("0123456789abcdef-new-0"));
      EXPECT_THAT(record, testing::EndsWith(end));
    }
  }
}

}  // namespace
}  // namespace outspan::alert

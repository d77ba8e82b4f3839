#include "alert/format/syslog_format.h"

#include <gmock/gmock.h>

#include <map>
#include <regex>

#include "alert/event/utf8.h"
#include "tests/alert/samples.h"

namespace outspan::alert {
namespace {

using testing::HasSubstr;

config::Config sample_config() {
  config::Config config;
  config.sensor = "span-1";
  return config;
}

/// A strict reader of RFC 5424, section 6.
struct Parsed {
  unsigned priority = 0;
  std::string timestamp, hostname, app_name, msgid, sd_id, message;
  std::map<std::string, std::string> params;
};
std::optional<Parsed> parse(const std::string& record) {
  static const std::regex kHeader(
      R"(<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z) ([!-~]{1,255}) ([!-~]{1,48}) - ([!-~]{1,32}) \[([!-<>-\\^-~]{1,32}))",
      std::regex::optimize);
  std::smatch match;
  if (!std::regex_search(record, match, kHeader, std::regex_constants::match_continuous))
    return std::nullopt;
  Parsed parsed{static_cast<unsigned>(std::stoul(match[1])),
                match[2],
                match[3],
                match[4],
                match[5],
                match[6],
                {},
                {}};
  std::size_t at = static_cast<std::size_t>(match.length());
  while (at < record.size() && record[at] == ' ') {
    const std::size_t equals = record.find("=\"", ++at);
    if (equals == std::string::npos || equals - at > 32) return std::nullopt;
    const std::string name = record.substr(at, equals - at);
    std::string value;
    for (at = equals + 2; at < record.size() && record[at] != '"'; ++at) {
      if (record[at] == ']') return std::nullopt;  // must have been escaped
      if (record[at] == '\\') ++at;
      if (at < record.size()) value += record[at];
    }
    if (!parsed.params.emplace(name, value).second) return std::nullopt;
    ++at;
  }
  if (record.substr(at, 2) != "] ") return std::nullopt;
  parsed.message = record.substr(at + 2);
  return parsed;
}

TEST(SyslogFormat, Alert) {
  EXPECT_EQ(
      SyslogFormat(sample_config()).record(sample_alert(), SyslogFormat::kStreamBytesMax),
      R"(<131>1 2026-01-31T23:59:59.123456Z span-1 outspan - alert [outspan@32473 event_id="0123456789abcdef-new-0" incident_id="0123456789abcdef")"
      R"( state="new" rule="customer-data-leaving" severity="high" direction="outbound" src="10.20.0.7" spt="51514")"
      R"( dst="203.0.113.9" dpt="80" proto="TCP" app="http" community_id="1:LQU9qZlK+B5F3KDmev6m5PMibrg=")"
      R"( vlan="10,20" matches="email=187/200,phone=40/1400" user="alice" email_from="alice@example.com")"
      R"( email_to="bob@example.test,***" dest_hostname="upload.example.test" src_hostname="pc7")"
      R"( url="http://upload.example.test/in?c=***" path="POST /upload > report.zip" object_bytes="123456")"
      R"( sha256="ab12" media_type="text/csv" samples="j***@e***.org, a***@e***.org")"
      R"( capture_file="support-export.pcap" packets="1042-1391"])"
      R"( high new customer-data-leaving: 187 email, about 40 phone from 10.20.0.7:51514)"
      R"( (user alice, from alice@example.com, host pc7) to 203.0.113.9:80 (bob@example.test and 1 more))"
      R"( in POST /upload > report.zip)");
}

TEST(SyslogFormat, EverythingIsWellFormedAndWithinItsLimit) {
  std::vector<Event> events = all_samples();
  for (const std::string& text : hostile_texts()) events.push_back(hostile_alert(text));
  const SyslogFormat format(sample_config());
  for (const std::size_t limit : {SyslogFormat::kDatagramBytesMax, SyslogFormat::kStreamBytesMax})
    for (const Event& event : events) {
      const std::string record = format.record(event, limit);
      EXPECT_LE(record.size(), limit);
      EXPECT_EQ(printable(record), record) << "one line of valid UTF-8";
      const auto parsed = parse(record);
      ASSERT_TRUE(parsed) << record;
      EXPECT_EQ(parsed->msgid, type_name(event));
      EXPECT_FALSE(parsed->message.empty());
    }
}

TEST(SyslogFormat, TooLongLosesDetailNeverIdentity) {
  const auto parsed =
      parse(SyslogFormat(sample_config())
                .record(hostile_alert(std::string(5000, 'x')), SyslogFormat::kDatagramBytesMax));
  ASSERT_TRUE(parsed);
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"event_id", "0123456789abcdef-new-0"},
                                          {"incident_id", "0123456789abcdef"},
                                          {"state", "new"},
                                          {"rule", "customer-data-leaving"},
                                          {"severity", "high"},
                                          {"src", "10.20.0.7"},
                                          {"dst", "203.0.113.9"},
                                          {"matches", "email=187/200,phone=40/1400"}})
    EXPECT_EQ(parsed->params.at(name), value);
  EXPECT_THAT(parsed->message, testing::StartsWith("high new customer-data-leaving: 187 email"));
}

TEST(SyslogFormat, WireTextCannotForgeStructuredData) {
  const auto parsed = parse(SyslogFormat(sample_config())
                                .record(hostile_alert("\"] [outspan@32473 rule=\"forged\\"),
                                        SyslogFormat::kStreamBytesMax));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->params.at("rule"), "customer-data-leaving");
  EXPECT_EQ(parsed->params.at("user"), "\"] [outspan@32473 rule=\"forged\\");
}

TEST(SyslogFormat, HeaderFieldsKeepToTheRfc) {
  config::Config config;
  config.sensor = std::string(400, 's') + " \n";
  config.syslog.app_name = "out span \xc3\xa9" + std::string(100, 'x');
  config.syslog.facility = "daemon";
  config.syslog.enterprise_number = 4294967295;
  const auto parsed =
      parse(SyslogFormat(config).record(sample_alert(), SyslogFormat::kDatagramBytesMax));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->priority, 3u * 8 + 3);
  EXPECT_EQ(parsed->hostname.size(), 255u);
  EXPECT_EQ(parsed->app_name.substr(0, 11), "out_span___");
  EXPECT_EQ(parsed->sd_id, "outspan@4294967295");
  EXPECT_EQ(parsed->params.at("rule"), "customer-data-leaving");
}

TEST(SyslogFormat, SeverityFollowsTheRule) {
  const std::pair<config::Severity, unsigned> kCases[] = {{config::Severity::low, 5},
                                                          {config::Severity::medium, 4},
                                                          {config::Severity::high, 3},
                                                          {config::Severity::critical, 2}};
  for (const auto& [severity, number] : kCases) {
    Event event = sample_alert();
    std::get<policy::Incident>(event.body).severity = severity;
    EXPECT_EQ(parse(SyslogFormat(sample_config()).record(event, 8000))->priority, 16 * 8 + number);
  }
}

TEST(SyslogFacility, Names) {
  EXPECT_EQ(syslog_facility("kern"), 0u);
  EXPECT_EQ(syslog_facility("local7"), 23u);
  EXPECT_EQ(syslog_facility("local8"), std::nullopt);
}

}  // namespace
}  // namespace outspan::alert

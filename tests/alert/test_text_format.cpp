#include "alert/format/text_format.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "alert/event/names.h"
#include "alert/format/one_line.h"
#include "tests/alert/samples.h"

namespace outspan::alert {
namespace {

using testing::HasSubstr;

TEST(TextFormat, Alert) {
  EXPECT_EQ(to_text(sample_alert(), Colour::none, Incidents::growing),
            "2026-01-31 23:59:59.123  HIGH      NEW     customer-data-leaving\n"
            "  Customer data leaves the network\n"
            "  who      10.20.0.7:51514  user alice, from alice@example.com, host pc7\n"
            "  to       203.0.113.9:80  upload.example.test  http://upload.example.test/in?c=***\n"
            "           bob@example.test\n"
            "           ***\n"
            "  sent     email  187 different in   200 found  j***@e***.org  a***@e***.org\n"
            "           phone  ~40 different in 1,400 found\n"
            "  inside   POST /upload > report.zip  (text/csv, 123,456 bytes)\n"
            "  flow     http over TCP, outbound, VLAN 10, VLAN 20\n"
            "  capture  support-export.pcap  packets 1042 to 1391  incident 0123456789abcdef\n"
            "\n");
}

TEST(TextFormat, BareAlert) {
  EXPECT_EQ(to_text(bare_alert(), Colour::none, Incidents::ended),
            "2026-01-31 23:59:59.123  MEDIUM    CLOSED  r\n"
            "  who      2001:db8::7\n"
            "  to       2001:db8::9\n"
            "  sent     ticket  1 different in 1 found\n"
            "  flow     unknown over IPv6-ICMP, outbound, latest of 7 flows\n"
            "  capture  incident fedcba9876543210\n"
            "\n");
}

TEST(TextFormat, AnIncidentIsABlockOnce) {
  Event event = sample_alert();
  auto& incident = std::get<policy::Incident>(event.body);
  struct Row {
    policy::IncidentState state;
    Incidents incidents;
    std::size_t lines;
  };
  for (const Row& row : {Row{policy::IncidentState::opened, Incidents::growing, 12},
                         Row{policy::IncidentState::updated, Incidents::growing, 1},
                         Row{policy::IncidentState::closed, Incidents::growing, 1},
                         Row{policy::IncidentState::opened, Incidents::ended, 0},
                         Row{policy::IncidentState::updated, Incidents::ended, 0},
                         Row{policy::IncidentState::closed, Incidents::ended, 12}}) {
    incident.state = row.state;
    const std::string text = to_text(event, Colour::none, row.incidents);
    EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), row.lines)
        << text;
  }
  incident.state = policy::IncidentState::updated;
  EXPECT_EQ(to_text(event, Colour::none, Incidents::growing),
            "2026-01-31 23:59:59.123  HIGH      UPDATE  " + incident_text(incident) +
                "  incident 0123456789abcdef\n");
}

TEST(TextFormat, LongListsOfRecipientsAreCut) {
  Event event = sample_alert();
  auto& to = std::get<policy::Incident>(event.body).destination.email_to;
  to.assign(40, masked("someone@example.test"));
  EXPECT_THAT(to_text(event, Colour::none, Incidents::growing),
              HasSubstr("and 35 more recipients\n"));
}

TEST(TextFormat, LedgerSaysWhatWasNotSeenAndWhy) {
  EXPECT_EQ(to_text(sample_ledger(), Colour::none, Incidents::growing),
            "Ledger  81.0 % of 1,234,500 outbound payload bytes were inspected.\n"
            "        Not inspected: 200,000 bytes encrypted (16.2 %), 30,000 bytes opaque (2.4 %), "
            "4,000 bytes lost (0.3 %), 500 bytes truncated (0.1 %).\n"
            // clang-format off
      "  payload bytes       total  inspected  encrypted  opaque   lost  truncated  skipped    seen\n"
      "  outbound        1,234,500  1,000,000    200,000  30,000  4,000        500        -  81.0 %\n"
      "  inbound               777          -          -       -      -          -      777   0.0 %\n"
      "  internal                0          -          -       -      -          -        -       -\n"
      "  transit                 0          -          -       -      -          -        -       -\n"
      "  by application\n"
      "  http            1,035,277  1,000,000          -  30,000  4,000        500      777  96.6 %\n"
      "  tls               200,000          -    200,000       -      -          -        -   0.0 %\n"
            // clang-format on
            "\n");
}

TEST(TextFormat, LedgerWithoutHoles) {
  LedgerEvent ledger;
  ledger.by_direction[0] = {{42, 0, 0, 0, 0, 0}};
  EXPECT_THAT(to_text(event_with(ledger), Colour::none, Incidents::growing),
              HasSubstr("All 42 outbound payload bytes were inspected."));
  ledger.missing = {{"overload", "", 7, 0, "the sensor left out 7 packets"}};
  EXPECT_THAT(to_text(event_with(ledger), Colour::none, Incidents::growing),
              HasSubstr("Not in here: the sensor left out 7 packets."));
  EXPECT_THAT(to_text(event_with(LedgerEvent{}), Colour::none, Incidents::growing),
              HasSubstr("No payload went out."));
}

TEST(TextFormat, OtherEventsAreOneLine) {
  EXPECT_EQ(to_text(sample_blind_spot(), Colour::none, Incidents::growing),
            "2026-01-31 23:59:59.123  blindspot  1,234,567 bytes not inspected (tls) from "
            "10.20.0.7:51514 to 203.0.113.9:80 (files.example.test)\n");
  EXPECT_EQ(
      to_text(object_blind_spot(), Colour::none, Incidents::growing),
      "2026-01-31 23:59:59.123  blindspot  70,000 bytes not inspected (encrypted-archive) from "
      "10.20.0.7:51514 to 203.0.113.9:80 (bob@example.test) in mail > list.zip\n");
  EXPECT_EQ(to_text(sample_anomaly(), Colour::none, Incidents::growing),
            "2026-01-31 23:59:59.123  anomaly    tcp_overlap_differs from 10.20.0.7:51514 to "
            "203.0.113.9:80: Two segments disagree about 12 bytes.\n");
}

TEST(TextFormat, StatsLeaveOutZeroes) {
  EXPECT_EQ(to_text(sample_stats(), Colour::none, Incidents::growing),
            "Counters\n"
            "  flow                    12  flow-cache               1\n"
            "  flow.evicted             3  flow.memory.peak     4,096\n"
            "  packets          1,234,567\n"
            "\n");
}

TEST(TextFormat, ColourChangesNothingElse) {
  for (const Event& event : all_samples()) {
    std::string coloured = to_text(event, Colour::ansi, Incidents::growing);
    std::string plain;
    for (std::size_t at = 0; at < coloured.size(); ++at) {
      if (coloured[at] == '\x1b')
        at = coloured.find('m', at);
      else
        plain += coloured[at];
    }
    EXPECT_EQ(plain, to_text(event, Colour::none, Incidents::growing));
  }
  EXPECT_THAT(to_text(sample_alert(), Colour::ansi, Incidents::growing), HasSubstr("\x1b["));
}

TEST(TextFormat, WireTextCannotReachTheTerminal) {
  const auto lines = [](const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
  };
  const auto usual = lines(to_text(hostile_alert("x"), Colour::none, Incidents::growing));
  for (const std::string& text : hostile_texts()) {
    const std::string out = to_text(hostile_alert(text), Colour::none, Incidents::growing);
    EXPECT_EQ(out.find('\x1b'), std::string::npos);
    EXPECT_EQ(out.find('\0'), std::string::npos);
    if (text.empty()) continue;
    EXPECT_EQ(lines(out), usual) << out;
  }
}

TEST(Percent, IsNothingOrAllOnlyWhenItIs) {
  EXPECT_EQ(percent(0, 10), "0.0 %");
  EXPECT_EQ(percent(0, 0), "0.0 %");
  EXPECT_EQ(percent(1, 1'000'000), "0.1 %");
  EXPECT_EQ(percent(999'999, 1'000'000), "99.9 %");
  EXPECT_EQ(percent(5, 5), "100.0 %");
}

TEST(Grouped, Thousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(~std::uint64_t{0}), "18,446,744,073,709,551,615");
}

}  // namespace
}  // namespace outspan::alert

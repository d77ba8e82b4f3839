#include "report/page.h"

#include <gtest/gtest.h>

#include "report/advice.h"
#include "report/collector.h"
#include "report/html.h"
#include "tests/report/lines.h"

namespace outspan::report {
namespace {

std::string page_of(const std::vector<std::string>& lines, const std::string& title = {}) {
  Collector collector;
  for (const std::string& line : lines) collector.add_line(line);
  return write_page(collector.facts(), title);
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST(Page, WithoutEventsItSaysSo) {
  const std::string page = page_of({});
  EXPECT_TRUE(holds(page, "There are no events in the time asked for"));
  EXPECT_TRUE(holds(page, "There is no ledger event"));
  EXPECT_TRUE(page.ends_with("</html>\n"));
}

TEST(Page, TheSameEventsGiveTheSameBytes) {
  const std::vector<std::string> lines = {alert_line("a", "new", "high", 5), ledger_line(7, 3)};
  EXPECT_EQ(page_of(lines), page_of(lines));
}

TEST(Page, HostileTextIsNoMarkup) {
  const std::string evil =
      R"(,"destination":{"hostname":"</title><script>alert(1)</script>\" onload='x'&\u202e\u0007","url":"javascript:x"})";
  const std::string page = page_of({alert_line("a", "new", "high", 5, evil)}, "<b>mine</b>");
  EXPECT_FALSE(holds(page, "<script"));
  EXPECT_FALSE(holds(page, "<b>mine"));
  EXPECT_FALSE(holds(page, "\" onload='"));
  EXPECT_FALSE(holds(page, "\u202e"));
  EXPECT_FALSE(holds(page, "\a"));
  EXPECT_TRUE(holds(page, "&lt;script&gt;"));
  EXPECT_FALSE(holds(page, "href=\"javascript"));
}

TEST(Page, HugeNumbersAreShown) {
  const std::string page =
      page_of({ledger_line(UINT64_MAX, UINT64_MAX), alert_line("a", "new", "low", UINT64_MAX),
               alert_line("b", "new", "low", UINT64_MAX)});
  EXPECT_TRUE(holds(page, "18,446,744,073,709,551,615"));
  EXPECT_FALSE(holds(page, "nan"));
  EXPECT_FALSE(holds(page, "inf%"));
}

TEST(Page, AnIncidentSaysWhatToDoNext) {
  const std::string page = page_of(
      {alert_line("a", "closed", "critical", 5,
                  R"(,"records":[{"index":"crm","distinct":4,"canaries":1,"columns":{"email":4},)"
                  R"("rows":[2,3,4,9],"rows_truncated":false,"built_at":"2026-01-01T00:00:00Z"}],)"
                  R"("capture":{"file":"x.pcap","first_packet":1,"last_packet":20})")});
  EXPECT_TRUE(holds(page, "look up rows 2–4, 9 in the source of crm"));
  EXPECT_TRUE(holds(page, "1 of the customers in it is planted"));
  EXPECT_TRUE(holds(page, "x.pcap, packets 1 to 20"));
  EXPECT_FALSE(holds(page, "still going on"));
}

TEST(BytesText, IsForPeople) {
  const std::pair<std::uint64_t, const char*> cases[] = {{0, "0 bytes"},
                                                         {1, "1 byte"},
                                                         {999, "999 bytes"},
                                                         {1000, "1.0 kB"},
                                                         {999'949, "999.9 kB"},
                                                         {999'950, "1.0 MB"},
                                                         {1'500'000'000, "1.5 GB"},
                                                         {UINT64_MAX, "18.4 EB"}};
  for (const auto& [bytes, text] : cases) EXPECT_EQ(bytes_text(bytes), text);
}

}  // namespace
}  // namespace outspan::report

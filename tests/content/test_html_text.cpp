#include <gtest/gtest.h>

#include <string>

#include "content/codes/html_text.h"
#include "tests/content/support.h"

/// Values that tags split are put together again.
namespace outspan::content {
namespace {

using protocol::PartKind;

constexpr std::size_t kPieces[] = {0, 1, 7, 333, 1460};

struct Html {
  std::string name;
  std::string wire;
  std::string text;  ///< of the node "text"; empty: there is none
  std::string type = "text/html";
};

class HtmlTexts : public testing::TestWithParam<Html> {};

TEST_P(HtmlTexts, LoseTheTagsInsideOfWords) {
  const Html& test = GetParam();
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body, test.type), test.wire, piece);
    EXPECT_EQ(bench.texts.contains("text"), !test.text.empty());
    EXPECT_EQ(bench.texts["text"], test.text) << "pieces of " << piece;
    EXPECT_EQ(bench.texts[""], test.wire);
    EXPECT_EQ(bench.problem, "");
    EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], test.wire.size());
  }
}

std::string rows(std::size_t count, std::string_view open, std::string_view close) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(10000 + i);
    text += std::string(open) + "Per" + std::string(close) + "son" + number +
            (open.empty() ? "\t" : "</td><td>") + std::string(open) + "per" + std::string(close) +
            "son" + number + "@example.com" + (open.empty() ? "\n" : "</td></tr><tr><td>");
  }
  return text;
}

const Html kHtml[] = {
    {"bold_in_a_value", "<p>al<b>ice</b>@example.com</p>", "alice@example.com\n"},
    {"tag_in_front_of_a_mark", "<p><b>alice</b>@example.com</p>", "alice@example.com\n"},
    {"rows_of_a_table", "<table><tr><td>" + rows(2000, "<b>", "</b>") + "</td></tr></table>",
     rows(2000, "", "")},
    {"a_row_stays_together",
     "<tr><td><p>Zoë Smith</p></td><TD><P>+44 20 <I>7946</I>01<i>23</i></P></TD></tr>",
     " Zoë Smith \t +44 20 79460123 \n"},
    {"comment", "al<!-- > -- x -->ice@example.com", "alice@example.com\n"},
    {"short_comment", "al<!-->ice@example.com", "alice@example.com\n"},
    {"names_of_word", "al<o:p></o:p>ice@example.com", "alice@example.com\n"},
    {"attributes", "al<span title='a > b' class = \"x>\" data=it's>ice@example.com",
     "alice@example.com\n"},
    {"only_paragraphs_with_splits", "<p>Hello <b>Bob</b></p><p>al<wbr/>ice</p><p>Bye</p>",
     "alice\n"},
    {"line_break_is_a_border", "alice<br>bob", ""},
    {"blocks_are_borders", "<div>alice</div><div>bob</div>", ""},
    {"cells_are_borders", "<tr><td>alice</td><td>bob</td></tr>", ""},
    {"less_than_is_text", "1 < 2 <<b>x</b>y<3", "1 < 2 <xy<3\n"},
    {"by_its_beginning", "\xef\xbb\xbf\r\n<!DOCTYPE HTML><p>al<b>ice</b>", "alice\n", ""},
    {"unknown_element", "al<x></x>ice<x-y z=1/>@example.com", "alice@example.com\n"},
    {"picture", "alice<img src=a.png>@example.com", "alice@example.com\n"},
    {"quotation", "alice<q></q>@example.com", "alice@example.com\n"},
    {"form_controls_are_borders", "alice<input name=a>bob<button>carol</button>", ""},
    {"elements_of_xml_are_borders", "<r><c>al<b>ice</b></c></r>", "", "application/xml"},
    {"comment_in_xml", "<r><c>al<!-- -->ice</c><c>bob</c></r>", "alice\n", "text/xml"},
    {"cdata", "<r><![CDATA[al]]><![CDATA[ice]]>@ex<![CDATA[]]>ample.com</r>", "alice@example.com\n",
     "application/rss+xml"},
    {"cdata_with_brackets", "<?xml version='1.0'?><r>al<![CDATA[i]]ce]]]>!</r>", "ali]]ce]!\n", ""},
    {"cdata_that_stands_alone", "<r><![CDATA[alice]]></r>", "", "text/xml"},
    {"unclosed", "<p>al<b>ice <a href=\"x", "alice \n"},
};
INSTANTIATE_TEST_SUITE_P(Content, HtmlTexts, testing::ValuesIn(kHtml),
                         [](const auto& test) { return test.param.name; });

TEST(HtmlText, EntitiesOfASplitValueAreUndone) {
  Bench bench;
  bench.run(part(PartKind::body, "text/html"), "<p>al<b>ice</b>&#64;example.com</p>");
  EXPECT_TRUE(bench.saw("alice@example.com"));
}

TEST(HtmlText, LongParagraphsAreTakenInPieces) {
  const std::string before(3 * HtmlText::kParagraph + 5, 'x');
  const std::string behind(3 * HtmlText::kParagraph, 'y');
  Bench bench;
  bench.run(part(PartKind::body, "text/html"),
            before + " al<b>ice</b>@example.com " + behind + " b<i>ob</i>@example.com<p>");
  const std::string& text = bench.texts["text"];
  EXPECT_NE(text.find(" alice@example.com " + behind), std::string::npos);
  EXPECT_NE(text.find(" bob@example.com\n"), std::string::npos);
  EXPECT_LT(text.size(), behind.size() + 2 * HtmlText::kParagraph);
}

TEST(HtmlText, NothingIsJoinedOverAGap) {
  Bench bench;
  const auto writer = bench.begin();
  writer->begin_part(part(PartKind::body, "text/html"));
  bench.deliver(*writer, "<p>al<b>");
  writer->gap(10);
  bench.deliver(*writer, "ice@example.com");
  writer->end_part();
  writer->end(protocol::ObjectEnd::complete);
  EXPECT_FALSE(bench.texts.contains("text"));
}

}  // namespace
}  // namespace outspan::content

#include <gtest/gtest.h>

#include "tests/unpack/workers.h"

namespace outspan::unpack {
namespace {

struct RtfCase {
  const char* name;
  const char* body;
  const char* text;
};

class RtfText : public testing::TestWithParam<RtfCase> {};

TEST_P(RtfText, IsRead) {
  Collected found;
  EXPECT_EQ(open("{\\rtf1\\ansi " + std::string(GetParam().body) + "}", Kind::rtf, found),
            Outcome::opened);
  EXPECT_EQ(found.of("text"), GetParam().text);
}

const RtfCase kRtfCases[] = {
    {"formatting_joins", R"(an{\b na@exam}\i ple.org\i0  T-1)", "anna@example.org T-1"},
    {"source_lines_join", "anna@exam\r\nple.org", "anna@example.org"},
    {"paragraphs_are_lines", R"(one\par two\line three\sect four)", "one\ntwo\nthree\nfour"},
    {"rows_are_lines", R"(\trowd\intbl Anna\cell a@example.org\cell\row\pard end)",
     "Anna\ta@example.org\t\nend"},
    {"a_paragraph_in_a_cell_keeps_the_row", R"(\trowd\intbl Anna\par Berg\cell T-1\cell\row)",
     "Anna Berg\tT-1\t\n"},
    {"escapes", R"(a\{b\}c\\d\~e\_f\-g)", "a{b}c\\d e-fg"},
    {"windows_1252", R"(M\'fcller)", "M\xc3\xbcller"},
    {"code_page_of_the_document", R"(\ansicpg1251 \'cf\'e5\'f2\'f0)", "Петр"},
    {"code_page_of_the_font", R"({\fonttbl{\f0 A;}{\f1\fcharset204 B;}}\f1\'cf\f0\'fc)",
     "П\xc3\xbc"
     "A;B; \n"},
    {"double_bytes_half_in_clear", R"(\ansicpg932 \'83A\'83\'43)", "アイ"},
    {"unicode", R"(\uc1 M\u252?ller)", "M\xc3\xbcller"},
    {"unicode_without_replacement", R"(\uc0 M\u252 ller)", "M\xc3\xbcller"},
    {"unicode_with_two_bytes_to_skip", R"({\uc2 M\u252\'81\'40ller})", "M\xc3\xbcller"},
    {"negative_unicode_and_a_pair", R"(\u-3913?\u-10179?\u-8704?)", "\xef\x82\xb7\xf0\x9f\x98\x80"},
    {"links_follow_their_line",
     R"({\field{\*\fldinst HYPERLINK "mailto:a@example.org"}{\fldrslt Anna}} T-1\par end)",
     "Anna T-1\nHYPERLINK \"mailto:a@example.org\" \nend"},
    {"unknown_destinations_are_handed_on", R"({\*\private a@example.org}end)",
     "enda@example.org \n"},
    {"digits_that_are_no_text", R"({\fonttbl{\f0{\*\panose 02020603050405020304}A;}}x)", "xA; \n"},
    {"hidden_text_is_text", R"({\v a@example.org})", "a@example.org"},
};
INSTANTIATE_TEST_SUITE_P(Cases, RtfText, testing::ValuesIn(kRtfCases),
                         [](const auto& test) { return std::string(test.param.name); });

std::string hex(std::string_view bytes) {
  std::string digits;
  for (const char c : bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    digits += {kDigits[static_cast<std::uint8_t>(c) >> 4], kDigits[c & 15]};
    if (digits.size() % 65 == 64) digits += '\n';
  }
  return digits;
}

TEST(RtfObjects, AreMembers) {
  using namespace std::string_literals;
  const std::string package = "\x02\0a.csv\0C:\\a.csv\0\0\0\x03\0\x03\0\0\0C:\0\x07\0\0\0a,b\nc,d"s;
  const auto object = [](std::string_view class_name, const std::string& native) {
    return "\x01\x05\0\0\x02\0\0\0"s + static_cast<char>(class_name.size() + 1) + "\0\0\0"s +
           std::string(class_name) + "\0\0\0\0\0\0\0\0\0"s + static_cast<char>(native.size()) +
           "\0\0\0"s + native;
  };
  Collected found;
  EXPECT_EQ(open("{\\rtf1 before{\\object{\\*\\objdata " + hex(object("Package", package)) +
                     "}}{\\*\\objdata " + hex(object("Word.Document.8", "native")) +
                     "}{\\*\\objdata " + hex("whatever") + "}{\\pict\\bin5 \\{}\\{}after}",
                 Kind::rtf, found),
            Outcome::opened);
  EXPECT_EQ(found.of("a.csv"), "a,b\nc,d");
  EXPECT_EQ(found.of("Word.Document.8"), "native");
  EXPECT_EQ(found.of("object"), "whatever");
  EXPECT_EQ(found.of("data"), "\\{}\\{");
  EXPECT_EQ(found.of("text"), "before");
  EXPECT_EQ(found.members.back().second, "after");
}

TEST(RtfHostile, DepthAndCuts) {
  Collected found;
  const std::string deep(1 << 20, '{');
  EXPECT_EQ(open("{\\rtf1 a" + deep + "b", Kind::rtf, found), Outcome::damaged);
  EXPECT_EQ(found.of("text"), "ab");
  Collected closed;
  EXPECT_EQ(
      open("{\\rtf1 a" + deep + "b" + std::string(deep.size(), '}') + "c}", Kind::rtf, closed),
      Outcome::opened);
  EXPECT_EQ(closed.of("text"), "abc");
  Collected cut;
  EXPECT_EQ(open("{\\rtf1 a{\\*\\objdata 616", Kind::rtf, cut), Outcome::damaged);
  EXPECT_EQ(cut.of("data"), "a");
}

}  // namespace
}  // namespace outspan::unpack

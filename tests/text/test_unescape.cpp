#include <array>

#include "text/coded_character.h"
#include "text/hex.h"
#include "text/unescape.h"

namespace outspan::text {
namespace {

struct EscapeCase {
  const char* name;
  std::string_view raw, text;
};
class Escapes : public testing::TestWithParam<EscapeCase> {};
TEST_P(Escapes, AreUndone) {
  Unescaper unescaper;
  ASSERT_TRUE(unescaper.run(GetParam().raw, EscapeMode::text));
  EXPECT_EQ(unescaper.text(), GetParam().text);
  EXPECT_FALSE(unescaper.unfinished());
}

const EscapeCase kCharacters[] = {
    {"percent", "a%40b", "a@b"},
    {"percent_small_digits", "a%4fb", "aOb"},
    {"percent_u", "a%u0040b", "a@b"},
    {"percent_capital_u", "a%U0040b", "a@b"},
    {"hex", "a\\x40b", "a@b"},
    {"unicode", "a\\u0040b", "a@b"},
    {"unicode_in_braces", "a\\u{40}b", "a@b"},
    {"unicode_of_eight", "a\\U00000040b", "a@b"},
    {"surrogates", "\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
    {"octal", "\\141\\100\\142", "a@b"},
    {"octal_of_utf8", "M\\303\\274ller", "M\xc3\xbcller"},
    {"slash", "a\\/b", "a/b"},
    {"line_ends", "a\\r\\nb\\tc", "a\r\nb\tc"},
    {"entity", "a&commat;b", "a@b"},
    {"entity_decimal", "a&#64;b", "a@b"},
    {"entity_hex", "a&#x40;b&#X40;c", "a@b@c"},
    {"entity_with_zeros", "a&#0000000064;b", "a@b"},
    {"entity_without_semicolon", "a&#64 b", "a@ b"},
};
INSTANTIATE_TEST_SUITE_P(Characters, Escapes, testing::ValuesIn(kCharacters),
                         [](const auto& test) { return test.param.name; });

const EscapeCase kDepths[] = {
    {"percent_twice", "%2540", "@"},
    {"percent_six_times", "a%252525252540b", "a@b"},
    {"percent_before_a_u", "%2525u0040", "@"},
    {"digits_a_layer_later", "%25%34%30", "@"},
    {"an_old_lead_that_did_not_fit", "%%34%30", "@"},
    {"a_percent_that_stays", "100%25 of", "100% of"},
    {"ampersands", "a&amp;amp;amp;amp;#64;b", "a@b"},
    {"ampersands_of_all_kinds", "a&#38;#x26;amp;commat;b", "a@b"},
    {"an_ampersand_that_stays", "a &amp;amp; b", "a & b"},
    {"json_in_json", "a\\\\u0040b", "a@b"},
    {"json_five_times", "a\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\u0040b", "a@b"},
    {"quotes_in_json_in_json", "{\\\\\\\"a\\\\\\\":1}", "{\"a\":1}"},
    {"a_path", "C:\\\\dir", "C:\\dir"},
    {"entity_in_percents", "&#%36%34;", "@"},
    {"percents_in_entities", "&#37;40", "@"},
    {"entity_in_json", "\\u0026#64;", "@"},
    {"json_in_percents", "%5Cu0040", "@"},
    {"braces_in_percents", "\\u{%34%30}", "@"},
    {"four_kinds", "%5Cu0026%2337%3B40", "@"},
    {"a_lead_that_stays_one", "a & b %41", "a & b A"},
};
INSTANTIATE_TEST_SUITE_P(Depths, Escapes, testing::ValuesIn(kDepths),
                         [](const auto& test) { return test.param.name; });

const EscapeCase kPieces[] = {
    {"javascript", "\"al\"+\"ice@example.com\"", "\"alice@example.com\""},
    {"with_blanks", "\"al\" + \"ice\"", "\"alice\""},
    {"in_lines", "'al'\n  + 'ice'", "'alice'"},
    {"basic", "\"al\" & \"ice\"", "\"alice\""},
    {"three", "\"a\"+\"l\"+\"ice\"", "\"alice\""},
    {"behind_an_escape", "\"%61\"+\"l\"", "\"al\""},
};
INSTANTIATE_TEST_SUITE_P(Pieces, Escapes, testing::ValuesIn(kPieces),
                         [](const auto& test) { return test.param.name; });

TEST(Unescape, LeavesWhatIsNoEscape) {
  Unescaper unescaper;
  for (const std::string_view text :
       {"50% off", "a & b", "&nosuch;", "%zz %4", "\\q \\8 \\18 \\400", "\\x4 \\u004", "a+b",
        "\"a\" + b", "'a'+\"b\"", "1 + 1", "&#;", "&#x;", "\\001\\177", "AT&T", "%u00", "\\"})
    EXPECT_FALSE(unescaper.run(text, EscapeMode::text)) << text << " -> " << unescaper.text();
}

TEST(Unescape, MoreKindsThanItGoesDeepAreSaid) {
  const auto percent = [](std::string_view text) {
    std::string out;
    for (const char c : text)
      out += c == '&' || c == '#' ? "%" + to_hex(as_bytes({&c, 1})) : std::string(1, c);
    return out;
  };
  const auto entities = [](std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '%' ? "&#37;" : std::string(1, c);
    return out;
  };
  std::string text = "%40";
  for (int kinds = 0; kinds < 8; ++kinds) text = kinds % 2 == 0 ? entities(text) : percent(text);
  Unescaper unescaper;
  ASSERT_TRUE(unescaper.run(text, EscapeMode::text));
  EXPECT_NE(unescaper.text(), "@");
  EXPECT_TRUE(unescaper.unfinished());
}

TEST(Unescape, ALongRowOfShortWordsIsNotReadFromEachOfThem) {
  // Each plus may begin a word of UTF-7 that goes on to the next: not all are read so far.
  std::string text;
  while (text.size() < 200'000) text += "+A";
  Unescaper unescaper;
  unescaper.run(text, EscapeMode::text);
  text = "alice+AEA-example.com " + text + " alice+AEA-example.com";
  ASSERT_TRUE(unescaper.run(text, EscapeMode::text));
  EXPECT_TRUE(unescaper.text().starts_with("alice@example.com "));
  EXPECT_TRUE(unescaper.text().ends_with(" alice@example.com"));
}

/// Cut anywhere, an escape is either told as cut or is none.
TEST(CodedCharacter, EveryPrefixMayBeCut) {
  for (const std::string_view escape : {"%40", "%u0040", "\\x40", "\\u0040", "\\U00000040",
                                        "\\u{40}", "\\100", "\\n", "&#64;", "&#x40;", "&commat;"}) {
    std::array<char, kCharacterBytes> out;
    EXPECT_EQ(coded_character(escape, out.data()).length, escape.size()) << escape;
    for (std::size_t size = 1; size < escape.size(); ++size) {
      const std::string_view cut = escape.substr(0, size);
      EXPECT_TRUE(may_be_cut(cut)) << cut;
    }
  }
  for (const std::string_view other : {"%z", "%4z", "\\q", "&;", "& b", "&amp ", "\\u00g", "%%"})
    EXPECT_FALSE(may_be_cut(other)) << other;
}

}  // namespace
}  // namespace outspan::text

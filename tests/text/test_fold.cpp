#include "text/fold.h"

#include <random>

#include "text/unescape.h"
#include "text/utf8.h"

namespace outspan::text {
namespace {

struct FoldCase {
  const char* name;
  std::string_view text, folded;
};
class Fold : public testing::TestWithParam<FoldCase> {};
TEST_P(Fold, Text) { EXPECT_EQ(fold(GetParam().text), GetParam().folded); }

const FoldCase kHidden[] = {
    {"soft_hyphen", "al\u00adice@exam\u00adple.com", "alice@example.com"},
    {"zero_width_space", "a\u200bl\u200bi\u200bce@example.com", "alice@example.com"},
    {"zero_width_joiners", "al\u200dice\u200c@example.com", "alice@example.com"},
    {"word_joiner", "alice\u2060@\u2060example.com", "alice@example.com"},
    {"variation_selectors", "al\ufe0fice@\U000e0101example.com", "alice@example.com"},
    {"byte_order_mark_inside", "al\ufeffice@example.com", "alice@example.com"},
    {"combining_grapheme_joiner", "al\u034fice@example.com", "alice@example.com"},
    {"marks_of_direction", "\u202d+44 7700 900123\u202c", "+44 7700 900123"},
    {"isolates", "\u2066+44 7700 900123\u2069", "+44 7700 900123"},
    {"hangul_filler", "al\u3164ice@example.com", "alice@example.com"},
    {"tag_characters", "al\U000e0061\U000e0062ice@example.com", "alice@example.com"},
    {"many_in_a_row", "al\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200bice", "alice"},
    {"at_both_ends", "\u200balice\u200b", "alice"},
    {"umlaut_on_one_side", "Mü\u00adller", "Müller"},
    {"emoji_sequences_stay", "\U0001f469\u200d\U0001f4bb \u2764\ufe0f",
     "\U0001f469\u200d\U0001f4bb \u2764\ufe0f"},
    {"in_persian_stays", "می\u200cخواهم", "می\u200cخواهم"},
};
INSTANTIATE_TEST_SUITE_P(Hidden, Fold, testing::ValuesIn(kHidden),
                         [](const auto& test) { return test.param.name; });

const FoldCase kNumbers[] = {
    {"no_break_space", "+44\u00a07700\u00a0900123", "+44 7700 900123"},
    {"narrow_no_break_space", "+44\u202f7700\u202f900123", "+44 7700 900123"},
    {"thin_and_figure_space", "+44\u20097700\u2007900123", "+44 7700 900123"},
    {"ideographic_space", "+44\u30007700\u3000900123", "+44 7700 900123"},
    {"en_dash", "030–123–4567", "030-123-4567"},
    {"non_breaking_hyphen", "030\u2011123\u20114567", "030-123-4567"},
    {"all_dashes", "1\u20102\u20113\u20124\u20135\u20146\u20157\u22128", "1-2-3-4-5-6-7-8"},
    {"dash_between_blanks", "030 – 1234567", "030 - 1234567"},
    {"dash_and_hidden", "030\u200b–\u200b1234567", "030-1234567"},
    {"full_width", "＋４４　７７００　９００１２３", "+44 7700 900123"},
    {"arabic_indic", "٠٧٧٠٠ ٩٠٠١٢٣", "07700 900123"},
    {"extended_arabic_indic", "۰۷۷۰۰", "07700"},
    {"devanagari", "०७७००", "07700"},
    {"bengali_thai_khmer", "০১ ๒๓ ៤៥", "01 23 45"},
    {"mathematical_digits", "𝟎𝟕𝟕𝟎𝟎", "07700"},
    {"superscripts_and_circles", "¹²³ ④⑤", "123 45"},
    {"full_width_slash_and_parentheses", "（0）30／1234567", "(0)30/1234567"},
};
INSTANTIATE_TEST_SUITE_P(Numbers, Fold, testing::ValuesIn(kNumbers),
                         [](const auto& test) { return test.param.name; });

const FoldCase kAddresses[] = {
    {"full_width_at", "alice＠example.com", "alice@example.com"},
    {"small_at", "alice﹫example.com", "alice@example.com"},
    {"full_width_dot", "alice@example．com", "alice@example.com"},
    {"small_and_ideographic_dot", "alice@mail﹒example。com", "alice@mail.example.com"},
    {"half_width_ideographic_dot", "alice@example｡com", "alice@example.com"},
    {"one_dot_leader", "alice@example․com", "alice@example.com"},
    {"full_width_letters", "ａｌｉｃｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", "alice@example.com"},
    {"mathematical_letters", "𝐚𝒍𝓲𝔠𝕖@𝖊𝗑𝘢𝙢𝚙le.com", "alice@example.com"},
    {"circled_and_script", "ⓐlice@ℯxample.com", "alice@example.com"},
    {"ligature", "oﬃce@ﬁrst.example", "office@first.example"},
    {"hyphen_in_a_word", "jean\u2010luc@example.com", "jean-luc@example.com"},
    {"full_width_low_line_and_plus", "a＿b＋c@example.com", "a_b+c@example.com"},
};
INSTANTIATE_TEST_SUITE_P(Addresses, Fold, testing::ValuesIn(kAddresses),
                         [](const auto& test) { return test.param.name; });

const FoldCase kLookalikes[] = {
    {"cyrillic_a", "\u0430lice@example.com", "alice@example.com"},
    {"cyrillic_in_the_middle", "al\u0456\u0441\u0435@example.com", "alice@example.com"},
    {"cyrillic_in_the_domain", "alice@ex\u0430mple.com", "alice@example.com"},
    {"cyrillic_capital", "\u0422M-00412977", "TM-00412977"},
    {"cyrillic_local_part", "\u0441\u043e\u0440@example.com", "cop@example.com"},
    {"greek_omicron", "b\u03bfb@example.com", "bob@example.com"},
    {"russian_stays", "Привет, Андрей! Это рос.", "Привет, Андрей! Это рос."},
    {"russian_beside_latin_stays", "alice@пример.рф", "alice@пример.рф"},
    {"russian_words_between_latin_ones_stay", "USB и VGA", "USB и VGA"},
    {"greek_stays", "Νίκος Παπαδόπουλος", "Νίκος Παπαδόπουλος"},
};
INSTANTIATE_TEST_SUITE_P(Lookalikes, Fold, testing::ValuesIn(kLookalikes),
                         [](const auto& test) { return test.param.name; });

const FoldCase kOrdinary[] = {
    {"ascii", "alice@example.com, +44 7700 900123", "alice@example.com, +44 7700 900123"},
    {"umlauts", "Jürgen Müller, Größe, Straße", "Jürgen Müller, Größe, Straße"},
    {"french", "Chloé Lefèvre : « Où ça ? »", "Chloé Lefèvre : « Où ça ? »"},
    {"dash_between_words", "the list — of all — customers", "the list — of all — customers"},
    {"blank_between_words", "Max\u00a0Mustermann", "Max\u00a0Mustermann"},
    {"ellipsis", "and so on… or not…", "and so on… or not…"},
    {"curly_quotes", "“quoted” and ‘quoted’", "“quoted” and ‘quoted’"},
    {"chinese", "请把客户名单发给我。谢谢，再见！", "请把客户名单发给我。谢谢，再见！"},
    {"japanese", "お客様の一覧（全件）を送ってください。",
     "お客様の一覧（全件）を送ってください。"},
    {"hangul", "고객 명단을 보내 주세요.", "고객 명단을 보내 주세요."},
    {"decomposed_letters", "Mu\u0308ller", "Mu\u0308ller"},
    {"no_utf8",
     "M\xfcller \xff\xfe 1\xa0"
     "2",
     "M\xfcller \xff\xfe 1\xa0"
     "2"},
    {"cut_character", "Z\xc3", "Z\xc3"},
    {"nothing", "", ""},
};
INSTANTIATE_TEST_SUITE_P(OrdinaryText, Fold, testing::ValuesIn(kOrdinary),
                         [](const auto& test) { return test.param.name; });

/// What the map promises: plain stretches are the same in both texts.
void expect_map(std::string_view text) {
  std::vector<char> out;
  std::vector<Escape> escapes;
  std::size_t size = 0;
  if (!fold(text, out, size, escapes)) return;
  const std::string_view folded(out.data(), size);
  std::uint32_t raw = 0, made = 0;
  for (const Escape& escape : escapes) {
    ASSERT_LE(raw, escape.raw_begin);
    ASSERT_LT(escape.raw_begin, escape.raw_end);
    ASSERT_LE(escape.text_begin, escape.text_end);
    ASSERT_EQ(text.substr(raw, escape.raw_begin - raw),
              folded.substr(made, escape.text_begin - made));
    raw = escape.raw_end;
    made = escape.text_end;
  }
  EXPECT_EQ(text.substr(raw), folded.substr(made));
}

TEST(FoldMap, PlainStretchesAreTheSameInBothTexts) {
  std::string all;
  for (const auto& cases :
       {std::span<const FoldCase>(kHidden), std::span<const FoldCase>(kNumbers),
        std::span<const FoldCase>(kAddresses), std::span<const FoldCase>(kLookalikes)})
    for (const FoldCase& test : cases) all.append(test.text).append("\n");
  expect_map(all);
}

TEST(FoldBytes, ThatAreNoTextStay) {
  std::mt19937 random(5);
  std::string bytes(16384, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  EXPECT_EQ(fold(bytes), bytes);
  const std::string text = "al\u200bice@example.com";
  EXPECT_NE(fold(bytes.substr(0, 60) + text).find("alice@example.com"), std::string::npos)
      << "a few of them around a text";
}

TEST(FoldMap, OfAnyText) {
  std::mt19937 random(4);
  const char* const kPieces[] = {"a",  "7",      " ", "\u200b", "\u00a0", "–",    "１",
                                 "．", "\u0430", "ü", "。",     "@",      "\xe2", "，"};
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (auto i = random() % 40; i > 0; --i) text += kPieces[random() % std::size(kPieces)];
    expect_map(text);
    ASSERT_LE(fold(text).size(), text.size() + text.size() / 3 + 1);
  }
}

TEST(FoldMap, WithEscapesAroundIt) {
  Unescaper unescaper;
  ASSERT_TRUE(unescaper.run("q=a%6c\u200bi%E2%80%8Bce&commat;example．com&x", EscapeMode::text));
  EXPECT_EQ(unescaper.text(), "q=alice@example.com&x");
  const auto begin = raw_position(unescaper.escapes(), 2, Edge::begin);
  const auto end = raw_position(unescaper.escapes(), 19, Edge::end);
  EXPECT_EQ(begin, 2U);
  EXPECT_EQ(std::string_view("q=a%6c\u200bi%E2%80%8Bce&commat;example．com&x").substr(end), "&x");
}

TEST(FoldMap, NothingOfAsciiChanges) {
  Unescaper unescaper;
  EXPECT_FALSE(unescaper.run("alice at example.com, +44 7700 900123", EscapeMode::text));
}

}  // namespace
}  // namespace outspan::text

#include "alert/event/utf8.h"

namespace outspan::alert {
namespace {

struct TextCase {
  const char* name;
  std::string in, valid, printable;
};
const std::string kBad = "\xef\xbf\xbd";
const TextCase kTextCases[] = {
    {"ascii", "abc", "abc", "abc"},
    {"two_to_four_bytes", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
     "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
    {"lone_continuation", "a\x80z", "a" + kBad + "z", "a" + kBad + "z"},
    {"cut_short", "a\xe2\x82", "a" + kBad + kBad, "a" + kBad + kBad},
    {"cut_by_another", "\xe2\x82z", kBad + kBad + "z", kBad + kBad + "z"},
    {"overlong", "\xc0\xaf", kBad + kBad, kBad + kBad},
    {"overlong_three", "\xe0\x80\xaf", kBad + kBad + kBad, kBad + kBad + kBad},
    {"surrogate", "\xed\xa0\x80", kBad + kBad + kBad, kBad + kBad + kBad},
    {"above_unicode", "\xf4\x90\x80\x80", kBad + kBad + kBad + kBad, kBad + kBad + kBad + kBad},
    {"control_characters", "a\x1b\n\x7f", "a\x1b\n\x7f", "a" + kBad + kBad + kBad},
    {"c1", "\xc2\x9b", "\xc2\x9b", kBad},
    {"bidi_override", "\xe2\x80\xae", "\xe2\x80\xae", kBad},
    {"line_separator", "\xe2\x80\xa8", "\xe2\x80\xa8", kBad},
};
class Utf8 : public testing::TestWithParam<TextCase> {};
TEST_P(Utf8, Valid) { EXPECT_EQ(valid_utf8(GetParam().in), GetParam().valid); }
TEST_P(Utf8, Printable) { EXPECT_EQ(printable(GetParam().in), GetParam().printable); }
INSTANTIATE_TEST_SUITE_P(Texts, Utf8, testing::ValuesIn(kTextCases),
                         [](const auto& test) { return test.param.name; });

TEST(Shortened, NeverCutsACharacter) {
  const std::string text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z";
  for (std::size_t limit = 0; limit <= text.size() + 1; ++limit) {
    const std::string cut = shortened(text, limit);
    EXPECT_LE(cut.size(), limit);
    EXPECT_EQ(valid_utf8(cut), cut) << limit;
  }
  EXPECT_EQ(shortened(text, text.size()), text);
}

TEST(Width, CountsCharacters) { EXPECT_EQ(width("a\xc3\xa9\xe2\x82\xac"), 3u); }

}  // namespace
}  // namespace outspan::alert

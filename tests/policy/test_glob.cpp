#include "policy/glob.h"

namespace outspan::policy {
namespace {

struct GlobCase {
  const char* name;
  const char* pattern;
  const char* text;
  bool matches;
};
const GlobCase kGlobCases[] = {
    {"equal", "a@example.com", "a@example.com", true},
    {"case_of_text_is_folded", "a@example.com", "A@Example.COM", true},
    {"case_of_pattern_is_folded", "A@Example.com", "a@example.com", true},
    {"no_part_of_a_text", "example.com", "a@example.com", false},
    {"leading_star", "*@partner.example", "joe@partner.example", true},
    {"leading_star_needs_the_rest", "*@partner.example", "joe@partner.example.org", false},
    {"trailing_star", "support*", "support@example.com", true},
    {"star_for_nothing", "*a", "a", true},
    {"only_a_star", "*", "", true},
    {"two_stars_back_up", "*ab*ab", "abxabyab", true},
    {"two_stars_without_an_end", "*ab*ab", "abxabya", false},
    {"longer_pattern", "abc", "ab", false},
    {"empty_pattern", "", "a", false},
};
class Glob : public testing::TestWithParam<GlobCase> {};
TEST_P(Glob, Matches) {
  const GlobSet set({GetParam().pattern});
  EXPECT_EQ(set.matches(GetParam().text), GetParam().matches);
}
INSTANTIATE_TEST_SUITE_P(Patterns, Glob, testing::ValuesIn(kGlobCases),
                         [](const auto& test) { return test.param.name; });

TEST(GlobSet, LooksUpManyExactValuesAndTriesPatterns) {
  std::vector<std::string> patterns{"*@z.example"};
  for (int i = 0; i < 1000; ++i) patterns.push_back("user" + std::to_string(i) + "@example.com");
  const GlobSet set(patterns);
  EXPECT_TRUE(set.matches("User999@example.com"));
  EXPECT_TRUE(set.matches("any@Z.example"));
  EXPECT_FALSE(set.matches("user1000@example.com"));
}

TEST(GlobMatches, ManyStarsTakeNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "*a";
  pattern += "*b";
  EXPECT_FALSE(glob_matches(pattern, std::string(5000, 'a')));
}

}  // namespace
}  // namespace outspan::policy

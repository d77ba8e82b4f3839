#include "detect/digit_masks.h"

#include <random>

#include "detect/number_group.h"
#include "detect/text_span.h"

namespace outspan::detect {
namespace {

std::string random_text(std::mt19937& random, std::size_t size, std::string_view alphabet) {
  std::string text;
  while (text.size() < size) text += alphabet[random() % alphabet.size()];
  return text;
}

/// Groups the slow way: digits and gaps of one to three separators between them, six bytes and up.
std::vector<std::uint32_t> reference_groups(std::string_view text) {
  const auto separator = [](char c) {
    return std::string_view(" -./()\xc2\xa0").find(c) != std::string_view::npos;
  };
  std::vector<std::uint32_t> begins;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    for (std::size_t at = i; at < text.size();) {
      if (is_digit(text[at])) {
        end = ++at;
        continue;
      }
      while (at < text.size() && at - end < 3 && separator(text[at])) ++at;
      if (at >= text.size() || !is_digit(text[at])) break;
    }
    if (end - i >= 6) begins.push_back(static_cast<std::uint32_t>(i));
    i = end + 1;
  }
  return begins;
}

std::vector<std::uint32_t> reference_shapes(std::string_view text) {
  std::vector<std::uint32_t> begins;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t end = i + 1;
    while (end < text.size() && is_digit(text[end])) ++end;
    const std::size_t digits = end - i - 1;
    if (is_letter(text[i]) && (digits == 3 || digits == 4) && end < text.size() &&
        is_letter(text[end]))
      begins.push_back(static_cast<std::uint32_t>(i));
  }
  return begins;
}

#if defined(__x86_64__)
TEST(ByteMasks, TheFastOneAgreesWithTheSimpleOneOnEveryByteAndLength) {
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "no AVX2 here";
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 400; ++size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(random());
    std::vector<ByteMasks> simple(8), fast(8);
    byte_masks_scalar(text, simple.data());
    byte_masks_avx2(text, fast.data());
    for (std::size_t i = 0; i < 8; ++i) {
      ASSERT_EQ(simple[i].digits, fast[i].digits) << size;
      ASSERT_EQ(simple[i].separators, fast[i].separators) << size;
      ASSERT_EQ(simple[i].letters, fast[i].letters) << size;
    }
  }
}
#endif

TEST(NumberAnchors, AgreeWithTheSlowWay) {
  std::mt19937 random(2);
  for (const std::string_view alphabet :
       {std::string_view("0123456789 -./()ab,"), std::string_view("12 -"),
        std::string_view("12345678901234567890 x"), std::string_view("aB19\xc2\xa0 ")}) {
    NumberAnchors scalar(byte_masks_scalar), best;
    for (int round = 0; round < 3000; ++round) {
      const std::string text = random_text(random, random() % 300, alphabet);
      scalar.find(text, true);
      best.find(text, true);
      ASSERT_EQ(scalar.groups(), reference_groups(text)) << text;
      ASSERT_EQ(scalar.shapes(), reference_shapes(text)) << text;
      ASSERT_EQ(best.groups(), scalar.groups());
      ASSERT_EQ(best.shapes(), scalar.shapes());
    }
  }
}

TEST(NumberAnchors, StretchesOfGroupsAreAsFarAsTheyAreBridged) {
  std::mt19937 random(3);
  NumberAnchors anchors;
  for (int round = 0; round < 1000; ++round) {
    const std::string text = random_text(random, random() % 300, "1234567891234567 -./x");
    anchors.find(text, false);
    for (const std::uint32_t begin : anchors.groups()) {
      NumberGroup group;
      const std::uint32_t size = group.read({text}, begin) - begin;
      const NumberAnchors::Stretch stretch = anchors.stretch(begin);
      ASSERT_EQ(stretch.size, std::min(size, 64u)) << text << " at " << begin;
      for (std::uint32_t i = 0; i < stretch.size; ++i)
        ASSERT_EQ(stretch.digits >> i & 1, is_digit(text[begin + i]) ? 1u : 0u) << text;
    }
  }
}

TEST(NumberGroup, ReadsRunsAndWhatIsBetweenThem) {
  NumberGroup group;
  const TextSpan text{
      "+44 (0)20-79.46 \xc2\xa0"
      "12/3 - 4, 5"};
  EXPECT_EQ(group.read(text, 1), text.bytes.find(','));
  std::vector<std::pair<std::uint32_t, Gap>> runs;
  for (const detect::Run& run : group.runs()) runs.emplace_back(run.size(), run.before);
  EXPECT_EQ(runs, (std::vector<std::pair<std::uint32_t, Gap>>{{2, Gap::none},
                                                              {1, Gap::mixed_blank},
                                                              {2, Gap::mixed},
                                                              {2, Gap::dash},
                                                              {2, Gap::dot},
                                                              {2, Gap::mixed_blank},
                                                              {1, Gap::slash},
                                                              {1, Gap::mixed_blank}}));
  EXPECT_EQ(group.runs()[0].shape & 0x7fff, 2u | 1u << 5 | 2u << 10);
}

TEST(NumberGroup, HalfANoBreakSpaceEndsIt) {
  NumberGroup group;
  EXPECT_EQ(group.read({"123\xa0"
                        "456"},
                       0),
            3u);
}

}  // namespace
}  // namespace outspan::detect

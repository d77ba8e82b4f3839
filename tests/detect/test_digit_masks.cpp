#include "detect/digit_masks.h"

#include <array>
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

TEST(NumberAnchors, AgreeWithTheSlowWay) {
  std::mt19937 random(2);
  for (const std::string_view alphabet :
       {std::string_view("0123456789 -./()ab,"), std::string_view("12 -"),
        std::string_view("12345678901234567890 x"), std::string_view("aB19\xc2\xa0 ")}) {
    text::TextMasks masks;
    NumberAnchors anchors;
    for (int round = 0; round < 3000; ++round) {
      const std::string text = random_text(random, random() % 300, alphabet);
      masks.classify_values(text);
      anchors.find(masks, true);
      ASSERT_EQ(anchors.groups(), reference_groups(text)) << text;
      ASSERT_EQ(anchors.shapes(), reference_shapes(text)) << text;
    }
  }
}

TEST(NumberAnchors, StretchesOfGroupsAreAsFarAsTheyAreBridged) {
  std::mt19937 random(3);
  text::TextMasks masks;
  NumberAnchors anchors;
  for (int round = 0; round < 1000; ++round) {
    const std::string text = random_text(random, random() % 300, "1234567891234567 -./x");
    masks.classify_values(text);
    anchors.find(masks, false);
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

#if defined(__x86_64__)
TEST(AnchorLoops, AgreeOnEveryProcessor) {
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "no AVX2 here";
  std::mt19937 random(4);
  text::TextMasks masks;
  for (int round = 0; round < 1000; ++round) {
    const std::string text = random_text(random, random() % 2000, "0123456789 -./()ab");
    masks.classify_values(text);
    const std::size_t words = masks.words();
    const auto results = [&](const AnchorLoops& loops) {
      std::vector<std::uint64_t> bridged(words + 2), groups(words), shapes(words);
      const auto count = static_cast<std::ptrdiff_t>(words);
      loops.bridge(masks.digits(), masks.separators(), bridged.data() + 1, count);
      loops.groups(bridged.data() + 1, groups.data(), count);
      loops.shapes(masks.digits(), masks.letters(), shapes.data(), count);
      return std::array{bridged, groups, shapes};
    };
    ASSERT_EQ(results(kPlainLoops), results(kAvx2Loops)) << text;
  }
}
#endif

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

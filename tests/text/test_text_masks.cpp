#include "text/text_masks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <random>
#include <string>

#include "text/base64.h"

namespace outspan::text {
namespace {

std::vector<TextMasks::Way> ways() {
  std::vector<TextMasks::Way> all{TextMasks::Way::plain};
  for (const auto way : {TextMasks::Way::avx2, TextMasks::Way::avx512})
    if (TextMasks::can(way)) all.push_back(way);
  return all;
}

bool bit(MaskWords words, std::size_t at) { return (words[at / 64] >> at % 64 & 1) != 0; }

std::string random_text(std::mt19937& random, std::string_view letters) {
  std::string text(random() % 500, ' ');
  for (char& c : text)
    c = letters.empty() ? static_cast<char>(random()) : letters[random() % letters.size()];
  return text;
}

/// Of every byte, of the characters that are looked for together, and of one kind of code each.
constexpr std::string_view kLetters[] = {"",
                                         "+:AB@D%x+\"'&\\ ~<0X",
                                         "\nb=0<~x a1F ",
                                         "0123456789 -./()\xc2\xa0,",
                                         "ABCDEabcdefghijklmnopqrs  ",
                                         "0123456789abcdefz ",
                                         "01010101 ",
                                         "af09 af09:"};

bool leads_escape(char c, char next) {
  return c == '%' || c == '\\' || c == '&' || (c == ':' && next == ':') ||
         (c == '+' && ((next >= '@' && next <= 'C') || (next >= ' ' && next <= '\'')));
}

TEST(TextMasks, EveryByteIsOfItsClasses) {
  std::mt19937 random(1);
  for (int round = 0; round < 800; ++round) {
    const std::string text = random_text(random, kLetters[round % std::size(kLetters)]);
    for (const auto way : ways()) {
      TextMasks masks;
      masks.use(way);
      masks.classify_all(text);
      ASSERT_EQ(masks.size(), text.size());
      for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        const bool ascii = byte < 0x80;
        ASSERT_EQ(bit(masks.digits(), i), byte >= '0' && byte <= '9');
        ASSERT_EQ(bit(masks.separators(), i),
                  std::string_view(" -./()\xc2\xa0").find(text[i]) != std::string_view::npos);
        ASSERT_EQ(bit(masks.letters(), i), ascii && std::isalpha(byte) != 0);
        ASSERT_EQ(bit(masks.at_signs(), i), byte == '@');
        ASSERT_EQ(bit(masks.base64(), i),
                  (ascii && std::isalnum(byte) != 0) ||
                      std::string_view("+/-_").find(text[i]) != std::string_view::npos);
        ASSERT_EQ(bit(masks.escapes(), i), leads_escape(text[i], next)) << i << text;
      }
      EXPECT_EQ(masks.has_zero(), text.find('\0') != std::string::npos);
      EXPECT_EQ(masks.is_ascii(), std::ranges::all_of(text, [](char c) { return c >= 0; }));
    }
  }
}

TEST(TextMasks, AllWaysAgree) {
  std::mt19937 random(2);
  std::size_t marks = 0, dense = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::string text = random_text(random, kLetters[round % std::size(kLetters)]);
    TextMasks plain;
    plain.use(TextMasks::Way::plain);
    plain.classify_all(text);
    for (const auto way : ways()) {
      TextMasks other;
      other.use(way);
      other.classify_all(text + std::string(200, 'x'));  // what is left of it does no harm
      other.classify_all(text);
      TextMasks values;
      values.use(way);
      values.classify_values(text);
      const auto same = [&](MaskWords one, MaskWords two) {
        return std::equal(one - 1, one + other.words() + 1, two - 1);
      };
      ASSERT_TRUE(same(plain.code_marks(), other.code_marks())) << text;
      ASSERT_TRUE(
          std::equal(plain.dense(), plain.dense() + (plain.words() + 63) / 64, other.dense()));
      ASSERT_TRUE(same(plain.base64(), other.base64()));
      ASSERT_TRUE(same(plain.escapes(), other.escapes()));
      for (const TextMasks* each : {&other, &values}) {
        ASSERT_TRUE(same(plain.digits(), each->digits()));
        ASSERT_TRUE(same(plain.separators(), each->separators()));
        ASSERT_TRUE(same(plain.letters(), each->letters()));
        ASSERT_TRUE(same(plain.at_signs(), each->at_signs()));
      }
    }
    marks += next_bit(plain.code_marks(), 0, text.size()) < text.size() ? 1 : 0;
    dense += next_bit(plain.dense(), 0, plain.words()) < plain.words() ? 1 : 0;
  }
  EXPECT_GT(marks, 100U);
  EXPECT_GT(dense, 100U);
  EXPECT_LT(dense, 1900U);
}

struct Marked {
  const char* what;
  std::string_view text;
  std::size_t at;
};
constexpr std::string_view kBase85Line = "9jqo^BlbD-BleB1DJ+*+F(f,q";

TEST(TextMasks, CodesAreMarkedWhereTheyBegin) {
  const std::string base85 = "text\n" + std::string(kBase85Line);
  const Marked rows[] = {
      {"uuencode", "text\nbegin 644 a", 5},
      {"yEnc", "text\n=ybegin line", 5},
      {"hexdump", "text\n0000: 41", 5},
      {"base 85 in a line", base85, 5},
      {"ascii85", "text <~9jqo^", 6},
      {"a number in C", "text 0x41", 6},
      {"pairs of digits", "text\t41 6c 69 63 65 40 65 78 61", 5},
  };
  for (const Marked& row : rows)
    for (const std::size_t shift : {0U, 1U, 30U, 58U, 59U, 60U, 63U, 64U, 100U})
      for (const auto way : ways()) {
        const std::string text = std::string(shift, '.') + std::string(row.text);
        TextMasks masks;
        masks.use(way);
        masks.classify_all(text);
        const std::size_t at = shift + row.at;
        // Pairs are seen where eight of them are in one block: the second one begins the next.
        const bool later = row.what == std::string_view("pairs of digits") && at % 64 == 63;
        EXPECT_EQ(next_bit(masks.code_marks(), 0, text.size()), later ? at + 3 : at)
            << row.what << " after " << shift;
      }
}

TEST(TextMasks, DenseBlocksAreThoseOfCodes) {
  const std::string prose(64, 'o');
  const struct {
    std::string_view block;
    bool dense;
  } rows[] = {
      {"An ordinary sentence with Some Capitals In It, as headings have it.", false},
      {"CONSTANTS_IN_CAPITALS AND OTHER SHOUTING OF NOTHING BUT CAPITALS.", false},
      {"QWxpY2UgRXhhbXBsZSA8YWxpY2VAZXhhbXBsZS5jb20+LCBUaWNrZXQgVEtUOjE2", true},
      {"416c696365204578616d706c65203c616c696365406578616d706c652e636f6d3e", true},
      {"4142 6c69 6365 2045 7861 6d70 6c65 203c 616c 6963 6540 6578 616d", true},
      {"0100000101101100011010010110001101100101010000000110010101111000", true},
      {"1234567890123456789012345678901234567890123456789012345678901234", false},
  };
  for (const auto& row : rows)
    for (const auto way : ways()) {
      TextMasks masks;
      masks.use(way);
      masks.classify_all(prose + std::string(row.block.substr(0, 64)));
      EXPECT_EQ(bit(masks.dense(), 1), row.dense) << row.block;
      EXPECT_FALSE(bit(masks.dense(), 0));
    }
}

TEST(MaskWords, RunsAreFoundWhereverTheyBegin) {
  std::mt19937 random(3);
  std::size_t inside = 0;
  TextMasks masks;
  for (int round = 0; round < 5000; ++round) {
    std::string text(1 + random() % 300, 'a');
    // Strangers this far apart give runs on both sides of the length.
    for (char& c : text) c = random() % (4U + static_cast<unsigned>(round) % 40U) == 0 ? '.' : 'a';
    masks.classify_all(text);
    const std::size_t length = 8 + random() % 25;
    const std::size_t from = random() % text.size();
    const std::size_t end = from + random() % (text.size() - from + 1);
    std::size_t running = 0, expected = end;
    for (std::size_t i = from; i < end && running < length; ++i) {
      running = text[i] == 'a' ? running + 1 : 0;
      expected = i + 1 - running;
    }
    inside += running == length ? 1 : 0;
    ASSERT_EQ(next_run(masks.base64(), from, end, length), expected) << text << from << ' ' << end;
    const auto gap = std::min(text.find('.', from), end);
    const auto mark = std::min(text.find('a', from), end);
    ASSERT_EQ(next_gap(masks.base64(), from, end), gap);
    ASSERT_EQ(next_bit(masks.base64(), from, end), mark);
  }
  EXPECT_GT(inside, 500U);
}

TEST(MaskWords, AnEmptyTextHasNone) {
  for (const auto way : ways()) {
    TextMasks masks;
    masks.use(way);
    masks.classify_all({});
    EXPECT_EQ(masks.words(), 0U);
    EXPECT_EQ(masks.digits()[0], 0U);
    EXPECT_EQ(next_bit(masks.digits(), 0, 0), 0U);
    EXPECT_EQ(next_run(masks.base64(), 0, 0, 8), 0U);
    EXPECT_TRUE(masks.is_ascii());
    EXPECT_FALSE(masks.has_zero());
  }
}

}  // namespace
}  // namespace outspan::text

#include <array>
#include <random>
#include <span>
#include <string>

#include "text/ascii.h"
#include "text/base64.h"
#include "text/escape.h"
#include "text/hex.h"
#include "text/utf8.h"

namespace outspan::text {
namespace {

using namespace std::string_view_literals;

TEST(Hex, EveryByteIsReadAsItIsWritten) {
  for (int byte = 0; byte < 256; ++byte) {
    const auto one = static_cast<std::uint8_t>(byte);
    const std::string digits = to_hex(Bytes(&one, 1));
    ASSERT_EQ(hex_byte(digits[0], digits[1]), byte);
    ASSERT_EQ(hex_byte(to_upper(digits[0]), to_upper(digits[1])), byte);
  }
}

TEST(Hex, OneDigitIsNotEnough) {
  for (const std::string_view pair :
       {"4g"sv, "g4"sv, "gg"sv, " 4"sv, "4\0"sv, "-1"sv, "@A"sv, "`a"sv})
    EXPECT_EQ(hex_byte(pair[0], pair[1]), -1) << pair;
}

struct PairsCase {
  const char* name;
  std::string_view coded, decoded;
};
class HexPairs : public testing::TestWithParam<PairsCase> {};
TEST_P(HexPairs, Decoded) {
  EXPECT_EQ(decode_hex_pairs(GetParam().coded, '%'), GetParam().decoded);
}
const PairsCase kPairs[] = {
    {"none", "plain", "plain"},
    {"either_case", "%4a%4A", "JJ"},
    {"a_zero", "a%00b", "a\0b"sv},
    {"cut_at_the_end", "a%4", "a%4"},
    {"a_lead_alone", "%", "%"},
    {"not_twice", "%2541", "%41"},
    {"a_lead_before_a_pair", "%%41", "%A"},
};
INSTANTIATE_TEST_SUITE_P(Rfc3986, HexPairs, testing::ValuesIn(kPairs),
                         [](const auto& test) { return test.param.name; });

struct Base64Case {
  const char* name;
  std::string_view coded;
  std::string_view lenient;
  std::optional<std::string_view> strict;
};
class Base64 : public testing::TestWithParam<Base64Case> {};
TEST_P(Base64, Lenient) { EXPECT_EQ(decode_base64(GetParam().coded), GetParam().lenient); }
TEST_P(Base64, Strict) { EXPECT_EQ(decode_strict_base64(GetParam().coded), GetParam().strict); }
const Base64Case kBase64Cases[] = {
    {"empty", "", "", ""},
    {"one_byte", "Zg==", "f", "f"},
    {"two_bytes", "Zm8=", "fo", "fo"},
    {"three_bytes", "Zm9v", "foo", "foo"},
    {"without_padding", "Zm9vYg", "foob", std::nullopt},
    {"one_character_more", "Zm9vY", "foo", std::nullopt},
    {"base64url", "_-A_", "\xff\xe0\x3f", std::nullopt},
    {"standard", "/+A/", "\xff\xe0\x3f", "\xff\xe0\x3f"},
    {"a_stranger", "Zm9v YmFy", "foo", std::nullopt},
    {"padding_inside", "Zg==Zg==", "f", std::nullopt},
    {"three_times_padding", "Z===", "", std::nullopt},
};
INSTANTIATE_TEST_SUITE_P(Rfc4648, Base64, testing::ValuesIn(kBase64Cases),
                         [](const auto& test) { return test.param.name; });

/// As RFC 4648 has it, a character at a time.
std::string decoded_slowly(std::string_view coded) {
  std::string out;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < coded.size() && base64_value(coded[i]) < 64; ++i) {
    bits = bits << 6 | base64_value(coded[i]);
    if (i % 4 != 0) out += static_cast<char>(bits >> (6 - 2 * (i % 4)));
  }
  return out;
}

TEST(Base64Decoder, ManyAtATimeAreAsOneByOneWithAStrangerAnywhere) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
  std::mt19937 random(7);
  std::string coded;
  for (int i = 0; i < 140; ++i) coded += kAlphabet[random() % kAlphabet.size()];
  for (std::size_t size = 0; size <= coded.size(); ++size) {
    const std::string_view text = std::string_view(coded).substr(0, size);
    EXPECT_EQ(decode_base64(text), decoded_slowly(text)) << size;
  }
  for (int stranger = 0; stranger < 256; ++stranger) {
    if (base64_value(static_cast<std::uint8_t>(stranger)) < 64) continue;
    std::string with = coded;
    with[static_cast<std::size_t>(random() % 100)] = static_cast<char>(stranger);
    EXPECT_EQ(decode_base64(with), decoded_slowly(with)) << stranger;
  }
}

TEST(Base64Decoder, PiecesAndRoomDoNotMatter) {
  std::mt19937 random(8);
  const std::string coded(300, 'x');
  const std::string expected = decoded_slowly(coded);
  for (int round = 0; round < 500; ++round) {
    Base64Decoder decoder;
    std::string out;
    for (std::size_t at = 0; at < coded.size();) {
      std::array<std::uint8_t, 80> room;
      const auto piece = std::string_view(coded).substr(at, random() % 90 + 1);
      const auto step = decoder.run(as_bytes(piece), std::span(room).first(3 + random() % 78));
      out.append(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(step.produced));
      at += step.consumed;
    }
    ASSERT_EQ(out, expected) << round;
  }
}

TEST(Utf8, EveryCodePointIsReadAsItIsWritten) {
  for (std::uint32_t code = 0; code < 0x110000; ++code) {
    std::string text;
    append_utf8(text, code);
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    const Character read = character_at(text, 0);
    ASSERT_EQ(read.code, surrogate ? kReplacementCharacter : code);
    ASSERT_EQ(read.size, text.size());
    ASSERT_EQ(character_bytes(text), text.size());
    ASSERT_EQ(utf8_span(text), text.size());
  }
  std::string beyond;
  append_utf8(beyond, 0x110000);
  EXPECT_EQ(beyond, kReplacement);
}

struct Utf8Case {
  const char* name;
  std::string_view text;
  std::size_t good;  ///< utf8_span
  bool is_text;
};
class Utf8Judge : public testing::TestWithParam<Utf8Case> {};
TEST_P(Utf8Judge, Span) { EXPECT_EQ(utf8_span(GetParam().text), GetParam().good); }
TEST_P(Utf8Judge, Text) {
  EXPECT_EQ(looks_like_text(as_bytes(GetParam().text)), GetParam().is_text);
}
const Utf8Case kUtf8Cases[] = {
    {"ascii", "plain text\t\r\n", 13, true},
    {"umlauts", "M\xc3\xbcller", 7, true},
    {"cut_at_the_end_is_text", "M\xc3\xbcller \xe2\x82", 8, true},
    {"cut_in_the_middle", "M\xe2\x82 ller", 1, false},
    {"a_lone_continuation", "a\x80", 1, false},
    {"overlong_two", "\xc0\xaf", 0, false},
    {"overlong_three", "\xe0\x80\xaf", 0, false},
    {"a_surrogate", "\xed\xa0\x80", 0, false},
    {"above_unicode", "\xf4\x90\x80\x80", 0, false},
    {"latin_1", "M\xfcller", 1, false},
    {"a_control_is_no_text", "a\x01", 2, false},
    {"behind_eight_of_ascii", "12345678\xff", 8, false},
};
INSTANTIATE_TEST_SUITE_P(Rfc3629, Utf8Judge, testing::ValuesIn(kUtf8Cases),
                         [](const auto& test) { return test.param.name; });

TEST(Utf8, OfUtf16) {
  EXPECT_EQ(utf8_of_utf16("A\0\xfc\0\xac\x20"sv), "A\xc3\xbc\xe2\x82\xac");
  EXPECT_EQ(utf8_of_utf16("\x3d\xd8\x00\xde"sv), "\xf0\x9f\x98\x80");
  EXPECT_EQ(utf8_of_utf16("\x3d\xd8\x41\x00"sv), "\xef\xbf\xbd\x41");  // half a pair
  EXPECT_EQ(utf8_of_utf16("A\0B"sv), "A");
}

TEST(Ascii, CaseAndSearch) {
  EXPECT_EQ(lower_case("Content-TYPE: \xc3\x84"), "content-type: \xc3\x84");
  EXPECT_TRUE(equals_ignoring_case("StArTtLs", "STARTTLS"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));  // 0x20 apart, but no letters
  EXPECT_TRUE(starts_ignoring_case("Basic x", "basic"));
  EXPECT_FALSE(starts_ignoring_case("Ba", "basic"));
  EXPECT_TRUE(contains_ignoring_case("a PIPELINING b", "pipelining"));
  EXPECT_FALSE(contains_ignoring_case("", "x"));
  EXPECT_EQ(trimmed(" \t x y\r\n"), "x y");
  EXPECT_EQ(trimmed(" \r\n"), "");
}

TEST(Escapes, PositionsLeadToTheirRawText) {
  // "a%40b%41c" is "a@bAc".
  const Escape escapes[] = {{1, 4, 1, 2}, {5, 8, 3, 4}};
  const std::uint32_t begins[] = {0, 1, 4, 5, 8, 9};
  const std::uint32_t ends[] = {0, 1, 4, 5, 8, 9};
  for (std::uint32_t at = 0; at <= 5; ++at) {
    EXPECT_EQ(raw_position(escapes, at, Edge::begin), begins[at]) << at;
    EXPECT_EQ(raw_position(escapes, at, Edge::end), ends[at]) << at;
  }
  const std::uint32_t decoded[] = {0, 2, 2, 2, 2, 4, 4, 4, 4, 5};
  for (std::uint32_t at = 0; at <= 9; ++at) {
    if (at == 1 || at == 5) continue;  // where an escape begins both places are right
    EXPECT_EQ(text_position(escapes, at), decoded[at]) << at;
  }
}

TEST(Escapes, InsideOfOneItsEdges) {
  const Escape escapes[] = {{1, 10, 1, 4}};  // one escape for three bytes
  EXPECT_EQ(raw_position(escapes, 2, Edge::begin), 1U);
  EXPECT_EQ(raw_position(escapes, 2, Edge::end), 10U);
  EXPECT_EQ(raw_position(escapes, 4, Edge::end), 10U);
}

}  // namespace
}  // namespace outspan::text

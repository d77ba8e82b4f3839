#include <gtest/gtest.h>

#include <random>

#include "content/byte_class.h"
#include "content/magic.h"
#include "content/unescape.h"
#include "tests/content/encoders.h"
#include "tests/content/support.h"

namespace outspan::content {
namespace {

using protocol::PartKind;

TEST(FormData, PartsAreNamedByFileOrField) {
  const std::string body =
      "--XX\r\nContent-Disposition: form-data; name=\"comment\"\r\n\r\nhello\r\n"
      "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"customers.csv\"\r\n"
      "Content-Type: text/csv\r\n\r\nalice@example.com\r\n-- no\r\n--XXY\r\nbob\r\n--XX--\r\n";
  for (std::size_t piece = 0; piece < 40; ++piece) {
    Bench bench;
    bench.run(part(PartKind::body, "multipart/form-data; boundary=XX"), body, piece);
    EXPECT_EQ(bench.texts["comment"], "hello") << piece;
    EXPECT_EQ(bench.texts["customers.csv"], "alice@example.com\r\n-- no\r\n--XXY\r\nbob") << piece;
  }
}
TEST(FormData, AMissingEndIsFine) {
  Bench bench;
  bench.run(part(PartKind::body, "multipart/form-data; boundary=XX"),
            "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nalice@example.com");
  EXPECT_EQ(bench.texts["a"], "alice@example.com");
}

/// What find_base64_run promises, byte by byte.
std::size_t first_run(Bytes bytes, std::size_t length) {
  std::size_t running = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    running = is_base64_char(bytes[i]) ? running + 1 : 0;
    if (running == length) return i + 1 - length;
  }
  return bytes.size() - running;
}

TEST(ByteClass, RunsAreFoundWhereverTheyBegin) {
  std::mt19937 random(2);
  std::size_t inside = 0;
  for (int round = 0; round < 5000; ++round) {
    std::vector<std::uint8_t> bytes(random() % 300);
    // Strangers this far apart give runs on both sides of the length.
    for (auto& byte : bytes) byte = random() % (4U + round % 40U) == 0 ? '.' : 'a';
    const std::size_t length = 17 + random() % 16;
    const std::size_t expected = first_run(bytes, length);
    inside += expected + length < bytes.size() ? 1 : 0;
    EXPECT_EQ(find_base64_run(bytes, length), expected) << round;
    EXPECT_EQ(find_base64_run_scalar(bytes, length), expected) << round;
    const auto stranger = std::find(bytes.begin(), bytes.end(), '.') - bytes.begin();
    EXPECT_EQ(base64_span(bytes), static_cast<std::size_t>(stranger)) << round;
    EXPECT_EQ(base64_span_scalar(bytes), static_cast<std::size_t>(stranger)) << round;
  }
  EXPECT_GT(inside, 1000U);
}

TEST(Magic, AGlanceNeverRefusesWhatIsWorthReading) {
  std::mt19937 random(3);
  const std::string_view beginnings[] = {"",
                                         "\x1f\x8b\x08",
                                         "\x89PNG\r\n\x1a\n",
                                         "%PDF-",
                                         "\xff\xfe",
                                         "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                                         "PK\x03\x04",
                                         "\n -----BEGIN PGP MESSAGE-----"};
  std::size_t worth = 0;
  for (int round = 0; round < 200000; ++round) {
    std::vector<std::uint8_t> bytes(15 + random() % 4);
    const unsigned values = round % 3 == 0 ? 256U : round % 3 == 1 ? 128U : 3U;
    for (auto& byte : bytes)
      byte = static_cast<std::uint8_t>(values == 3 ? random() % 3 * 0x61 : random() % values);
    if (random() % 4 == 0)  // UTF-16 and UTF-32
      for (std::size_t i = random() % 4; i < bytes.size(); i += 1 + random() % 3) bytes[i] = 0;
    const std::string_view begins = beginnings[random() % std::size(beginnings)];
    std::copy_n(begins.begin(), std::min(begins.size(), bytes.size()), bytes.begin());
    if (random() % 16 == 0) std::copy_n("ftyp", 4, bytes.begin() + 4);
    if (!worth_reading(bytes)) continue;
    ++worth;
    EXPECT_TRUE(may_be_worth_reading(std::span(bytes).first<kGlanceBytes>())) << round;
  }
  EXPECT_GT(worth, 1000U);
}

TEST(Unescape, LayersThatMakeOneAnother) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"%2540", "@"},     {"%25%34%30", "@"},        // the digits come a layer later than the lead
      {"%%34%30", "@"},                              // an old lead that did not fit before
      {"&#%36%34;", "@"}, {"a & b %41", "a & b A"},  // a lead that stays one
      {"\\\\u0040", "@"}, {"&amp;#64;", "@"},       {"\\u{%34%30}", "@"},
  };
  for (const auto& [raw, text] : cases) {
    Unescaper unescaper;
    ASSERT_TRUE(unescaper.run(raw, EscapeMode::text)) << raw;
    EXPECT_EQ(unescaper.text(), text) << raw;
  }
}

TEST(ByteClass, BothWaysAgree) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint8_t> bytes(random() % 500);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() % (round % 2 ? 256 : 128));
    if (round % 4 >= 2)  // plain stretches between the leads
      std::replace_if(
          bytes.begin(), bytes.end(), [](std::uint8_t b) { return b % 16 != 5; }, 'x');
    if (round % 4 == 1)  // pairs that are leads together only
      for (auto& byte : bytes) byte = "+:AB@D%x"[byte % 8];
    for (const EscapeLeads which : {EscapeLeads{}, EscapeLeads{.plus = true, .equals = true}}) {
      EXPECT_EQ(ascii_span(bytes), ascii_span_scalar(bytes));
      if (bytes.size() > 1) {
        EXPECT_EQ(find_code_marks(bytes, 1).at, find_code_marks_scalar(bytes, 1).at);
        EXPECT_EQ(find_code_marks(bytes, 1).mask, find_code_marks_scalar(bytes, 1).mask);
      }
      const EscapeBlock one = find_escapes(bytes, 0, which);
      const EscapeBlock two = find_escapes_scalar(bytes, 0, which);
      EXPECT_EQ(one.at, two.at);
      EXPECT_EQ(one.mask, two.mask);
      EscapeScan leads(bytes, which);
      const auto is_lead = [&](std::size_t at) {
        const std::uint8_t byte = bytes[at];
        const std::uint8_t next = at + 1 < bytes.size() ? bytes[at + 1] : 0;
        return byte == '%' || byte == '\\' || byte == '&' || (byte == ':' && next == ':') ||
               (byte == '+' && (which.plus || (next >= '@' && next <= 'C'))) ||
               (byte == '=' && which.equals);
      };
      std::size_t from = 0;
      while (from < bytes.size()) {
        const std::size_t step = random() % 3 == 0 ? random() % 90 : 0;
        from = std::min(from + step, bytes.size());
        std::size_t expected = from;
        while (expected < bytes.size() && !is_lead(expected)) ++expected;
        ASSERT_EQ(leads.next(from), expected);
        from = expected + 1;
      }
    }
  }
}

}  // namespace
}  // namespace outspan::content

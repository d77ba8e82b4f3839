#include <gtest/gtest.h>

#include <random>

#include "text/byte_class.h"

namespace outspan::text {
namespace {

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
    const std::size_t length = 8 + random() % 25;
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

TEST(ByteClass, BothWaysAgree) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint8_t> bytes(random() % 500);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() % (round % 2 ? 256 : 128));
    if (round % 4 >= 2)  // plain stretches between the leads
      std::replace_if(
          bytes.begin(), bytes.end(), [](std::uint8_t b) { return b % 16 != 5; }, 'x');
    if (round % 4 == 1)  // pairs that are leads together only
      for (auto& byte : bytes) byte = "+:AB@D%x+\"\'"[byte % 11];
    for (const EscapeLeads which : {EscapeLeads{}, EscapeLeads{.plus = true, .equals = true}}) {
      EXPECT_EQ(ascii_span(bytes), ascii_span_scalar(bytes));
      EXPECT_EQ(ascii_bytes(bytes), ascii_bytes_scalar(bytes));
      const EscapeBlock one = find_escapes(bytes, 0, which);
      const EscapeBlock two = find_escapes_scalar(bytes, 0, which);
      EXPECT_EQ(one.at, two.at);
      EXPECT_EQ(one.mask, two.mask);
      EscapeScan leads(bytes, which);
      const auto is_lead = [&](std::size_t at) {
        const std::uint8_t byte = bytes[at];
        const std::uint8_t next = at + 1 < bytes.size() ? bytes[at + 1] : 0;
        return byte == '%' || byte == '\\' || byte == '&' || (byte == ':' && next == ':') ||
               (byte == '+' &&
                (which.plus || (next >= '@' && next <= 'C') || (next >= ' ' && next <= '\''))) ||
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
}  // namespace outspan::text

#include <gtest/gtest.h>

#include <random>

#include "content/magic.h"
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

}  // namespace
}  // namespace outspan::content

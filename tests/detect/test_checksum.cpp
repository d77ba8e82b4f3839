#include "detect/checksum.h"

#include <gtest/gtest.h>

namespace outspan::detect {
namespace {

struct CheckCase {
  const char* name;
  const char* good;  // a published example
};
const CheckCase kCases[] = {
    {"luhn", "79927398713"},     {"luhn", "4111111111111111"}, {"verhoeff", "2363"},
    {"mod11-10", "86095742719"}, {"ean13", "9783161484100"},   {"mod97", "WEST12345698765432GB82"},
};

/// Every one of these schemes finds any single wrong digit.
TEST(Checksum, AcceptsTheExampleAndNoSingleWrongDigit) {
  for (const CheckCase& test : kCases) {
    const Check check = check_named(test.name);
    ASSERT_NE(check, nullptr) << test.name;
    EXPECT_TRUE(check(test.good)) << test.name;
    for (std::size_t i = 0; i < std::string_view(test.good).size(); ++i) {
      std::string wrong = test.good;
      if (wrong[i] < '0' || wrong[i] > '9') continue;
      for (char digit = '0'; digit <= '9'; ++digit) {
        wrong[i] = digit;
        EXPECT_EQ(check(wrong), wrong == test.good) << test.name << " " << wrong;
      }
    }
  }
}

TEST(Checksum, KnowsItsNames) { EXPECT_EQ(check_named("crc"), nullptr); }

TEST(Checksum, DatesOfTheCalendar) {
  EXPECT_TRUE(is_date(2000, 2, 29));
  EXPECT_FALSE(is_date(1900, 2, 29));
  EXPECT_FALSE(is_date(2023, 2, 29));
  EXPECT_FALSE(is_date(2024, 4, 31));
  EXPECT_FALSE(is_date(2024, 13, 1));
  EXPECT_FALSE(is_date(2024, 1, 0));
}

}  // namespace
}  // namespace outspan::detect

// The automaton against the library whose metadata it was made from.
#include <phonenumbers/phonenumberutil.h>

#include <random>

#include "detect/phone.h"

namespace outspan::detect {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

TEST(PhoneOracle, PossibleIsWhatTheLibraryCallsValid) {
  const PhoneRules rules({});
  const auto& library = *PhoneNumberUtil::GetInstance();
  std::mt19937 random(3);
  int valid = 0;
  for (const CallingCode& code : calling_codes()) {
    for (int i = 0; i < 40; ++i) {
      std::string national;
      const std::size_t size = 4 + random() % 9;
      while (national.size() < size) national += static_cast<char>('0' + random() % 10);
      PhoneNumber number;
      number.set_country_code(code.code);
      if (national[0] == '0') continue;  // the library keeps leading zeros apart
      number.set_national_number(std::stoull(national));
      const bool expected = library.IsValidNumber(number);
      valid += expected;
      EXPECT_EQ(rules.possible(std::to_string(code.code) + national), expected)
          << "+" << code.code << " " << national;
    }
  }
  EXPECT_GT(valid, 300);
}

TEST(PhoneOracle, ExampleNumberOfEveryRegionIsFound) {
  const PhoneRules rules({});
  const auto& library = *PhoneNumberUtil::GetInstance();
  std::set<std::string> regions;
  library.GetSupportedRegions(&regions);
  ASSERT_GT(regions.size(), 200u);
  for (const std::string& region : regions) {
    PhoneNumber number;
    if (!library.GetExampleNumber(region, &number)) continue;
    for (const auto format : {PhoneNumberUtil::E164, PhoneNumberUtil::INTERNATIONAL}) {
      std::string text, e164;
      library.Format(number, format, &text);
      library.Format(number, PhoneNumberUtil::E164, &e164);
      NumberGroup group;
      group.read({text}, 1);
      Finding finding;
      ASSERT_TRUE(rules.find({text}, group, 0, finding)) << region << " " << text;
      EXPECT_EQ(finding.value(), e164) << region << " " << text;
    }
    std::string text, e164;
    library.Format(number, PhoneNumberUtil::E164, &e164);
    library.Format(number, PhoneNumberUtil::NATIONAL, &text);
  }
}

/// National forms as the library writes them, for the countries we were asked for.
TEST(PhoneOracle, NationalFormsOfConfiguredCountries) {
  const auto& library = *PhoneNumberUtil::GetInstance();
  for (const std::string region :
       {"US", "CA", "GB", "DE", "FR", "ES", "IT", "NL", "BE", "AT", "CH",
        "PL", "SE", "NO", "DK", "FI", "IE", "PT", "AU", "IN", "BR", "JP"}) {
    const PhoneRules rules({region});
    for (const auto type : {PhoneNumberUtil::FIXED_LINE, PhoneNumberUtil::MOBILE}) {
      PhoneNumber number;
      if (!library.GetExampleNumberForType(region, type, &number)) continue;
      std::string text, e164;
      library.Format(number, PhoneNumberUtil::NATIONAL, &text);
      library.Format(number, PhoneNumberUtil::E164, &e164);
      NumberGroup group;
      const auto begin = static_cast<std::uint32_t>(text.find_first_of("0123456789"));
      group.read({text}, begin);
      Finding finding;
      ASSERT_TRUE(rules.find({text}, group, 0, finding)) << region << " " << text;
      EXPECT_EQ(finding.value(), e164) << region << " " << text;
    }
  }
}

}  // namespace
}  // namespace outspan::detect

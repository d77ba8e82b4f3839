// The sensor's way with phone numbers against libphonenumber, for every country it knows.
#include <phonenumbers/phonenumberutil.h>

#include <random>
#include <set>

#include "fingerprint/build/phone_source.h"
#include "fingerprint/forms/phone_form.h"
#include "text/fold.h"

namespace outspan::fingerprint {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

const PhoneNumberUtil& library() { return *PhoneNumberUtil::GetInstance(); }

std::string format(const PhoneNumber& number, PhoneNumberUtil::PhoneNumberFormat how) {
  std::string text;
  library().Format(number, how, &text);
  return text;
}
std::string digits_of(const PhoneNumber& number) {
  return format(number, PhoneNumberUtil::E164).substr(1);
}

/// Valid numbers of a region: the library's examples, and random ones with the same beginnings.
std::vector<PhoneNumber> numbers_of(const std::string& region) {
  std::vector<PhoneNumber> numbers;
  std::mt19937 random(static_cast<unsigned>(std::hash<std::string>()(region)));
  for (const auto type :
       {PhoneNumberUtil::FIXED_LINE, PhoneNumberUtil::MOBILE, PhoneNumberUtil::TOLL_FREE}) {
    PhoneNumber example;
    if (!library().GetExampleNumberForType(region, type, &example)) continue;
    numbers.push_back(example);
    for (int i = 0; i < 12; ++i) {
      std::string national;
      library().GetNationalSignificantNumber(example, &national);
      for (std::size_t at = national.size() - std::min<std::size_t>(national.size() - 1, 5);
           at < national.size(); ++at)
        national[at] = static_cast<char>('0' + random() % 10);
      PhoneNumber made;
      if (library().Parse("+" + std::to_string(example.country_code()) + national, "ZZ", &made) ==
              PhoneNumberUtil::NO_PARSING_ERROR &&
          library().IsValidNumber(made))
        numbers.push_back(made);
    }
  }
  // Short ones are no customers' numbers.
  std::erase_if(numbers, [](const PhoneNumber& number) { return digits_of(number).size() < 7; });
  return numbers;
}

/// Of some islands, national numbers are as short as anybody's house number.
bool is_short(const std::string& spelled) {
  return std::count_if(spelled.begin(), spelled.end(), detect::is_digit) < 7;
}

std::set<std::string> regions() {
  std::set<std::string> all;
  library().GetSupportedRegions(&all);
  return all;
}

/// Whether the number is among the readings of a text that holds it somewhere.
bool is_read(const PhoneReader& reader, const std::string& spelled, const std::string& digits) {
  const std::string text = "call " + spelled + " now";
  const detect::TextSpan span{text};
  std::vector<PhoneReading> readings;
  for (std::uint32_t at = 0; at < text.size();) {
    if (!detect::is_digit(text[at])) {
      ++at;
      continue;
    }
    detect::NumberGroup group;
    at = group.read(span, at);
    reader.read(span, group, readings);
  }
  for (const PhoneReading& reading : readings)
    if (reading.value() == digits) return true;
  return false;
}

TEST(PhoneForms, EverySpellingOfEveryCountryIsRead) {
  ASSERT_GT(regions().size(), 200u);
  std::size_t tried = 0;
  for (const std::string& region : regions()) {
    for (const PhoneNumber& number : numbers_of(region)) {
      const std::string digits = digits_of(number);
      PhonePlan plan;
      plan.add(digits);
      const PhoneReader reader(plan, {region});
      const std::string international = format(number, PhoneNumberUtil::INTERNATIONAL);
      for (const std::string& spelled :
           {"+" + digits, international, "00" + international.substr(1),
            "011 " + international.substr(1), "00" + digits,
            format(number, PhoneNumberUtil::RFC3966).substr(4),
            "(" + international.substr(0, international.find(' ')) + ")" +
                international.substr(international.find(' '))}) {
        EXPECT_TRUE(is_read(reader, spelled, digits)) << region << " " << spelled;
        ++tried;
      }
      const std::string national = format(number, PhoneNumberUtil::NATIONAL);
      if (!is_short(national)) {
        EXPECT_TRUE(is_read(reader, national, digits)) << region << " national " << national;
      }
    }
  }
  EXPECT_GT(tried, 20'000u);
}

TEST(PhoneForms, BareDigitsOfADatabaseAreRead) {
  for (const std::string& region : regions()) {
    for (const PhoneNumber& number : numbers_of(region)) {
      const std::string digits = digits_of(number);
      if (digits.size() < 9) continue;
      PhonePlan plan;
      plan.add(digits);
      EXPECT_TRUE(is_read(PhoneReader(plan, {}), digits, digits)) << region << " " << digits;
    }
  }
}

TEST(PhoneForms, SourceReadsWhatTheLibraryReads) {
  std::size_t quick = 0, all = 0;
  for (const std::string& region : regions()) {
    const PhoneSource source({region});
    for (const PhoneNumber& number : numbers_of(region)) {
      const std::string digits = digits_of(number);
      for (const auto how :
           {PhoneNumberUtil::E164, PhoneNumberUtil::INTERNATIONAL, PhoneNumberUtil::NATIONAL}) {
        const std::string text = format(number, how);
        if (is_short(text)) continue;
        const auto answer = source.read(text);
        EXPECT_TRUE(std::holds_alternative<std::string>(answer)) << region << " " << text;
        if (!std::holds_alternative<std::string>(answer)) continue;
        EXPECT_EQ(std::get<std::string>(answer), digits) << region << " " << text;
        ++all;
        // The quick way never answers otherwise than the library.
        if (const auto answered = source.read_quickly(text)) {
          const auto slow = source.read_with_library(text);
          ASSERT_TRUE(std::holds_alternative<std::string>(slow)) << region << " " << text;
          EXPECT_EQ(*answered, std::get<std::string>(slow)) << region << " " << text;
          ++quick;
        }
      }
    }
  }
  EXPECT_GT(static_cast<double>(quick), 0.85 * static_cast<double>(all));
}

struct SourceCase {
  const char* name;
  const char* cell;
  const char* digits;  // nullptr: rejected
  Reject reject = Reject::not_a_phone;
};
const SourceCase kSourceCases[] = {
    {"plus", "+44 20 7946 0123", "442079460123"},
    {"trunk_zero_in_parentheses", "+44 (0)20 7946 0123", "442079460123"},
    {"national", "020 7946 0123", "442079460123"},
    {"international_prefix", "0044 20 7946 0123", "442079460123"},
    {"bare_digits", "442079460123", "442079460123"},
    {"bare_digits_of_another_country", "33199000000", "33199000000"},
    {"uri", "tel:+44-20-7946-0123", "442079460123"},
    {"extension", "+44 20 7946 0123 ext. 5", "442079460123"},
    {"no_break_spaces", "+44\u00a020\u00a07946\u00a00123", "442079460123"},
    {"full_width", "＋４４ ２０ ７９４６ ０１２３", "442079460123"},
    {"arabic_digits", "+٤٤ ٢٠ ٧٩٤٦ ٠١٢٣", "442079460123"},
    {"en_dashes", "+44 20–7946–0123", "442079460123"},
    {"unassigned", "+44 20 0946 0123", "442009460123"},
    {"spreadsheet", "4.42079E+11", nullptr, Reject::spreadsheet_number},
    {"spreadsheet_few_digits", "4.4207946E+11", "442079460000"},
    {"float", "442079460123.0", "442079460123"},
    {"float_with_a_comma", "442079460123,00", "442079460123"},
    {"national_float", "2079460123.0", "442079460123"},
    {"exponent_with_all_digits", "4.42079460123E11", "442079460123"},
    {"exponent_and_zeros_after_it", "4.42079460123000E11", "442079460123"},
    {"exponent_with_a_comma_and_zeros", "4,4207946012300E+11", "442079460123"},
    {"exponent_and_zeros_left_out", "4.420794601E+11", "442079460100"},
    {"exponent_and_a_fraction", "4.420794601234E11", nullptr},
    {"exponent_of_nonsense", "4.42079460123E99", nullptr, Reject::not_a_phone},
    {"marks_of_direction", "\u202a+44 20 7946 0123\u202c", "442079460123"},
    {"two_numbers", "020 7946 0123 / 020 7946 0124", nullptr, Reject::several_values},
    {"too_short", "12345", nullptr, Reject::too_short},
    {"words", "unknown", nullptr, Reject::not_a_phone},
    {"date", "2024-01-15", nullptr, Reject::not_a_phone},
};
class PhoneCell : public testing::TestWithParam<SourceCase> {};
TEST_P(PhoneCell, IsReadOrRejectedForItsReason) {
  const PhoneSource source({"GB"});
  const auto answer = source.read(text::fold(GetParam().cell));
  if (GetParam().digits != nullptr) {
    ASSERT_TRUE(std::holds_alternative<std::string>(answer));
    EXPECT_EQ(std::get<std::string>(answer), GetParam().digits);
  } else {
    ASSERT_TRUE(std::holds_alternative<Reject>(answer)) << std::get<std::string>(answer);
    EXPECT_EQ(std::get<Reject>(answer), GetParam().reject) << to_string(std::get<Reject>(answer));
  }
}
INSTANTIATE_TEST_SUITE_P(Source, PhoneCell, testing::ValuesIn(kSourceCases),
                         [](const auto& test) { return test.param.name; });

TEST(PhoneCell, ANationalNumberNeedsACountry) {
  const auto answer = PhoneSource({}).read("020 7946 0123");
  ASSERT_TRUE(std::holds_alternative<Reject>(answer));
  EXPECT_EQ(std::get<Reject>(answer), Reject::no_country);
}

struct ReadingCase {
  const char* name;
  const char* text;
  bool read;
  detect::Strength strength = detect::Strength::strong;
};
const ReadingCase kReadingCases[] = {
    {"plus", "+44 20 7946 0123", true, detect::Strength::strong},
    {"followed_by_a_date", "+44 20 7946 0123 2024-01-15", true, detect::Strength::strong},
    {"preceded_by_a_number", "17 +44 20 7946 0123", true, detect::Strength::strong},
    {"national_grouped", "020 7946-0123", true, detect::Strength::normal},
    {"national_blanks", "020 7946 0123", true, detect::Strength::normal},
    {"national_bare", "02079460123", true, detect::Strength::weak},
    {"parentheses", "(020) 7946 0123", true, detect::Strength::normal},
    {"dots", "020.7946.0123", true, detect::Strength::normal},
    {"bare", "442079460123", true, detect::Strength::weak},
    {"inside_a_longer_number", "9442079460123", false},
    {"inside_a_word", "x442079460123", false},
    {"a_fraction", "0.442079460123", false},
    {"one_digit_short", "+44 20 7946 012", false},
    {"after_a_key", "1001,442079460123,x", true, detect::Strength::weak},
    {"in_a_tuple", "(1001,442079460123,'N')", true, detect::Strength::weak},
    {"after_a_colon", "12:442079460123", true, detect::Strength::weak},
    {"with_plus_after_a_key", "1001,+442079460123", true, detect::Strength::strong},
    {"whole_float", "442079460123.0,x", true, detect::Strength::weak},
    {"fraction_behind", "442079460123.05", false},
    {"exponent", "4.42079460123E11", true, detect::Strength::weak},
    {"exponent_with_plus", "4.42079460123e+11", true, detect::Strength::weak},
    {"exponent_with_a_comma", "4,42079460123E+11;x", true, detect::Strength::weak},
    {"exponent_of_a_list", "7,442079460123E+11", false},
    {"exponent_that_lost_digits", "4.42079E+11", false},
    {"exponent_too_small", "4.42079460123E10", false},
    {"extension", "442079460123x3179", true, detect::Strength::weak},
    {"extension_with_dash", "+44-20-7946-0123-x11", true, detect::Strength::strong},
    {"part_of_a_path", "/users/442079460123/orders", true, detect::Strength::weak},
    {"part_of_a_file_name", "x_442079460123_1.pdf", true, detect::Strength::weak},
    {"link_of_a_messenger", "wa.me/442079460123?text=hi", true, detect::Strength::weak},
    {"account_of_a_messenger", "442079460123@s.whatsapp.net", true, detect::Strength::weak},
    {"any_account", "442079460123@sms.example.org", true, detect::Strength::weak},
    {"account_with_plus", "+442079460123@sms.example.org", true, detect::Strength::strong},
    {"glued_to_words", "Tel442079460123Fax", true, detect::Strength::weak},
    {"plus_glued_to_words", "Tel+442079460123Fax", true, detect::Strength::weak},
    {"plus_in_a_sum", "x+442079460123", false},
    {"pause_before_dialling", "+442079460123p9988", true, detect::Strength::strong},
    {"six_zeros", "442079460123.000000", true, detect::Strength::weak},
    {"two_with_a_slash", "442079460124/442079460123", true, detect::Strength::weak},
    {"after_a_key_and_a_slash", "/users/1001/442079460123", true, detect::Strength::weak},
    {"after_a_key_in_parentheses", "(1001)442079460123", true, detect::Strength::weak},
    {"area_code_in_parentheses", "(20)79460123", true, detect::Strength::normal},
    {"after_a_key_and_an_apostrophe", "1001'442079460123", true, detect::Strength::weak},
    {"before_a_slash_and_a_key", "/users/442079460123/1001", true, detect::Strength::weak},
    {"from_right_to_left", "321064970244+", true, detect::Strength::normal},
    {"from_right_to_left_and_more", "321064970244+1", false},
    {"between_scripts_without_case", "電話442079460123です", true, detect::Strength::weak},
    {"after_a_letter_beyond_ascii", "é442079460123", false},
};
class Reading : public testing::TestWithParam<ReadingCase> {};
TEST_P(Reading, HasItsStrength) {
  PhonePlan plan;
  plan.add("442079460123");
  const PhoneReader reader(plan, {"GB"});
  const std::string text = std::string("id ") + GetParam().text + ";";
  const detect::TextSpan span{text};
  std::vector<PhoneReading> readings;
  for (std::uint32_t at = 0; at < text.size();) {
    if (!detect::is_digit(text[at])) {
      ++at;
      continue;
    }
    detect::NumberGroup group;
    at = group.read(span, at);
    reader.read(span, group, readings);
  }
  const auto found = std::find_if(readings.begin(), readings.end(), [](const auto& reading) {
    return reading.value() == "442079460123";
  });
  ASSERT_EQ(found != readings.end(), GetParam().read);
  if (GetParam().read) {
    EXPECT_EQ(found->strength, GetParam().strength);
  }
}
INSTANTIATE_TEST_SUITE_P(Forms, Reading, testing::ValuesIn(kReadingCases),
                         [](const auto& test) { return test.param.name; });

/// "44.207.94.60" has the digits of a number and is none; "44.20.7946.0123" is one.
TEST(PhoneReading, AddressesOfHostsAreNone) {
  PhonePlan plan;
  plan.add("442079460");
  plan.add("442079460123");
  const PhoneReader reader(plan, {});
  for (const auto& [text, count] :
       {std::pair{"44.207.94.60", 0u}, {"44.20.7946.0123", 1u}, {"1 44.207.94.60:80", 0u}}) {
    detect::NumberGroup group;
    group.read({text}, 0);
    std::vector<PhoneReading> readings;
    reader.read({text}, group, readings);
    EXPECT_EQ(readings.size(), count) << text;
  }
}

TEST(PhoneReading, ExponentsFillUpWithZeros) {
  PhonePlan plan;
  plan.add("442079460100");
  const std::string text = "4.420794601E11";
  detect::NumberGroup group;
  group.read({text}, 0);
  std::vector<PhoneReading> readings;
  PhoneReader(plan, {}).read({text}, group, readings);
  ASSERT_EQ(readings.size(), 1u);
  EXPECT_EQ(readings[0].value(), "442079460100");
  EXPECT_EQ(readings[0].end, text.size());
}

TEST(PhonePlanBytes, ComeBack) {
  PhonePlan plan;
  plan.add("442079460123");
  plan.add("3319900001");
  const PhonePlan copy = PhonePlan::from_bytes(plan.to_bytes());
  EXPECT_TRUE(copy.has("442099999999"));
  EXPECT_TRUE(copy.has("3319123456"));
  EXPECT_FALSE(copy.has("44209999999"));
  EXPECT_FALSE(copy.has("4521999999"));
}

TEST(PhoneSpace, IsWhatAPlanHas) {
  // North America: some billions. Iceland: some millions.
  EXPECT_GT(PhoneSource::space("1"), 1e9);
  EXPECT_LT(PhoneSource::space("1"), 1e10);
  EXPECT_GT(PhoneSource::space("354"), 1e6);
  EXPECT_LT(PhoneSource::space("354"), 1e9);
  EXPECT_EQ(PhoneSource::space("999"), 0);
}

}  // namespace
}  // namespace outspan::fingerprint

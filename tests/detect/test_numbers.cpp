// Numbers judged by what stands around them: the groups of their plan, words, columns, neighbours.
#include <random>

#include "tests/detect/support.h"

namespace outspan::detect {
namespace {

using testing::Bench;
using testing::Value;

constexpr int kCounted = 50;  // what rules count from

/// `count` rows, each made from the digits of a number of its own.
template <class Row>
std::string rows(std::size_t count, Row row) {
  std::string text;
  std::mt19937 random(7);
  for (std::size_t i = 0; i < count; ++i) text += row(i, random);
  return text;
}

std::string digits(std::mt19937& random, int count) {
  std::string text;
  while (count-- > 0) text += static_cast<char>('0' + random() % 10);
  return text;
}

/// A number of North America that can exist, in the range that is kept for fiction.
std::string fictitious(std::size_t i) {
  static constexpr const char* kAreas[] = {"212", "303", "415", "512", "617", "702", "808", "904"};
  return kAreas[i % 8] + std::string("5550") + std::to_string(100 + i % 100);
}

std::string luhn_card(std::mt19937& random) {
  std::string card = "4" + digits(random, 14);
  for (char check = '0'; check <= '9'; ++check) {
    int sum = 0;
    const std::string whole = card + check;
    for (std::size_t i = 0; i < whole.size(); ++i) {
      const int doubled = (whole[i] - '0') * (i % 2 == 0 ? 2 : 1);
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    if (sum % 10 == 0) return whole;
  }
  return card;
}

std::size_t counted(const std::vector<Value>& values, std::string_view id) {
  return static_cast<std::size_t>(std::count_if(values.begin(), values.end(), [&](const auto& v) {
    return v.id == id && v.confidence >= kCounted;
  }));
}

struct Column {
  const char* name;
  const char* signature;
  std::size_t count;  ///< of forty rows
  std::string (*row)(std::size_t i, std::mt19937& random);
};
const Column kColumns[] = {
    {"national_numbers", "phone", 40,
     [](std::size_t i, std::mt19937&) { return fictitious(i) + "\n"; }},
    {"national_numbers_after_a_key", "phone", 40,
     [](std::size_t i, std::mt19937&) {
       return std::to_string(1000 + i) + "," + fictitious(i) + ",x\n";
     }},
    {"national_numbers_after_a_key_of_as_many_digits", "phone", 40,
     [](std::size_t i, std::mt19937& random) {
       return "0" + digits(random, 9) + "," + fictitious(i) + ",x\n";
     }},
    {"national_numbers_of_statements", "phone", 40,
     [](std::size_t i, std::mt19937&) {
       return "(" + std::to_string(1000 + i) + "," + fictitious(i) + ",'N'),";
     }},
    {"national_numbers_of_lists", "phone", 40,
     [](std::size_t i, std::mt19937&) {
       return "[" + std::to_string(1000 + i) + "," + fictitious(i) + "],";
     }},
    {"national_numbers_with_zero_fractions", "phone", 40,
     [](std::size_t i, std::mt19937&) { return fictitious(i) + ".0\n"; }},
    {"numbers_that_count_up", "phone", 0,
     [](std::size_t i, std::mt19937&) { return std::to_string(4155550100 + i) + "\n"; }},
    {"ids_of_ten_digits", "phone", 0,
     [](std::size_t, std::mt19937& random) { return "2" + digits(random, 9) + "\n"; }},
    {"groups_of_ids", "phone", 0,
     [](std::size_t, std::mt19937& random) {
       return "2" + digits(random, 2) + " " + digits(random, 3) + " " + digits(random, 4) + "\n";
     }},
    {"added_lines_with_numbers", "phone", 40,
     [](std::size_t i, std::mt19937&) { return "+1" + fictitious(i) + "\n"; }},
    {"added_lines_of_a_diff", "phone", 0,
     [](std::size_t, std::mt19937& random) { return "+9" + digits(random, 10) + "\n"; }},
    {"cards", "payment-card", 40,
     [](std::size_t, std::mt19937& random) { return luhn_card(random) + "\n"; }},
    {"cards_after_a_key", "payment-card", 40,
     [](std::size_t i, std::mt19937& random) {
       return std::to_string(i) + "," + luhn_card(random) + ",12/28\n";
     }},
    {"cards_beside_ids_of_as_many_digits", "payment-card", 40,
     [](std::size_t, std::mt19937& random) {
       return "4" + digits(random, 14) + "0," + luhn_card(random) + "\n";
     }},
    {"ids_with_the_beginning_of_a_card", "payment-card", 0,
     [](std::size_t, std::mt19937& random) { return "4" + digits(random, 15) + "\n"; }},
    {"lists_of_four_digits", "payment-card", 0,
     [](std::size_t, std::mt19937& random) {
       std::string line;
       for (int i = 0; i < 4; ++i) line += (i == 0 ? "4" : " 1") + digits(random, 3);
       return line + "\n";
     }},
    {"numbers_without_a_check_digit", "us-ssn", 0,
     [](std::size_t, std::mt19937& random) { return "5" + digits(random, 8) + "\n"; }},
};

class NumberColumn : public ::testing::TestWithParam<Column> {};

TEST_P(NumberColumn, CountsIfItIsOne) {
  const Column& column = GetParam();
  Bench bench(testing::builtin({"US"}));
  const auto values = bench.scan(rows(40, column.row));
  // Some pass by chance where the numbers at an end have few neighbours.
  if (column.count == 0)
    EXPECT_LE(counted(values, column.signature), 1u) << ::testing::PrintToString(values);
  else
    EXPECT_EQ(counted(values, column.signature), column.count) << ::testing::PrintToString(values);
}

TEST_P(NumberColumn, IsJudgedTheSameWhereverTheTextIsCut) {
  Bench bench(testing::builtin({"US"}));
  const std::string text = rows(40, GetParam().row);
  const auto whole = bench.scan(text);
  for (const std::size_t core :
       {std::size_t{1}, std::size_t{13}, std::size_t{64}, std::size_t{300}})
    ASSERT_EQ(bench.scan(text, core, 384), whole) << "cores of " << core;
}

INSTANTIATE_TEST_SUITE_P(Kinds, NumberColumn, ::testing::ValuesIn(kColumns),
                         [](const auto& test) { return test.param.name; });

struct Single {
  const char* name;
  const char* country;
  const char* text;
  const char* signature;
  int confidence;  ///< 0: nothing
};
const Single kSingles[] = {
    {"groups_of_the_plan", "GB", "020 7946 0123", "phone", 60},
    {"other_usual_groups", "GB", "0207 946 0123", "phone", 60},
    {"other_groups", "GB", "020 79 46 01 23", "phone", 0},
    {"other_groups_with_a_word", "GB", "tel 020 79 46 01 23", "phone", 90},
    {"fraction_with_comma", "US", "3,4155550132", "phone", 0},
    {"groups_of_another_area", "GB", "02079 460123", "phone", 0},
    {"in_a_row_of_numbers", "GB", "17 020 7946 0123 5", "phone", 0},
    {"row_with_a_sign", "US", "415 -555 0132", "phone", 0},
    {"columns_of_integers", "US", "415  555  0132", "phone", 0},
    {"with_parentheses_in_a_row", "US", "1 (415) 555-0132 7", "phone", 60},
    {"trunk_prefix_apart", "US", "1-415-555-0132", "phone", 60},
    {"address_of_a_host", "US", "212.20.55.32", "phone", 0},
    {"zeros_of_an_offset", "DE", "0000030231 25123", "phone", 0},
    {"zeros_of_a_width", "US", "00014155550132", "phone", 0},
    {"prefix_and_groups", "US", "0044 20 7946 0123", "phone", 60},
    {"prefix_and_groups_of_zeros", "US", "004420 794601 23", "phone", 0},
    {"in_a_path", "US", "/users/4155550132/orders", "phone", 0},
    {"in_a_path_after_its_word", "US", "/phone/4155550132/orders", "phone", 90},
    {"word_of_another_part_of_the_path", "US", "/phone/x/4155550132/orders", "phone", 0},
    {"link_of_a_messenger", "US", "https://wa.me/4155550132?text=hi", "phone", 90},
    {"account_of_a_messenger", "US", "whatsapp 4155550132@s.whatsapp.net", "phone", 90},
    {"hyphened_word", "US", "tel-4155550132", "phone", 90},
    {"hyphened_id", "US", "call ORD-4155550132", "phone", 0},
    {"extension", "US", "415-555-0132x3179", "phone", 60},
    {"two_with_a_slash", "US", "tel 4155550132/2125550198", "phone", 90},
    {"single_card_without_a_word", "US", "4111274231594259", "payment-card", 30},
    {"card_in_a_url", "US", "/item/4111274231594259?x", "payment-card", 30},
    {"card_with_a_word", "US", "card 4111274231594259", "payment-card", 95},
    {"card_expires", "US", "4111274231594259 exp 12/28", "payment-card", 95},
    {"card_beside_a_cache_header", "US", "Expires: Thu, 1 Jan\n\"4111274231594259\"",
     "payment-card", 30},
    {"card_of_a_spreadsheet", "US", "card 4111274231594259.0", "payment-card", 95},
    {"two_cards_in_a_row", "US", "4111 2742 3159 4259 5500 0623 2010 9832", "payment-card", 95},
    {"cut_out_of_a_row", "US", "17 4111 2742 3159 4259 196", "payment-card", 0},
    {"card_month_year_in_a_row", "US", "4111 2742 3159 4259 12/26", "payment-card", 95},
    {"card_and_its_code_in_a_row", "US", "4111 2742 3159 4259 123", "payment-card", 95},
    {"first_of_a_row", "US", "4111 2742 3159 4259 195 17 203", "payment-card", 0},
    {"cut_out_of_a_dump", "US", "9bd7 4111 2742 3159 4259 fc87", "payment-card", 0},
    {"between_hexadecimal_words", "US", ": abcd 4111 2742 3159 4259 fc87", "payment-card", 0},
    {"cut_out_of_a_list", "US", "1234 4111 2742 3159 4259", "payment-card", 0},
    {"id_beside_the_word_social", "US", "social id 536221845", "us-ssn", 0},
    {"number_beside_social_security", "US", "social security 536221845", "us-ssn", 95},
};

class SingleNumber : public ::testing::TestWithParam<Single> {};

TEST_P(SingleNumber, IsAsSureAsItsForm) {
  Bench bench(testing::builtin({GetParam().country}));
  int best = 0;
  for (const Value& value : bench.scan(GetParam().text))
    if (value.id == GetParam().signature) best = std::max<int>(best, value.confidence);
  EXPECT_EQ(best, GetParam().confidence) << ::testing::PrintToString(bench.values);
}

INSTANTIATE_TEST_SUITE_P(Forms, SingleNumber, ::testing::ValuesIn(kSingles),
                         [](const auto& test) { return test.param.name; });

TEST(TableHeaders, NameOneColumn) {
  Bench bench(testing::builtin({"US"}));
  const std::string words = std::string(70, '-') + "\n";  // between the rows and the header
  const std::string row = words + "4155550132,2125550198,\"x, y\",3035550147\n";
  const struct {
    const char* header;
    std::vector<std::string> values;
  } kTables[] = {
      {"phone,id,name,ref\n", {"+14155550132"}},
      {"id,phone,name,ref\n", {"+12125550198"}},
      {"id,ref,name,mobile phone\n", {"+13035550147"}},
      {"id,ref,name,count\n", {}},
      {"phone,phone,name,phone\n", {"+14155550132", "+12125550198", "+13035550147"}},
  };
  for (const auto& [header, expected] : kTables) {
    std::vector<std::string> found;
    for (const Value& value : bench.scan(header + row)) found.push_back(value.value);
    EXPECT_EQ(found, expected) << header;
  }
}

TEST(TableHeaders, NameTheOnlyColumn) {
  Bench bench(testing::builtin({"US"}));
  const std::string words = std::string(70, '-') + "\n";  // between the number and the header
  const struct {
    const char* name;
    std::string text;
    bool found;
  } kTexts[] = {
      {"title", "phone\n" + words + "4155550132\n", true},
      {"title_of_words", "Home phone number\r\n" + words + "4155550132\r\n", true},
      {"in_quotes", "\"Phone\"\n" + words + "\"4155550132\"\n", true},
      {"last_line", "phone\n" + words + "4155550132", true},
      {"byte_order_mark", "\ufeffphone\n" + words + "4155550132\n", true},
      {"script_without_blanks", "携帯電話番号\n" + words + "4155550132\n", true},
      {"separator_is_named", "sep=;\nphone;id\n" + words + "4155550132;7\n", true},
      {"comment_before", "# made by hand\n\nphone;id\n" + words + "4155550132;7\n", true},
      {"not_all_of_the_line", "phone\n" + words + "x 4155550132\n", false},
      {"followed_by_words", "phone\n" + words + "4155550132 x\n", false},
      {"after_the_number_of_a_line", "phone\n" + words + "17 4155550132\n", true},
      {"sentence", "The phone is broken since last week and so\n" + words + "4155550132\n", false},
      {"field_of_a_protocol", "phone: x\n" + words + "4155550132\n", false},
      {"inside_another_word", "microphones\n" + words + "4155550132\n", false},
      {"another_column", "id\n" + words + "4155550132\n", false},
  };
  for (const auto& [name, text, found] : kTexts) {
    for (const std::size_t core : {text.size(), std::size_t{16}, std::size_t{5}})
      EXPECT_EQ(bench.scan(text, core).size(), found ? 1u : 0u) << name << " in cores of " << core;
  }
}

}  // namespace
}  // namespace outspan::detect

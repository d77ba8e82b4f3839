#include "fingerprint/find/name_list.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

#include "fingerprint/find/context_values.h"
#include "tests/fingerprint/finder_bench.h"

namespace outspan::fingerprint {
namespace {

BuildOptions name_options() {
  BuildOptions options = customer_options();
  options.columns = {{"name", ColumnType::name}, {"email", ColumnType::email}};
  return options;
}

/// Names of people who do not exist, some first and last names more frequent than others, as with
/// real ones. Two groups that have their own, and hardly ever marry.
class Population {
 public:
  explicit Population(unsigned seed, std::size_t firsts = 300, std::size_t lasts = 800)
      : random_(seed), firsts_(firsts), lasts_(lasts) {}

  std::string name() {
    const std::string group = random_() % 5 == 0 ? "Q" : "B";
    return group + word(firsts_) + " " + group + word(lasts_) + "sen";
  }

 private:
  std::string word(std::size_t words) {
    // The n-th word is 1/n as frequent as the first one.
    const double share = std::uniform_real_distribution<double>(0, 1)(random_);
    auto number = static_cast<std::size_t>(std::pow(static_cast<double>(words), share));
    std::string word;
    for (; number != 0; number /= 17)
      word += std::string(1, "bdfgklmnprstvzhjc"[number % 17]) + "aeiou"[number % 5];
    return word;
  }
  std::mt19937 random_;
  std::size_t firsts_, lasts_;
};

std::string table_of(const std::vector<std::string>& names) {
  std::string table = "name,email\n";
  for (std::size_t i = 0; i < names.size(); ++i)
    table += names[i] + ",c" + std::to_string(i) + "@example.com\n";
  return table;
}

SearchedIndex searched(const std::vector<std::string>& names) {
  return {"crm", index_of(table_of(names), name_options())};
}

/// Customers whose names nobody shares.
const std::vector<std::string> kCustomers = {"Ada Lovelace",   "Grace Hopper",  "Jürgen Müller",
                                             "Chloé Øster",    "Łukasz Dvořák", "Zoë Nakamura",
                                             "Omar Brandt",    "Ingrid Petrov", "Núria Quiñones",
                                             "Pavel O'Connor", "Eve van Dijk",  "Mary Ann Evans"};

struct Layout {
  const char* name;
  const char* before;   ///< the list
  const char* between;  ///< first and last name; '<': the last one comes first
  const char* after;    ///< each name
  std::size_t found;
};
const Layout kLayouts[] = {
    {"one_a_line", "", " ", "\n", 12},
    {"windows_lines", "", " ", "\r\n", 12},
    {"two_columns", "first,last\n", ",", "\n", 12},
    {"tabs", "", "\t", "\n", 12},
    {"semicolons_and_quotes", "", "\";\"", "\"\n\"", 12},
    {"last_first", "", "<, ", "\n", 12},
    {"last_first_in_columns", "last;first\n", "<;", "\n", 12},
    {"in_one_line", "Present: ", " ", ", ", 12},
    {"in_one_line_by_columns", "", ",", ",", 12},
    {"json_fields", "[{\"first_name\": \"", "\", \"last_name\": \"", "\"},\n{\"first_name\": \"",
     12},
    {"json_minified", "[{\"firstName\":\"", "\",\"lastName\":\"", "\"},{\"firstName\":\"", 12},
    {"json_strings", "[\"", " ", "\",\"", 12},
    {"xml_elements", "<p><first>", "</first><last>", "</last></p>\n<p><first>", 12},
    {"with_a_city", "", " ", ",Springfield\n", 12},
    {"with_a_number", "", " ", ",42\n", 12},
    {"with_titles", "Dr. ", " ", " PhD\nDr. ", 12},
    {"words_between_are_no_name", "", " will ask the others and then ", "\n", 0},
    {"sentences", "Yesterday the old friend of ", " ",
     " came home late\nYesterday the old friend of ", 0},
    {"first_names_alone", "", "\n", "\n", 0},
};

std::string text_of(const Layout& layout, const std::vector<std::string>& names) {
  const std::string_view between = layout.between;
  std::string text = layout.before;
  for (const std::string& name : names) {
    const bool one_word = name != "Mary Ann Evans";
    const std::size_t blank = one_word ? name.find(' ') : name.rfind(' ');
    const std::string first = name.substr(0, blank), last = name.substr(blank + 1);
    text += between.front() == '<' && between[1] != '/'
                ? last + std::string(between.substr(1)) + first
                : first + std::string(between) + last;
    text += layout.after;
  }
  return text;
}

class Layouts : public testing::TestWithParam<Layout> {};
TEST_P(Layouts, AreRead) {
  const SearchedIndex index = searched(kCustomers);
  NameList list;
  std::set<RowNumber> rows;
  for (const ListedName& name : list.read(text_of(GetParam(), kCustomers), index))
    rows.insert(name.rows.begin(), name.rows.end());
  EXPECT_EQ(rows.size(), GetParam().found);
}
INSTANTIATE_TEST_SUITE_P(NameList, Layouts, testing::ValuesIn(kLayouts),
                         [](const auto& test) { return test.param.name; });

TEST(NameList, ReadsWhateverTheCase) {
  const SearchedIndex index = searched(kCustomers);
  NameList list;
  const std::string upper = "ADA LOVELACE\nGRACE HOPPER\nOMAR BRANDT\nINGRID PETROV\n";
  const std::string lower = "ada lovelace\ngrace hopper\nomar brandt\ningrid petrov\n";
  EXPECT_EQ(list.read(upper, index).size(), 4u);
  EXPECT_EQ(list.read(lower, index).size(), 4u);
}

TEST(NameList, CountsNamesOnceAndThoseOfNobodyAsWell) {
  const SearchedIndex index = searched(kCustomers);
  NameList list;
  std::string text;
  for (int i = 0; i < 5; ++i) text += "Ada Lovelace\nAda Hopper\nGrace Hopper\nLovelace, Ada\n";
  const auto& names = list.read(text, index);
  ASSERT_EQ(names.size(), 3u);
  EXPECT_EQ(names[0].rows.size(), 1u);
  EXPECT_TRUE(names[1].rows.empty()) << "both words are known, but nobody is called so";
  EXPECT_EQ(names[2].rows.size(), 1u);
}

TEST(NameList, SaysNothingOfNamesThatManyHave) {
  std::vector<std::string> customers = kCustomers;
  for (std::uint32_t i = 0; i < kNamesakesMax; ++i) customers.emplace_back("Omar Petrov");
  const SearchedIndex several = searched(customers);
  customers.emplace_back("Omar Petrov");
  const SearchedIndex many = searched(customers);
  const std::string text = "Omar Petrov\nAda Lovelace\nGrace Hopper\n";
  NameList list;
  ASSERT_EQ(list.read(text, several).size(), 3u);
  EXPECT_EQ(list.read(text, several)[0].rows.size(), kNamesakesMax);
  EXPECT_EQ(list.read(text, many).size(), 2u);
}

/// Strangers are called like customers about as often as the index expects, whoever they are.
struct Size {
  const char* name;
  std::size_t customers, firsts, lasts;
};
const Size kSizes[] = {
    {"few_customers", 500, 300, 800},
    {"some_customers", 5'000, 300, 800},
    {"many_customers", 20'000, 300, 800},
    {"many_names", 20'000, 3'000, 8'000},
};
class Strangers : public testing::TestWithParam<Size> {};
TEST_P(Strangers, AreCalledLikeCustomersAsOftenAsTheIndexExpects) {
  Population population(1, GetParam().firsts, GetParam().lasts);
  std::vector<std::string> customers, strangers;
  while (customers.size() < GetParam().customers) customers.push_back(population.name());
  std::set<std::string> different;
  while (different.size() < 3'000) different.insert(population.name());
  std::string text;
  for (const std::string& name : different) text += name + "\n";
  const SearchedIndex index = searched(customers);
  NameList list;
  double found = 0, expected = 0;
  for (const ListedName& name : list.read(text, index)) {
    found += name.rows.empty() ? 0 : 1;
    expected += name.chance;
  }
  EXPECT_LT(found, expected * 1.25 + 10);
  EXPECT_GT(found, expected * 0.5 - 10) << "an index that expects too many proves nothing";
}
INSTANTIATE_TEST_SUITE_P(NameList, Strangers, testing::ValuesIn(kSizes),
                         [](const auto& test) { return test.param.name; });

/// What a file name or a URL shows: a filter of names alone says yes to one pair of words in 800.
TEST(ContextValues, HidesCustomersNamesAndNothingElse) {
  std::string words = "smtp session report";
  for (int i = 0; i < 60; ++i)
    words += " w" + std::string(1, static_cast<char>('a' + i % 26)) + "x";
  for (std::uint8_t which = 1; which <= 20; ++which) {
    const TestFolder folder;
    ASSERT_TRUE(
        build_from(table_of(kCustomers), folder.file("index"), name_options(), test_key(which)));
    auto index = Index::load(folder.file("index"), test_key(which));
    ASSERT_TRUE(index);
    ContextValues values(std::make_shared<IndexSet>(std::vector<IndexSet::Named>{{"crm", *index}}));
    std::vector<std::pair<std::size_t, std::size_t>> parts;
    values.find(words, parts);
    EXPECT_TRUE(parts.empty()) << int{which};
    for (const char* text : {"ada_lovelace.pdf", "Lovelace, Ada", "a=1&n=mary+ann+evans"}) {
      parts.clear();
      values.find(text, parts);
      EXPECT_EQ(parts.size(), 1u) << text;
    }
  }
}

TEST(NameList, IsForWindowsThatHoldNothingElse) {
  FinderBench bench({index_of(table_of(kCustomers), name_options())});
  std::string names, with_addresses, strangers_addresses;
  for (std::size_t i = 0; i < kCustomers.size(); ++i) {
    const std::string number = std::to_string(i);
    names += kCustomers[i] + "\n";
    with_addresses += kCustomers[i] + ",c" + number + "@example.com\n";
    strangers_addresses += kCustomers[i] + ",other" + number + "@example.com\n";
  }
  EXPECT_TRUE(bench.find(names).empty()) << "policy/ decides";
  EXPECT_EQ(bench.weak.size(), kCustomers.size());
  EXPECT_EQ(bench.find(with_addresses).size(), kCustomers.size());
  EXPECT_TRUE(bench.weak.empty());
  EXPECT_TRUE(bench.find(strangers_addresses).empty());
  EXPECT_TRUE(bench.weak.empty()) << "who has another address is somebody else";
}

TEST(NameList, IsTheSameWhereverTheTextIsCut) {
  FinderBench bench({index_of(table_of(kCustomers), name_options())});
  std::string text;
  for (int i = 0; i < 40; ++i)
    for (const std::string& name : kCustomers) text += name + "\n";
  for (const std::size_t core : {700u, 1000u, 4096u}) {
    bench.find(text, core);
    EXPECT_EQ(bench.weak.size(), kCustomers.size()) << core;
    EXPECT_EQ(bench.tried, 0u) << core;
  }
}

}  // namespace
}  // namespace outspan::fingerprint

#include "fingerprint/find/finder.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

#include "tests/fingerprint/finder_bench.h"

namespace outspan::fingerprint {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr ColumnMask kEmail = 1, kPhone = 2, kTicket = 4, kName = 8, kAll = 15;

/// Synthetic customers whose values are their own.
struct Customer {
  std::string first, last, email, ticket, phone;
  [[nodiscard]] std::string name() const { return first + " " + last; }
};

std::vector<Customer> customers(std::size_t count, unsigned seed) {
  static const char* const kFirst[] = {"Ada", "Grace", "Jürgen", "Chloé", "Łukasz",
                                       "Zoë", "Omar",  "Ingrid", "Núria", "Pavel"};
  static const char* const kLast[] = {"Lovelace", "Hopper",   "Müller", "Øster",  "Dvořák",
                                      "Nakamura", "O'Connor", "Brandt", "Petrov", "Quiñones"};
  std::mt19937 chance(seed);
  std::set<std::uint32_t> numbers;
  while (numbers.size() < count) numbers.insert(static_cast<std::uint32_t>(chance()) % 7'000'000);
  std::vector<Customer> all;
  for (const std::uint32_t number : numbers) {
    Customer customer;
    customer.first = kFirst[chance() % std::size(kFirst)];
    customer.last = kLast[chance() % std::size(kLast)];
    char text[64];
    std::snprintf(text, sizeof text, "c%u.%u@mail%u.example.org", number, seed, number % 7);
    customer.email = text;
    std::snprintf(text, sizeof text, "TM-%u%07u", seed % 10, number);
    customer.ticket = text;
    std::snprintf(text, sizeof text, "+1 212 %03u %04u", 200 + number / 10'000, number % 10'000);
    customer.phone = text;
    all.push_back(customer);
  }
  return all;
}

std::string table_of(const std::vector<Customer>& all) {
  std::string table = "name,email,ticket,phone\n";
  for (const Customer& customer : all)
    table += customer.name() + "," + customer.email + "," + customer.ticket + "," + customer.phone +
             "\n";
  return table;
}

/// Two customers who share a number, and one with the first one's name.
const std::string kTable =
    "name,email,ticket,phone,trap\n"
    "Ada Lovelace,ada@example.com,TM-20417731,+1 212 555 0101,\n"
    "Grace Hopper,grace.hopper@example.com,TM-30558120,+1 212 555 0101,\n"
    "José Núñez,jose@example.com,TM-91720043,+49 30 901820,\n"
    "Eve Planted,eve@example.com,TM-88123345,+1 212 555 0144,yes\n";

FinderBench small_bench() {
  BuildOptions options = customer_options();
  options.canary_header = "trap";
  options.countries = {"US", "DE"};
  return FinderBench({index_of(kTable, options)});
}

TEST(Finder, FindsEveryRowOfATableWithAllItsColumns) {
  const auto all = customers(300, 1);
  FinderBench bench({index_of(table_of(all))});
  const auto found = bench.find(table_of(all));
  ASSERT_EQ(found.size(), all.size());
  for (const auto& [row, columns] : found) EXPECT_EQ(columns, kAll) << row;
  EXPECT_EQ(bench.cells, all.size() * 3);
}

TEST(Finder, FindsTheSameWhereverTheTextIsCut) {
  const auto all = customers(60, 2);
  FinderBench bench({index_of(table_of(all))});
  const std::string text = table_of(all);
  const auto whole = bench.find(text);
  const auto cells = bench.cells;
  ASSERT_EQ(whole.size(), all.size());
  for (const std::size_t core : {64u, 333u, 1000u, 4096u}) {
    EXPECT_EQ(bench.find(text, core), whole) << core;
    EXPECT_EQ(bench.cells, cells) << core;
  }
}

/// Customers and strangers side by side: what is found is what a set of the customers says.
TEST(Finder, FindsWhatAMapFinds) {
  const auto ours = customers(400, 3), strangers = customers(400, 4);
  FinderBench bench({index_of(table_of(ours))});
  std::mt19937 chance(5);
  for (int round = 0; round < 20; ++round) {
    FinderBench::Found expected;
    std::string text;
    for (int i = 0; i < 50; ++i) {
      const bool customer = chance() % 2 == 0;
      const std::size_t row = chance() % ours.size();
      const Customer& who = customer ? ours[row] : strangers[row];
      ColumnMask columns = 0;
      switch (chance() % 4) {
        case 0: text += "please write to " + who.email + " tomorrow", columns = kEmail; break;
        case 1: text += "case " + who.ticket + " is still open", columns = kTicket; break;
        case 2: text += "call " + who.phone + ", or " + who.email, columns = kPhone | kEmail; break;
        default: text += who.name() + " <" + who.email + ">", columns = kName | kEmail; break;
      }
      if (customer) expected[static_cast<RowNumber>(row)] |= columns;
      // Far enough that one person's name is not beside another's address.
      text += ".\n" + std::string(400, '-') + "\n";
    }
    EXPECT_EQ(bench.find(text), expected) << text;
  }
}

struct Spelling {
  const char* name;
  std::string text;
  ColumnMask columns;
};
class Record : public testing::TestWithParam<Spelling> {};

TEST_P(Record, IsFoundInEverySpelling) {
  FinderBench bench = small_bench();
  EXPECT_THAT(bench.find(GetParam().text), ElementsAre(Pair(0u, GetParam().columns)));
}

INSTANTIATE_TEST_SUITE_P(
    Ada, Record,
    testing::Values(
        Spelling{"csv", "Lovelace;Ada;ADA@EXAMPLE.COM;2125550101;TM 20417731\n", kAll},
        Spelling{"tabs", "Ada Lovelace\tada@example.com\t(212) 555-0101\t20417731\n", kAll},
        Spelling{"json",
                 R"({"id":7,"name":{"first":"Ada","last":"Lovelace"},"mail":"ada@example.com",)"
                 R"("phone":"+12125550101","ticket":"TM-20417731"})",
                 kAll},
        Spelling{"html",
                 "<tr><td>Ada</td><td>Lovelace</td><td><a href=\"mailto:ada@example.com\">"
                 "ada@example.com</a></td><td>TM-20417731</td><td>+1 212 555 0101</td></tr>",
                 kAll},
        Spelling{"sql",
                 "INSERT INTO t VALUES (1,'Ada','Lovelace','ada@example.com','tm-20417731',"
                 "'1-212-555-0101');",
                 kAll},
        Spelling{"last_name_first", "To: LOVELACE, ADA <ada@example.com>\n", kEmail | kName},
        Spelling{"without_a_name", "ada@example.com, TM-20417731\n", kEmail | kTicket},
        Spelling{"another_name", "Grace Miller <ada@example.com>\n", kEmail},
        Spelling{"plus_tag", "write to ada+news@example.com\n", kEmail},
        Spelling{"a_ticket_alone", "see TM-20417731 please\n", kTicket}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(Finder, ReadsNamesWithMarksAndWithout) {
  for (const char* name :
       {"José Núñez", "Jose Nunez", "NUÑEZ, JOSÉ", "Jose\u0301 Nu\u0301n\u0303ez"}) {
    FinderBench bench = small_bench();
    EXPECT_THAT(bench.find(std::string(name) + " jose@example.com"),
                ElementsAre(Pair(2u, kEmail | kName)))
        << name;
  }
}

TEST(Finder, AValueOfSeveralCustomersIsAllOfTheirs) {
  FinderBench bench = small_bench();
  EXPECT_THAT(bench.find("call +1 212 555 0101 back"),
              ElementsAre(Pair(0u, kPhone), Pair(1u, kPhone)));
}

TEST(Finder, ButNotWhereItStandsInOneCustomersRecord) {
  FinderBench bench = small_bench();
  EXPECT_THAT(bench.find("ada@example.com,+1 212 555 0101\n"),
              ElementsAre(Pair(0u, kEmail | kPhone)));
}

TEST(Finder, WhatStrangersHaveIsNothing) {
  FinderBench bench = small_bench();
  EXPECT_THAT(bench.find("Ada Lovelace, ada@example.net, +1 212 555 0199, TM-20417732"), IsEmpty());
}

TEST(Finder, ABareNumberSaysNothingByItself) {
  FinderBench bench = small_bench();
  EXPECT_THAT(bench.find("total 2125550101 units"), IsEmpty());
  EXPECT_THAT(bench.find("phone 2125550101"), ElementsAre(Pair(0u, kPhone), Pair(1u, kPhone)));
}

TEST(Finder, WhatGoesToItsOwnerAloneIsNoLeak) {
  FinderBench bench = small_bench();
  bench.object.info.destination.email_to = {"ada@example.com"};
  EXPECT_THAT(bench.find("Dear Ada Lovelace, your ticket TM-20417731 is closed."), IsEmpty());
  bench.object.info.destination.email_to = {"ada@example.com", "broker@example.net"};
  EXPECT_THAT(bench.find("Dear Ada Lovelace, your ticket TM-20417731 is closed."),
              ElementsAre(Pair(0u, kTicket | kName)));
}

/// A few customers are whom one writes to; many of them are a list.
TEST(Finder, ReceiversWhoAreCustomersInNumbersAreContent) {
  const auto all = customers(60, 1);
  FinderBench bench({index_of(table_of(all))});
  const auto found_with = [&](std::size_t receivers) {
    std::string head = "To: ";
    bench.object.info.destination.email_to.clear();
    for (std::size_t i = 0; i < receivers; ++i) {
      bench.object.info.destination.email_to.push_back(all[i].email);
      head += (i == 0 ? "" : ", ") + all[i].email;
    }
    return bench.find(head + "\r\n\r\nhello\r\n").size();
  };
  EXPECT_EQ(found_with(3), 0u);
  EXPECT_EQ(found_with(Recipients::kCustomersMax), 0u);
  EXPECT_EQ(found_with(Recipients::kCustomersMax + 1), Recipients::kCustomersMax + 1);
  EXPECT_EQ(found_with(60), 60u);
}

TEST(Finder, MarksPlantedCustomers) {
  FinderBench bench = small_bench();
  EXPECT_THAT(bench.find("eve@example.com"), ElementsAre(Pair(3u, kEmail)));
  EXPECT_EQ(bench.canaries, 1u);
}

/// Every second number of a short format is somebody's: a hit is worth little alone.
TEST(Finder, AColumnFullOfValuesConvincesOnlyInCompany) {
  std::string table = "email,ticket\n";
  for (int i = 0; i < 5000; ++i)
    table += "c" + std::to_string(i) + "@example.org,R-" + std::to_string(100'000 + 2 * i) + "\n";
  BuildOptions options = customer_options();
  options.columns = {{"email", ColumnType::email}, {"ticket", ColumnType::ticket}};
  const IndexPtr index = index_of(table, options);
  ASSERT_TRUE(index->columns()[1].weak);

  FinderBench bench({index});
  EXPECT_THAT(bench.find("see R-100020 and R-100021"), IsEmpty());
  EXPECT_THAT(bench.weak, ElementsAre(Pair(10u, 2)));
  EXPECT_EQ(bench.tried, 2u) << "what chance has to be judged by";
  EXPECT_THAT(bench.find("c10@example.org, R-100020"), ElementsAre(Pair(10u, 3)));
}

/// In a table the name of a value that could be chance is the one in its line.
TEST(Finder, AWeakValueIsNamedByItsOwnLineOnly) {
  std::string table = "name,ticket\nAda Lovelace,R-100000\n";
  for (int i = 1; i < 5000; ++i)
    table += "Grace Hopper,R-" + std::to_string(100'000 + 2 * i) + "\n";
  BuildOptions options = customer_options();
  options.columns = {{"name", ColumnType::name}, {"ticket", ColumnType::ticket}};
  FinderBench bench({index_of(table, options)});
  bench.find("Ada Lovelace;R-100000;open\nGrace Hopper;R-100001;open\n");
  EXPECT_THAT(bench.weak, ElementsAre(Pair(0u, 3)));
  bench.find("Grace Hopper;R-100000;open\nAda Lovelace;R-100001;open\n");
  EXPECT_THAT(bench.weak, ElementsAre(Pair(0u, 2)));
  bench.find("Ada Lovelace\nR-100000\n");
  EXPECT_THAT(bench.weak, ElementsAre(Pair(0u, 3)));
}

TEST(Finder, TextColumnsConfirmARow) {
  BuildOptions options = customer_options();
  options.columns = {{"email", ColumnType::email}, {"city", ColumnType::text}};
  FinderBench bench({index_of("email,city\nada@example.com,New York\n", options)});
  EXPECT_THAT(bench.find("ada@example.com,new york"), ElementsAre(Pair(0u, 3)));
  EXPECT_THAT(bench.find("ada@example.com,newark"), ElementsAre(Pair(0u, 1)));
}

TEST(Finder, LooksInAllIndexes) {
  FinderBench bench({index_of("email\nx@example.com\nada@example.com\n",
                              [] {
                                BuildOptions options = customer_options();
                                options.columns = {{"email", ColumnType::email}};
                                return options;
                              }()),
                     index_of(kTable)});
  EXPECT_THAT(bench.find("ada@example.com"), ElementsAre(Pair(0u, kEmail), Pair(1u, kEmail)));
}

struct NationalCase {
  const char* name;
  const char* text;
  FinderBench::Found found;
};
/// Of an index without a configured country.
const NationalCase kNationalCases[] = {
    {"beside_a_name", "Ada Lovelace, 020 7946 0123", {{0, kName | kPhone}}},
    {"beside_an_address", "020 7946 0123 ada@example.com", {{0, kEmail | kPhone}}},
    {"beside_a_ticket", "TM-20417731;02079460123", {{0, kTicket | kPhone}}},
    {"in_a_row_of_a_table", "Lovelace;Ada;(020) 7946-0123\n", {{0, kName | kPhone}}},
    {"with_a_zero_and_no_separator", "Ada Lovelace 02079460123", {{0, kName | kPhone}}},
    {"in_groups_where_nothing_is_dialled_before",
     "Grace Hopper (212) 555-0102",
     {{1, kName | kPhone}}},
    {"in_groups_of_dots", "Grace Hopper 212.555.0102", {{1, kName | kPhone}}},
    {"alone", "020 7946 0123", {}},
    {"beside_its_own_word", "phone: 020 7946 0123", {}},
    {"beside_somebody_else", "Grace Hopper, 020 7946 0123", {}},
    {"bare_digits_that_do_not_look_like_one", "Grace Hopper 2125550102", {}},
    {"of_a_country_that_nobody_has", "Ada Lovelace 030 901820", {}},
};
class National : public testing::TestWithParam<NationalCase> {};
TEST_P(National, NumberWithoutACountryCountsBesideAnotherColumn) {
  FinderBench bench(
      {index_of("name,email,ticket,phone\n"
                "Ada Lovelace,ada@example.com,TM-20417731,+44 20 7946 0123\n"
                "Grace Hopper,grace@example.com,TM-30558120,+1 212 555 0102\n")});
  EXPECT_EQ(bench.find(GetParam().text), GetParam().found);
}
INSTANTIATE_TEST_SUITE_P(Foreign, National, testing::ValuesIn(kNationalCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace outspan::fingerprint

#include "policy/evidence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "policy/incident.h"
#include "tests/policy/records_scene.h"

namespace outspan::policy {
namespace {

using fingerprint::ColumnMask;
using fingerprint::RecordHit;
using fingerprint::Tried;

constexpr ColumnMask kTicketColumn = 4, kNameColumn = 8;

/// The upper tail of the binomial distribution, summed up.
double exact_tail(int hits, int tried, double chance) {
  double sum = 0;
  for (int k = hits; k <= tried; ++k)
    sum += std::exp(std::lgamma(tried + 1) - std::lgamma(k + 1) - std::lgamma(tried - k + 1) +
                    k * std::log(chance) + (tried - k) * std::log1p(-chance));
  return sum;
}

TEST(LogTail, IsNeverBelowTheTailItself) {
  for (const double chance : {1e-4, 1.0 / 5867, 0.01, 0.12, 0.5})
    for (const int tried : {1, 5, 20, 100, 400})
      for (int hits = 0; hits <= tried; hits += 1 + hits / 4) {
        const double bound =
            log_tail(static_cast<std::uint64_t>(hits), static_cast<std::uint64_t>(tried), chance);
        const double exact = std::log(exact_tail(hits, tried, chance));
        EXPECT_GE(bound, exact - 1e-9) << hits << " of " << tried << " at " << chance;
        // Chernoff's bound is loose by a factor of the square root of their number.
        if (hits > tried * chance && exact > -600) {  // above what a double can hold
          EXPECT_LE(bound, exact + std::log(3.0 * std::sqrt(hits + 1.0) + 3) + 2)
              << hits << " of " << tried << " at " << chance;
        }
      }
}

/// One object in which `tried` values were looked up, and `hits` of them found.
struct ObjectOf {
  std::uint64_t hits = 0, tried = 0;
  ColumnMask columns = kTicketColumn;
  bool bare = false, shared = false;
};

std::vector<JudgedHit> judge(Evidence& evidence, std::uint64_t scope, const ObjectOf& object,
                             double chance, fingerprint::RowNumber first_row = 0) {
  const Position now{at_seconds(0), 1};
  const Tried tried{0, 2, object.bare, object.tried};
  evidence.add_tried(scope, now, {&tried, 1});
  std::vector<JudgedHit> hits;
  for (fingerprint::RowNumber i = 0; i < object.hits; ++i) {
    RecordHit hit;
    hit.row = first_row + i;
    hit.columns = object.columns;
    hit.weak = true;
    hit.bare = object.bare;
    hit.repeats_value = object.shared && i != 0;
    hits.push_back({hit, now});
  }
  evidence.judge(scope, now, *crm_labels(chance), hits);
  return hits;
}
bool believed(const ObjectOf& object, double chance) {
  Evidence evidence;
  const auto hits = judge(evidence, 1, object, chance);
  return !hits.empty() && !hits.front().hit.weak;
}

struct Case {
  const char* name;
  ObjectOf object;
  double chance;
  bool believed;
};
const Case kCases[] = {
    {"twenty_of_twenty", {20, 20}, 1.0 / 5867, true},
    {"twenty_of_twenty_in_a_dense_column", {20, 20}, 0.12, true},
    {"one_is_none", {1, 1}, 1.0 / 5867, false},
    {"four_of_four_are_too_few", {4, 4}, 1.0 / 5867, false},
    {"four_of_2500_strangers", {4, 2500}, 1.0 / 600, false},
    {"fifty_five_of_2500_where_chance_gives_as_many", {55, 2500}, 1.0 / 45, false},
    {"twice_what_chance_gives_is_half_strangers", {100, 2500}, 1.0 / 45, false},
    {"a_thousand_of_2500", {1000, 2500}, 1.0 / 45, true},
    {"a_full_column_says_nothing", {20, 20}, 1, false},
    {"one_number_of_twenty_people", {20, 20, kTicketColumn, false, true}, 1.0 / 5867, false},
    {"bare_numbers_need_more", {9, 9, kTicketColumn, true}, 1.0 / 5867, false},
    {"bare_numbers_in_numbers", {20, 20, kTicketColumn, true}, 1.0 / 5867, true},
    {"a_value_with_its_name", {1, 1, kTicketColumn | kNameColumn}, 0.12, true},
    {"a_value_with_its_name_among_strangers", {1, 2500, kTicketColumn | kNameColumn}, 0.12, false},
    {"values_with_their_names_among_strangers",
     {40, 2500, kTicketColumn | kNameColumn},
     0.12,
     true},
};
class Judges : public testing::TestWithParam<Case> {};
TEST_P(Judges, ByNumbers) {
  EXPECT_EQ(believed(GetParam().object, GetParam().chance), GetParam().believed);
}
INSTANTIATE_TEST_SUITE_P(Evidence, Judges, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

/// Objects full of strangers' values: what is hit, chance alone has hit.
TEST(Evidence, IsSeldomFooledByStrangers) {
  std::mt19937_64 random(1);
  std::uint64_t singles = 0, pairs = 0, objects = 0;
  for (const double chance : {1e-4, 1.0 / 5867, 0.002, 1.0 / 45, 0.12})
    for (const int tried : {1, 3, 20, 400, 2500})
      for (int i = 0; i < 2000; ++i, ++objects) {
        std::binomial_distribution<int> alone(tried, chance);
        singles += believed(
            {static_cast<std::uint64_t>(alone(random)), static_cast<std::uint64_t>(tried)}, chance);
        std::binomial_distribution<int> named(tried, chance * 1e-4 * Evidence::kNeighbours);
        pairs += believed({static_cast<std::uint64_t>(named(random)),
                           static_cast<std::uint64_t>(tried), kTicketColumn | kNameColumn},
                          chance);
      }
  EXPECT_EQ(singles, 0u) << "of " << objects;
  EXPECT_LE(static_cast<double>(pairs), static_cast<double>(objects) * Evidence::kPairsByChance);
}

/// A list of names, of which some are customers' and others nobody's, where a stranger's is a
/// customer's with `chance`.
struct ListOf {
  const char* name;
  std::uint64_t found, nobodys;
  double chance;
  bool believed;
};
bool believed(std::uint64_t found, std::uint64_t nobodys, double chance,
              std::uint32_t namesakes = 1) {
  Evidence evidence;
  const Position now{at_seconds(0), 1};
  const double odds = chance < 1 ? static_cast<double>(nobodys) * chance / (1 - chance) : 0;
  const Tried tried{0, 3, false, nobodys, odds};
  evidence.add_tried(1, now, {&tried, 1});
  std::vector<JudgedHit> hits;
  for (fingerprint::RowNumber row = 0; row < found * namesakes; ++row) {
    RecordHit hit;
    hit.row = row;
    hit.columns = kNameColumn;
    hit.weak = true;
    hit.name_chance = chance;
    hit.rows_of_value = namesakes;
    hit.repeats_value = row % namesakes != 0;
    hits.push_back({hit, now});
  }
  evidence.judge(1, now, *crm_labels(), hits);
  if (hits.empty() || hits.front().hit.weak) return false;
  EXPECT_GE(hits.front().hit.by_chance, 1 - 1.0 / namesakes);
  return true;
}
const ListOf kLists[] = {
    {"rare_names", 12, 0, 0.001, true},
    {"a_few_rare_names", 9, 0, 0.001, false},
    {"names_that_a_stranger_may_have", 20, 0, 0.1, true},
    {"names_that_three_of_four_have", 100, 0, 0.75, true},
    {"few_names_that_three_of_four_have", 50, 0, 0.75, false},
    {"names_that_everybody_has", 5000, 0, 1, false},
    {"a_headline_among_them", 120, 2, 0.75, true},
    {"one_of_five_is_a_stranger", 80, 20, 0.1, true},
    {"three_of_four_as_chance_gives", 1875, 625, 0.75, false},
    {"four_of_five_where_chance_gives_three_of_four", 2000, 500, 0.75, false},
    {"a_directory_with_some_customers", 100, 400, 0.05, false},
    {"a_directory_as_chance_gives", 25, 475, 0.05, false},
};
class Lists : public testing::TestWithParam<ListOf> {};
TEST_P(Lists, OfNamesAreJudgedByTheirNumber) {
  const ListOf& list = GetParam();
  EXPECT_EQ(believed(list.found, list.nobodys, list.chance), list.believed);
}
INSTANTIATE_TEST_SUITE_P(Evidence, Lists, testing::ValuesIn(kLists),
                         [](const auto& test) { return test.param.name; });

TEST(Evidence, OfNamesakesOneIsMeant) { EXPECT_TRUE(believed(40, 0, 0.1, 4)); }

TEST(Evidence, IsNeverFooledByStrangersNames) {
  std::mt19937_64 random(2);
  std::uint64_t fooled = 0, lists = 0;
  for (const double chance : {0.001, 0.02, 0.1, 0.4, 0.75, 0.95})
    for (const int names : {10, 40, 200, 2500})
      for (int i = 0; i < 500; ++i, ++lists) {
        // Half as many again as the index expects: it may be mistaken.
        std::binomial_distribution<int> called_so(names, std::min(1.5 * chance, 0.97));
        const auto found = static_cast<std::uint64_t>(called_so(random));
        const std::uint64_t nobodys = static_cast<std::uint64_t>(names) - found;
        fooled += chance < 0.6 && believed(found, nobodys, chance) ? 1 : 0;
        std::binomial_distribution<int> as_expected(names, chance);
        const auto fewer = static_cast<std::uint64_t>(as_expected(random));
        fooled += believed(fewer, static_cast<std::uint64_t>(names) - fewer, chance) ? 1 : 0;
      }
  EXPECT_EQ(fooled, 0u) << "of " << lists;
}

TEST(Evidence, GivesBackWhatWaited) {
  Evidence evidence;
  const double chance = 1.0 / 5867;
  EXPECT_EQ(judge(evidence, 7, {3, 3}, chance, 0).size(), 3u);
  const auto hits = judge(evidence, 7, {3, 3}, chance, 100);
  ASSERT_EQ(hits.size(), 6u) << "these three, and the three before";
  for (const JudgedHit& judged : hits) {
    EXPECT_FALSE(judged.hit.weak);
    EXPECT_NEAR(judged.hit.by_chance, chance, chance * 0.01);
  }
  EXPECT_EQ(hits.back().hit.row, 2u);
  EXPECT_EQ(judge(evidence, 8, {3, 3}, chance)[0].hit.weak, true) << "another object";
  evidence.end_of(7);
  EXPECT_EQ(judge(evidence, 7, {3, 3}, chance)[0].hit.weak, true) << "it has ended";
}

TEST(Evidence, AHostBeginsAnewAfterADay) {
  Evidence evidence{std::chrono::hours(24)};
  const IndexLabelsPtr labels = crm_labels(1.0 / 5867);
  std::size_t certain = 0;
  for (fingerprint::RowNumber row = 0; row < 40; ++row) {
    const Position now{at_seconds(row * 7200), row + 1};
    const Tried tried{0, 2, false, 1};
    evidence.add_tried(1, now, {&tried, 1});
    RecordHit hit;
    hit.row = row;
    hit.columns = kTicketColumn;
    hit.weak = true;
    std::vector<JudgedHit> hits{{hit, now}};
    evidence.judge(1, now, *labels, hits);
    if (row % 13 < 4) {
      EXPECT_TRUE(hits[0].hit.weak) << row << ": too few this day";
    }
    for (const JudgedHit& judged : hits) certain += judged.hit.weak ? 0 : 1;
  }
  EXPECT_EQ(certain, 40u - 1) << "all but what the last day has begun with";
}

TEST(Evidence, KeepsABoundOfScopes) {
  Evidence evidence;
  const Position now{at_seconds(0), 1};
  const Tried tried{0, 2, false, 1};
  for (std::uint64_t scope = 0; scope <= Evidence::kScopesMax; ++scope)
    evidence.add_tried(scope, now, {&tried, 1});
  EXPECT_EQ(evidence.not_judged(), 1u);
  const auto hits = judge(evidence, Evidence::kScopesMax + 5, {20, 20}, 1.0 / 5867);
  EXPECT_TRUE(hits[0].hit.weak);
}

}  // namespace
}  // namespace outspan::policy

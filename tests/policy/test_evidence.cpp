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

#include <gtest/gtest.h>

#include <cmath>

#include "access/budget.h"
#include "access/calendar.h"
#include "access/history.h"
#include "access/judgement.h"
#include "access/pull_window.h"
#include "access/uses.h"
#include "office.h"

namespace outspan::access {
namespace {

TEST(Calendar, ADayBeginsWhereThePeopleAre) {
  const Calendar utc;
  EXPECT_EQ(utc.day(at(0, 23, 59)), kMonday);
  EXPECT_EQ(utc.hour_of_week(at(0, 0)), 0u);
  EXPECT_EQ(utc.hour_of_week(at(6, 23)), 167u);
  const Calendar berlin{std::chrono::hours(1), Duration::zero()};
  EXPECT_EQ(berlin.day(at(0, 23, 30)), kMonday + 1);
  EXPECT_EQ(berlin.hour_of_week(at(0, 23, 30)), 24u);
  const Calendar night_shift{Duration::zero(), std::chrono::hours(5)};
  EXPECT_EQ(night_shift.day(at(1, 4, 59)), kMonday);
  EXPECT_EQ(Calendar().day(timestamp_from_ns(-1)), 1u) << "before 1970";
}

TEST(PullWindow, CountsEachCustomerOnceADayAndOnceAWeek) {
  PullWindow window;
  window.advance(kMonday);
  for (std::uint64_t id = 0; id < 100; ++id) window.add(id, 0);
  for (std::uint64_t id = 50; id < 150; ++id) window.add(id, 1);
  EXPECT_EQ(window.day(), 150u);
  EXPECT_EQ(window.of_source(0), 100u);
  EXPECT_EQ(window.of_source(1), 100u);
  window.advance(kMonday + 1);
  EXPECT_EQ(window.day(), 0u);
  EXPECT_EQ(window.week(), 150u);
  for (std::uint64_t id = 100; id < 200; ++id) window.add(id, 0);
  EXPECT_EQ(window.day(), 100u);
  EXPECT_EQ(window.week(), 200u);
  window.advance(kMonday + 7);
  EXPECT_EQ(window.week(), 100u) << "those of Monday alone are gone";
  window.advance(kMonday + 8);
  EXPECT_EQ(window.week(), 0u);
  EXPECT_EQ(window.memory_bytes(), 0u);
}

TEST(PullWindow, EstimatesBeyondItsExactNumber) {
  PullWindow window;
  window.advance(kMonday);
  for (std::uint64_t id = 0; id < PullWindow::kExactMax; ++id) window.add(id, 0);
  EXPECT_EQ(window.day(), PullWindow::kExactMax);
  EXPECT_FALSE(window.estimated());
  window.advance(kMonday + 1);
  for (std::uint64_t id = 0; id < 50'000; ++id) window.add(id, id % 2);
  EXPECT_TRUE(window.estimated());
  EXPECT_NEAR(static_cast<double>(window.day()), 50'000, 4'000);
  EXPECT_NEAR(static_cast<double>(window.week()), 50'000, 4'000);
  EXPECT_NEAR(static_cast<double>(window.of_source(1)), 25'000, 2'000);
  EXPECT_LT(window.memory_bytes(), 80'000u);
  window.advance(kMonday + 8);
  EXPECT_FALSE(window.estimated()) << "after seven days of nothing it is exact again";
}

TEST(PullWindow, SurvivesAsBytes) {
  for (const std::uint64_t customers : {0, 10, 1000, 5000}) {
    PullWindow window;
    window.advance(kMonday);
    for (std::uint64_t id = 0; id < customers; ++id) window.add(id, 0);
    window.advance(kMonday + 2);
    for (std::uint64_t id = customers / 2; id < customers * 3 / 2; ++id) window.add(id, 3);
    ByteWriter out;
    window.write(out);
    PullWindow again;
    ByteCursor in(out.out());
    ASSERT_TRUE(again.read(in)) << customers;
    EXPECT_EQ(again.day(), window.day());
    EXPECT_EQ(again.week(), window.week());
    EXPECT_EQ(again.of_source(3), window.of_source(3));
    EXPECT_EQ(again.add(0x1234567, 3), window.add(0x1234567, 3));
    EXPECT_EQ(again.week(), window.week());
  }
}

History::Day day(unsigned number, std::uint32_t customers, bool out_of_ordinary = false) {
  return {static_cast<std::uint16_t>(kMonday + number), 3, out_of_ordinary, customers,
          customers * 5};
}

TEST(History, ItsHighestDayIsOfFourWeeks) {
  History history;
  history.add(day(0, 90));
  for (unsigned number = 1; number < 28; ++number) history.add(day(number, 40 + number % 5));
  EXPECT_EQ(history.normal(kMonday + 28).day_high, 90u);
  for (unsigned number = 28; number < 35; ++number) history.add(day(number, 40));
  EXPECT_EQ(history.normal(kMonday + 35).day_high, 44u);
}

TEST(History, AHolidayForgetsNothing) {
  History history;
  for (unsigned number = 0; number < 12; ++number) history.add(day(number, 40 + number));
  const History::Normal normal = history.normal(kMonday + 60);
  EXPECT_EQ(normal.day_high, 51u);
  EXPECT_EQ(normal.days, 10u);
  EXPECT_EQ(history.normal(kMonday + 120).days, 0u) << "after three months all is forgotten";
}

TEST(History, AnAlarmIsNoYardstickUntilItWasReportedTwice) {
  History history;
  for (unsigned number = 0; number < 10; ++number)
    history.add(day(number, number == 4 ? 900 : 40, number == 4));
  EXPECT_EQ(history.normal(kMonday + 10).day_high, 40u);
  history.add(day(10, 700, true));
  EXPECT_EQ(history.normal(kMonday + 11).day_high, 700u);
  EXPECT_EQ(history.normal(kMonday + 11).day_ordinary, 40u) << "for its peers it stays strange";
}

TEST(History, AWeekIsComparedWithWeeksThatItDoesNotOverlap) {
  History history;
  for (unsigned number = 0; number < 14; ++number) history.add(day(number, 10 + number));
  EXPECT_EQ(history.normal(kMonday + 14).week_high, (10u + 7) * 5);
}

TEST(History, WhoNeverSleepsIsAMachine) {
  History history;
  for (unsigned number = 0; number < 5; ++number) {
    EXPECT_FALSE(history.normal(kMonday + number).machine);
    History::Day busy = day(number, 10);
    busy.hours = 24;
    history.add(busy);
  }
  EXPECT_TRUE(history.normal(kMonday + 5).machine);
}

TEST(History, ADayThatComesAgainIsOne) {
  History history;
  history.add({100, 8, true, 40, 90});
  history.add({100, 9, false, 30, 100});
  ASSERT_EQ(history.days().size(), 1u);
  EXPECT_EQ(history.days()[0].customers, 40u);
  EXPECT_EQ(history.days()[0].week, 100u);
  EXPECT_EQ(history.days()[0].hours, 9u);
  EXPECT_TRUE(history.days()[0].out_of_ordinary);
}

TEST(Uses, WhatWasNeverSeenBeforeTodayIsNewAllDay) {
  Uses uses;
  EXPECT_TRUE(uses.add(1, 1, kMonday).source);
  EXPECT_TRUE(uses.add(1, 1, kMonday).source);
  EXPECT_FALSE(uses.add(1, 1, kMonday + 1).source);
  const Uses::New other = uses.add(1, 2, kMonday + 1);
  EXPECT_FALSE(other.source);
  EXPECT_TRUE(other.program);
  EXPECT_TRUE(uses.add(1, 1, kMonday + 90).source) << "after 60 days it is forgotten";
  for (NameNumber source = 0; source < 1000; ++source) uses.add(source, 0, kMonday + 90);
  EXPECT_EQ(uses.all().size(), Uses::kMax);
}

struct RatioCase {
  const char* name;
  Numbers numbers;
  double ratio;
};
class Ratio : public testing::TestWithParam<RatioCase> {};
const RatioCase kRatios[] = {
    {"few_compared_with_none", {20, 0, 0, 1}, 3},
    {"own_is_higher", {110, 50, 20, 1}, 2},
    {"peers_are_higher", {110, 20, 50, 1}, 2},
    {"a_busy_day_for_all", {230, 50, 20, 2.2}, 2},
};
TEST_P(Ratio, IsHowManyTimesTheYardstick) {
  EXPECT_DOUBLE_EQ(ratio(GetParam().numbers, kDayScale), GetParam().ratio);
}
INSTANTIATE_TEST_SUITE_P(All, Ratio, testing::ValuesIn(kRatios),
                         [](const auto& test) { return test.param.name; });

TEST(NeededRatio, EachFactTakesTheRoot) {
  EXPECT_DOUBLE_EQ(needed_ratio(2, 0), 2);
  EXPECT_NEAR(needed_ratio(2, 1), 1.414, 0.001);
  EXPECT_NEAR(needed_ratio(2, 2), 1.189, 0.001);
}

TEST(AlarmBudget, ChoosesTheSmallestRatioThatWouldHaveKeptToIt) {
  AlarmBudget budget(2, kRatio);
  for (DayNumber number = 10; number < 38; ++number) {
    budget.add(number, 1.7);
    if (number % 7 < 2) budget.add(number, 3);
  }
  const double needed = budget.ratio(38, 1);
  EXPECT_GT(needed, 1.7);
  EXPECT_LT(needed, 2);
  EXPECT_DOUBLE_EQ(AlarmBudget(0, kRatio).ratio(38, 1), kRatio);
  EXPECT_DOUBLE_EQ(budget.ratio(12, 10), kRatio) << "there is no week to judge by";
  EXPECT_DOUBLE_EQ(AlarmBudget(1000, kRatio).ratio(38, 1), kRatioMin);
}

TEST(AlarmBudget, DaysThatHaveNotComeYetPushNoneOut) {
  AlarmBudget budget(2, kRatio), other(2, kRatio);
  for (AlarmBudget* each : {&budget, &other}) each->add(9, 3);
  budget.add(5000, 3);
  budget.forget_after(9);
  for (AlarmBudget* each : {&budget, &other})
    for (DayNumber number = 10; number < 38; ++number)
      for (int puller = 0; puller < 3; ++puller) each->add(number, 3);
  EXPECT_GT(other.ratio(38, 1), kRatio);
  EXPECT_DOUBLE_EQ(budget.ratio(38, 1), other.ratio(38, 1));
}

}  // namespace
}  // namespace outspan::access

#include <gtest/gtest.h>

#include "office.h"

namespace outspan::access {
namespace {

TEST(Watch, ABulkPullIsReportedWhileItGoesOnAndAtEachDoubling) {
  Office office;
  office.work(0, 28, 10, 40);
  std::vector<std::uint64_t> told;
  std::string id;
  for (unsigned page = 0; page < 40; ++page)
    for (const Finding& finding : office.pull("user3", 28, 10, 100, "crm-db", "CrmClient", page)) {
      told.push_back(finding.numbers.distinct);
      EXPECT_EQ(finding.sequence, told.size() - 1);
      if (id.empty()) id = finding.id;
      EXPECT_EQ(finding.id, id);
    }
  // From 1,024 a week on they are estimated.
  ASSERT_EQ(told.size(), 6u);
  for (std::size_t i = 0; i < told.size(); ++i)
    EXPECT_NEAR(static_cast<double>(told[i]), 100.0 * (1 << i), i < 4 ? 0 : 250);
}

TEST(Watch, WhatIsUsualIsNoAlarm) {
  Office office;
  for (unsigned day = 0; day < 60; ++day)
    for (unsigned one = 0; is_working_day(day) && one < 10; ++one)
      EXPECT_TRUE(
          office.pull("user" + std::to_string(one), day, 9, 30 + (day * 7 + one) % 30).empty());
}

TEST(Watch, ItsPeersMayDoWhatItNeverDid) {
  Office office;
  office.work(0, 28, 10, 60);
  for (unsigned day = 0; day < 28; ++day)
    if (is_working_day(day)) office.pull("quiet", day, 9, 3);
  EXPECT_TRUE(office.pull("quiet", 28, 9, 100).empty());
  EXPECT_FALSE(office.pull("quiet", 28, 10, 100).empty());
}

TEST(Watch, ABusyDayForAllIsNoAlarm) {
  Office office;
  office.work(0, 28, 10, 40);
  for (unsigned hour = 8; hour < 16; ++hour)
    for (unsigned one = 0; one < 10; ++one)
      EXPECT_TRUE(office.pull("user" + std::to_string(one), 28, hour, 20).empty());
}

TEST(Watch, ASlowPullIsFoundByTheWeek) {
  Office office;
  office.work(0, 28, 10, 40);
  bool found = false;
  for (unsigned day = 28; day < 35 && !found; ++day)
    for (const Finding& finding : office.pull("user1", day, 9, 80)) {
      EXPECT_EQ(finding.window, Window::week);
      found = true;
    }
  EXPECT_TRUE(found);
}

TEST(Watch, WhatGoesOnIsNotReportedEveryDay) {
  Office office;
  office.work(0, 28, 10, 20);
  unsigned fresh = 0, again = 0;
  for (unsigned day = 28; day < 80; ++day)
    if (is_working_day(day))
      for (const Finding& finding : office.pull("user1", day, 11, 100))
        ++(finding.sequence == 0 ? fresh : again);
  EXPECT_EQ(fresh, 1u);
  EXPECT_LE(again, 3u);
}

TEST(Watch, AfterAnOrdinaryDayThereIsSomethingToReportAgain) {
  Office office;
  office.work(0, 28, 10, 20);
  EXPECT_EQ(office.pull("user1", 28, 11, 5000).size(), 1u);
  office.work(29, 31, 10, 20);
  const auto again = office.pull("user1", 31, 11, 300);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].sequence, 0u);
}

TEST(Watch, ALearningSensorReportsOnlyWhatIsBeyondDoubt) {
  Office office;
  EXPECT_TRUE(office.pull("user1", 0, 9, 499).empty());
  const auto findings = office.pull("user1", 0, 9, 1);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].cold);
}

TEST(Watch, ANewcomerIsComparedWithItsPeers) {
  Office office;
  office.work(0, 28, 10, 40);
  EXPECT_TRUE(office.pull("newcomer", 28, 9, 60).empty());
  const auto findings = office.pull("newcomer", 28, 10, 60);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_FALSE(findings[0].own_counts);
  EXPECT_EQ(findings[0].own_days, 0u);
}

TEST(Watch, ANewProgramFromANewSourceNeedsLess) {
  Office office;
  office.work(0, 28, 10, 40);
  EXPECT_TRUE(office.pull("user1", 28, 9, 65).empty());
  const auto findings = office.pull("user2", 28, 9, 65, "crm-db", "mysqldump");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].new_program);
  EXPECT_EQ(findings[0].usual_program, "CrmClient");
  const auto elsewhere = office.pull("user3", 28, 9, 65, "billing-db");
  ASSERT_EQ(elsewhere.size(), 1u);
  EXPECT_TRUE(elsewhere[0].new_source);
  EXPECT_EQ(elsewhere[0].peers_with_source, 0u);
}

TEST(Watch, AnUnusualHourNeedsLess) {
  Office office;
  office.work(0, 35, 10, 40);
  EXPECT_TRUE(office.pull("user1", 35, 9, 65).empty());
  const auto findings = office.pull("user2", 35, 3, 65);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].new_hour);
}

TEST(Watch, AnExpectedPullRaisesNothingAndNotWhatIsUsual) {
  WatchOptions options;
  options.expected = {{"user1", "crm-*", at(30, 0)}};
  Office office(std::move(options));
  office.work(0, 28, 10, 40);
  EXPECT_TRUE(office.pull("user1", 28, 11, 5000).empty());
  EXPECT_FALSE(office.pull("user1", 28, 11, 5000, "billing-db").empty());
  EXPECT_FALSE(office.pull("user2", 28, 11, 5000).empty());
  EXPECT_FALSE(office.pull("user1", 30, 11, 5000).empty()) << "it is over";
}

TEST(Watch, AMachineIsComparedWithItselfAndIsNobodysPeer) {
  Office office;
  for (unsigned day = 0; day < 28; ++day) {
    office.work(day, day + 1, 10, 40);
    for (unsigned hour = 0; hour < 24; ++hour) office.pull("backup", day, hour, 100);
  }
  EXPECT_TRUE(office.pull("backup", 28, 1, 2400).empty());
  EXPECT_FALSE(office.pull("user1", 28, 1, 200).empty());
  const auto findings = office.pull("backup", 28, 2, 2700);
  ASSERT_FALSE(findings.empty());
  EXPECT_TRUE(findings[0].machine);
}

TEST(Watch, NamedGroupsArePeers) {
  WatchOptions options;
  options.groups = {{"sales", {}, {"sales*"}}, {"support", {}, {"user*"}}};
  Office office(std::move(options));
  for (unsigned day = 0; day < 28; ++day) {
    office.work(day, day + 1, 10, 80);
    for (unsigned one = 0; is_working_day(day) && one < 6; ++one)
      office.pull("sales" + std::to_string(one), day, 9, 8);
  }
  const auto findings = office.pull("sales1", 28, 9, 70);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].group, "sales");
  EXPECT_EQ(findings[0].members, 6u);
  EXPECT_TRUE(office.pull("user1", 28, 9, 70).empty());
}

TEST(Watch, AClockThatWasWrongChangesNothing) {
  Office office;
  office.work(0, 28, 10, 40);
  office.pull("user9", 28 + 20 * 365, 9, 1);
  EXPECT_TRUE(office.pull("user1", 28, 9, 60).empty());
  EXPECT_FALSE(office.pull("user1", 28, 10, 60).empty());
}

TEST(Watch, PullersAreBounded) {
  WatchOptions options;
  options.pullers_max = 100;
  Office office(std::move(options));
  for (unsigned one = 0; one < 1000; ++one) office.pull("user" + std::to_string(one), 0, 9, 1);
  EXPECT_EQ(office.watch.pullers().size(), 100u);
  Stats stats;
  office.watch.report(stats);
  EXPECT_EQ(stats.value("access.pullers_forgotten"), 900u);
}

TEST(Watch, ItsMemoryIsBounded) {
  WatchOptions options;
  options.memory_max_bytes = 1 << 20;
  Office office(std::move(options));
  for (unsigned one = 0; one < 200; ++one) office.pull("user" + std::to_string(one), 0, 9, 2000);
  Stats stats;
  office.watch.report(stats);
  EXPECT_LE(stats.value("access.memory_bytes"), 1u << 20);
  EXPECT_GT(stats.value("access.pullers_forgotten"), 0u);
}

TEST(Watch, LongNamesAreCharged) {
  std::uint64_t bytes[2];
  for (const std::size_t size : {10, 500}) {
    Office office;
    office.pull(std::string(size, 'x'), 0, 9, 1);
    Stats stats;
    office.watch.report(stats);
    bytes[size == 500] = stats.value("access.memory_bytes");
  }
  EXPECT_GE(bytes[1], bytes[0] + 980);
}

TEST(Watch, OnePullersShareIsSmall) {
  Office office;
  office.work(0, 28, 100, 20);
  Stats stats;
  office.watch.report(stats);
  // 100,000 in 256 MiB.
  EXPECT_LE(stats.value("access.memory_bytes") / 100, (256u << 20) / 100'000);
}

TEST(Watch, ANewcomersNamedGroupCountsAtOnce) {
  WatchOptions options;
  options.groups = {{"few", {}, {"few*"}}};
  Office office(std::move(options));
  for (unsigned day = 0; day < 29; ++day)
    for (unsigned one = 0; is_working_day(day) && one < 10; ++one) {
      office.pull("few" + std::to_string(one), day, 9, 5);
      office.pull("many" + std::to_string(one), day, 9, 200);
    }
  const auto findings = office.pull("few-new", 28, 9, 60);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].group, "few");
}

TEST(Watch, WhoIsSilentForThreeMonthsIsForgotten) {
  Office office;
  office.pull("gone", 0, 9, 1);
  const auto pullers = [&office] { return office.watch.pullers().size(); };
  office.pull("user1", 400, 9, 1);
  EXPECT_EQ(pullers(), 2u) << "the clock may be wrong";
  office.pull("user1", 90, 9, 1);
  EXPECT_EQ(pullers(), 2u);
  office.pull("user1", 91, 9, 1);
  EXPECT_EQ(pullers(), 1u);
  Stats stats;
  office.watch.report(stats);
  EXPECT_EQ(stats.value("access.pullers_forgotten"), 0u);
}

TEST(Watch, NamesThatAreNotKeptAreCounted) {
  Names names;
  for (std::size_t i = 1; i < Names::kMax; ++i) names.number(std::to_string(i));
  EXPECT_EQ(names.left_out(), 0u);
  EXPECT_EQ(names.number("one too many"), Names::kOther);
  EXPECT_EQ(names.left_out(), 1u);
}

TEST(Watch, NamesHaveABoundInBytes) {
  Names names;
  for (int i = 0; i < 20'000; ++i) names.number(std::string(512, 'x') + std::to_string(i));
  EXPECT_GT(names.left_out(), 10'000u);
  EXPECT_EQ(names.number("too much"), names.number("too much")) << "a short one still fits";
  EXPECT_TRUE(names.half_full());
}

TEST(Watch, NamesThatNobodyUsesGiveWayTheNextDay) {
  Office office;
  for (int i = 0; i < 40'000; ++i) office.pull("user1", 0, 9, 1, "host-" + std::to_string(i));
  office.pull("user2", 0, 10, 1, "crm-db", "CrmClient");
  EXPECT_TRUE(office.watch.names().half_full());
  office.pull("user2", 1, 10, 1, "crm-db", "CrmClient");
  EXPECT_FALSE(office.watch.names().half_full());
  for (const Puller* puller : office.watch.pullers()) {
    const Uses::Use& last = puller->uses.all().back();
    EXPECT_EQ(office.watch.names().text(last.source),
              puller->identity.user == "user1" ? "host-39999" : "crm-db");
    EXPECT_EQ(office.watch.names().text(last.program), "CrmClient");
  }
  const auto findings = office.pull("user2", 1, 11, 600, "crm-db", "CrmClient");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].source, "crm-db");
}

}  // namespace
}  // namespace outspan::access

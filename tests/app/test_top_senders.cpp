#include "app/top_senders.h"

#include <gtest/gtest.h>

#include <string>

namespace outspan::app {
namespace {

using std::chrono::minutes;

IpAddress host(std::uint32_t number) { return IpAddress::v4(0x0a000000 + number); }
Timestamp at(minutes since) { return Timestamp(std::chrono::hours(1000)) + since; }

TEST(HeavyHitters, TheLargestStayWhateverComesBetween) {
  HeavyHitters senders;
  std::uint64_t all = 0;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    senders.add(host(1000 + i), 1);
    senders.add(host(i % 3), 10);
    all += 11;
  }
  EXPECT_EQ(senders.all().size(), HeavyHitters::kKept);
  const auto top = largest(senders.all(), 3);
  for (const TopSender& sender : top) {
    EXPECT_LT(sender.address, host(3)) << "nobody who sends little";
    EXPECT_GE(sender.amount, 333'330U);
    EXPECT_LE(sender.amount, 333'340U + all / HeavyHitters::kKept);
  }
}

TEST(Largest, AddsUpWhatSeveralTablesHold) {
  const auto top = largest({{host(1), 5}, {host(2), 7}, {host(1), 4}, {host(3), 1}}, 2);
  ASSERT_EQ(top.size(), 2U);
  EXPECT_EQ(top[0].address, host(1));
  EXPECT_EQ(top[0].amount, 9U);
  EXPECT_EQ(top[1].address, host(2));
}

TEST(ByteSenders, ChargesAllBytesToThePacketsThatPassAStep) {
  ByteSenders senders;
  std::uint64_t charged = 0;
  for (int i = 0; i < 10'000; ++i) charged += senders.due(1460);
  EXPECT_GT(charged, 14'600'000U - ByteSenders::kStep);
  EXPECT_LE(charged, 14'600'000U);
  EXPECT_GE(senders.due(60'000), 60'000U - ByteSenders::kStep) << "a large packet passes several";
}

TEST(ByteSenders, ForgetsWhatIsOlderThanAnHour) {
  ByteSenders senders;
  senders.add(host(1), 4096, at(minutes(0)));
  senders.add(host(2), 4096, at(minutes(35)));
  EXPECT_EQ(senders.top().size(), 2U);
  senders.add(host(3), 4096, at(minutes(70)));
  ASSERT_EQ(senders.top().size(), 2U);
  for (const TopSender& sender : senders.top()) EXPECT_NE(sender.address, host(1));
  senders.add(host(4), 4096, at(minutes(500)));
  EXPECT_EQ(senders.top().size(), 1U);
}

policy::Incident incident(std::uint32_t sender, std::uint64_t first, std::uint64_t count) {
  policy::Incident incident;
  incident.time = at(minutes(0));
  incident.flow.source.address = host(sender);
  incident.flow.direction = Direction::outbound;
  policy::Records& records = incident.records.emplace_back();
  records.index = "customers";
  for (std::uint64_t i = 0; i < count; ++i) records.rows.push_back(first + i);
  return incident;
}

TEST(CustomerSenders, CountsDifferentCustomers) {
  CustomerSenders senders;
  for (int again = 0; again < 5; ++again) senders.add(incident(1, 0, 20));
  senders.add(incident(2, 0, 50));
  senders.add(incident(2, 50, 50));
  const auto top = senders.top();
  ASSERT_EQ(top.size(), 2U);
  EXPECT_EQ(top[0].address, host(2));
  EXPECT_EQ(top[0].amount, 100U);
  EXPECT_EQ(top[1].amount, 20U);
}

TEST(CustomerSenders, WhoSendsMuchStaysAmongManyWhoSendLittle) {
  CustomerSenders senders;
  senders.add(incident(1, 0, 1000));
  for (std::uint32_t i = 0; i < 1000; ++i) senders.add(incident(100 + i, i, 1));
  const auto top = senders.top();
  ASSERT_FALSE(top.empty());
  EXPECT_EQ(top[0].address, host(1));
  EXPECT_NEAR(static_cast<double>(top[0].amount), 1000, 100);
}

TEST(CustomerSenders, LeavesOutWhatStaysInside) {
  CustomerSenders senders;
  policy::Incident inside = incident(1, 0, 20);
  inside.flow.direction = Direction::internal;
  senders.add(inside);
  EXPECT_TRUE(senders.top().empty());
}

}  // namespace
}  // namespace outspan::app

#include "capture/packet_clock.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace outspan::capture {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

/// Seconds since the first of 2026; packets a second apart stand for a capture.
constexpr std::int64_t kStart = 1'767'225'600;
constexpr std::int64_t k2106 = 4'294'967'295 - kStart;
constexpr std::int64_t k1970 = -kStart;
constexpr std::int64_t kHour = 3600;

using Times = std::vector<std::int64_t>;

Times judged(PacketClock& clock, const Times& times, Times* clocks = nullptr) {
  PacketBatch batch;
  for (const std::int64_t time : times)
    batch.packets.emplace_back().time = Timestamp(seconds(kStart + time));
  clock.judge(batch);
  Times all;
  for (const Packet& packet : batch.packets)
    all.push_back(packet.time.time_since_epoch() / seconds(1) - kStart);
  if (clocks != nullptr) clocks->push_back(batch.clock.time_since_epoch() / seconds(1) - kStart);
  return all;
}

std::uint64_t count(const PacketClock& clock, std::string_view name) {
  Stats stats;
  clock.report(stats);
  return stats.value(name);
}

struct ClockCase {
  std::string name;
  Times times;
  Times judged;
  std::uint64_t misdated = 0;
  std::uint64_t steps = 0;
};

const ClockCase kCases[] = {
    {"in_order", {0, 1, 2, 3}, {0, 1, 2, 3}},
    {"a_little_out_of_order", {0, 5, 1, 6, 2}, {0, 5, 1, 6, 2}},
    {"one_of_the_future", {0, 1, k2106, 2, 3}, {0, 1, 1, 2, 3}, 1},
    {"one_of_the_past", {0, 1, k1970, 2, 3}, {0, 1, 1, 2, 3}, 1},
    {"several_of_the_future", {0, 1, k2106, k2106, k2106 - 100, 2, 3}, {0, 1, 1, 1, 1, 2, 3}, 3},
    {"several_of_the_past", {0, 1, k1970, k1970 + 50, 2, 3}, {0, 1, 1, 1, 2, 3}, 2},
    {"of_both", {0, k2106, k1970, 1, k1970, k2106, 2}, {0, 0, 0, 1, 1, 1, 2}, 4},
    {"every_other_of_another_clock", {0, kHour, 1, kHour + 1, 2}, {0, 0, 1, 1, 2}, 2},
    {"first_of_the_future", {k2106, 0, 1, 2}, {0, 0, 1, 2}, 1},
    {"second_of_the_past", {0, k1970, 1, 2}, {0, 0, 1, 2}, 1},
    {"nothing_for_an_hour", {0, 1, kHour, kHour + 1}, {0, 1, kHour, kHour + 1}, 0, 1},
    {"sparse", {0, 100, 200, 400}, {0, 100, 200, 400}, 0, 3},
    {"set_back_for_good", {0, 1, -kHour, 1 - kHour}, {0, 1, -kHour, 1 - kHour}, 0, 1},
    {"before_1970", {0, 1, k1970 - 1000, 2}, {0, 1, 1, 2}, 1},
};

class PacketClocks : public testing::TestWithParam<ClockCase> {};

TEST_P(PacketClocks, JudgeByNeighbours) {
  PacketClock clock;
  EXPECT_EQ(judged(clock, GetParam().times), GetParam().judged);
  EXPECT_EQ(count(clock, "capture.misdated"), GetParam().misdated);
  EXPECT_EQ(count(clock, "capture.clock_steps"), GetParam().steps);
}

INSTANTIATE_TEST_SUITE_P(Capture, PacketClocks, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(PacketClock, NamesTheStepsForward) {
  PacketClock clock;
  judged(clock, {0, 1, kHour, kHour + 1, k2106, kHour + 2});
  ASSERT_EQ(clock.steps().size(), 1u);
  EXPECT_EQ(clock.steps()[0].to, Timestamp(seconds(kStart + kHour)));
  EXPECT_EQ(clock.steps()[0].length, seconds(kHour - 1));
  judged(clock, {6, 7});
  EXPECT_TRUE(clock.steps().empty());
}

TEST(PacketClock, TheEndOfABatchIsJudgedWithTheNext) {
  PacketClock clock;
  Times clocks;
  judged(clock, {0, 1, k2106}, &clocks);
  EXPECT_EQ(judged(clock, {2, 3}, &clocks), (Times{2, 3}));
  EXPECT_EQ(judged(clock, {4, k2106 - 9}, &clocks), (Times{4, 4}));
  EXPECT_EQ(judged(clock, {k2106 - 8, k2106}, &clocks), (Times{k2106 - 8, k2106}));
  EXPECT_EQ(clocks, (Times{1, 3, 4, k2106}));
}

TEST(PacketClock, TheLastPacketIsBelievedASilence) {
  PacketClock clock;
  EXPECT_EQ(judged(clock, {0, 1, kHour}), (Times{0, 1, kHour}));
  EXPECT_EQ(judged(clock, {2, 3}), (Times{2, 3})) << "and was wrong";
}

TEST(PacketClock, BatchesOfOnePacketFollowAStepWithTheSecond) {
  PacketClock clock;
  EXPECT_EQ(judged(clock, {0}), Times{0});
  EXPECT_EQ(judged(clock, {-kHour}), Times{0});
  EXPECT_EQ(judged(clock, {1 - kHour}), Times{1 - kHour});
}

TEST(PacketClock, AWrongStepIsTakenBack) {
  PacketClock clock;
  Times times(300, k2106);
  times.insert(times.begin(), 0);
  EXPECT_EQ(judged(clock, times).back(), k2106) << "more than the neighbours that are asked";
  EXPECT_EQ(judged(clock, {1, 2, 3}), (Times{1, 2, 3}));
}

TEST(PacketClock, SilenceTakesTheTimeOfDay) {
  PacketClock clock;
  judged(clock, {0});
  PacketBatch silent;
  silent.clock = Timestamp(seconds(kStart + 2 * kHour));
  clock.judge(silent);
  EXPECT_EQ(judged(clock, {2 * kHour + 1}), Times{2 * kHour + 1});
  silent.clock = Timestamp(seconds(kStart));  // somebody set the clock
  clock.judge(silent);
  EXPECT_EQ(judged(clock, {1}), Times{1});
}

}  // namespace
}  // namespace outspan::capture

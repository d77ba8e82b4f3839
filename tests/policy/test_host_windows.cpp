#include "policy/host_windows.h"

#include <gmock/gmock.h>

#include "tests/policy/scene.h"

namespace outspan::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class HostWindow : public testing::Test {
 protected:
  explicit HostWindow(std::uint64_t threshold = 3) {
    config_.rules = {rule("drip", {"email"}, threshold, config::Within::host)};
    config_.rules[0].when.window = std::chrono::hours(24);
  }
  HostWindows windows() { return HostWindows(config_, kNames); }

  HostHits hits(std::int64_t seconds, std::vector<std::uint64_t> ids,
                const char* host = "10.20.0.7", std::uint64_t flow = 1) {
    HostHits hits;
    hits.order = {static_cast<std::uint64_t>(seconds) + 1, flow, 0};
    hits.time = at_seconds(seconds);
    hits.host = *IpAddress::parse(host);
    hits.flow.flow_id = flow;
    hits.first_packet = hits.last_packet = hits.order.packet;
    hits.signatures.push_back({kEmail, ids.size(), ids, {masked("c***@e***.org")}});
    return hits;
  }
  [[nodiscard]] std::vector<std::string> story() const {
    Said records;
    records.incidents = out_;
    return records.story();
  }

  config::Config config_;
  std::vector<Incident> out_;
};

TEST_F(HostWindow, CountsTheSlowDripOverFlows) {
  HostWindows all = windows();
  for (int hour = 0; hour < 3; ++hour)
    all.add(hits(hour * 3600, {static_cast<std::uint64_t>(hour)}, "10.20.0.7",
                 static_cast<std::uint64_t>(hour) + 1),
            out_);
  ASSERT_THAT(story(), ElementsAre("new 3"));
  EXPECT_EQ(out_[0].flows, 3u);
  EXPECT_EQ(out_[0].first_packet, 1u);
  EXPECT_EQ(out_[0].last_packet, 7201u);
  EXPECT_EQ(out_[0].flow.flow_id, 3u);
  EXPECT_THAT(texts(out_[0].matches[0].samples), ElementsAre("c***@e***.org"));
}

TEST_F(HostWindow, OldValuesFallOutOfTheWindow) {
  HostWindows all = windows();
  all.add(hits(0, {1}), out_);
  all.add(hits(20 * 3600, {2}), out_);
  all.add(hits(40 * 3600, {3}), out_);
  all.add(hits(60 * 3600, {4}), out_);
  EXPECT_THAT(story(), IsEmpty()) << "never three within a day";
}

TEST_F(HostWindow, HostsAreCountedApart) {
  HostWindows all = windows();
  all.add(hits(0, {1, 2}, "10.20.0.7"), out_);
  all.add(hits(1, {3, 4}, "10.20.0.8"), out_);
  EXPECT_THAT(story(), IsEmpty());
}

TEST_F(HostWindow, UpdatesAtPowersOfTenAndClosesWhenItRanEmpty) {
  HostWindows all = windows();
  for (std::uint64_t i = 0; i < 120; ++i) all.add(hits(static_cast<std::int64_t>(i), {i}), out_);
  EXPECT_THAT(story(), ElementsAre("new 3", "update 10", "update 100"));
  all.advance({at_seconds(24 * 3600), 9000}, out_);
  EXPECT_EQ(out_.size(), 3u) << "still in the window";
  all.advance({at_seconds(27 * 3600), 9001}, out_);
  ASSERT_THAT(story(), ElementsAre("new 3", "update 10", "update 100", "closed 120"));
  EXPECT_EQ(out_[3].matches[0].count, 120u);
  EXPECT_EQ(out_[3].id, out_[0].id);
  EXPECT_EQ(out_[3].order.packet, 9001u);
  EXPECT_LE(out_[3].time, at_seconds(27 * 3600));
}

TEST_F(HostWindow, ANewIncidentAfterAnEmptyWindowHasItsOwnName) {
  HostWindows all = windows();
  all.add(hits(0, {1, 2, 3}), out_);
  all.add(hits(100 * 3600, {1, 2, 3}), out_);
  EXPECT_THAT(story(), ElementsAre("new 3", "closed 3", "new 3"));
  EXPECT_NE(out_[0].id, out_[2].id);
}

TEST_F(HostWindow, FinishClosesWhatIsOpen) {
  HostWindows all = windows();
  all.add(hits(0, {1, 2, 3}, "10.20.0.9"), out_);
  all.add(hits(0, {1, 2, 3}, "10.20.0.8"), out_);
  all.add(hits(1, {1}, "10.20.0.7"), out_);
  all.finish({at_seconds(5), 77}, out_);
  ASSERT_THAT(story(), ElementsAre("new 3", "new 3", "closed 3", "closed 3"));
  EXPECT_EQ(out_[2].time, at_seconds(5));
  Stats stats;
  all.report(stats);
  EXPECT_EQ(stats.value("policy.hosts"), 0u);
  EXPECT_EQ(stats.value("policy.host_memory_bytes"), 0u);
}

TEST_F(HostWindow, AtItsLimitTheWindowThatEndsFirstIsClosed) {
  config_.limits.incidents = 2;
  HostWindows all = windows();
  all.add(hits(0, {1, 2, 3}, "10.20.0.1"), out_);
  all.add(hits(7200, {1, 2, 3}, "10.20.0.2"), out_);
  all.add(hits(14400, {1, 2, 3}, "10.20.0.3"), out_);
  ASSERT_THAT(story(), ElementsAre("new 3", "new 3", "new 3", "closed 3"));
  EXPECT_EQ(out_[3].id, out_[0].id);
  Stats stats;
  all.report(stats);
  EXPECT_EQ(stats.value("policy.hosts_evicted"), 1u);
}

TEST_F(HostWindow, AClockThatStepsBackChangesNothing) {
  HostWindows all = windows();
  all.add(hits(100 * 3600, {1, 2}), out_);
  all.add(hits(10, {3}), out_);
  EXPECT_THAT(story(), ElementsAre("new 3"));
}

}  // namespace
}  // namespace outspan::policy

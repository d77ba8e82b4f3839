#include <gmock/gmock.h>

#include "tests/policy/scene.h"

namespace outspan::policy {
namespace {

using testing::ElementsAre;

TEST(EngineLimits, TheFlowWithoutHitsForLongestMakesRoom) {
  config::Limits limits;
  limits.incidents = 2;
  Bench bench({rule("r", {"email"})}, limits);
  std::deque<Flow> flows;
  std::deque<Upload> uploads;
  for (std::uint64_t id = 1; id <= 3; ++id) uploads.emplace_back(flows.emplace_back(id));
  uploads[0].find(*bench.engine, {email(1)});
  uploads[1].find(*bench.engine, {email(2)});
  uploads[0].find(*bench.engine, {email(3)});
  uploads[2].find(*bench.engine, {email(4)});
  EXPECT_THAT(bench.records.story(), ElementsAre("new 1", "new 1", "new 1", "closed 1"));
  EXPECT_EQ(bench.records.incidents.back().id, bench.records.incidents[1].id);
  EXPECT_EQ(bench.counter("policy.incidents_evicted"), 1u);
  EXPECT_EQ(bench.counter("policy.incidents_open"), 2u);
  uploads[1].end(*bench.engine);  // nothing is left of it
  EXPECT_EQ(bench.records.incidents.size(), 4u);
}

TEST(EngineLimits, OneFlowKeepsItsNewestIncidents) {
  config::Limits limits;
  limits.incidents = 2;
  Bench bench({rule("r", {"email"})}, limits);
  Flow flow;
  std::deque<Upload> uploads;
  for (int i = 0; i < 4; ++i) uploads.emplace_back(flow).find(*bench.engine, {email(i)});
  EXPECT_THAT(bench.records.story(),
              ElementsAre("new 1", "new 1", "new 1", "closed 1", "new 1", "closed 1"));
  for (Upload& upload : uploads) upload.end(*bench.engine);
  bench.engine->on_flow_end(flow.context);
  EXPECT_EQ(bench.counter("policy.incidents_open"), 0u);
  EXPECT_EQ(bench.counter("policy.memory_bytes"), 0u);
}

TEST(EngineLimits, MemoryStaysBoundedUnderAStormOfValues) {
  config::Limits limits;
  limits.memory_mib = 8;  // one for the engine
  limits.distinct_values = 1'000'000;
  Bench bench({rule("r", {"email"}), rule("f", {"email"}, 1, config::Within::flow)}, limits);
  std::uint64_t most = 0;
  std::deque<Flow> flows;
  std::deque<Upload> uploads;
  for (std::uint64_t id = 1; id <= 40; ++id) {
    Upload& upload = uploads.emplace_back(flows.emplace_back(id));
    for (int i = 0; i < 100; ++i) {
      std::vector<Value> values;
      for (int j = 0; j < 100; ++j) values.push_back(email(i * 100 + j));
      upload.find(*bench.engine, values);
      most = std::max(most, bench.counter("policy.memory_bytes"));
    }
  }
  EXPECT_LE(most, 2u * 1024 * 1024);
  EXPECT_GT(bench.counter("policy.incidents_evicted"), 0u);
  EXPECT_EQ(bench.counter("policy.incidents"), 80u) << "every leak was reported once";
  for (std::size_t i = 0; i < uploads.size(); ++i) {
    uploads[i].end(*bench.engine);
    bench.engine->on_flow_end(flows[i].context);
  }
  EXPECT_EQ(bench.counter("policy.memory_bytes"), 0u);
  EXPECT_EQ(bench.counter("policy.incidents_open"), 0u);
}

TEST(EngineLimits, ValuesBeyondTheLimitAreNotRememberedForBranches) {
  config::Limits limits;
  limits.distinct_values = 5;
  Bench bench({rule("r", {"email"})}, limits);
  Flow flow;
  Upload main(flow);
  for (int i = 0; i < 3; ++i) main.find(*bench.engine, {email(i)});
  main.end(*bench.engine);
  Upload next(flow);
  for (int i = 3; i < 6; ++i) next.find(*bench.engine, {email(i)});
  next.end(*bench.engine);
  EXPECT_EQ(bench.counter("policy.values_not_remembered"), 3u) << "those of the older object";
}

}  // namespace
}  // namespace outspan::policy

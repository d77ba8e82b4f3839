#include <benchmark/benchmark.h>

#include "tests/policy/scene.h"

/// Hits judged a second: a window of 64 hits, two rules, one of them in vain.
namespace outspan::policy {
namespace {

void judge(benchmark::State& state, int values) {
  config::Rule other = rule("other", {"ticket"});
  other.when.direction = {Direction::internal};
  Bench bench({rule("emails", {"email", "phone"}, 50), other});
  Flow flow;
  Upload upload(flow);
  std::vector<detect::Hit> hits;
  std::vector<Value> texts;
  for (int i = 0; i < values; ++i) texts.push_back(i % 4 ? email(i) : phone(i));
  for (const Value& value : texts) hits.push_back(value.hit());
  std::size_t at = 0;
  for (auto _ : state) {
    bench.engine->on_hits(upload.object, upload.object.root, std::span(hits).subspan(at, 64));
    at = (at + 64) % hits.size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * 64);
}
void few_values(benchmark::State& state) { judge(state, 64); }
void many_values(benchmark::State& state) { judge(state, 64 * 512); }
BENCHMARK(few_values);
BENCHMARK(many_values);

}  // namespace
}  // namespace outspan::policy

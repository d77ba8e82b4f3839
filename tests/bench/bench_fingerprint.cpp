#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>

#include "core/hash.h"
#include "fingerprint/find/batch_lookup.h"
#include "fingerprint/forms/email_form.h"
#include "tests/fingerprint/finder_bench.h"

/// Look-ups in an index that is far larger than the caches: OUTSPAN_BENCH_ROWS customers
/// (4,000,000), an address and a ticket each.
namespace outspan::fingerprint {
namespace {

std::size_t rows() {
  static const char* const given = std::getenv("OUTSPAN_BENCH_ROWS");
  static const std::size_t rows = given != nullptr ? std::strtoull(given, nullptr, 10) : 4'000'000;
  return rows;
}

std::string address(std::uint64_t n) {
  return "customer." + std::to_string(n) + "@mail" + std::to_string(n % 97) + ".example.org";
}
std::string ticket(std::uint64_t n) {
  char text[16];
  std::snprintf(text, sizeof text, "TM-%09llu", static_cast<unsigned long long>(n));
  return text;
}

struct Rows {
  std::uint64_t next = 0;
  std::string left = "email,ticket\n";
  std::size_t read(std::span<char> out) {
    while (left.size() < out.size() && next < rows()) {
      left += address(next) + "," + ticket(next) + "\n";
      ++next;
    }
    const std::size_t size = std::min(left.size(), out.size());
    std::copy_n(left.data(), size, out.data());
    left.erase(0, size);
    return size;
  }
};

IndexSetPtr index_set() {
  static const IndexSetPtr set = [] {
    const TestFolder folder;
    BuildOptions options = customer_options();
    options.columns = {{"email", ColumnType::email}, {"ticket", ColumnType::ticket}};
    Rows source;
    const auto report = build_index(
        "bench", [&source](std::span<char> out) { return source.read(out); }, folder.file("index"),
        test_key(), options, [](const BuildProgress&) {});
    auto index = Index::load(folder.file("index"), test_key());
    if (!report || !index) {
      std::cerr << "the index of the benchmark cannot be built\n";
      std::exit(1);
    }
    return std::make_shared<const IndexSet>(std::vector<IndexSet::Named>{{"bench", *index}});
  }();
  return set;
}

/// Addresses in no order, one behind the other as in a text; `known`: customers'.
class Addresses {
 public:
  explicit Addresses(bool known) {
    std::mt19937_64 chance(7);
    for (int i = 0; i < 1 << 18; ++i) {
      text_ += address(chance() % rows() + (known ? 0 : rows()));
      ends_.push_back(text_.size());
    }
  }
  std::string_view next() {
    const std::size_t begin = at_ == 0 ? 0 : ends_[at_ - 1], end = ends_[at_];
    at_ = (at_ + 1) % ends_.size();
    return std::string_view(text_).substr(begin, end - begin);
  }

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
  std::size_t at_ = 0;
};

/// From the canonical value to the rows: hash, line of the table.
void in_batches(benchmark::State& state, bool known) {
  const IndexSetPtr indexes = index_set();
  const SipKey key = indexes->indexes()[0].index->key().of(Key::Use::email);
  Addresses values(known);
  BatchLookup lookup;
  std::vector<Candidate> candidates;
  std::uint64_t found = 0;
  constexpr std::size_t kBatch = 256;
  for (auto _ : state) {
    candidates.clear();
    for (std::size_t i = 0; i < kBatch; ++i) {
      Candidate candidate;
      candidate.hash = value_hash(key, values.next());
      candidate.columns = 1;
      candidates.push_back(candidate);
    }
    found += lookup.ask(*indexes, candidates).size();
  }
  if ((found != 0) != known) state.SkipWithError("wrong answers");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}

void one_at_a_time(benchmark::State& state, bool known) {
  const IndexSetPtr indexes = index_set();
  const Index& index = *indexes->indexes()[0].index;
  const SipKey key = index.key().of(Key::Use::email);
  Addresses values(known);
  std::uint64_t found = 0;
  for (auto _ : state) {
    found += index.table(0).find(value_hash(key, values.next())).size();
  }
  if ((found != 0) != known) state.SkipWithError("wrong answers");
  state.SetItemsProcessed(state.iterations());
}

/// What the hash alone takes.
void hash_of_an_address(benchmark::State& state) {
  const SipKey key = index_set()->indexes()[0].index->key().of(Key::Use::email);
  Addresses values(true);
  for (auto _ : state) benchmark::DoNotOptimize(value_hash(key, values.next()));
}
BENCHMARK(hash_of_an_address);
void absent_in_batches(benchmark::State& state) { in_batches(state, false); }
void absent_one_at_a_time(benchmark::State& state) { one_at_a_time(state, false); }
void present_in_batches(benchmark::State& state) { in_batches(state, true); }
void present_one_at_a_time(benchmark::State& state) { one_at_a_time(state, true); }
BENCHMARK(absent_in_batches);
BENCHMARK(absent_one_at_a_time);
BENCHMARK(present_in_batches);
BENCHMARK(present_one_at_a_time);

/// Text in which every line holds two values, through scanner and finder: time per value, of
/// customers (found, put together, handed on) and of strangers.
void text(benchmark::State& state, bool known) {
  FinderBench bench({index_set()->indexes()[0].index});
  std::mt19937_64 chance(8);
  std::string lines;
  std::int64_t cells = 0;
  while (lines.size() < std::size_t{4} << 20) {
    const std::uint64_t n = chance() % rows() + (known ? 0 : rows());
    lines += address(n) + "," + ticket(n) + "\n";
    cells += 2;
  }
  for (auto _ : state)
    if (bench.find(lines, 4096).empty() == known) state.SkipWithError("wrong answers");
  state.SetItemsProcessed(state.iterations() * cells);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(lines.size()));
}
void text_of_customers(benchmark::State& state) { text(state, true); }
void text_of_strangers(benchmark::State& state) { text(state, false); }
BENCHMARK(text_of_customers);
BENCHMARK(text_of_strangers);

}  // namespace
}  // namespace outspan::fingerprint

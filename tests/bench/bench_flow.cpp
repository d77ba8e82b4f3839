// The flow table alone: a million flows that nobody reads, and streams that somebody does.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include "flow/flow_table.h"

namespace {

using namespace outspan;
using namespace outspan::flow;

class NullSink final : public StreamSink {
 public:
  void on_data(Side, std::uint64_t, Bytes bytes) noexcept override {
    benchmark::DoNotOptimize(bytes.data());
  }
  void on_gap(Side, std::uint64_t, std::uint64_t) noexcept override {}
  void on_datagram(Side, Bytes) noexcept override {}
  void on_pause() noexcept override {}
  void on_close(CloseReason) noexcept override {}
};

class Neighbours final : public StreamHandler, public FlowObserver, public FlowListener {
 public:
  std::unique_ptr<StreamSink> open(FlowContext&) noexcept override {
    return std::make_unique<NullSink>();
  }
  void on_anomaly(const FlowContext&, Side, Anomaly) noexcept override {}
  void on_blind_spot(const FlowContext&, ObjectBlindSpot) noexcept override {}
  void on_flow_end(const FlowEnd&) noexcept override {}
};

const std::vector<std::uint8_t> kPayload(1460, 'x');
constexpr std::size_t kBatch = 256;

decode::Datagram segment_of(std::uint32_t flow, std::uint32_t sequence) {
  decode::Datagram datagram;
  datagram.at = {timestamp_from_ns(1'700'000'000'000'000'000), 1};
  datagram.source = IpAddress::v4(0x0a000000u + flow / 16);
  datagram.destination = IpAddress::v4(0xc0000201u);
  datagram.source_port = static_cast<std::uint16_t>(40000 + flow % 16);
  datagram.destination_port = 443;
  datagram.ip_protocol = ip_protocol::kTcp;
  datagram.tcp_flags = decode::tcp_flag::kAck;
  datagram.tcp_sequence = sequence;
  datagram.payload = kPayload;
  datagram.flow_hash = static_cast<std::uint32_t>(mix64(flow + 1));
  return datagram;
}

FlowOptions options_for(bool inspected, std::uint64_t flows) {
  FlowOptions options;
  options.flows_max = flows;
  options.reassembly_bytes = 1ull << 30;
  options.home = PrefixSet({*IpPrefix::parse("10.0.0.0/8")});
  options.inspected.fill(inspected);
  return options;
}

// Each packet hits a flow at random among `flows`.
void uninspected(benchmark::State& state) {
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  Neighbours neighbours;
  Ledger ledger;
  auto table = std::make_unique<FlowTable>(options_for(false, flows), ledger, neighbours,
                                           neighbours, neighbours);
  std::vector<std::uint32_t> next(flows, 1);
  std::vector<decode::Datagram> batch;
  for (std::uint32_t flow = 0; flow < flows; ++flow) {
    decode::Datagram syn = segment_of(flow, 0);
    syn.tcp_flags = decode::tcp_flag::kSyn;
    syn.payload = {};
    table->process(syn);
  }
  std::mt19937 random(1);
  for (auto _ : state) {
    state.PauseTiming();
    batch.clear();
    for (std::size_t i = 0; i < kBatch * 64; ++i) {
      const auto flow = static_cast<std::uint32_t>(random() % flows);
      batch.push_back(segment_of(flow, next[flow]));
      next[flow] += static_cast<std::uint32_t>(kPayload.size());
    }
    state.ResumeTiming();
    for (std::size_t i = 0; i < batch.size(); i += kBatch)
      table->process(std::span<const decode::Datagram>(batch).subspan(i, kBatch));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch * 64));
  state.counters["bytes_per_flow"] =
      static_cast<double>(table->table_bytes()) / static_cast<double>(flows);
  state.counters["record_bytes"] = sizeof(FlowRecord);
}
BENCHMARK(uninspected)->Arg(1000)->Arg(1'000'000);

// 100 streams that are read; with `swap`, each pair of segments comes in the wrong order.
void inspected(benchmark::State& state) {
  const bool swap = state.range(0) != 0;
  constexpr std::uint32_t kFlows = 100;
  Neighbours neighbours;
  Ledger ledger;
  FlowTable table(options_for(true, kFlows), ledger, neighbours, neighbours, neighbours);
  std::vector<std::uint32_t> next(kFlows, 1);
  for (std::uint32_t flow = 0; flow < kFlows; ++flow) {
    decode::Datagram syn = segment_of(flow, 0);
    syn.tcp_flags = decode::tcp_flag::kSyn;
    syn.payload = {};
    table.process(syn);
  }
  std::vector<decode::Datagram> batch;
  std::uint64_t turn = 0;
  for (auto _ : state) {
    state.PauseTiming();
    batch.clear();
    for (std::size_t i = 0; i < kBatch; i += 2) {
      const auto flow = static_cast<std::uint32_t>(++turn % kFlows);
      for (int k = 0; k < 2; ++k) {
        batch.push_back(segment_of(flow, next[flow]));
        next[flow] += static_cast<std::uint32_t>(kPayload.size());
      }
      if (swap) std::swap(batch[i], batch[i + 1]);
    }
    state.ResumeTiming();
    table.process(batch);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBatch * kPayload.size()));
}
BENCHMARK(inspected)->ArgName("swapped")->Arg(0)->Arg(1);

}  // namespace

BENCHMARK_MAIN();

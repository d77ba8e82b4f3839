// HTTP parsing alone: the objects go nowhere.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "protocol/dispatch/dispatcher.h"

namespace {

using namespace outspan;

class Nowhere final : public protocol::ObjectSink, public FlowObserver {
 public:
  class Writer final : public protocol::ObjectWriter {
   public:
    using ObjectWriter::ObjectWriter;
    void begin_part(protocol::PartInfo) noexcept override {}
    void gap(std::uint64_t) noexcept override {}
    void boundary() noexcept override {}
    void pause() noexcept override {}
    void end_part() noexcept override {}
    void end(protocol::ObjectEnd) noexcept override {}
    protocol::ObjectInfo& info() noexcept override { return info_; }

   private:
    void write(Bytes bytes) noexcept override { benchmark::DoNotOptimize(bytes.data()); }
    protocol::ObjectInfo info_;
  };
  std::unique_ptr<protocol::ObjectWriter> begin(FlowContext& flow, Side side,
                                                protocol::ObjectInfo) noexcept override {
    return std::make_unique<Writer>(flow, side);
  }
  void on_anomaly(const FlowContext&, Side, Anomaly) noexcept override {}
  void on_blind_spot(const FlowContext&, ObjectBlindSpot) noexcept override {}
};

constexpr std::size_t kSegmentBytes = 1460;

void feed(flow::StreamSink& sink, Side side, const std::string& stream) {
  const Bytes all = as_bytes(stream);
  for (std::size_t at = 0; at < all.size(); at += kSegmentBytes)
    sink.on_data(side, at, all.subspan(at, std::min(kSegmentBytes, all.size() - at)));
}

void run(benchmark::State& state, const std::string& requests, const std::string& answers,
         std::array<bool, 2> inspected, std::size_t transactions) {
  Nowhere nowhere;
  const config::Config config;
  protocol::Dispatcher dispatcher(config, nowhere);
  Ledger ledger;
  FlowInfo info;
  info.ip_protocol = ip_protocol::kTcp;
  for (auto _ : state) {
    ChargingAccount account(ledger, {Direction::outbound, Direction::inbound}, inspected);
    FlowContext context(info, account, nowhere);
    const auto sink = dispatcher.open(context);
    feed(*sink, Side::client, requests);
    if (!context.unwanted[1]) feed(*sink, Side::server, answers);
    sink->on_close(flow::CloseReason::fin);
  }
  state.SetBytesProcessed(state.iterations() * (requests.size() + answers.size()));
  state.counters["ns_per_transaction"] = benchmark::Counter(
      static_cast<double>(transactions) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

const std::string kRequest =
    "GET /api/v1/items/4711?fields=name HTTP/1.1\r\nHost: www.example.com\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\nAccept: */*\r\n"
    "Accept-Encoding: gzip, deflate\r\nCookie: session=0123456789abcdef\r\n\r\n";
const std::string kAnswer =
    "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/json\r\n"
    "Content-Length: 16\r\n\r\n{\"name\":\"thing\"}";

void BM_SmallRequestsBothWays(benchmark::State& state) {
  run(state, repeated(kRequest, 200), repeated(kAnswer, 200), {true, true}, 200);
}
BENCHMARK(BM_SmallRequestsBothWays);

void BM_SmallRequestsOutboundOnly(benchmark::State& state) {
  run(state, repeated(kRequest, 200), repeated(kAnswer, 200), {true, false}, 200);
}
BENCHMARK(BM_SmallRequestsOutboundOnly);

void BM_LargeUpload(benchmark::State& state) {
  const std::string body(4 << 20, 'x');
  run(state,
      "PUT /big.csv HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
      "", {true, true}, 1);
}
BENCHMARK(BM_LargeUpload);

void BM_LargeChunkedUpload(benchmark::State& state) {
  const std::string chunk = "2000\r\n" + std::string(0x2000, 'x') + "\r\n";
  run(state,
      "PUT /big.csv HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + repeated(chunk, 512) +
          "0\r\n\r\n",
      "", {true, true}, 1);
}
BENCHMARK(BM_LargeChunkedUpload);

}  // namespace

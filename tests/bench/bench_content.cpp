#include <benchmark/benchmark.h>
#include <zlib.h>

#include <string>

#include "content/inspector.h"

namespace outspan::content {
namespace {

/// Swallows everything.
struct Nowhere final : TextSink, ObjectObserver, FlowObserver {
  void on_window(const Object&, const Node&, const Window& window) noexcept override {
    benchmark::DoNotOptimize(window.raw.data());
  }
  void on_object_end(const Object&, const ObjectSummary&) noexcept override {}
  void on_anomaly(const FlowContext&, Side, Anomaly) noexcept override {}
  void on_blind_spot(const FlowContext&, ObjectBlindSpot) noexcept override {}
  void on_object_blind_spot(const Object&, const Node&, ObjectBlindSpot) noexcept override {}
};

std::string prose(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i)
    text += "Order " + std::to_string(i) +
            " was sent to the customer on Monday, and the invoice "
            "follows by mail; please answer soon.\n";
  return text;
}

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void feed(benchmark::State& state, const protocol::PartInfo& info, const std::string& wire,
          std::size_t text_bytes, std::size_t piece, const config::Config& config = {}) {
  Nowhere nowhere;
  Ledger ledger;
  FlowInfo flow_info;
  ChargingAccount account(ledger, {Direction::outbound, Direction::inbound}, {true, true});
  FlowContext flow(flow_info, account, nowhere);
  Inspector inspector(config, nowhere, nowhere);
  for (auto _ : state) {
    const auto writer = inspector.begin(flow, Side::client, {});
    account.deliver(Side::client, wire.size());
    writer->begin_part(info);
    for (std::string_view rest = wire; !rest.empty();
         rest.remove_prefix(std::min(piece, rest.size())))
      writer->data(as_bytes(rest.substr(0, piece)));
    writer->end_part();
    writer->end(protocol::ObjectEnd::complete);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text_bytes) * state.iterations());
}

protocol::PartInfo part(protocol::PartKind kind, std::string type,
                        std::vector<std::string> codings = {}) {
  protocol::PartInfo info;
  info.kind = kind;
  info.content_type = std::move(type);
  info.codings = std::move(codings);
  return info;
}

/// Without the digest that a body has.
void raw_text(benchmark::State& state) {
  const std::string text = prose(1 << 20);
  feed(state, part(protocol::PartKind::raw, {}), text, text.size(),
       static_cast<std::size_t>(state.range(0)));
}
BENCHMARK(raw_text)->Arg(1460)->Arg(65536)->Arg(1 << 20);

void raw_text_in_disguise(benchmark::State& state) {
  const std::string text = prose(1 << 20);
  config::Config config;
  config.inspect_disguises = true;
  feed(state, part(protocol::PartKind::raw, {}), text, text.size(), 1460, config);
}
BENCHMARK(raw_text_in_disguise);

void body_with_digest(benchmark::State& state) {
  const std::string text = prose(1 << 20);
  feed(state, part(protocol::PartKind::body, "text/plain"), text, text.size(), 1460);
}
BENCHMARK(body_with_digest);

void escaped_json(benchmark::State& state) {
  std::string text;
  while (text.size() < 1 << 20) text += R"({"name":"Alice","mail":"alice\u0040example.com"},)";
  feed(state, part(protocol::PartKind::raw, {}), text, text.size(), 1460);
}
BENCHMARK(escaped_json);

void gzip_body(benchmark::State& state) {
  const std::string text = prose(1 << 20);
  feed(state, part(protocol::PartKind::raw, {}, {"gzip"}), gzipped(text), text.size(), 1460);
}
BENCHMARK(gzip_body);

void base64_in_text(benchmark::State& state) {
  std::string text = "{\"file\":\"";
  while (text.size() < 1 << 20) text += "QWxpY2UsIGFsaWNlQGV4YW1wbGUuY29t";
  feed(state, part(protocol::PartKind::raw, {}), text + "\"}", text.size(), 1460);
}
BENCHMARK(base64_in_text);

void small_object(benchmark::State& state) {
  const std::string text = prose(300);
  feed(state, part(protocol::PartKind::body, "application/json"), text, text.size(), 1460);
}
BENCHMARK(small_object);

}  // namespace
}  // namespace outspan::content

#pragma once

#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flow/flow_table.h"

namespace outspan::flow {

/// What a sink was told, and whether it kept the contract; outlives the sink.
struct Told {
  FlowInfo info;
  bool branch = false;
  std::array<std::string, 2> stream;      // holes left out
  std::array<std::uint64_t, 2> end{};     // offset reached
  std::array<std::string, 2> with_holes;  // "abc[3]def"
  std::vector<std::string> messages;      // "client:..." per datagram
  std::string order;                      // 'c' or 's' for each delivery, runs folded
  std::uint64_t pauses = 0;
  std::uint64_t closes = 0;
  CloseReason reason{};
  bool contiguous = true;
  std::string problem;  // the latest reason why not

  [[nodiscard]] const std::string& client() const { return with_holes[0]; }
  [[nodiscard]] const std::string& server() const { return with_holes[1]; }
};

class TellingSink final : public StreamSink {
 public:
  TellingSink(std::shared_ptr<Told> told, FlowContext& context)
      : told_(std::move(told)), context_(context) {}

  void on_data(Side side, std::uint64_t offset, Bytes bytes) noexcept override {
    const std::size_t s = index(side);
    expect(offset, told_->end[s], "data");
    expect(bytes.empty(), false, "empty data");
    told_->end[s] += bytes.size();
    context_.account.searched(side, bytes.size());
    told_->stream[s] += as_text(bytes);
    told_->with_holes[s] += as_text(bytes);
    const char mark = side == Side::client ? 'c' : 's';
    if (told_->order.empty() || told_->order.back() != mark) told_->order += mark;
    if (!context_.branch && context_.account.columns(side).total() < told_->end[s])
      expect(0, 1, "charged before the call");
  }
  void on_gap(Side side, std::uint64_t offset, std::uint64_t missing_bytes) noexcept override {
    const std::size_t s = index(side);
    expect(offset, told_->end[s], "gap");
    expect(missing_bytes == 0, false, "empty gap");
    told_->end[s] += missing_bytes;
    told_->with_holes[s] += "[" + std::to_string(missing_bytes) + "]";
  }
  void on_datagram(Side side, Bytes bytes) noexcept override {
    told_->messages.push_back((side == Side::client ? "client:" : "server:") +
                              std::string(as_text(bytes)));
    told_->stream[index(side)] += as_text(bytes);
    context_.account.searched(side, bytes.size());
  }
  void on_pause() noexcept override { ++told_->pauses; }
  void on_close(CloseReason reason) noexcept override {
    ++told_->closes;
    told_->reason = reason;
  }

 private:
  void expect(std::uint64_t is, std::uint64_t should, const char* what) {
    if (is == should && told_->closes == 0) return;
    told_->contiguous = false;
    told_->problem = std::string(what) + (told_->branch ? " of a branch: " : ": ") +
                     std::to_string(is) + " for " + std::to_string(should);
  }

  std::shared_ptr<Told> told_;
  FlowContext& context_;
};

/// A flow end, copied.
struct Ended {
  FlowInfo info;
  CloseReason reason{};
  std::array<Columns, 2> columns;
  std::array<Direction, 2> directions{};
  std::array<std::uint64_t, 2> packets{};
  std::array<std::uint64_t, 2> gaps{};
  std::array<std::string, 2> sha256;
};

/// A table with all its neighbours, and a way to say "this segment now".
class Harness : public StreamHandler, public FlowObserver, public FlowListener {
 public:
  static FlowOptions options() {
    FlowOptions options;
    options.flows_max = 64;
    options.home = PrefixSet({*IpPrefix::parse("10.0.0.0/8")});
    options.inspected = {true, true, true, true};
    return options;
  }
  explicit Harness(const FlowOptions& chosen = options())
      : table(chosen, ledger, *this, *this, *this) {}

  std::unique_ptr<StreamSink> open(FlowContext& flow) noexcept override {
    if (refuse) return nullptr;
    flow.unwanted = unwanted;
    auto one = std::make_shared<Told>();
    one->info = flow.info;
    one->branch = flow.branch;
    told.push_back(one);
    flow.objects_waiting = flow.branch ? 0 : objects_waiting;
    contexts.push_back(&flow);
    return std::make_unique<TellingSink>(one, flow);
  }
  void on_anomaly(const FlowContext&, Side, Anomaly anomaly) noexcept override {
    anomalies.emplace_back(anomaly.kind);
  }
  void on_blind_spot(const FlowContext&, ObjectBlindSpot spot) noexcept override {
    blind_spots.push_back(std::string(spot.reason) + " " + std::to_string(spot.bytes));
  }
  void on_flow_end(const FlowEnd& end) noexcept override {
    Ended copy{end.flow.info, end.reason, {}, {}, end.packets, end.gaps, end.sha256};
    for (const Side side : {Side::client, Side::server}) {
      copy.columns[index(side)] = end.flow.account.columns(side);
      copy.directions[index(side)] = end.flow.direction(side);
    }
    ended.push_back(copy);
  }

  void finish() { table.finish({now, packet}); }
  void wait(Duration time) {
    now += time;
    table.advance({now, packet});
  }
  [[nodiscard]] std::uint64_t stat(std::string_view name) const {
    Stats stats;
    table.report(stats);
    return stats.value(name);
  }
  [[nodiscard]] Columns columns() const {
    Columns sum;
    for (std::size_t i = 0; i < kDirections; ++i) sum += ledger.of(static_cast<Direction>(i));
    return sum;
  }
  /// The branches' or the main flows' sinks.
  [[nodiscard]] std::vector<std::shared_ptr<Told>> sinks(bool branch) const {
    std::vector<std::shared_ptr<Told>> found;
    for (const auto& one : told)
      if (one->branch == branch) found.push_back(one);
    return found;
  }

  void feed(decode::Datagram datagram) {
    datagram.at = {now, ++packet};
    table.process(datagram);
    now += std::chrono::microseconds(10);
  }

  Ledger ledger;
  std::vector<std::shared_ptr<Told>> told;
  std::vector<std::string> anomalies;
  std::vector<std::string> blind_spots;
  std::vector<Ended> ended;
  bool refuse = false;
  /// Of each new flow.
  std::uint32_t objects_waiting = 0;
  std::vector<FlowContext*> contexts;
  std::array<bool, 2> unwanted{};
  Timestamp now = timestamp_from_ns(1'700'000'000'000'000'000);
  std::uint64_t packet = 0;
  FlowTable table;
};

inline std::uint32_t test_hash(const decode::Datagram& datagram) {
  const auto end = [](const IpAddress& address, std::uint16_t port) {
    std::uint64_t hash = port;
    for (const std::uint8_t byte : address.bytes()) hash = mix64(hash * 31 + byte + 1);
    return hash;
  };
  return static_cast<std::uint32_t>(end(datagram.source, datagram.source_port) +
                                    end(datagram.destination, datagram.destination_port));
}

/// A datagram between 10.0.0.1:40000 (the client, at home) and 192.0.2.1:80.
inline decode::Datagram between(bool from_client, std::uint8_t protocol,
                                std::string_view payload = {}) {
  decode::Datagram datagram;
  datagram.source = *IpAddress::parse("10.0.0.1");
  datagram.destination = *IpAddress::parse("192.0.2.1");
  datagram.source_port = 40000;
  datagram.destination_port = 80;
  if (!from_client) {
    std::swap(datagram.source, datagram.destination);
    std::swap(datagram.source_port, datagram.destination_port);
  }
  datagram.ip_protocol = protocol;
  datagram.payload = as_bytes(payload);
  datagram.flow_hash = test_hash(datagram);
  return datagram;
}

inline decode::Datagram tcp(bool from_client, std::uint8_t flags, std::uint32_t sequence,
                            std::uint32_t acknowledgment, std::string_view payload = {}) {
  decode::Datagram datagram = between(from_client, ip_protocol::kTcp, payload);
  datagram.tcp_flags = flags;
  datagram.tcp_sequence = sequence;
  datagram.tcp_acknowledgment = acknowledgment;
  return datagram;
}

namespace tcp_flags {
inline constexpr std::uint8_t S = 0x02, SA = 0x12, A = 0x10, FA = 0x11, R = 0x04, RA = 0x14;
}  // namespace tcp_flags

}  // namespace outspan::flow

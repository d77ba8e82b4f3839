#include "protocol/icmp/icmp.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "core/held_memory.h"
#include "protocol/raw/raw.h"
#include "protocol/shared/covert_channel.h"
#include "protocol/shared/joined_pieces.h"

namespace outspan::protocol::icmp {
namespace {

/// ptunnel and ptunnel-ng: mark, address, port, state, numbers; then bytes of a TCP connection.
constexpr std::string_view kPtunnel = "\xd5\x20\x08\x80", kPtunnelNg = "\xde\xad\xc0\xde";
constexpr std::size_t kPtunnelHeaderBytes = 28;
/// Programs put a time, a number or both here.
constexpr std::size_t kTimeBytes = 16, kOwnBytes = 24;
/// What no ping sends: so many different payloads with so much in them.
constexpr std::uint64_t kPayloadsMin = 8, kBytesMin = 512;
constexpr std::uint64_t kMarkedMin = 4;

std::string_view from(std::string_view bytes, std::size_t at) noexcept {
  return bytes.substr(std::min(at, bytes.size()));
}

/// Each byte is one more than that before it, as ping fills.
bool is_ramp(std::string_view bytes) noexcept {
  return std::adjacent_find(bytes.begin(), bytes.end(), [](char a, char b) {
           return static_cast<char>(a + 1) != b;
         }) == bytes.end();
}

/// What `ping -p` was given, of up to 16 bytes; empty: the payload has no period. The pattern
/// begins with the payload, and the time is written over it.
std::string pattern(std::string_view payload) {
  constexpr std::size_t kRepeatedMin = 8;
  const std::string_view body = from(payload, kTimeBytes);
  for (std::size_t period = 1; period <= 16 && body.size() >= period + kRepeatedMin; ++period) {
    if (!std::equal(body.begin() + static_cast<std::ptrdiff_t>(period), body.end(), body.begin()))
      continue;
    std::string found(body.substr(0, period));
    std::rotate(found.rbegin(), found.rbegin() + kTimeBytes % period, found.rend());
    return found;
  }
  return {};
}

struct Half {
  std::string previous;
  JoinedPieces whole, patterns;
  std::uint64_t payloads = 0, bytes = 0;  // that differ
  std::uint64_t marked = 0;               // messages of ptunnel
  std::uint64_t searched = 0;             // bytes of messages that are not set aside
};

class Parser final : public DatagramParser {
 public:
  explicit Parser(ParserHost& host) noexcept
      : raw_(host.flow(), host.objects(), "icmp messages"),
        flow_(host.flow()),
        channel_(host.flow()) {}

  bool on_datagram(Side side, Bytes bytes) noexcept override {
    raw_.datagram(side, bytes);
    if (flow_.inspected(side)) look_at(side, as_text(bytes));
    return true;
  }
  void on_pause() noexcept override { raw_.pause(); }
  void on_close(flow::CloseReason reason) noexcept override {
    search(Side::client);
    search(Side::server);
    channel_.close("echo messages");
    raw_.close(reason == flow::CloseReason::evicted ? ObjectEnd::cut_short : ObjectEnd::complete);
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    std::uint64_t bytes = sizeof *this - sizeof raw_ + raw_.held_bytes();
    for (const Half& half : halves_)
      bytes += heap_bytes(half.previous) + half.whole.held_bytes() + half.patterns.held_bytes();
    return bytes;
  }

 private:
  void look_at(Side side, std::string_view payload) noexcept;
  void judge(Half& half, Side side) noexcept;
  void search(Side side) noexcept;

  RawScan raw_;
  FlowContext& flow_;
  CovertChannel channel_;
  std::array<Half, 2> halves_;
  bool reported_ = false, sealed_ = false;
};

/// Of messages that say the same as the one before, or nothing, no more than that is kept.
void Parser::look_at(Side side, std::string_view payload) noexcept {
  Half& half = halves_[index(side)];
  half.searched += payload.size();
  const bool marked = payload.starts_with(kPtunnel) || payload.starts_with(kPtunnelNg);
  half.marked += marked ? 1 : 0;
  const std::string_view data = marked ? from(payload, kPtunnelHeaderBytes) : payload;
  const bool filler = is_ramp(from(payload, kTimeBytes)) && payload.size() > kTimeBytes + 1;
  if (!filler && payload != half.previous) {
    half.whole.add(data);
    half.patterns.add(pattern(payload));
    const std::string_view own = from(payload, kOwnBytes);
    const std::string_view before = from(half.previous, kOwnBytes);
    const std::size_t both = std::min(own.size(), before.size());
    if (own.substr(0, both) != before.substr(0, both)) {
      ++half.payloads;
      half.bytes += payload.size();
    }
  }
  half.previous = payload.substr(0, JoinedPieces::kTextMax);
  judge(half, side);
  if (half.whole.full()) search(side);
}

void Parser::judge(Half& half, Side side) noexcept {
  const bool carries = half.payloads >= kPayloadsMin && half.bytes >= kBytesMin;
  if (!carries && half.marked < kMarkedMin) return;
  if (!std::exchange(reported_, true)) {
    channel_.report(side, half.marked != 0 ? "echo messages of ptunnel carry a TCP connection"
                                           : "echo messages carry data");
    sealed_ = !half.whole.readable() && !half.patterns.readable();
  }
  if (sealed_) channel_.set_aside(side, std::exchange(half.searched, 0));
}

void Parser::search(Side side) noexcept {
  Half& half = halves_[index(side)];
  if (reported_) sealed_ = !half.whole.readable() && !half.patterns.readable();
  for (JoinedPieces* pieces : {&half.whole, &half.patterns}) {
    if (pieces->worthwhile())
      for (std::size_t i = 0; i < pieces->texts().size(); ++i)
        raw_.beside(side, JoinedPieces::kNames[i], as_bytes(pieces->texts()[i]));
    pieces->searched();
  }
}

}  // namespace

bool recognise(const FlowContext& flow, Side, Bytes) noexcept {
  const std::uint16_t a = flow.info.ends[0].port, b = flow.info.ends[1].port;
  const auto between = [&](std::uint16_t request, std::uint16_t reply) {
    return (a == request && b == reply) || (a == reply && b == request);
  };
  return (flow.info.ip_protocol == ip_protocol::kIcmp && between(8, 0)) ||
         (flow.info.ip_protocol == ip_protocol::kIcmpV6 && between(128, 129));
}

std::unique_ptr<DatagramParser> make(ParserHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::icmp

#include "decode/layers.h"

#include <algorithm>

#include "core/clock.h"
#include "core/hash.h"

namespace outspan::decode {
namespace {

/// No frame is longer, offloads included. A length on the wire beyond it is a damaged record.
constexpr std::uint32_t kMaxFrameBytes = 262'144;

/// Bytes that were on the wire behind those captured.
std::uint32_t cut_bytes(const capture::Packet& packet) noexcept {
  const std::uint32_t wire_bytes = std::min(packet.wire_bytes, kMaxFrameBytes);
  const std::size_t captured_bytes = packet.bytes.size();
  return wire_bytes > captured_bytes ? wire_bytes - static_cast<std::uint32_t>(captured_bytes) : 0;
}

flow_hash::Secret random_secret() {
  const SipKey key = random_sip_key();
  return {key.k0, key.k1};
}

}  // namespace

Layers::Layers(const config::Config& config)
    : secret_(random_secret()),
      fragments_(config.limits.fragments_mib << 20, config.timeouts.fragments) {}

void Layers::frame(const capture::Packet& packet, DatagramBatch& out) {
  out_ = &out;
  advance_clock(clock_, packet.time);
  if (!fragments_.empty()) expire(clock_, out);
  at_ = {packet.time, packet.number};
  ++packets_;
  parts_ = 0;
  Scope scope;
  scope.cut = cut_bytes(packet);
  error_.reset();
  unread_ = {Unread::Kind::malformed, 0};
  if (!link(packet.link, packet.bytes, scope)) count_unread(packet);
}

void Layers::count_unread(const capture::Packet& packet) {
  if (error_.has_value()) errors_.count(*error_);
  const bool link_type = unread_.kind == Unread::Kind::link_type;
  if (link_type) errors_.count(Error::link_type);
  if (!error_.has_value() && !link_type) {
    ++not_ip_;
    not_ip_bytes_ += packet.bytes.size();
  }
  unread_frames_.count(unread_, packet.bytes.size() + cut_bytes(packet));
}

void Layers::expire(Timestamp clock, DatagramBatch& out) {
  out_ = &out;
  advance_clock(clock_, clock);
  std::vector<Reassembled> overdue;
  fragments_.expire(clock, overdue);
  deliver(overdue);
}

void Layers::flush(DatagramBatch& out) {
  out_ = &out;
  std::vector<Reassembled> rest;
  // What is put together may itself be a fragment of an outer packet's content.
  while (!fragments_.empty()) {
    fragments_.flush(rest);
    deliver(rest);
    rest.clear();
  }
}

bool Layers::deepen(Scope& scope) noexcept {
  if (scope.depth == kMaxDepth) {
    errors_.count(Error::too_deep);
    return false;
  }
  ++scope.depth;
  return true;
}

bool Layers::enter(Tunnel kind, std::uint32_t id, Scope& scope) noexcept {
  if (!deepen(scope)) return false;
  const std::uint64_t outer = std::uint64_t{scope.tunnel} << 32;
  const std::uint64_t mixed = mix64(mix64(outer | id) + static_cast<std::uint64_t>(kind));
  scope.tunnel = static_cast<std::uint32_t>(mixed >> 32) | 1;  // 0 stands for no tunnel
  return true;
}

void Layers::report(Stats& stats) const {
  stats.add("decode.packets", packets_);
  stats.add("decode.datagrams", datagrams_);
  stats.add("decode.tunneled", tunneled_);
  stats.add("decode.not_ip", not_ip_);
  stats.add("decode.not_ip_bytes", not_ip_bytes_);
  errors_.report(stats);
  unread_frames_.report(stats);
  fragments_.report(stats);
}

}  // namespace outspan::decode

#include "protocol/dispatch/datagrams.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/held_memory.h"
#include "protocol/shared/expectations.h"

namespace outspan::protocol {
namespace {

std::string messages_name(std::uint8_t protocol) {
  switch (protocol) {
    case ip_protocol::kUdp: return "udp datagrams";
    case ip_protocol::kIcmp: return "icmp messages";
    case ip_protocol::kIcmpV6: return "icmpv6 messages";
    case ip_protocol::kSctp: return "sctp messages";
    default: return "ip protocol " + std::to_string(protocol) + " messages";
  }
}

/// Protocols whose payload starts where decode/ says it does.
bool is_read(std::uint8_t protocol) noexcept {
  switch (protocol) {
    case ip_protocol::kUdp:
    case ip_protocol::kUdpLite:
    case ip_protocol::kDccp:
    case ip_protocol::kIcmp:
    case ip_protocol::kIcmpV6:
    case ip_protocol::kSctp: return true;
    default: return false;
  }
}

/// Routers among themselves; what goes to a group never leaves the link.
bool is_routing(const FlowInfo& info) noexcept {
  constexpr std::uint8_t kIgmp = 2, kEigrp = 88, kOspf = 89, kPim = 103, kVrrp = 112;
  const Bytes to = info.ends[index(Side::server)].address.packed();
  const bool group = to.size() == 4 ? to[0] >> 4 == 0xe : to[0] == 0xff;
  if (!group) return false;
  switch (info.ip_protocol) {
    case kIgmp:
    case kEigrp:
    case kOspf:
    case kPim:
    case kVrrp: return true;
    default: return false;
  }
}

}  // namespace

DatagramDispatch::DatagramDispatch(DispatchState& state, FlowContext& flow) noexcept
    : state_(state),
      flow_(flow),
      raw_(flow, state.objects, messages_name(flow.info.ip_protocol)),
      read_(is_read(flow.info.ip_protocol)) {
  const ExpectedParser expected = state.shared.get<Expectations>().claim(flow.info, flow.now.time);
  if (expected.datagrams) {
    ++state_.counters.claimed;
    found_.push_back({nullptr, expected.datagrams(*this)});
  }
  if (!flow.branch) classifier_ = state.classifier.begin();
}

void DatagramDispatch::on_datagram(Side side, Bytes bytes) noexcept {
  if (classifier_ && (flow_.account.app().known() || !classifier_->packet(flow_)))
    classifier_.reset();
  if (bytes.empty() || offer(side, bytes) || recognise(side, bytes)) return;
  raw_.datagram(side, bytes);
  if (!read_) set_aside(side, bytes.size());
  // Nobody needs it to understand the other side.
  if (found_.empty() && !flow_.inspected(side)) flow_.unwanted[index(side)] = true;
}

/// Searched as they are, which finds what stands in one message. But where content begins in them,
/// and how it goes on, is not known, so they do not count as inspected.
void DatagramDispatch::set_aside(Side side, std::uint64_t bytes) noexcept {
  const std::uint64_t moved = flow_.account.move(side, Column::opaque, "ip-protocol", bytes);
  unread_[index(side)] += moved;
  if (moved != 0 && !flow_.branch && !is_routing(flow_.info))
    state_.counters.unread_protocols[flow_.info.ip_protocol].count(moved);
}

bool DatagramDispatch::offer(Side side, Bytes bytes) noexcept {
  return std::any_of(found_.begin(), found_.end(),
                     [&](const Found& each) { return each.parser->on_datagram(side, bytes); });
}

bool DatagramDispatch::has(const ProtocolEntry& entry) const noexcept {
  return std::any_of(found_.begin(), found_.end(),
                     [&](const Found& each) { return each.entry == &entry; });
}

/// Nobody who is here already takes it.
bool DatagramDispatch::recognise(Side side, Bytes bytes) noexcept {
  if (asks_left_ == 0 || found_.size() == kParsersMax) return false;
  for (const ProtocolEntry& entry : state_.protocols) {
    if (entry.datagrams.recognise == nullptr || has(entry)) continue;
    if (!entry.datagrams.recognise(flow_, side, bytes)) continue;
    auto parser = entry.datagrams.make(*this);
    if (!parser->on_datagram(side, bytes)) continue;
    if (found_.empty()) ++state_.counters.claimed;
    found_.push_back({&entry, std::move(parser)});
    return true;
  }
  --asks_left_;
  return false;
}

void DatagramDispatch::on_gap(Side side, std::uint64_t, std::uint64_t missing_bytes) noexcept {
  raw_.gap(side, missing_bytes);
}

void DatagramDispatch::on_pause() noexcept {
  for (const Found& each : found_) each.parser->on_pause();
  raw_.pause();
}

void DatagramDispatch::on_close(flow::CloseReason reason) noexcept {
  for (const Found& each : found_) each.parser->on_close(reason);
  found_.clear();
  // Messages have no end of their own: a flow of them is over when nothing comes any more.
  raw_.close(reason == flow::CloseReason::evicted ? ObjectEnd::cut_short : ObjectEnd::complete);
  classifier_.reset();
  for (const Side side : {Side::client, Side::server})
    if (unread_[index(side)] != 0)
      flow_.observer.on_blind_spot(
          flow_,
          {"ip-protocol", side, unread_[index(side)], {messages_name(flow_.info.ip_protocol)}});
}

std::uint64_t DatagramDispatch::held_bytes() const noexcept {
  std::uint64_t bytes = sizeof *this - sizeof raw_ + raw_.held_bytes() + heap_bytes(found_);
  for (const Found& each : found_) bytes += each.parser->held_bytes();
  return bytes;
}

}  // namespace outspan::protocol

#include "protocol/dispatch/datagrams.h"

#include <algorithm>
#include <string>
#include <utility>

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

}  // namespace

DatagramDispatch::DatagramDispatch(DispatchState& state, FlowContext& flow) noexcept
    : state_(state), flow_(flow), raw_(flow, state.objects, messages_name(flow.info.ip_protocol)) {
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
  // Nobody needs it to understand the other side.
  if (found_.empty() && !flow_.inspected(side)) flow_.unwanted[index(side)] = true;
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
}

}  // namespace outspan::protocol

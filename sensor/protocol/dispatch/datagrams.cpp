#include "protocol/dispatch/datagrams.h"

#include <string>

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
    : flow_(flow), raw_(flow, state.objects, messages_name(flow.info.ip_protocol)) {
  if (!flow.branch) classifier_ = state.classifier.begin();
}

void DatagramDispatch::on_datagram(Side side, Bytes bytes) noexcept {
  if (classifier_ && (flow_.account.app().known() || !classifier_->packet(flow_)))
    classifier_.reset();
  if (bytes.empty() || encrypted_.take(flow_, side, bytes)) return;
  raw_.datagram(side, bytes);
}

void DatagramDispatch::on_gap(Side side, std::uint64_t, std::uint64_t missing_bytes) noexcept {
  raw_.gap(side, missing_bytes);
}

void DatagramDispatch::on_close(flow::CloseReason reason) noexcept {
  // Messages have no end of their own: a flow of them is over when nothing comes any more.
  raw_.close(reason == flow::CloseReason::evicted ? ObjectEnd::cut_short : ObjectEnd::complete);
  classifier_.reset();
}

}  // namespace outspan::protocol

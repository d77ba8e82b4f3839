#include "core/flow_context.h"

namespace outspan {

std::string ip_protocol_name(std::uint8_t protocol) {
  switch (protocol) {
    case ip_protocol::kIcmp: return "ICMP";
    case ip_protocol::kTcp: return "TCP";
    case ip_protocol::kUdp: return "UDP";
    case ip_protocol::kIcmpV6: return "IPv6-ICMP";
    case ip_protocol::kSctp: return "SCTP";
    default: return std::to_string(protocol);
  }
}

}  // namespace outspan

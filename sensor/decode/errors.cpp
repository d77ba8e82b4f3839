#include "decode/errors.h"

#include <string>

namespace outspan::decode {
namespace {

constexpr std::array<const char*, kErrors> kNames{
    "link_type",   "link_header",    "ipv4_header", "ipv6_header", "ip_length",
    "tcp_header",  "udp_header",     "udp_length",  "sctp_header", "dccp_header",
    "icmp_header", "fragment_range", "too_deep"};

}  // namespace

void ErrorCounters::report(Stats& stats) const {
  for (std::size_t i = 0; i < kErrors; ++i)
    stats.add(std::string("decode.errors.") + kNames[i], counts_[i]);
}

}  // namespace outspan::decode

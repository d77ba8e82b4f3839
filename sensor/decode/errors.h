#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/stats.h"

namespace outspan::decode {

/// What is wrong with a packet. Counted as decode.errors.NAME.
enum class Error : std::uint8_t {
  link_type,       ///< of a kind that we do not read
  link_header,     ///< cut, or impossible: Ethernet and everything up to IP
  ipv4_header,     ///< cut, or impossible
  ipv6_header,     ///< cut, or impossible, extension headers included
  ip_length,       ///< says more than was on the wire
  tcp_header,      ///< cut, or impossible: payload goes on without ports
  udp_header,      ///< the same
  udp_length,      ///< impossible: the IP length decides
  sctp_header,     ///< cut: payload goes on without ports
  dccp_header,     ///< the same
  icmp_header,     ///< the same
  fragment_range,  ///< would make a packet of more than 64 KiB: goes on by itself
  too_deep,        ///< more layers than kMaxDepth: what is inside stays payload
};
inline constexpr std::size_t kErrors = 13;

class ErrorCounters {
 public:
  void count(Error error) noexcept { ++counts_[static_cast<std::size_t>(error)]; }
  void report(Stats& stats) const;

 private:
  std::array<std::uint64_t, kErrors> counts_{};
};

}  // namespace outspan::decode

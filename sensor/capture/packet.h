#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/bytes.h"
#include "core/time.h"

namespace outspan::capture {

/// LINKTYPE_ values of the tcpdump registry (https://www.tcpdump.org/linktypes.html), as they stand
/// in files; capture/ maps libpcap's platform-dependent DLT_ numbers to them.
enum class LinkType : std::uint16_t {
  null_loopback = 0,
  ethernet = 1,
  token_ring = 6,
  slip = 8,
  ppp = 9,
  fddi = 10,
  raw_ip_bsd = 12,
  raw_ip_openbsd = 14,
  ppp_hdlc = 50,
  ppp_ether = 51,
  atm_rfc1483 = 100,
  raw_ip = 101,
  cisco_hdlc = 104,
  wifi = 105,
  frame_relay = 107,
  loop = 108,
  openbsd_enc = 109,
  linux_sll = 113,
  pflog = 117,
  wifi_prism = 119,
  ip_over_fc = 122,
  sun_atm = 123,
  wifi_radiotap = 127,
  user_2 = 149,  ///< what macOS writes for pktap
  wifi_avs = 163,
  ppp_pppd = 166,
  ppi = 192,
  ppp_with_direction = 204,
  cisco_hdlc_with_direction = 205,
  frame_relay_with_direction = 206,
  mpls = 219,
  ipv4 = 228,
  ipv6 = 229,
  nflog = 239,
  netanalyzer = 240,
  ipoib = 242,
  pktap = 258,
  linux_sll2 = 276,
};

/// One captured frame. Borrows its bytes from the storage of the batch that it is in.
struct Packet {
  Timestamp time{};
  /// Counts every record of every file of the run from 1, those that the filter drops included.
  std::uint64_t number = 0;
  Bytes bytes;
  /// Length on the wire; more than bytes.size() when the snap length cut the frame.
  std::uint32_t wire_bytes = 0;
  LinkType link = LinkType::ethernet;
};

/// Memory that packets borrow from. Sources keep a bounded pool of it.
class PacketStorage {
 public:
  virtual ~PacketStorage() = default;
};

/// Some packets in the order of the capture, with the memory they stand in.
struct PacketBatch {
  std::vector<Packet> packets;
  std::shared_ptr<PacketStorage> storage;
  /// Number of the last record that was read, dropped by the filter or not.
  std::uint64_t last_number = 0;
  /// The time after the packets; of a live source that has none, the time of day.
  Timestamp clock{};
};

}  // namespace outspan::capture

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
  ppp = 9,
  raw_ip_bsd = 12,
  ppp_hdlc = 50,
  ppp_ether = 51,
  raw_ip_openbsd = 14,
  raw_ip = 101,
  cisco_hdlc = 104,
  loop = 108,
  linux_sll = 113,
  ipv4 = 228,
  ipv6 = 229,
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
  /// Largest packet time so far (a capture's clock may step back, this does not).
  Timestamp clock{};
};

}  // namespace outspan::capture

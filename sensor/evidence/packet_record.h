#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "core/time.h"
#include "decode/datagram.h"

namespace outspan::evidence {

/// A packet on a tape: the inner-most IP packet, headers included.
struct PacketRecord {
  Timestamp time{};
  std::uint32_t wire_bytes = 0;  ///< as long as it was before the capture cut it off
  bool rebuilt = false;          ///< from fragments: its headers are not those of the wire
  Bytes packet;
};

/// How long write() makes it. 0: there is nothing to keep.
std::size_t record_bytes(const decode::Datagram& datagram) noexcept;
void write_record(const decode::Datagram& datagram, std::uint8_t* to) noexcept;
/// `record` is what write_record wrote, and outlives what is returned.
PacketRecord read_record(Bytes record) noexcept;

}  // namespace outspan::evidence

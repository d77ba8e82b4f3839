#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "capture/packet.h"
#include "core/hash.h"
#include "core/stats.h"
#include "decode/datagram.h"

namespace outspan::decode {

/// Finds packets that a mirror port gives twice, so that they are inspected and counted once.
///
/// A copy has the same bytes from the transport header on, the same addresses and length, and comes
/// within 100 ms; tags, tunnels, TTL and TOS may differ. Nobody sends such a packet again: a host
/// that repeats itself gives it another IP identification. Where there is none (IPv6, and 0 in
/// IPv4), a copy is one if it came another way, or the same way at once (within 1 ms, or 20 ms on a
/// port that is known to give packets twice); then it is every other one. What is compared is the
/// bytes themselves, never a hash, so that a sender cannot have anything left out.
///
/// TCP takes care of copies itself: of its segments a sample is looked at, for the share only.
/// Memory: 8,192 places of 48 bytes; the packets of the last batches, which stay where they are.
/// Thread: one.
class Duplicates {
 public:
  Duplicates();

  /// Removes copies from what `batch` was decoded to: the datagrams from `first` on.
  void remove(const capture::PacketBatch& batch, std::size_t first, DatagramBatch& out);
  /// decode.compared, .duplicates (of those compared), .duplicate_bytes (left out)
  void report(Stats& stats) const;

 private:
  /// One packet that may come again.
  struct Seen {
    std::uint64_t key = 0;
    Timestamp time{};
    const std::uint8_t* packet = nullptr;  // its IP header
    std::uint32_t size = 0;
    std::uint32_t batch = 0;
    std::uint32_t path = 0;
    bool paired = false;  // its copy was there
  };

  [[nodiscard]] bool is_copy(const Datagram& datagram) noexcept;
  [[nodiscard]] bool is_same(const Seen& seen, const Datagram& datagram) const noexcept;
  [[nodiscard]] bool judge(Seen& seen, const Datagram& datagram, std::uint32_t path) noexcept;
  void keep(const std::shared_ptr<capture::PacketStorage>& storage) noexcept;

  static constexpr std::size_t kPlaces = 8192;
  static constexpr std::size_t kBatches = 8;

  SipKey secret_;
  std::vector<Seen> seen_;
  std::array<std::shared_ptr<capture::PacketStorage>, kBatches> storage_;
  std::uint32_t batch_ = kBatches;  // counts batches; older ones than kBatches are gone
  // How often a packet that has an identification came again the same way, of how many: recent.
  std::uint32_t repeated_ = 0;
  std::uint32_t numbered_ = 0;

  std::uint64_t compared_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t duplicate_bytes_ = 0;
};

}  // namespace outspan::decode

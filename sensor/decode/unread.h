#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/stats.h"

namespace outspan::decode {

/// Why nothing came of a frame: what it is instead of IP, or what is wrong with it.
struct Unread {
  enum class Kind : std::uint8_t {
    control,         ///< belongs to the network itself and has no room for more: ARP, LLDP, STP ...
    link_type,       ///< `number`: LINKTYPE_ of a kind that is not read
    ether_type,      ///< `number`: EtherType that is not read
    llc,             ///< `number`: destination service access point (802.2)
    snap,            ///< `number`: protocol of an organisation, its OUI left out
    ppp,             ///< `number`: protocol of the link that is not read
    family,          ///< `number`: address family of the machine that captured
    wifi_encrypted,  ///< 802.11 data under WEP or WPA
    wifi_fragment,   ///< a piece of an 802.11 frame
    malformed,       ///< cut, or impossible; decode.errors.* says more
  };
  Kind kind = Kind::malformed;
  std::uint32_t number = 0;
  bool operator==(const Unread&) const noexcept = default;
};

/// Counts frames that were not read, by what they are. Nothing of them is in the ledger, so a run
/// that has any but `control` is not complete.
/// Memory: 64 kinds; what comes beyond counts under its kind with the number left out.
class UnreadFrames {
 public:
  void count(Unread what, std::uint64_t bytes);
  /// decode.unread.KIND[.NUMBER].frames and .bytes; decode.control.frames and .bytes.
  void report(Stats& stats) const;

 private:
  struct Entry {
    Unread what;
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;
  };
  Entry& entry(Unread what);

  std::vector<Entry> entries_;
};

/// EtherTypes by which a network runs itself: they neither leave it nor carry anything for users.
/// `payload_bytes`: above the EtherType; ARP that is longer than a frame has to be is no ARP.
[[nodiscard]] bool is_control(std::uint16_t ether_type, std::size_t payload_bytes) noexcept;
/// The same for 802.2 by destination service access point.
[[nodiscard]] bool is_control_llc(std::uint8_t service) noexcept;

}  // namespace outspan::decode

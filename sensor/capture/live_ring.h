#pragma once

#include <pcap/pcap.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "capture/packet.h"
#include "config/config.h"
#include "core/handle.h"
#include "core/result.h"

namespace outspan::capture {

/// One packet ring of the kernel (TPACKET_V3, through libpcap) on one interface.
/// Thread: one.
class LiveRing {
 public:
  /// Called with each packet; `bytes` are the ring's, and valid until the call returns.
  using OnPacket = void (*)(unsigned char* user, const pcap_pkthdr* header,
                            const unsigned char* bytes);

  /// Promiscuous, `ring_mib` large, filtered. The error says why not.
  static Result<std::unique_ptr<LiveRing>> open(const std::string& interface,
                                                const config::Capture& capture);

  /// Readable when packets wait. Never changes.
  [[nodiscard]] int descriptor() const noexcept { return pcap_get_selectable_fd(handle_.get()); }
  [[nodiscard]] LinkType link() const noexcept { return link_; }
  [[nodiscard]] Timestamp time(const timeval& tv) const noexcept;

  /// Gives what waits, some thousand packets at most. False: the ring is dead; problem() says why.
  [[nodiscard]] bool read(OnPacket on_packet, void* user) noexcept;
  /// Makes read() return after the packet that it is giving.
  void stop_reading() noexcept { pcap_breakloop(handle_.get()); }
  [[nodiscard]] std::string problem() const { return pcap_geterr(handle_.get()); }

  /// Bytes of memory that the kernel made: where memory is short, libpcap asks for less than it was
  /// known and says nothing.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

  /// Begins a group of rings that share the interface's packets by a hash that is the same for both
  /// directions of a connection. The kernel chooses a number that nobody else on the machine has.
  /// nullopt: it makes none; the ring goes on as before.
  [[nodiscard]] std::optional<std::uint16_t> begin_group() noexcept;
  /// From now on this ring gets only its part of the group's packets.
  [[nodiscard]] bool join(std::uint16_t group) noexcept;
  /// What is older came before the ring joined, and is in another ring as well; not set for the
  /// first one. Some packets around this time may come twice.
  Timestamp since{};

  /// Packets since the last call: received, and dropped by the kernel and by the interface.
  struct Counts {
    std::uint64_t received = 0;
    std::uint64_t kernel_dropped = 0;
    std::uint64_t interface_dropped = 0;
  };
  [[nodiscard]] Counts take_counts() noexcept;

  /// Lets no more packets in; what is in it can still be read.
  void shut() noexcept;
  /// A packet was given to its reader.
  void count_read() noexcept { ++read_; }
  /// Packets in it, as of the last take_counts(). Those that came before the filter was set and do
  /// not pass it are among them.
  [[nodiscard]] std::uint64_t unread() const noexcept { return kept_ > read_ ? kept_ - read_ : 0; }

 private:
  explicit LiveRing(CHandle<pcap_t, pcap_close> handle) : handle_(std::move(handle)) {}

  CHandle<pcap_t, pcap_close> handle_;
  LinkType link_ = LinkType::ethernet;
  bool nanoseconds_ = false;
  std::uint64_t bytes_ = 0;
  pcap_stat last_{};
  std::uint64_t kept_ = 0;  // received and not dropped
  std::uint64_t read_ = 0;
};

}  // namespace outspan::capture

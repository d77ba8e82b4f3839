#pragma once

#include "capture/record_parser.h"

namespace outspan::capture {

/// pcapng (draft-ietf-opsawg-pcapng): sections of either byte order, each with interfaces that may
/// differ in link type, time resolution and time offset. Enhanced, simple and (obsolete) packet
/// blocks give packets; every other block is skipped, however long.
class PcapngFile : public RecordParser {
 public:
  [[nodiscard]] static bool matches(Bytes head) noexcept;
  Parsed parse(Bytes bytes, std::vector<Packet>& packets) override;

 private:
  struct Interface {
    LinkType link = LinkType::ethernet;
    std::uint32_t snaplen_bytes = 0;  // 0: no limit
    std::uint64_t ticks_per_second = 1'000'000;
    std::int64_t offset_seconds = 0;
  };
  /// A block's type and length, before it is known whether all of it is there.
  struct Head {
    std::uint32_t type = 0;
    std::uint32_t size = 0;
  };

  /// False: more bytes are needed, or the block is damaged.
  bool read_head(Bytes bytes, Head& head);
  void read_block(const Head& head, Bytes body, std::vector<Packet>& packets);
  void read_section(Bytes body);
  void read_interface(Bytes body);
  void read_interface_options(Bytes options, Interface& interface);
  void read_enhanced_packet(Bytes body, std::vector<Packet>& packets);
  void read_old_packet(Bytes body, std::vector<Packet>& packets);
  void read_simple_packet(Bytes body, std::vector<Packet>& packets);
  void add_packet(std::uint32_t interface, std::uint64_t ticks, Bytes data, std::uint32_t captured,
                  std::uint32_t wire, std::vector<Packet>& packets);
  static Timestamp to_time(const Interface& interface, std::uint64_t ticks) noexcept;

  FileByteOrder order_;
  std::vector<Interface> interfaces_;
  Timestamp last_time_{};
};

}  // namespace outspan::capture

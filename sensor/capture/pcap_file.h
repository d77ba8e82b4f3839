#pragma once

#include "capture/record_parser.h"

namespace outspan::capture {

/// The classic format (draft-ietf-opsawg-pcap): micro- and nanoseconds, both byte orders, and the
/// "modified" records with 8 more bytes of Alexey Kuznetzov's libpcap patch.
class PcapFile : public RecordParser {
 public:
  [[nodiscard]] static bool matches(Bytes head) noexcept;
  Parsed parse(Bytes bytes, std::vector<Packet>& packets) override;

 private:
  bool read_file_header(Bytes bytes) noexcept;
  [[nodiscard]] bool is_another_file_header(Bytes bytes) const noexcept;
  /// Size of the whole record, 0: not all of its header is there, or it is damaged.
  std::size_t record_size(Bytes bytes);

  bool started_ = false;
  FileByteOrder order_;
  std::uint32_t magic_ = 0;
  std::uint32_t ns_per_tick_ = 1000;
  std::size_t record_header_bytes_ = 16;
  std::uint16_t version_minor_ = 4;
  LinkType link_ = LinkType::ethernet;
};

}  // namespace outspan::capture

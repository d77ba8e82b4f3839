#include "capture/pcap_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace outspan::capture {
namespace {

constexpr std::size_t kFileHeaderBytes = 24;
constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4;
constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kModified = 0xa1b2cd34;

/// Whether the file was written in the other byte order; nullopt: not this format.
std::optional<bool> swapped(Bytes head) noexcept {
  if (head.size() < kMagicBytes) return std::nullopt;
  for (const bool swap : {false, true}) {
    const std::uint32_t magic = FileByteOrder(swap).u32(head.data());
    if (magic == kMicroseconds || magic == kNanoseconds || magic == kModified) return swap;
  }
  return std::nullopt;
}

}  // namespace

bool PcapFile::matches(Bytes head) noexcept { return swapped(head).has_value(); }

bool PcapFile::read_file_header(Bytes bytes) noexcept {
  if (bytes.size() < kFileHeaderBytes) return false;
  order_ = FileByteOrder(swapped(bytes).value_or(false));
  magic_ = order_.u32(bytes.data());
  ns_per_tick_ = magic_ == kNanoseconds ? 1 : 1000;
  record_header_bytes_ = magic_ == kModified ? 24 : 16;
  version_minor_ = order_.u16(bytes.data() + 6);
  // The upper half says whether frames end in a check sequence; IP lengths cut that off anyway.
  link_ = static_cast<LinkType>(order_.u32(bytes.data() + 20) & 0xffff);
  return true;
}

/// Compressed captures get concatenated (`cat a.pcap.gz b.pcap.gz`), which puts a file header
/// where a record is due: as a record it would be of the year 2055 and have no bytes.
bool PcapFile::is_another_file_header(Bytes bytes) const noexcept {
  return bytes.size() >= 12 && order_.u32(bytes.data()) == magic_ &&
         order_.u16(bytes.data() + 4) == 2 && order_.u16(bytes.data() + 6) == version_minor_ &&
         order_.u32(bytes.data() + 8) == 0;
}

std::size_t PcapFile::record_size(Bytes bytes) {
  if (bytes.size() < record_header_bytes_) return 0;
  const std::uint32_t first = order_.u32(bytes.data() + 8);
  const std::uint32_t second = order_.u32(bytes.data() + 12);
  // Before version 2.3 the two lengths were the other way round; at 2.3 either may be.
  const std::uint32_t captured = version_minor_ <= 3 ? std::min(first, second) : first;
  const std::size_t size = record_header_bytes_ + captured;
  if (size <= kMaxRecordBytes) return size;
  damage_ = fmt::format("says that it holds {} bytes", captured);
  return 0;
}

RecordParser::Parsed PcapFile::parse(Bytes bytes, std::vector<Packet>& packets) {
  Parsed parsed;
  while (true) {
    const Bytes rest = bytes.subspan(parsed.consumed);
    if (!started_ || (is_another_file_header(rest))) {
      if (!read_file_header(rest)) break;
      started_ = true;
      parsed.consumed += kFileHeaderBytes;
      continue;
    }
    const std::size_t size = record_size(rest);
    if (size == 0 || size > rest.size()) break;

    const std::int64_t seconds = order_.u32(rest.data());
    const std::int64_t fraction = order_.u32(rest.data() + 4);
    const std::uint32_t captured = static_cast<std::uint32_t>(size - record_header_bytes_);
    const std::uint32_t wire = order_.u32(rest.data() + 12);
    packets.push_back({.time = timestamp_from_ns(seconds * 1'000'000'000 + fraction * ns_per_tick_),
                       .number = ++packets_,
                       .bytes = rest.subspan(record_header_bytes_, captured),
                       .wire_bytes = std::max(wire, captured),
                       .link = link_});
    parsed.consumed += size;
  }
  return parsed;
}

}  // namespace outspan::capture

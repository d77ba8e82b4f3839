#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "capture/block_pool.h"
#include "capture/packet.h"
#include "core/bytes.h"

namespace outspan::capture {

/// A packet record has to fit into a block, headers included. libpcap refuses more than 256 KiB.
inline constexpr std::size_t kMaxRecordBytes = kBlockBytes;

/// Integers in the byte order of the machine that wrote the file.
class FileByteOrder {
 public:
  explicit FileByteOrder(bool swapped = false) noexcept : swapped_(swapped) {}
  [[nodiscard]] std::uint16_t u16(const std::uint8_t* at) const noexcept {
    std::uint16_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return swapped_ ? __builtin_bswap16(value) : value;
  }
  [[nodiscard]] std::uint32_t u32(const std::uint8_t* at) const noexcept {
    std::uint32_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return swapped_ ? __builtin_bswap32(value) : value;
  }
  [[nodiscard]] std::uint64_t u64(const std::uint8_t* at) const noexcept {
    std::uint64_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return swapped_ ? __builtin_bswap64(value) : value;
  }

 private:
  bool swapped_;
};

/// Takes a savefile apart into records. Fed with consecutive pieces; whoever feeds it keeps what
/// was not consumed and puts it in front of the next piece.
class RecordParser {
 public:
  virtual ~RecordParser() = default;

  struct Parsed {
    /// Bytes of whole records at the front of the piece.
    std::size_t consumed = 0;
    /// Bytes after the piece that are of no interest: to be dropped, then parsing goes on.
    std::uint64_t skip = 0;
  };
  /// Appends the packets of the records; they borrow from `bytes`, and their number counts the
  /// packets of this file from 1.
  virtual Parsed parse(Bytes bytes, std::vector<Packet>& packets) = 0;

  /// Packets so far.
  [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }
  /// What is wrong with the record after those consumed; empty: nothing.
  [[nodiscard]] const std::string& damage() const noexcept { return damage_; }

 protected:
  std::uint64_t packets_ = 0;
  std::string damage_;
};

/// Bytes of a capture needed to recognise its format.
inline constexpr std::size_t kMagicBytes = 4;

/// By the magic number at the start of `head`; null: not a capture.
std::unique_ptr<RecordParser> make_record_parser(Bytes head);

}  // namespace outspan::capture

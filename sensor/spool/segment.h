#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/file_descriptor.h"
#include "core/time.h"

/// How records stand in a file of the spool:
///
///   header   "OSPOOL1\n", number of the first record (8), CRC (4), zero (4)
///   records  length of the payload (4), CRC (4), time (8), written (8), kind (1), payload
///   footer   "OSPFOOT1", count, first and last time, last written, kinds (8 each), CRC (4), zero
///   (4);
///            only once the next segment has been begun
///
/// Integers are little-endian. CRCs are CRC-32C: of what stands before (header, footer), of the
/// length and what stands after the CRC (records). The first bytes of a footer are no length that
/// a record may have.
namespace outspan::spool {

inline constexpr std::uint64_t kHeaderBytes = 24;
inline constexpr std::uint64_t kRecordHeadBytes = 25;
inline constexpr std::uint64_t kFooterBytes = 56;
/// Of one record.
inline constexpr std::uint64_t kPayloadBytesMax = std::uint64_t{16} << 20;

struct Record {
  /// What it is, for who must not read all payloads; 0 to 63.
  std::uint8_t kind = 0;
  Timestamp time{};     ///< of what the record is about
  Timestamp written{};  ///< when it was appended, by the clock of the machine
  Bytes payload;
};

/// What a segment holds, so that a search can pass it over.
struct Footer {
  std::uint64_t records = 0;
  Timestamp first_time = Timestamp::max(), last_time = Timestamp::min();
  Timestamp last_written{};
  std::uint64_t kinds = 0;  ///< bit by kind

  void add(const Record& record) noexcept;
};

std::string segment_name(std::uint64_t first_number);
/// Numbers of the first records of all segments in the folder, ascending.
std::vector<std::uint64_t> list_segments(const std::string& folder);

void append_header(std::vector<std::uint8_t>& out, std::uint64_t first_number);
void append_record(std::vector<std::uint8_t>& out, const Record& record);
void append_footer(std::vector<std::uint8_t>& out, const Footer& footer);

/// nullopt: no header, or damaged.
std::optional<std::uint64_t> read_header(Bytes bytes) noexcept;
std::optional<Footer> read_footer(Bytes bytes) noexcept;

/// The record at the start of `bytes`; its payload borrows from them.
struct Found {
  enum class What : std::uint8_t { record, short_of_bytes, none } what = What::none;
  Record record;
  std::uint64_t size_bytes = 0;  ///< of the whole record, also where bytes are missing
};
Found find_record(Bytes bytes) noexcept;

/// Bytes read at `offset`; fewer only at the end of the file or on an error.
std::size_t read_at(int fd, std::uint64_t offset, std::span<std::uint8_t> into) noexcept;

}  // namespace outspan::spool

#pragma once

#include <cstddef>
#include <cstdint>

#include "core/bytes.h"

namespace outspan::protocol {

/// A number below `range` that nobody outside can foretell: the same for the same `number` for as
/// long as the process runs.
std::uint64_t unforeseeable(std::uint64_t number, std::uint64_t range) noexcept;

/// Judges whether the records of one stream are ciphertext, as their framing says. Framing proves
/// nothing about what a sender puts in the records, so 256 bytes of each are looked at, at a place
/// that nobody outside can foretell: what stands elsewhere in a record is found in the next ones.
/// Half of the bytes of ciphertext have their top bit set; of text in ASCII and UTF-16 hardly any,
/// in UTF-8 of other scripts nearly all.
///
/// A wrong no on real ciphertext: 8 deviations for each 256 bytes, 5 for the first 48 to 255 of
/// them. (A full test of the spread, 15 deviations, made TLS in records of 1.3 KB cost twice as
/// much in the whole pipeline.)
class CiphertextSampler {
 public:
  /// `stream`: a number that identifies the stream.
  explicit CiphertextSampler(std::uint64_t stream) noexcept : count_(stream << 20) {}

  /// The next record begins, and has so many bytes.
  void begin(std::uint64_t record_bytes) noexcept;
  /// The next bytes of the record, in any pieces. False: these and those before them are no
  /// ciphertext.
  bool feed(Bytes bytes) noexcept;
  /// Bytes of the record were lost.
  void skip(std::uint64_t bytes) noexcept { at_ += bytes; }

 private:
  static constexpr std::uint64_t kWindowBytes = 256;
  /// The fewest that are judged.
  static constexpr std::uint32_t kJudgedBytesMin = 48;

  std::uint64_t count_;
  std::uint64_t at_ = 0;  // within the record
  std::uint64_t window_begin_ = 0;
  std::uint64_t window_end_ = 0;
  std::uint32_t sampled_ = 0;  // at most 256 since the last verdict
  std::uint32_t high_ = 0;     // of them with the top bit set
};

}  // namespace outspan::protocol

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/file_descriptor.h"
#include "spool/segment.h"

namespace outspan::spool {

/// Where a record stands. Records are numbered from 1, without a gap over segments and restarts.
struct Position {
  std::uint64_t number = 1;
  /// Segment and byte, to be found without a search. 0: unknown.
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
};

/// Reads the records of a spool in order, while another thread or process may append to it.
/// Memory: a buffer of 256 KiB, or of the largest record.
class Reader {
 public:
  /// Begins with the first record from `from` on that is still there.
  explicit Reader(std::string folder, Position from = {});

  /// Passes segments over that hold none of these.
  struct Wanted {
    std::uint64_t kinds = ~std::uint64_t{0};  ///< bit by kind
    Timestamp first = Timestamp::min(), last = Timestamp::max();
  };
  void look_for(const Wanted& wanted) { wanted_ = wanted; }

  /// The next record, or nullopt: there is no more now. Its payload is valid until the next call.
  /// `end`: records from this number on are not to be read yet.
  std::optional<Record> next(std::uint64_t end = UINT64_MAX);
  /// Of the record that next() will give.
  [[nodiscard]] Position position() const noexcept { return at_; }
  void seek(Position to);

  /// Places where records were not whole and the rest of a segment was passed over.
  [[nodiscard]] std::uint64_t damaged() const noexcept { return damaged_; }

 private:
  bool open_segment();
  [[nodiscard]] bool is_last_segment() const;
  bool next_segment();
  [[nodiscard]] bool passed_over(std::uint64_t segment) const;
  bool fill(std::uint64_t size_bytes);
  [[nodiscard]] Bytes buffered() const noexcept {
    return Bytes(buffer_).subspan(buffer_at_, buffer_end_ - buffer_at_);
  }

  std::string folder_;
  Position at_;
  Wanted wanted_;
  FileDescriptor file_;
  std::vector<std::uint8_t> buffer_;
  std::size_t buffer_at_ = 0, buffer_end_ = 0;  // unread bytes, from at_.offset on
  std::uint64_t damaged_ = 0;
};

/// The footer of a finished segment; nullopt: it has none.
std::optional<Footer> footer_of(const std::string& folder, std::uint64_t segment);

}  // namespace outspan::spool

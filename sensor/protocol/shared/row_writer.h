#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/object.h"
#include "protocol/parser.h"

namespace outspan::protocol {

/// Writes the rows of a table, or the attributes of an entry, as text: a tab after each cell, a
/// line end after each row, so that no value goes on what stood beside it on the wire, and what
/// belongs together stays together. Long cells, and those that begin like a file, are messages of
/// their own. Rows of one name after each other are one object.
///
/// Ledger: cells and framing are claimed when they are handed on: after flush() nothing is pending.
/// Bound: kPendingBytesMax.
class RowWriter {
 public:
  /// A cell of so many bytes is a message of its own.
  static constexpr std::size_t kLongCellBytes = 1024;
  static constexpr std::size_t kPendingBytesMax = 16384;

  /// `host` outlives the writer.
  RowWriter(ParserHost& host, Side side) noexcept : host_(host), side_(side) {}
  ~RowWriter() { end(ObjectEnd::cut_short); }
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;

  /// What follows are rows of this. Name, source and user tell objects apart; an object
  /// begins with its first bytes.
  void begin(const ObjectInfo& info) noexcept;
  /// Of a side that is not inspected everything is ignored.
  [[nodiscard]] bool active() const noexcept { return begun_; }
  /// Of the object that is written, or was last.

  /// What is written has no bytes of the wire: they are claimed by who took a coding off.
  void decoded_from_elsewhere(bool yes) noexcept { decoded_ = yes; }

  /// A whole cell, as it stood on the wire.
  void cell(Bytes bytes) noexcept { cell_from(bytes, bytes.size()); }
  /// What was made of `wire_bytes` bytes.
  void cell_from(Bytes bytes, std::uint64_t wire_bytes) noexcept;
  /// A cell that comes in pieces: begin_long_cell (piece)* end_long_cell.
  void begin_long_cell() noexcept;
  void piece(Bytes bytes) noexcept;
  void end_long_cell() noexcept;
  /// No effect on a row without cells.
  void end_row() noexcept;
  /// Structure around cells.
  void framing(std::uint64_t wire_bytes) noexcept { framing_bytes_ += wire_bytes; }
  void gap(std::uint64_t missing_bytes) noexcept;

  /// At the end of each call of the parser.
  void flush() noexcept;
  void pause() noexcept;
  void end(ObjectEnd how) noexcept;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept;

 private:
  void hand_on(Bytes bytes, std::uint64_t wire_bytes) noexcept {
    writer().decoded(bytes, decoded_ ? 0 : wire_bytes);
  }
  void claim_framing() noexcept;
  [[nodiscard]] ObjectWriter& writer() noexcept;

  ParserHost& host_;
  const Side side_;
  bool decoded_ = false;
  bool begun_ = false;
  ObjectInfo info_;
  std::unique_ptr<ObjectWriter> writer_;  // once there is something to write
  std::string text_;                      // rows not handed on yet
  bool row_open_ = false;                 // it has cells
  std::uint64_t text_bytes_ = 0;          // of the wire, in text_
  std::uint64_t framing_bytes_ = 0;
};

}  // namespace outspan::protocol

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/bytes.h"
#include "protocol/shared/row_writer.h"

namespace outspan::protocol::sql {

/// Writes a row that is too long to be held: cells as they come, each after its size.
class LongRow {
 public:
  /// The size of the cell before which `bytes` stand, 0 for NULL; nullopt: they are too few.
  using ReadSize = std::optional<std::uint64_t> (*)(Bytes bytes) noexcept;

  /// `rows` outlives it.
  LongRow(RowWriter& rows, ReadSize read_size) noexcept : rows_(rows), read_size_(read_size) {}

  void begin() noexcept;
  void data(Bytes bytes) noexcept;
  /// `rows` knows of it already.
  void gap(std::uint64_t missing_bytes) noexcept;
  void end() noexcept;

 private:
  RowWriter& rows_;
  ReadSize read_size_;
  std::string size_bytes_;  // of the next cell, as far as they are there
  std::uint64_t cell_left_ = 0;
};

}  // namespace outspan::protocol::sql

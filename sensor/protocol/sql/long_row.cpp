#include "protocol/sql/long_row.h"

#include <algorithm>

namespace outspan::protocol::sql {

void LongRow::begin() noexcept {
  size_bytes_.clear();
  cell_left_ = 0;
}

void LongRow::data(Bytes bytes) noexcept {
  while (!bytes.empty()) {
    if (cell_left_ > 0) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(cell_left_, bytes.size()));
      rows_.piece(bytes.first(size));
      bytes = bytes.subspan(size);
      cell_left_ -= size;
      if (cell_left_ == 0) rows_.end_long_cell();
      continue;
    }
    size_bytes_ += static_cast<char>(bytes[0]);
    bytes = bytes.subspan(1);
    rows_.framing(1);
    const std::optional<std::uint64_t> size = read_size_(as_bytes(size_bytes_));
    if (!size) continue;
    size_bytes_.clear();
    if (*size == 0) continue;
    cell_left_ = *size;
    rows_.begin_long_cell();
  }
}

void LongRow::gap(std::uint64_t missing_bytes) noexcept {
  // Which cell the rest belongs to is not known beyond the end of this one: it is one.
  cell_left_ = missing_bytes < cell_left_ ? cell_left_ - missing_bytes : UINT64_MAX;
  size_bytes_.clear();
}

void LongRow::end() noexcept {
  if (cell_left_ > 0) rows_.end_long_cell();
  rows_.end_row();
}

}  // namespace outspan::protocol::sql

#include "protocol/mysql/server.h"

#include <algorithm>

// How the cells of rows are written.
namespace outspan::protocol::mysql {

void Server::text_row(Bytes body) noexcept {
  ByteCursor in(body);
  std::size_t cells = 0;
  while (in.left() > 0) {
    const Bytes cell = take_counted(in);
    cells += cell.size();
    rows_.cell(cell);
  }
  rows_.framing(body.size() - cells);
  rows_.end_row();
}

void Server::binary_row(Bytes body, const std::vector<Value>& values) noexcept {
  std::size_t cells = 0;
  for (const Value& value : values) {
    cells += value.bytes.size();
    rows_.cell_from(value.number.empty() ? value.bytes : as_bytes(value.number),
                    value.bytes.size());
  }
  rows_.framing(body.size() - cells);
  rows_.end_row();
}

/// Cells as they come: one may have 4 GiB.
void Server::long_row(Bytes bytes) noexcept {
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
    ByteCursor in(as_bytes(size_bytes_));
    const auto size = take_integer(in);
    if (!in.ok() && size_bytes_.size() < 9) continue;
    size_bytes_.clear();
    if (!size || *size == 0) continue;
    cell_left_ = in.ok() ? *size : UINT64_MAX;
    rows_.begin_long_cell();
  }
}
}  // namespace outspan::protocol::mysql

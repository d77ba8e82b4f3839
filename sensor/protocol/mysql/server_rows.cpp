#include "protocol/mysql/server.h"

// How the cells of rows are written.
namespace outspan::protocol::mysql {

void Server::text_row(Bytes body) noexcept {
  ByteCursor in(body);
  std::size_t cells = 0;
  while (in.left() > 0) {
    const Bytes cell = take_counted(in);
    cells += cell.size();
    rows().cell(cell);
  }
  rows().framing(body.size() - cells);
  rows().end_row();
}

void Server::binary_row(Bytes body, const std::vector<Value>& values) noexcept {
  std::size_t cells = 0;
  for (const Value& value : values) {
    cells += value.bytes.size();
    rows().cell_from(value.number.empty() ? value.bytes : as_bytes(value.number),
                     value.bytes.size());
  }
  rows().framing(body.size() - cells);
  rows().end_row();
}

}  // namespace outspan::protocol::mysql

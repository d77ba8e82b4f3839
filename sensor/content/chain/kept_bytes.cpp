#include "content/chain/kept_bytes.h"

#include <algorithm>
#include <cstring>

namespace outspan::content {

bool KeptBytes::append(Bytes bytes) noexcept {
  std::size_t room = pieces_.empty() ? 0 : pieces_.back().buffer.capacity() - pieces_.back().size;
  const std::size_t before = pieces_.size();
  while (room < bytes.size()) {
    // A small file does not hold a large buffer.
    const std::uint64_t wanted = std::max<std::uint64_t>(size_, bytes.size());
    Buffer buffer = pool_->take(
        static_cast<std::size_t>(std::min<std::uint64_t>(wanted, BufferPool::kSizes.back())));
    if (!buffer) {
      pieces_.resize(before);
      return false;
    }
    room += buffer.capacity();
    pieces_.push_back({std::move(buffer), 0});
  }
  for (std::size_t i = before == 0 ? 0 : before - 1; !bytes.empty(); ++i) {
    Piece& piece = pieces_[i];
    const std::size_t size = std::min(bytes.size(), piece.buffer.capacity() - piece.size);
    std::memcpy(piece.buffer.data() + piece.size, bytes.data(), size);
    piece.size += size;
    size_ += size;
    bytes = bytes.subspan(size);
  }
  return true;
}

bool KeptBytes::has(std::uint64_t offset, std::string_view what) const noexcept {
  for (const Piece& piece : pieces_) {
    if (what.empty()) return true;
    if (offset >= piece.size) {
      offset -= piece.size;
      continue;
    }
    const std::string_view here = as_text({piece.buffer.data(), piece.size}).substr(offset);
    const std::size_t size = std::min(here.size(), what.size());
    if (here.substr(0, size) != what.substr(0, size)) return false;
    what.remove_prefix(size);
    offset = 0;
  }
  return what.empty();
}

Bytes KeptBytes::first_piece() const noexcept {
  return pieces_.empty() ? Bytes() : Bytes(pieces_.front().buffer.data(), pieces_.front().size);
}

void KeptBytes::drop_first_piece() noexcept {
  size_ -= pieces_.front().size;
  pieces_.pop_front();
}

}  // namespace outspan::content

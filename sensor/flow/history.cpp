#include "flow/history.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace outspan::flow {
namespace {
constexpr std::uint64_t kBytesMin = 128;
// Most streams never forget anything. Until here, what was delivered counts as one piece.
constexpr std::uint64_t kLogFromBytes = 2048;

/// Into a ring, whose size is a power of two that `bytes` fit in.
void put(std::uint8_t* ring, std::size_t ring_size, std::uint64_t position, Bytes bytes) noexcept {
  const std::size_t at = position & (ring_size - 1);
  const std::size_t straight = std::min(bytes.size(), ring_size - at);
  if (straight != 0) std::memcpy(ring + at, bytes.data(), straight);
  if (bytes.size() > straight) std::memcpy(ring, bytes.data() + straight, bytes.size() - straight);
}

}  // namespace

std::uint64_t History::make_room(std::size_t incoming) noexcept {
  grow(size_ + incoming);
  const std::uint64_t after = end_ + incoming;
  return std::max(begin(), after > capacity_ ? after - capacity_ : 0);
}

void History::grow(std::uint64_t wanted) noexcept {
  if (wanted <= capacity_ || capacity_ == kBytesMax) return;
  const auto capacity = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(kBytesMax, std::bit_ceil(std::max(wanted, kBytesMin))));
  if (!memory_.budget.take(capacity - capacity_)) return;
  auto ring = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
  std::uint64_t position = begin();
  for (const Bytes run : read(begin(), end_)) {
    put(ring.get(), capacity, position, run);
    position += run.size();
  }
  ring_ = std::move(ring);
  capacity_ = capacity;
}

PieceLog& History::log() noexcept {
  if (!pieces_) {
    pieces_ = std::make_unique<PieceLog>(memory_);
    std::uint64_t at = begin();
    for (const Bytes run : read(at, end_)) {
      if (!run.empty()) pieces_->append(at, run);
      at += run.size();
    }
  }
  return *pieces_;
}

void History::restart(std::uint64_t position) noexcept {
  if (position > end_) log().hole(end_, position - end_);
  size_ = 0;
  end_ = position;
}

void History::append(std::uint64_t position, Bytes bytes) noexcept {
  if (position != end_) restart(position);
  if (pieces_ || size_ + bytes.size() > kLogFromBytes) log().append(position, bytes);
  grow(size_ + bytes.size());
  end_ += bytes.size();
  if (capacity_ == 0) return;
  if (bytes.size() > capacity_) bytes = bytes.last(capacity_);
  put(ring_.get(), capacity_, end_ - bytes.size(), bytes);
  size_ = std::min(capacity_, size_ + static_cast<std::uint32_t>(bytes.size()));
}

std::array<Bytes, 2> History::read(std::uint64_t from, std::uint64_t to) const noexcept {
  from = std::max(from, begin());
  to = std::min(to, end_);
  if (from >= to) return {};
  const std::size_t count = to - from;
  const std::size_t at = from & (capacity_ - 1);
  const std::size_t straight = std::min(count, capacity_ - at);
  return {Bytes(ring_.get() + at, straight), Bytes(ring_.get(), count - straight)};
}

Comparison History::compare(std::uint64_t position, Bytes bytes) const noexcept {
  bytes = bytes.first(std::min<std::uint64_t>(bytes.size(), end_ - std::min(position, end_)));
  Comparison found;
  const std::uint64_t from = std::max(position, begin());
  if (from < position + bytes.size()) {
    const std::uint8_t* other = bytes.data() + (from - position);
    for (const Bytes run : read(from, position + bytes.size())) {
      if (!run.empty() && std::memcmp(run.data(), other, run.size()) != 0) found.differs = true;
      other += run.size();
    }
  }
  if (position >= begin() || found.differs) return found;
  const std::uint64_t forgotten = std::min<std::uint64_t>(bytes.size(), begin() - position);
  if (!pieces_) return {false, forgotten};
  found = pieces_->compare(position, bytes);
  // What the ring still has was compared above, whatever the pieces are.
  found.unknown_bytes = std::min(found.unknown_bytes, forgotten);
  return found;
}

}  // namespace outspan::flow

#include "evidence/tape.h"

#include <algorithm>
#include <cstring>

namespace outspan::evidence {
namespace {

/// A flow of two packets takes little, a long one few allocations.
constexpr std::size_t kChunkMin = 1 << 10;
constexpr std::size_t kChunkMax = 16 << 10;

constexpr std::size_t kLength = sizeof(std::uint32_t);

}  // namespace

/// Of the chunk that a record needs; 0: there is room in the last one.
std::size_t Tape::chunk_for(std::size_t needed) const noexcept {
  if (pieces_.empty()) return std::max(needed, kChunkMin);
  const Piece& last = pieces_.back();
  if (last.chunk->size() - last.used >= needed) return 0;
  return std::max(needed, std::min(2 * last.chunk->size(), kChunkMax));
}

bool Tape::has_room(std::size_t bytes, std::uint64_t limit) const noexcept {
  return held_ + chunk_for(kLength + bytes) <= limit;
}

std::uint8_t* Tape::append(std::size_t bytes, std::uint64_t limit,
                           const std::shared_ptr<Memory>& memory) {
  const std::size_t needed = kLength + bytes;
  if (bytes > kRecordMax) return nullptr;
  if (const std::size_t size = chunk_for(needed); size != 0) {
    while (!pieces_.empty() && held_ + size > limit) {
      held_ -= pieces_.front().chunk->size();
      pieces_.pop_front();
      cut_ = true;
    }
    if (!memory->take(size)) return nullptr;
    pieces_.push_back({std::make_shared<Chunk>(memory, size), 0});
    held_ += size;
  }
  Piece& piece = pieces_.back();
  std::uint8_t* const at = piece.chunk->data() + piece.used;
  const auto length = static_cast<std::uint32_t>(bytes);
  std::memcpy(at, &length, kLength);
  piece.used += needed;
  return at + kLength;
}

Recording Tape::recording() const {
  Recording recording;
  recording.cut = cut_;
  recording.pieces.reserve(pieces_.size());
  for (const Piece& piece : pieces_) recording.pieces.push_back({piece.chunk, piece.used});
  return recording;
}

void Recording::each(const std::function<void(Bytes)>& take) const {
  for (const Piece& piece : pieces) {
    for (std::size_t at = 0; at + kLength <= piece.used;) {
      std::uint32_t length = 0;
      std::memcpy(&length, piece.chunk->data() + at, kLength);
      take(Bytes(piece.chunk->data() + at + kLength, length));
      at += kLength + length;
    }
  }
}

}  // namespace outspan::evidence

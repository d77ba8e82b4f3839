#include "flow/piece_log.h"

#include <algorithm>
#include <cstring>

namespace outspan::flow {
namespace {

constexpr std::size_t kPiecesMin = 64;

__extension__ using Wide = unsigned __int128;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load(const std::uint8_t* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

}  // namespace

/// Two words a multiplication: every byte of a long stream passes here.
std::uint32_t PieceLog::hash(Bytes bytes) const noexcept {
  const auto [k0, k1] = memory_.key;
  std::uint64_t hash = k1 ^ bytes.size();
  const std::uint8_t* at = bytes.data();
  const std::uint8_t* const end = at + bytes.size();
  for (; end - at >= 16; at += 16) hash = fold(load(at) ^ k0, load(at + 8) ^ hash);
  std::uint8_t rest[16]{};
  if (at != end) std::memcpy(rest, at, static_cast<std::size_t>(end - at));
  hash = fold(load(rest) ^ k0, load(rest + 8) ^ hash);
  const auto low = static_cast<std::uint32_t>(hash ^ hash >> 32);
  return low == 0 ? 1 : low;
}

void PieceLog::hole(std::uint64_t position, std::uint64_t bytes) noexcept {
  constexpr std::uint64_t kLengthMax = UINT32_MAX;
  // Of a longer one the end is nearer to what may still come.
  const std::uint64_t length = std::min(bytes, kLengthMax);
  add({position + bytes - length, static_cast<std::uint32_t>(length), 0});
}

void PieceLog::add(Piece piece) noexcept {
  if (pieces_.size() < kPiecesMax && first_ == 0 && make_room()) {
    pieces_.push_back(piece);
  } else if (!pieces_.empty()) {
    pieces_[first_] = piece;
    first_ = (first_ + 1) % pieces_.size();
  }
}

bool PieceLog::make_room() noexcept {
  if (pieces_.size() < pieces_.capacity()) return true;
  const std::size_t capacity = std::max(kPiecesMin, pieces_.capacity() * 2);
  if (!memory_.budget.take((capacity - pieces_.capacity()) * sizeof(Piece))) return false;
  pieces_.reserve(capacity);
  return true;
}

Comparison PieceLog::compare(std::uint64_t position, Bytes bytes) const noexcept {
  const std::uint64_t end = position + bytes.size();
  Comparison found;
  std::uint64_t known = 0;
  std::size_t low = 0;
  for (std::size_t high = pieces_.size(); low < high;) {  // the first that ends behind position
    const std::size_t middle = (low + high) / 2;
    if (at(middle).end() <= position)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < pieces_.size() && at(low).begin < end; ++low) {
    const Piece& piece = at(low);
    const std::uint64_t from = std::max(piece.begin, position);
    const std::uint64_t to = std::min(piece.end(), end);
    const bool whole = from == piece.begin && to == piece.end();
    if (piece.hash != 0 && !whole) continue;
    known += to - from;
    if (piece.hash != 0 && hash(bytes.subspan(from - position, to - from)) != piece.hash)
      found.differs = true;
  }
  found.unknown_bytes = bytes.size() - known;
  return found;
}

}  // namespace outspan::flow

#pragma once

#include <cstdint>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/hash.h"

namespace outspan::flow {

/// What the histories of one table share.
struct HistoryMemory {
  explicit HistoryMemory(std::uint64_t bytes) : budget(bytes), key(random_sip_key()) {}
  Budget budget;
  /// Whoever knew it could make two versions with the same hash.
  SipKey key;
};

/// How bytes compare with those that were delivered at the same place.
struct Comparison {
  bool differs = false;
  /// Of the rest nothing is known any more: they may be another version.
  std::uint64_t unknown_bytes = 0;
};

/// Hashes of the latest pieces of a stream side, for comparison with bytes that the history has
/// forgotten. A retransmission nearly always has the borders of the first transmission; where it
/// has others, the pieces at its two ends cannot be compared.
/// Memory: 16 bytes a piece, up to kPiecesMax, charged; beyond, the oldest are forgotten.
class PieceLog {
 public:
  static constexpr std::size_t kPiecesMax = 512;

  explicit PieceLog(HistoryMemory& memory) noexcept : memory_(memory) {}
  ~PieceLog() { memory_.budget.give(pieces_.capacity() * sizeof(Piece)); }
  PieceLog(const PieceLog&) = delete;
  PieceLog& operator=(const PieceLog&) = delete;

  /// Positions only grow.
  void append(std::uint64_t position, Bytes bytes) noexcept {
    add({position, static_cast<std::uint32_t>(bytes.size()), hash(bytes)});
  }
  /// Bytes that never came: nothing to compare with.
  void hole(std::uint64_t position, std::uint64_t bytes) noexcept;

  [[nodiscard]] Comparison compare(std::uint64_t position, Bytes bytes) const noexcept;

 private:
  struct Piece {
    std::uint64_t begin = 0;
    std::uint32_t length = 0;
    std::uint32_t hash = 0;  // 0: a hole
    [[nodiscard]] std::uint64_t end() const noexcept { return begin + length; }
  };
  void add(Piece piece) noexcept;
  bool make_room() noexcept;
  [[nodiscard]] std::uint32_t hash(Bytes bytes) const noexcept;
  [[nodiscard]] const Piece& at(std::size_t i) const noexcept {
    return pieces_[(first_ + i) % pieces_.size()];
  }

  HistoryMemory& memory_;
  std::vector<Piece> pieces_;  // a ring once it is as large as it may be
  std::size_t first_ = 0;
};

}  // namespace outspan::flow

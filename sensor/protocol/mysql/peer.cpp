#include "protocol/mysql/peer.h"

#include <utility>

#include "core/held_memory.h"

namespace outspan::protocol::mysql {

Bytes Peer::with_peeked(Bytes bytes) noexcept {
  if (peeked_.empty()) return bytes;
  joined_ = std::exchange(peeked_, {});
  joined_ += as_text(bytes);
  return as_bytes(joined_);
}

void Peer::take_compression_off() noexcept {
  step_in();
  blocks_.emplace(
      host(), side(),
      [this](Bytes bytes) {
        while (!bytes.empty()) one_packet(bytes);
      },
      [this](std::uint64_t missing_bytes) { hole(missing_bytes); });
  decoded_from_elsewhere();
}

void Peer::gap(std::uint64_t missing_bytes) noexcept {
  if (blocks_) return blocks_->gap(missing_bytes);
  other(as_bytes(std::exchange(peeked_, {})));
  hole(missing_bytes);
}

void Peer::close() noexcept {
  other(as_bytes(std::exchange(peeked_, {})));
  if (blocks_) blocks_->close();
  sql::Peer::close();
}

std::uint64_t Peer::held_bytes() const noexcept {
  return sql::Peer::held_bytes() + heap_bytes(joined_) + (blocks_ ? blocks_->held_bytes() : 0);
}

}  // namespace outspan::protocol::mysql

#pragma once

#include <optional>
#include <string>

#include "protocol/mysql/compressed_blocks.h"
#include "protocol/mysql/session.h"
#include "protocol/sql/peer.h"

namespace outspan::protocol::mysql {

/// One side of a connection, whose packets may come in compressed blocks after a login.
class Peer : public sql::Peer {
 public:
  void gap(std::uint64_t missing_bytes) noexcept final;
  void close() noexcept override;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override;

 protected:
  /// As sql::Peer. `find`: of sql::Messages.
  Peer(StreamHost& host, Session& session, const sql::Messages& messages, Side side,
       bool in_step) noexcept
      : sql::Peer(host, session, messages, side, in_step), session_(session) {}

  /// The next packet, or a piece of it.
  virtual void one_packet(Bytes& bytes) noexcept { read(bytes); }
  /// Bytes of packets are lost.
  virtual void hole(std::uint64_t missing_bytes) noexcept = 0;

  /// Keeps bytes that are too few to say whether they are compressed.
  void peek(Bytes bytes) noexcept { peeked_ = as_text(bytes); }
  /// `bytes` after those that were kept; valid until the next call.
  [[nodiscard]] Bytes with_peeked(Bytes bytes) noexcept;
  [[nodiscard]] bool compressed() const noexcept { return blocks_.has_value(); }
  void take_compression_off() noexcept;
  void blocks(Bytes bytes) noexcept { blocks_->data(bytes); }
  [[nodiscard]] Session& session() noexcept { return session_; }

 private:
  Session& session_;
  std::string peeked_;
  std::string joined_;  // peeked_ and what came after it
  std::optional<CompressedBlocks> blocks_;
};

}  // namespace outspan::protocol::mysql

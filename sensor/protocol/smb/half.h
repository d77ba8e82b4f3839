#pragma once

#include <cstdint>

#include "protocol/parser.h"
#include "protocol/shared/ciphertext_sampler.h"
#include "protocol/shared/command_channel.h"
#include "protocol/shared/loose_object.h"
#include "protocol/shared/message_reader.h"
#include "protocol/smb/connection.h"
#include "protocol/smb/message.h"

namespace outspan::protocol::smb {

/// What one side sends: messages that are a chain of commands each. Whether it asks or answers, the
/// messages say.
class Half {
 public:
  /// Of a longer command, kBeginBytes come first. Paths and tokens have to be within.
  static constexpr std::size_t kBeginBytes = 1024;
  static constexpr std::size_t kWholeBytesMax = 4096;

  /// `host` and `connection` outlive it.
  Half(StreamHost& host, Connection& connection, Side side) noexcept;
  Half(const Half&) = delete;
  Half& operator=(const Half&) = delete;

  void data(Bytes bytes) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;
  void pause() noexcept;
  void close() noexcept;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept {
    return sizeof *this + reader_.held_bytes() + channel_.held_bytes() + other_.held_bytes();
  }

 private:
  enum class Kind : std::uint8_t { text, block, encrypted, compressed };

  void piece(const MessageReader::Piece& piece) noexcept;
  void begin(Bytes beginning, std::uint64_t left) noexcept;
  void command(const Head& head, Bytes message, std::uint64_t left) noexcept;
  void text(const Head& head, Bytes message) noexcept;
  void go_on(Bytes bytes) noexcept;
  void block(Bytes bytes) noexcept;
  void encrypted(Bytes bytes) noexcept;
  void end_unit() noexcept;
  /// Fields that anything may stand in.
  void field(Bytes bytes) noexcept;
  void framing(std::uint64_t bytes) noexcept { host_.flow().account.framing(side_, bytes); }
  [[nodiscard]] bool inspected() const noexcept { return host_.flow().inspected(side_); }

  StreamHost& host_;
  Connection& connection_;
  const Side side_;
  MessageReader reader_;
  bool begun_ = false;
  bool in_step_ = false;            // where messages begin is known
  std::uint64_t message_left_ = 0;  // of the message of a chain; 0: a transport header comes
  // Of the unit that comes, a command or what else a message is:
  Kind kind_ = Kind::text;
  std::uint64_t at_ = 0;
  Place data_;  // of a block
  OpenFilePtr open_;
  CiphertextSampler sampler_;
  std::uint64_t compressed_bytes_ = 0;
  CommandChannel channel_;
  LooseObject other_;
};

}  // namespace outspan::protocol::smb

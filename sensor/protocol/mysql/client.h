#pragma once

#include <memory>
#include <optional>
#include <string>

#include "protocol/mysql/compressed_blocks.h"
#include "protocol/mysql/packet.h"
#include "protocol/mysql/session.h"
#include "protocol/mysql/values.h"
#include "protocol/parser.h"
#include "protocol/shared/command_channel.h"
#include "protocol/shared/loose_object.h"
#include "protocol/shared/message_reader.h"
#include "protocol/shared/row_writer.h"
#include "protocol/shared/sasl.h"

namespace outspan::protocol::mysql {

/// What the client sends: statements, the values that are bound to them, and files.
class Client {
 public:
  /// `host` and `session` outlive it. `side`: the client's. `in_step`: its first byte begins a
  /// packet.
  Client(StreamHost& host, Session& session, Side side, bool in_step) noexcept;

  /// False: TLS begins with `rest`, the part that was not read.
  bool data(Bytes bytes, Bytes& rest) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;
  void pause() noexcept;
  void close() noexcept;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept;

 private:
  [[nodiscard]] Bytes plain(Bytes bytes) noexcept;
  void take_compression_off() noexcept;
  void one_packet(Bytes& bytes) noexcept;
  void packet(Bytes all) noexcept;
  void begin_long(Bytes beginning) noexcept;
  void go_on(Bytes bytes, std::uint64_t left) noexcept;
  void hello(Bytes body) noexcept;
  void names(Bytes rest) noexcept;
  void command(Bytes body) noexcept;
  void change_user(Bytes body) noexcept;
  void execute(Bytes body) noexcept;
  void credentials(Bytes body) noexcept;
  void file(Bytes bytes) noexcept;
  void end_file() noexcept;
  void ask(Command command, Bytes statement) noexcept;
  void lose(std::uint64_t missing_bytes) noexcept;

  /// Of bytes that were compressed, the wire's are claimed elsewhere.
  [[nodiscard]] std::uint64_t wire(std::uint64_t bytes) const noexcept {
    return blocks_ ? 0 : bytes;
  }
  void framing(std::uint64_t bytes) noexcept { host_.flow().account.framing(side_, wire(bytes)); }
  void text(Bytes body) noexcept;
  void other(Bytes bytes) noexcept { other_.decoded(bytes, wire(bytes.size())); }

  StreamHost& host_;
  Session& session_;
  const Side side_;
  MessageReader reader_;
  bool in_step_;
  bool begun_ = false;
  bool hello_seen_ = false;
  bool tls_ = false;
  bool commanding_ = false;  // it has logged in
  enum class Long : std::uint8_t { none, statement, file, other } long_ = Long::none;
  bool continues_ = false;      // the next packet belongs to the last one
  std::uint32_t prepared_ = 0;  // statements
  CredentialAllowance allowance_;
  std::string peeked_;  // fewer bytes than say whether they are compressed
  std::string joined_;  // peeked_ and what came after it
  std::optional<CompressedBlocks> blocks_;
  CommandChannel channel_;
  RowWriter values_;
  std::unique_ptr<ObjectWriter> file_;
  LooseObject other_;
};

}  // namespace outspan::protocol::mysql

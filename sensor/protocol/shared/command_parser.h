#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/parser.h"
#include "protocol/shared/command_channel.h"
#include "protocol/shared/command_line.h"
#include "protocol/shared/tls_switch.h"

namespace outspan::protocol {

/// The frame of a text protocol in which one side gives commands and the other one answers: who is
/// the client, an object for each side's lines, and TLS, which a command may ask for.
class CommandParser : public StreamParser {
 public:
  void on_data(Side side, Bytes bytes) noexcept final;
  void on_gap(Side side, std::uint64_t missing_bytes) noexcept final;
  void on_pause() noexcept override;
  void on_close(flow::CloseReason reason) noexcept override;
  /// Beside the object itself.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override;

 protected:
  /// `protocol`, `session`: static strings, "smtp" and "smtp session". `host` outlives it.
  CommandParser(StreamHost& host, const char* protocol, std::string_view session,
                std::size_t line_bytes_max) noexcept;

  /// Says who is the client; `side` was seen first, with this byte.
  virtual Side client_of(Side side, std::uint8_t first_byte) noexcept {
    return commanding_side(side, first_byte);
  }
  virtual void client_bytes(Bytes in) noexcept = 0;
  virtual void server_bytes(Bytes in) noexcept = 0;
  /// A hole, after the unfinished line before it.
  virtual void lose(Side, std::uint64_t) noexcept {}
  /// Before a hole, or at the end.
  virtual void end_unfinished_line(Side side) noexcept = 0;
  /// At the end, or before TLS. The channels are ended after it.
  virtual void end() noexcept;
  /// Who and where, as far as it is known.
  [[nodiscard]] virtual ObjectInfo info() const noexcept = 0;
  /// info() is better now.
  virtual void learn() noexcept;

  /// TLS begins with `rest` of `side`.
  void give_away(Side side, Bytes rest) noexcept;
  [[nodiscard]] CommandChannel& channel(Side side) noexcept { return channels_[index(side)]; }

  StreamHost& host_;
  std::array<CommandChannel, 2> channels_;
  LineReader client_lines_;
  LineReader server_lines_;
  Side client_ = Side::client;
  TlsSwitch tls_;
  bool given_away_ = false;

 private:
  bool roles_known_ = false;
};

}  // namespace outspan::protocol

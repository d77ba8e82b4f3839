#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/imap/line.h"
#include "protocol/parser.h"
#include "protocol/shared/command_channel.h"
#include "protocol/shared/command_line.h"
#include "protocol/shared/inflater.h"
#include "protocol/shared/sasl.h"
#include "protocol/shared/tls_switch.h"

namespace outspan::protocol::imap {

/// Bytes of a line: a token of AUTHENTICATE is the longest.
inline constexpr std::size_t kLineMaxBytes = 16384;
inline constexpr std::size_t kNameBytesMax = 255;
inline constexpr int kPasswordsMax = 16;

/// What the octets of a literal are.
enum class Literal : std::uint8_t { text, mail, user, password };

/// One side of the connection.
struct Half {
  Half(StreamHost& host, std::string_view name) noexcept : channel(host, name) {}

  CommandChannel channel;
  LineReader lines{kLineMaxBytes};
  std::uint64_t literal_left = 0;
  Literal literal = Literal::text;
  std::optional<Inflater> inflater;
  bool damaged = false;  // what is compressed cannot be read any more
  std::unique_ptr<ObjectWriter> mail;
  // Of the mail that is fetched in pieces: where the next one begins.
  std::uint64_t message = 0;
  std::uint64_t end = 0;
  std::string section;
  bool partial = false;
};

/// Both sides of a connection: lines, literals and mails in connection.cpp, credentials in
/// log_in.cpp.
class Connection final : public StreamParser {
 public:
  explicit Connection(StreamHost& host) noexcept
      : host_(host), halves_{Half(host, "imap session"), Half(host, "imap session")} {
    host.flow().account.set_app(AppProtocol::named("imap"));
  }

  void on_data(Side side, Bytes bytes) noexcept override;
  void on_gap(Side side, std::uint64_t missing_bytes) noexcept override;
  void on_pause() noexcept override;
  void on_close(flow::CloseReason reason) noexcept override;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override;

 private:
  void wire(Side side, Bytes bytes) noexcept;
  Bytes plain(Side side, Bytes bytes) noexcept;
  void literal(Side side, Bytes& bytes) noexcept;
  void line(Side side, const Line& line) noexcept;
  void begin_literal(Side side, std::string_view text, std::uint64_t size) noexcept;
  bool client_line(const Line& line) noexcept;
  void request(const Line& line, const Request& request) noexcept;
  bool log_in(const Line& line, std::string_view arguments) noexcept;
  bool password_after_literal(const Line& line) noexcept;
  bool authenticate(const Line& line, std::string_view arguments) noexcept;
  void server_line(std::string_view text) noexcept;
  void refuse_literal() noexcept;
  void compress() noexcept;
  void begin_mail(Side side, const std::optional<Item>& item, std::uint64_t message) noexcept;
  void end_mail(Side side, ObjectEnd how) noexcept;
  void credentials(std::size_t bytes) noexcept;
  void end_unfinished_line(Side side) noexcept;
  void end_all() noexcept;
  void give_away(Side side, Bytes rest) noexcept;
  void learn() noexcept;
  [[nodiscard]] ObjectInfo info(std::string_view name) const noexcept;
  Half& half(Side side) noexcept { return halves_[index(side)]; }
  [[nodiscard]] Side server() const noexcept { return opposite(client_); }
  /// Of bytes that were compressed, the wire's are claimed elsewhere.
  [[nodiscard]] std::uint64_t counted(Side side, std::size_t bytes) const noexcept {
    return halves_[index(side)].inflater ? 0 : bytes;
  }
  void text(Side side, Bytes bytes) noexcept {
    half(side).channel.decoded(side, bytes, counted(side, bytes.size()), info({}));
  }

  StreamHost& host_;
  std::array<Half, 2> halves_;
  bool roles_known_ = false;
  Side client_ = Side::client;
  TlsSwitch tls_;
  bool given_away_ = false;
  SaslExchange auth_;
  bool in_auth_ = false;
  int log_in_step_ = 0;  // literals of LOGIN: the user is the first, the password the second
  CredentialAllowance allowance_;
  int passwords_left_ = kPasswordsMax;
  std::string compress_tag_;  // of a COMPRESS that has no answer
  std::string literal_tag_;   // of the command whose literal the server has not asked for
  std::string user_;
  std::string mailbox_;
};

}  // namespace outspan::protocol::imap

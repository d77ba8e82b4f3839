#include "protocol/ftp/ftp.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/held_memory.h"
#include "protocol/ftp/address.h"
#include "protocol/shared/command_parser.h"
#include "protocol/shared/either_role.h"
#include "protocol/shared/expectations.h"
#include "protocol/shared/sasl.h"

namespace outspan::protocol::ftp {
namespace {

constexpr std::size_t kLineMaxBytes = 8192;
constexpr std::size_t kNameMaxBytes = 1024;
/// Who sends more of them does not log in; what it sends is searched.
constexpr int kPasswordsMax = 16;

constexpr std::array<std::string_view, 7> kTransfers{"STOR", "APPE", "STOU", "RETR",
                                                     "LIST", "NLST", "MLSD"};

class Parser final : public CommandParser {
 public:
  explicit Parser(StreamHost& host) noexcept
      : CommandParser(host, "ftp", "ftp session", kLineMaxBytes),
        transfer_(std::make_shared<FileTransfer>()) {}

  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    return sizeof *this + CommandParser::held_bytes() + heap_bytes(user_) +
           heap_bytes(server_name_) + sizeof(FileTransfer);
  }

 private:
  void client_bytes(Bytes in) noexcept override;
  void command(std::string_view text, std::size_t wire_bytes) noexcept;
  bool leave_out_password(const Command& parts, std::size_t wire_bytes) noexcept;
  void end_unfinished_line(Side side) noexcept override;
  void begin_transfer(std::string_view verb, std::string_view argument) noexcept;
  void server_bytes(Bytes in) noexcept override;
  void reply(const Reply& reply) noexcept;
  /// `listener` will wait at `port` for the other end.
  void announce(Side listener, std::uint16_t port) noexcept;
  void learn() noexcept override;
  [[nodiscard]] ObjectInfo info() const noexcept override;

  int passwords_left_ = kPasswordsMax;
  bool announced_ = false;  // transfer_ has a data connection and waits for its command
  std::string user_;
  std::string server_name_;
  std::shared_ptr<FileTransfer> transfer_;
};

void Parser::client_bytes(Bytes in) noexcept {
  Line line;
  while (!in.empty()) {
    if (tls_.begins(in)) return give_away(client_, in);
    if (!client_lines_.next(in, line)) return;
    if (line.kind == Line::Kind::whole)
      command(line.text, line.wire.size());
    else
      channel(client_).data(client_, as_bytes(line.wire), info());
  }
}

void Parser::command(std::string_view text, std::size_t wire_bytes) noexcept {
  // Telnet's "interrupt" and "data mark" may stand before ABOR and others (RFC 959, 4.1.3).
  while (!text.empty() && static_cast<unsigned char>(text.front()) >= 0xf0) text.remove_prefix(1);
  tls_.command();
  const Command parts = split_command(text);
  const auto is = [&parts](std::string_view verb) {
    return equals_ignoring_case(parts.verb, verb);
  };
  if (leave_out_password(parts, wire_bytes)) return;
  if (is("USER")) {
    user_ = std::string(parts.argument.substr(0, kNameMaxBytes));
    learn();
  } else if (is("PORT")) {
    if (const auto port = host_port(parts.argument)) announce(client_, *port);
  } else if (is("EPRT")) {
    if (const auto port = extended_port(parts.argument)) announce(client_, *port);
  } else if (is("AUTH")) {
    tls_.ask();
  } else if (std::any_of(kTransfers.begin(), kTransfers.end(), is)) {
    begin_transfer(parts.verb, parts.argument);
  }
  channel(client_).line(client_, text, wire_bytes, info());
}

/// False: it is none. What is longer than a password, or one too many, is content.
bool Parser::leave_out_password(const Command& parts, std::size_t wire_bytes) noexcept {
  if (!equals_ignoring_case(parts.verb, "PASS") && !equals_ignoring_case(parts.verb, "ACCT"))
    return false;
  if (parts.argument.size() > CredentialAllowance::kPasswordBytesMax || passwords_left_ == 0)
    return false;
  --passwords_left_;
  host_.flow().account.claim(client_, Column::skipped, "credentials", parts.argument.size());
  channel(client_).line(client_, parts.verb, wire_bytes - parts.argument.size(), info());
  return true;
}

void Parser::begin_transfer(std::string_view verb, std::string_view argument) noexcept {
  // Without PASV or PORT of its own (reused, or not captured) a command must not rename the last
  // transfer, which may still run.
  if (!announced_) transfer_ = std::make_shared<FileTransfer>();
  announced_ = false;
  transfer_->verb = std::string(verb);
  std::transform(transfer_->verb.begin(), transfer_->verb.end(), transfer_->verb.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  // "LIST -la" names no file.
  const bool listing = !equals_ignoring_case(verb, "STOR") && argument.starts_with('-');
  if (!listing) transfer_->file_name = std::string(argument.substr(0, kNameMaxBytes));
  learn();
}

void Parser::server_bytes(Bytes in) noexcept {
  Line line;
  const Side server = opposite(client_);
  while (!given_away_) {
    if (tls_.begins(in)) return give_away(server, in);
    if (!server_lines_.next(in, line)) return;
    channel(server).data(server, as_bytes(line.wire), info());
    if (line.kind == Line::Kind::whole) reply(split_reply(line.text));
  }
}

void Parser::reply(const Reply& parsed) noexcept {
  if (parsed.code == 220 && server_name_.empty()) {
    // "220 ftp.example.test FTP server ready": a word with a dot that does not begin the version.
    const std::string_view word = split_command(parsed.text).verb;
    const bool name = word.find('.') != std::string_view::npos && word.front() != '(';
    if (name) server_name_ = std::string(word.substr(0, 255));
    learn();
  }
  if (parsed.more) return;
  if (parsed.code == 227) {
    if (const auto port = host_port(parsed.text)) announce(opposite(client_), *port);
  } else if (parsed.code == 229) {
    if (const auto port = extended_port(parsed.text)) announce(opposite(client_), *port);
  } else if (parsed.code == 234) {
    tls_.accept();
  } else if (parsed.code >= 500) {
    tls_.refuse();
  }
}

void Parser::announce(Side listener, std::uint16_t port) noexcept {
  if (host_.flow().branch) return;  // the main version of the stream has announced it
  const FlowInfo& flow = host_.flow().info;
  transfer_ = std::make_shared<FileTransfer>();
  announced_ = true;
  learn();
  ExpectedParser parser;
  parser.stream = [transfer = transfer_](StreamHost& host) { return make_data(host, transfer); };
  host_.shared().get<Expectations>().announce(
      {{flow.ends[index(listener)].address, port}, flow.ends[index(opposite(listener))].address},
      std::move(parser), host_.flow().now.time);
}

ObjectInfo Parser::info() const noexcept {
  ObjectInfo all;
  all.actor.user = user_;
  all.destination.hostname = server_name_;
  return all;
}

void Parser::learn() noexcept {
  transfer_->user = user_;
  transfer_->server_name = server_name_;
  CommandParser::learn();
}

/// Before a hole, or at the end. What it commands is not known.
void Parser::end_unfinished_line(Side side) noexcept {
  const std::string line = (side == client_ ? client_lines_ : server_lines_).take_unfinished();
  if (line.empty()) return;
  if (side == client_ && leave_out_password(split_command(line), line.size())) return;
  channel(side).data(side, as_bytes(line), info());
}

/// Words that no other protocol opens with.
Claim opens_as_client(std::string_view text, bool greeted) noexcept {
  static constexpr std::array<std::string_view, 8> kOwn{"PORT ",      "EPRT |",      "PASV\r\n",
                                                        "EPSV\r\n",   "STOR ",       "TYPE I\r\n",
                                                        "TYPE A\r\n", "AUTH TLS\r\n"};
  // POP3 and IRC have USER and PASS, too: the greeting, or a third command, tells.
  static constexpr std::array<std::string_view, 11> kGreeted{"USER ", "PASS ", "AUTH ", "FEAT",
                                                             "SYST",  "CLNT ", "HOST ", "OPTS ",
                                                             "QUIT",  "CWD ",  "RETR "};
  bool begun = false;
  const auto opens = [&](std::string_view opening) {
    if (starts_ignoring_case(opening, text)) begun = true;
    return starts_ignoring_case(text, opening);
  };
  for (const std::string_view opening : kOwn)
    if (opens(opening)) return Claim::mine;
  for (const std::string_view opening : kGreeted)
    if (opens(opening)) {
      if (greeted) return Claim::mine;
      begun = true;
    }
  if (!begun) return Claim::not_mine;
  static constexpr std::array<std::string_view, 8> kLater{"\nSYST",  "\nTYPE ", "\nPASV", "\nEPSV",
                                                          "\nPORT ", "\nSTOR ", "\nCWD ", "\nPWD"};
  for (const std::string_view later : kLater)
    if (contains_ignoring_case(text, later)) return Claim::mine;
  return Claim::need_more;
}

Claim opens_as_server(std::string_view text) noexcept {
  static constexpr std::string_view kPassive = "227 Entering Passive Mode";
  static constexpr std::string_view kExtended = "229 Entering Extended Passive Mode";
  if (text.starts_with(kPassive) || text.starts_with(kExtended)) return Claim::mine;
  if (kPassive.starts_with(text) || kExtended.starts_with(text)) return Claim::need_more;
  const bool greets = text.starts_with("220 ") || text.starts_with("220-");
  if (!greets) return text == "220" ? Claim::need_more : Claim::not_mine;
  if (contains_ignoring_case(text, "SMTP")) return Claim::not_mine;
  return contains_ignoring_case(text, "FTP") ? Claim::mine : Claim::need_more;
}

Claim recognise_roles(std::string_view client, std::string_view server) noexcept {
  const Claim by_server = server.empty() ? Claim::need_more : opens_as_server(server);
  if (by_server == Claim::mine) return Claim::mine;
  if (client.empty()) return server.empty() ? Claim::not_mine : by_server;
  const bool greeted = by_server == Claim::need_more && server.size() >= 4;
  const Claim by_client = opens_as_client(client, greeted);
  // "+OK", "* OK": the words mean something else here.
  if (by_client == Claim::need_more && by_server == Claim::not_mine) return Claim::not_mine;
  return by_client;
}

}  // namespace

Claim recognise(const Opening& opening) noexcept {
  return claim_in_either_role(opening, recognise_roles);
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::ftp

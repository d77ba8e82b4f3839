#include "protocol/imap/imap.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "core/held_memory.h"
#include "protocol/imap/line.h"
#include "protocol/shared/command_channel.h"
#include "protocol/shared/command_line.h"
#include "protocol/shared/either_role.h"
#include "protocol/shared/inflater.h"
#include "protocol/shared/sasl.h"
#include "protocol/shared/tls_switch.h"

namespace outspan::protocol::imap {
namespace {

constexpr std::size_t kLineMaxBytes = 16384;
constexpr std::size_t kNameBytesMax = 255;
constexpr int kPasswordsMax = 16;

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

class Parser final : public StreamParser {
 public:
  explicit Parser(StreamHost& host) noexcept
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

void Parser::on_data(Side side, Bytes bytes) noexcept {
  if (given_away_ || bytes.empty()) return;
  if (!std::exchange(roles_known_, true) && !host_.flow().info.opened_by_syn)
    client_ = bytes.front() == '*' || bytes.front() == '+' ? opposite(side) : side;
  // Of a server that nobody wants to be inspected only these answers are needed.
  const bool needed = !compress_tag_.empty() || !literal_tag_.empty();
  if (side == server() && !host_.flow().inspected(side) && !needed) return;
  wire(side, bytes);
}

/// As they come on the wire.
void Parser::wire(Side side, Bytes bytes) noexcept {
  Half& mine = half(side);
  FlowAccount& account = host_.flow().account;
  if (!mine.inflater) {
    bytes = plain(side, bytes);
    if (bytes.empty() || given_away_) return;
  }
  if (mine.damaged) {
    account.claim(side, Column::opaque, "damaged", bytes.size());
    return;
  }
  account.searched(side, bytes.size());
  const auto outcome = mine.inflater->feed(bytes, [this, side](Bytes out) { plain(side, out); });
  if (outcome == Inflater::Outcome::ok) return;
  account.move(side, Column::opaque, "damaged", bytes.size());
  mine.damaged = true;
}

/// Returns what is compressed: the rest after the answer that agrees to it.
Bytes Parser::plain(Side side, Bytes bytes) noexcept {
  Half& mine = half(side);
  const bool inflated = mine.inflater.has_value();
  Line next;
  while (!bytes.empty() && !given_away_ && mine.inflater.has_value() == inflated) {
    if (mine.literal_left > 0) {
      literal(side, bytes);
      continue;
    }
    if (!inflated && tls_.begins(bytes)) {
      give_away(side, bytes);
      return {};
    }
    if (mine.lines.next(bytes, next)) line(side, next);
  }
  return bytes;
}

void Parser::literal(Side side, Bytes& bytes) noexcept {
  Half& mine = half(side);
  const Bytes piece = bytes.first(
      static_cast<std::size_t>(std::min<std::uint64_t>(mine.literal_left, bytes.size())));
  bytes = bytes.subspan(piece.size());
  mine.literal_left -= piece.size();
  const std::uint64_t wire_bytes = counted(side, piece.size());
  switch (mine.literal) {
    case Literal::mail:
      if (mine.mail) mine.mail->decoded(piece, wire_bytes);
      return;
    case Literal::password: return credentials(wire_bytes);
    case Literal::user:
      user_ += as_text(piece.first(
          std::min(piece.size(), kNameBytesMax - std::min(user_.size(), kNameBytesMax))));
      learn();
      [[fallthrough]];
    case Literal::text: return text(side, piece);
  }
}

void Parser::line(Side side, const Line& line) noexcept {
  if (line.kind != Line::Kind::whole) return text(side, as_bytes(line.wire));
  Half& mine = half(side);
  if (side == server()) {
    if (mine.mail && !mine.partial) end_mail(side, ObjectEnd::complete);
    text(side, as_bytes(line.wire));
    server_line(line.text);
  } else if (!client_line(line)) {
    text(side, as_bytes(line.wire));
  }
  if (const auto size = literal_at_end(line.text)) begin_literal(side, line.text, *size);
}

void Parser::begin_literal(Side side, std::string_view text, std::uint64_t size) noexcept {
  Half& mine = half(side);
  mine.literal_left = size;
  mine.literal = Literal::text;
  if (side == client_ && !text.ends_with("+}"))
    literal_tag_ = std::string(split_request(text).tag.substr(0, kNameBytesMax));
  if (side == server()) {
    const std::uint64_t number = fetched_number(text);
    const std::uint64_t message = number > 0 ? number : mine.message;
    const auto item = fetched_item(text);
    if (!item) return;
    mine.literal = Literal::mail;
    begin_mail(side, item, message);
    mine.end = item->offset + size;
  } else if (log_in_step_ > 0) {
    const bool password = log_in_step_ == 2;
    const bool short_enough = size <= CredentialAllowance::kPasswordBytesMax && passwords_left_ > 0;
    if (password && short_enough) --passwords_left_;
    if (!password) user_.clear();
    mine.literal = !password ? Literal::user : short_enough ? Literal::password : Literal::text;
    log_in_step_ = password ? 0 : 2;
  } else if (equals_ignoring_case(split_request(text).verb, "APPEND") || mine.mail) {
    mine.literal = Literal::mail;
    end_mail(side, ObjectEnd::complete);  // of the one before, with MULTIAPPEND
    begin_mail(side, std::nullopt, 0);
  }
}

/// True: the line was taken care of.
bool Parser::client_line(const Line& line) noexcept {
  tls_.command();
  if (in_auth_) {
    const SaslExchange::Outcome outcome = auth_.line(line.text);
    in_auth_ = outcome == SaslExchange::Outcome::going_on;
    if (outcome != SaslExchange::Outcome::not_credentials && allowance_.take(line.wire.size())) {
      credentials(counted(client_, line.wire.size()));
      return true;
    }
    in_auth_ = false;
  }
  Half& mine = half(client_);
  if (mine.mail && literal_at_end(line.text) == std::nullopt)
    end_mail(client_, ObjectEnd::complete);
  const Request parts = split_request(line.text);
  const auto is = [&parts](std::string_view verb) {
    return equals_ignoring_case(parts.verb, verb);
  };
  if (log_in_step_ == 2) return password_after_literal(line);
  if (is("LOGIN")) return log_in(line, parts.arguments);
  if (is("AUTHENTICATE")) return authenticate(line, parts.arguments);
  request(line, parts);
  return false;
}

void Parser::request(const Line&, const Request& parts) noexcept {
  const auto is = [&parts](std::string_view verb) {
    return equals_ignoring_case(parts.verb, verb);
  };
  std::string_view arguments = parts.arguments;
  if (is("STARTTLS")) tls_.ask();
  if (is("COMPRESS")) compress_tag_ = std::string(parts.tag.substr(0, kNameBytesMax));
  if (is("SELECT") || is("EXAMINE") || is("APPEND")) {
    mailbox_ = std::string(first_argument(arguments).substr(0, kNameBytesMax));
    learn();
  }
}

/// "LOGIN dana password": the rest after the user is left out.
bool Parser::log_in(const Line& line, std::string_view arguments) noexcept {
  log_in_step_ = 0;
  if (arguments.starts_with('{')) {
    log_in_step_ = 1;
    return false;
  }
  const std::string_view user = first_argument(arguments);
  user_ = std::string(user.substr(0, kNameBytesMax));
  learn();
  const std::string_view secret = text::trimmed(arguments);
  if (literal_at_end(line.text) && secret.starts_with('{')) {
    log_in_step_ = 2;
    return false;
  }
  if (secret.empty() || secret.size() > CredentialAllowance::kPasswordBytesMax ||
      passwords_left_ == 0)
    return false;
  --passwords_left_;
  const auto at = static_cast<std::size_t>(secret.data() - line.text.data());
  half(client_).channel.line(client_, line.text.substr(0, at),
                             counted(client_, line.wire.size() - secret.size()), info({}));
  credentials(counted(client_, secret.size()));
  return true;
}

/// The user was a literal; the password is another one, or the rest of the line after it.
bool Parser::password_after_literal(const Line& line) noexcept {
  if (literal_at_end(line.text)) return false;
  log_in_step_ = 0;
  if (line.wire.size() > CredentialAllowance::kPasswordBytesMax || passwords_left_ == 0)
    return false;
  --passwords_left_;
  credentials(counted(client_, line.wire.size()));
  return true;
}

bool Parser::authenticate(const Line& line, std::string_view arguments) noexcept {
  const Command parts = split_command(arguments);
  const SaslExchange::Outcome outcome = auth_.begin(parts.verb, parts.argument);
  const std::string_view secret = parts.argument;
  if (outcome == SaslExchange::Outcome::not_credentials || !allowance_.take(secret.size()))
    return false;
  in_auth_ = outcome == SaslExchange::Outcome::going_on;
  if (secret.empty()) return false;
  const auto at = static_cast<std::size_t>(secret.data() - line.text.data());
  half(client_).channel.line(client_, line.text.substr(0, at),
                             counted(client_, line.wire.size() - secret.size()), info({}));
  credentials(counted(client_, secret.size()));
  return true;
}

/// They are neither kept nor searched.
void Parser::credentials(std::size_t bytes) noexcept {
  host_.flow().account.claim(client_, Column::skipped, "credentials", bytes);
  if (auth_.user().empty()) return;
  user_ = auth_.user();
  learn();
}

void Parser::server_line(std::string_view text) noexcept {
  const Request parts = split_request(text);
  const bool agrees = equals_ignoring_case(parts.verb, "OK");
  const std::string waiting = parts.tag == "*" ? std::string() : std::exchange(literal_tag_, {});
  if (!waiting.empty() && parts.tag == waiting && !agrees) refuse_literal();
  if (parts.tag == "*" || parts.tag == "+") return;
  if (!compress_tag_.empty() && parts.tag == compress_tag_) {
    compress_tag_.clear();
    if (agrees) compress();
    return;
  }
  if (agrees)
    tls_.accept();
  else if (!parts.verb.empty())
    tls_.refuse();
}

/// The client waits before it sends a literal, and after this it does not.
void Parser::refuse_literal() noexcept {
  half(client_).literal_left = 0;
  end_mail(client_, ObjectEnd::cut_short);
  log_in_step_ = 0;
}

/// What comes next on either side is compressed (RFC 4978, 3).
void Parser::compress() noexcept {
  end_unfinished_line(client_);  // its bytes are still the wire's
  for (Half& each : halves_)
    if (!each.inflater) each.inflater.emplace(Inflater::Format::raw, host_.limits());
}

/// A piece that goes on where the last one ended belongs to the same object.
void Parser::begin_mail(Side side, const std::optional<Item>& item,
                        std::uint64_t message) noexcept {
  Half& mine = half(side);
  const bool goes_on = mine.mail && item && item->partial && item->offset == mine.end &&
                       item->offset > 0 && item->section == mine.section && message == mine.message;
  if (goes_on) return;
  end_mail(side, ObjectEnd::complete);
  if (!host_.flow().inspected(side)) return;
  mine.message = message;
  mine.section = item ? item->section : std::string();
  mine.partial = item && item->partial;
  mine.mail = host_.objects().begin(host_.flow(), side, info("mail"));
  PartInfo part;
  const bool whole = !item || (item->is_message() && item->offset == 0);
  part.kind = whole ? PartKind::mail_message : PartKind::body;
  mine.mail->begin_part(std::move(part));
}

void Parser::end_mail(Side side, ObjectEnd how) noexcept {
  Half& mine = half(side);
  if (!mine.mail) return;
  mine.mail->end_part();
  mine.mail->end(how);
  mine.mail.reset();
}

ObjectInfo Parser::info(std::string_view name) const noexcept {
  ObjectInfo all;
  all.name = std::string(name);
  all.actor.user = user_;
  all.source = mailbox_;
  return all;
}

void Parser::learn() noexcept {
  const ObjectInfo known = info({});
  for (Half& each : halves_) each.channel.learn(known);
}

/// TLS begins with `rest` of `side`.
void Parser::give_away(Side side, Bytes rest) noexcept {
  given_away_ = true;
  end_all();
  std::array<Bytes, 2> left{};
  left[index(side)] = rest;
  host_.restart(left);
}

void Parser::end_all() noexcept {
  for (const Side each : {Side::client, Side::server}) {
    end_unfinished_line(each);
    end_mail(each, half(each).literal_left > 0 ? ObjectEnd::cut_short : ObjectEnd::complete);
    half(each).channel.end(ObjectEnd::complete);
  }
}

void Parser::on_gap(Side side, std::uint64_t missing_bytes) noexcept {
  if (given_away_) return;
  if (tls_.is_due()) return give_away(side, {});
  Half& mine = half(side);
  end_unfinished_line(side);
  mine.channel.gap(missing_bytes);
  if (mine.mail) mine.mail->gap(missing_bytes);
  // What refers back behind the hole cannot be inflated.
  if (mine.inflater) mine.damaged = true;
  const bool inside = !mine.inflater && missing_bytes <= mine.literal_left;
  mine.literal_left = inside ? mine.literal_left - missing_bytes : 0;
  if (inside) return;
  end_mail(side, ObjectEnd::cut_short);
  if (side != client_) return;
  in_auth_ = false;
  log_in_step_ = 0;
}

/// Before a hole, or at the end. A short one where credentials stand may be a part of them.
void Parser::end_unfinished_line(Side side) noexcept {
  const std::string line = half(side).lines.take_unfinished();
  if (line.empty()) return;
  const std::string_view verb = split_request(line).verb;
  const bool secret = side == client_ && (in_auth_ || equals_ignoring_case(verb, "LOGIN") ||
                                          equals_ignoring_case(verb, "AUTHENTICATE"));
  if (secret && line.size() <= CredentialAllowance::kPasswordBytesMax &&
      allowance_.take(line.size()))
    return credentials(counted(side, line.size()));
  text(side, as_bytes(line));
}

void Parser::on_pause() noexcept {
  for (Half& each : halves_) {
    each.channel.pause();
    if (each.mail) each.mail->pause();
  }
}

void Parser::on_close(flow::CloseReason) noexcept {
  if (!given_away_) end_all();
}

std::uint64_t Parser::held_bytes() const noexcept {
  constexpr std::uint64_t kInflaterBytes = 44 * 1024;
  std::uint64_t bytes = sizeof *this + heap_bytes(user_) + heap_bytes(mailbox_);
  for (const Half& each : halves_)
    bytes += each.channel.held_bytes() + each.lines.held_bytes() + held_by(each.mail) +
             (each.inflater ? kInflaterBytes : 0);
  return bytes;
}

/// The greeting tells; so does a tagged command that no other protocol has.
Claim recognise_roles(std::string_view client, std::string_view server) noexcept {
  static constexpr std::array<std::string_view, 3> kGreetings{"* OK", "* PREAUTH", "* BYE"};
  for (const std::string_view greeting : kGreetings) {
    if (server.starts_with(greeting)) return Claim::mine;
    if (!server.empty() && greeting.starts_with(server)) return Claim::need_more;
  }
  if (fetched_number(server.substr(0, server.find('\r'))) > 0) return Claim::mine;
  static constexpr std::array<std::string_view, 8> kCommands{
      "CAPABILITY", "LOGIN", "AUTHENTICATE", "STARTTLS", "SELECT", "EXAMINE", "FETCH", "APPEND"};
  const std::size_t end = client.find("\r\n");
  if (end == std::string_view::npos || end > kLineMaxBytes) return Claim::not_mine;
  const Request first = split_request(client.substr(0, end));
  const bool tagged = !first.tag.empty() && first.tag.size() <= 16 &&
                      std::all_of(first.tag.begin(), first.tag.end(), text::is_alnum);
  const bool known = std::any_of(
      kCommands.begin(), kCommands.end(),
      [&first](std::string_view each) { return equals_ignoring_case(first.verb, each); });
  return tagged && known && server.empty() ? Claim::mine : Claim::not_mine;
}

}  // namespace

Claim recognise(const Opening& opening) noexcept {
  return claim_in_either_role(opening, recognise_roles);
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::imap

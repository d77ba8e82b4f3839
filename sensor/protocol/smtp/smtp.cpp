#include "protocol/smtp/smtp.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "protocol/shared/command_parser.h"
#include "protocol/shared/dot_unstuffer.h"
#include "protocol/shared/either_role.h"
#include "protocol/shared/sasl.h"
#include "protocol/smtp/transaction.h"

namespace outspan::protocol::smtp {
namespace {

using Kind = Request::Kind;

/// RFC 4954 wants 12,288 for AUTH; commands have 512.
constexpr std::size_t kLineMaxBytes = 16384;

/// Names that begin a message whose DATA command was lost.
constexpr std::array<std::string_view, 9> kHeaderNames{
    "Received:",   "From:",         "To:",           "Subject:",       "Date:",
    "Message-ID:", "MIME-Version:", "Content-Type:", "DKIM-Signature:"};

bool begins_header(std::string_view line) noexcept {
  return std::any_of(kHeaderNames.begin(), kHeaderNames.end(),
                     [line](std::string_view name) { return starts_ignoring_case(line, name); });
}

class Parser final : public CommandParser {
 public:
  explicit Parser(StreamHost& host) noexcept
      : CommandParser(host, "smtp", "smtp session", kLineMaxBytes) {}

  void on_pause() noexcept override;
  void on_close(flow::CloseReason reason) noexcept override;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    return sizeof *this + CommandParser::held_bytes() + pipeline_.held_bytes() +
           envelope_.held_bytes() + heap_bytes(user_) + heap_bytes(client_name_) +
           heap_bytes(server_name_) + held_by(mail_);
  }

 private:
  enum class Mode : std::uint8_t { command, auth, data_asked, message, chunk };

  void client_bytes(Bytes in) noexcept override;
  void client_line(const Line& line) noexcept;
  void command(const Line& line) noexcept;
  Request understand(std::string_view text, const Command& parts) noexcept;
  bool auth(const Line& line, std::string_view argument) noexcept;
  void bdat(std::string_view argument) noexcept;
  void auth_line(const Line& line) noexcept;
  void message_bytes(Bytes& in) noexcept;
  void chunk_bytes(Bytes& in) noexcept;
  void expect_verdicts(std::size_t already) noexcept;
  void server_bytes(Bytes in) noexcept override;
  void reply(const Reply& reply) noexcept;
  void answered(const Request& request, int code) noexcept;

  void begin_mail() noexcept;
  void abandon_envelope() noexcept;
  void end_mail(ObjectEnd how) noexcept;
  void credentials(std::size_t bytes) noexcept;
  void lose(Side side, std::uint64_t missing_bytes) noexcept override;
  void end_unfinished_line(Side side) noexcept override;
  void end() noexcept override;
  [[nodiscard]] ObjectInfo info() const noexcept override;
  void learn() noexcept override;

  Mode mode_ = Mode::command;
  bool client_lost_ = false;  // bytes of the client are missing, modes are a guess
  bool last_chunk_ = false;
  bool lmtp_ = false;
  std::uint64_t chunk_left_bytes_ = 0;

  Pipeline pipeline_;
  Envelope envelope_;
  SaslExchange auth_;
  CredentialAllowance allowance_;
  DotUnstuffer dots_;
  std::string user_;
  std::string client_name_;
  std::string server_name_;
  std::unique_ptr<ObjectWriter> mail_;
};

void Parser::client_bytes(Bytes in) noexcept {
  while (!in.empty() && !given_away_) {
    switch (mode_) {
      case Mode::data_asked:  // no refusal was seen, and the client goes on
        begin_mail();
        mode_ = Mode::message;
        [[fallthrough]];
      case Mode::message: message_bytes(in); break;
      case Mode::chunk: chunk_bytes(in); break;
      case Mode::command:
      case Mode::auth: {
        if (tls_.begins(in)) return give_away(client_, in);
        Line line;
        if (client_lines_.next(in, line)) client_line(line);
        break;
      }
    }
  }
}

void Parser::client_line(const Line& line) noexcept {
  if (line.kind != Line::Kind::whole) {
    channel(client_).data(client_, as_bytes(line.wire), info());
    return;
  }
  if (mode_ == Mode::auth) {
    auth_line(line);
    if (mode_ != Mode::command) return;
  } else {
    command(line);
  }
}

void Parser::auth_line(const Line& line) noexcept {
  const SaslExchange::Outcome outcome = auth_.line(line.text);
  if (outcome == SaslExchange::Outcome::not_credentials || !allowance_.take(line.wire.size())) {
    mode_ = Mode::command;
    command(line);
    return;
  }
  credentials(line.wire.size());
  if (outcome == SaslExchange::Outcome::done) mode_ = Mode::command;
}

/// They are neither kept nor searched.
void Parser::credentials(std::size_t bytes) noexcept {
  host_.flow().account.claim(client_, Column::skipped, "credentials", bytes);
  if (!auth_.user().empty()) {
    user_ = auth_.user();
    learn();
  }
}

void Parser::command(const Line& line) noexcept {
  const std::string_view text = line.text;
  tls_.command();
  const Command parts = split_command(text);
  if (equals_ignoring_case(parts.verb, "AUTH") && auth(line, parts.argument)) return;
  if (client_lost_ && begins_header(text)) {
    begin_mail();
    if (mail_) {
      mail_->decoded(as_bytes(text), line.wire.size());
      mail_->decoded(as_bytes("\r\n"), 0);
    }
    mode_ = Mode::message;
    return;
  }
  const Request request = understand(text, parts);
  pipeline_.push(request);
  channel(client_).line(client_, text, line.wire.size(), info());
  // The envelope is whom the mail is from and to, and not what it carries.
  for (CommandChannel& each : channels_) {
    if (request.kind == Kind::recipient)
      each.participant({envelope_.latest(), request.transaction, request.recipient});
    if (request.kind == Kind::sender)
      each.participant({envelope_.from(), request.transaction, Participant::kSender});
  }
  if (equals_ignoring_case(parts.verb, "BDAT")) bdat(parts.argument);
}

/// What the server will be asked, with the command's effect on the envelope and on what follows.
Request Parser::understand(std::string_view text, const Command& parts) noexcept {
  const auto is = [&parts](std::string_view verb) {
    return equals_ignoring_case(parts.verb, verb);
  };
  if (is("EHLO") || is("HELO") || is("LHLO")) {
    lmtp_ = is("LHLO");
    client_name_ = std::string(parts.argument.substr(0, 255));
    abandon_envelope();
    learn();
    return {Kind::hello, 0, 0};
  }
  if (starts_ignoring_case(text, "MAIL FROM")) {
    abandon_envelope();
    envelope_.begin(text);
    client_lost_ = false;
    return {Kind::sender, 0, envelope_.number()};
  } else if (starts_ignoring_case(text, "RCPT TO")) {
    const std::uint32_t recipient = envelope_.add(text);
    return {Kind::recipient, recipient, envelope_.number()};
  } else if (is("RSET")) {
    abandon_envelope();
  } else if (is("DATA") && parts.argument.empty()) {
    mode_ = Mode::data_asked;
    return {Kind::data, 0, 0};
  } else if (is("STARTTLS")) {
    tls_.ask();
    return {Kind::starttls, 0, 0};
  } else if (is("AUTH")) {
    return {Kind::auth, 0, 0};
  }
  return {};
}

/// Its addresses are no mail's.
void Parser::abandon_envelope() noexcept {
  for (CommandChannel& each : channels_) each.abandoned(envelope_.number());
  envelope_.reset();
}

/// False: no credentials as they must be; the line is to be scanned as any other.
bool Parser::auth(const Line& line, std::string_view argument) noexcept {
  const std::string_view text = line.text;
  const Command parts = split_command(argument);
  const SaslExchange::Outcome outcome = auth_.begin(parts.verb, parts.argument);
  if (outcome == SaslExchange::Outcome::not_credentials || !allowance_.take(text.size()))
    return false;
  if (outcome == SaslExchange::Outcome::going_on) mode_ = Mode::auth;
  pipeline_.push({Kind::auth, 0, 0});
  const std::string shown = "AUTH " + std::string(parts.verb);
  const std::size_t secret = text.size() - std::min(shown.size() + 2, text.size());
  channel(client_).line(client_, shown, line.wire.size() - secret, info());
  credentials(secret);
  return true;
}

/// RFC 3030: "BDAT 1000" or "BDAT 86 LAST"; exactly that many bytes follow.
void Parser::bdat(std::string_view argument) noexcept {
  const Command parts = split_command(argument);
  std::uint64_t size = 0;
  const char* const end = parts.verb.data() + parts.verb.size();
  const auto [parsed, error] = std::from_chars(parts.verb.data(), end, size);
  if (parts.verb.empty() || error != std::errc() || parsed != end) return;
  chunk_left_bytes_ = size;
  last_chunk_ = equals_ignoring_case(parts.argument, "LAST");
  if (!mail_) begin_mail();
  mode_ = Mode::chunk;
  if (size == 0) {
    Bytes none;
    chunk_bytes(none);
  }
}

void Parser::chunk_bytes(Bytes& in) noexcept {
  const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left_bytes_, in.size()));
  if (mail_ && take > 0) mail_->data(in.first(take));
  in = in.subspan(take);
  chunk_left_bytes_ -= take;
  if (chunk_left_bytes_ > 0) return;
  mode_ = Mode::command;
  if (!last_chunk_) return;
  expect_verdicts(1);  // the command's own reply is the first
  end_mail(ObjectEnd::complete);
}

/// A message gets one reply; in LMTP one for each recipient (RFC 2033, 4.2).
void Parser::expect_verdicts(std::size_t already) noexcept {
  const std::size_t verdicts = lmtp_ ? std::max<std::size_t>(envelope_.accepted().size(), 1) : 1;
  for (std::size_t i = already; i < verdicts; ++i) pipeline_.push({Kind::message, 0, 0});
}

void Parser::message_bytes(Bytes& in) noexcept {
  while (!in.empty()) {
    const std::size_t before = in.size();
    const DotUnstuffer::Step step = dots_.next(in);
    if (mail_) mail_->decoded(step.out, before - in.size());
    if (!step.ended) continue;
    mode_ = Mode::command;
    expect_verdicts(0);
    end_mail(ObjectEnd::complete);
    return;
  }
}

void Parser::server_bytes(Bytes in) noexcept {
  Line line;
  while (!given_away_) {
    if (tls_.begins(in)) return give_away(opposite(client_), in);
    if (!server_lines_.next(in, line)) return;
    channel(opposite(client_)).data(opposite(client_), as_bytes(line.wire), info());
    if (line.kind != Line::Kind::whole) continue;
    const Reply parsed = split_reply(line.text);
    if (parsed.code == 0) continue;
    if (server_name_.empty()) {
      const Request* const request = pipeline_.front();
      const bool names_itself = request == nullptr
                                    ? parsed.code == 220
                                    : request->kind == Kind::hello && parsed.code == 250;
      if (names_itself) {
        server_name_ = std::string(split_command(parsed.text).verb.substr(0, 255));
        learn();
      }
    }
    if (!parsed.more) reply(parsed);
  }
}

void Parser::reply(const Reply& parsed) noexcept {
  if (parsed.code == 334) return;  // the next turn of AUTH
  if (parsed.code == 354) {
    // The one reply that cannot be mistaken, so it mends what a hole made doubtful.
    while (const auto request = pipeline_.pop())
      if (request->kind == Kind::data) break;
    if (mode_ == Mode::message && client_lost_) end_mail(ObjectEnd::cut_short);
    if (mode_ == Mode::data_asked || client_lost_) {
      if (!mail_) begin_mail();
      mode_ = Mode::message;
      const std::string begun = client_lines_.take_unfinished();
      if (mail_ && !begun.empty()) mail_->data(as_bytes(begun));
    }
    return;
  }
  if (const auto request = pipeline_.pop()) answered(*request, parsed.code);
}

void Parser::answered(const Request& request, int code) noexcept {
  const bool refused = code >= 400;
  switch (request.kind) {
    case Kind::sender:
      if (!refused) return;
      for (CommandChannel& each : channels_)
        each.refused(request.transaction, Participant::kSender);
      return;
    case Kind::recipient:
      if (!refused) return;
      for (CommandChannel& each : channels_) each.refused(request.transaction, request.recipient);
      envelope_.reject(request);
      if (mail_) mail_->info().destination.email_to = envelope_.accepted();
      return;
    case Kind::data:
      if (!refused) return;
      if (mode_ == Mode::message) end_mail(ObjectEnd::cut_short);  // the refusal was seen late
      if (mode_ == Mode::message || mode_ == Mode::data_asked) mode_ = Mode::command;
      return;
    case Kind::starttls:
      if (refused)
        tls_.refuse();
      else
        tls_.accept();
      return;
    case Kind::auth:
      if (mode_ == Mode::auth) mode_ = Mode::command;
      return;
    case Kind::other:
    case Kind::hello:
    case Kind::message: return;
  }
}

ObjectInfo Parser::info() const noexcept {
  ObjectInfo all;
  all.actor.user = user_;
  all.actor.email_from = envelope_.from();
  all.actor.hostname = client_name_;
  all.destination.hostname = server_name_;
  return all;
}

void Parser::learn() noexcept {
  CommandParser::learn();
  if (!mail_) return;
  mail_->info().actor = info().actor;
  mail_->info().destination.hostname = server_name_;
}

void Parser::begin_mail() noexcept {
  dots_.reset();
  if (!host_.flow().inspected(client_)) return;
  ObjectInfo mail = info();
  mail.name = "mail";
  mail.destination.email_to = envelope_.accepted();
  mail_ = host_.objects().begin(host_.flow(), client_, std::move(mail));
  PartInfo part;
  part.kind = PartKind::mail_message;
  mail_->begin_part(std::move(part));
}

void Parser::end_mail(ObjectEnd how) noexcept {
  envelope_.reset();
  if (!mail_) return;
  mail_->end_part();
  mail_->end(how);
  mail_.reset();
}

void Parser::lose(Side side, std::uint64_t missing_bytes) noexcept {
  // Replies and commands cannot be put together any more.
  pipeline_.clear();
  if (side != client_) return;
  client_lost_ = true;
  switch (mode_) {
    case Mode::message:
      if (mail_) mail_->gap(missing_bytes);
      dots_.lose();
      return;
    case Mode::chunk: {
      const std::uint64_t inside = std::min(missing_bytes, chunk_left_bytes_);
      if (mail_) mail_->gap(inside);
      chunk_left_bytes_ -= inside;
      if (chunk_left_bytes_ > 0) return;
      end_mail(ObjectEnd::cut_short);
      mode_ = Mode::command;
      return;
    }
    case Mode::data_asked:
      begin_mail();
      if (mail_) mail_->gap(missing_bytes);
      dots_.lose();
      mode_ = Mode::message;
      return;
    case Mode::command:
    case Mode::auth: mode_ = Mode::command; return;
  }
}

/// Before a hole, or at the end. A short one where credentials stand may be a part of them.
void Parser::end_unfinished_line(Side side) noexcept {
  const std::string line = (side == client_ ? client_lines_ : server_lines_).take_unfinished();
  const bool secret =
      side == client_ && (mode_ == Mode::auth || starts_ignoring_case(line, "AUTH "));
  if (secret && line.size() <= CredentialAllowance::kPasswordBytesMax &&
      allowance_.take(line.size())) {
    credentials(line.size());
  } else {
    channel(side).data(side, as_bytes(line), info());
  }
}

void Parser::end() noexcept {
  end_mail(ObjectEnd::cut_short);
  CommandParser::end();
}

void Parser::on_pause() noexcept {
  CommandParser::on_pause();
  if (mail_) mail_->pause();
}

void Parser::on_close(flow::CloseReason reason) noexcept {
  if (!given_away_ && !mail_) abandon_envelope();
  CommandParser::on_close(reason);
}

/// Whether `text` begins with one of SMTP's first commands, or may once more of it is there.
Claim opens_as_client(std::string_view text) noexcept {
  static constexpr std::array<std::string_view, 5> kOpenings{"EHLO ", "HELO ", "LHLO ",
                                                             "MAIL FROM:", "RCPT TO:"};
  for (const std::string_view opening : kOpenings) {
    if (starts_ignoring_case(text, opening)) return Claim::mine;
    if (starts_ignoring_case(opening, text)) return Claim::need_more;
  }
  return Claim::not_mine;
}

/// FTP greets with 220 as well; without a name in the greeting the client's first word decides.
Claim opens_as_server(std::string_view text) noexcept {
  static constexpr std::string_view kGreeting = "220";
  if (text.size() < 4)
    return kGreeting.starts_with(text.substr(0, 3)) ? Claim::need_more : Claim::not_mine;
  if (!text.starts_with(kGreeting) || (text[3] != ' ' && text[3] != '-')) return Claim::not_mine;
  if (contains_ignoring_case(text, "SMTP") || contains_ignoring_case(text, "LMTP"))
    return Claim::mine;
  const bool ftp = contains_ignoring_case(text, "FTP");
  return ftp ? Claim::not_mine : Claim::need_more;
}

Claim recognise_roles(std::string_view client, std::string_view server) noexcept {
  if (!client.empty()) {
    const Claim by_client = opens_as_client(client);
    if (by_client != Claim::need_more) return by_client;
    if (server.empty()) return Claim::need_more;
  }
  return server.empty() ? Claim::not_mine : opens_as_server(server);
}

}  // namespace

Claim recognise(const Opening& opening) noexcept {
  return claim_in_either_role(opening, recognise_roles);
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::smtp

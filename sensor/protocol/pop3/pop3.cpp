#include "protocol/pop3/pop3.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <utility>

#include "core/held_memory.h"
#include "protocol/shared/command_parser.h"
#include "protocol/shared/dot_unstuffer.h"
#include "protocol/shared/either_role.h"
#include "protocol/shared/sasl.h"

namespace outspan::protocol::pop3 {
namespace {

constexpr std::size_t kLineMaxBytes = 16384;  // of AUTH; other lines have 512
constexpr std::size_t kOpenMax = 256;
constexpr std::size_t kNameBytesMax = 255;
constexpr int kPasswordsMax = 16;

/// What a reply to a command is followed by.
enum class Answer : std::uint8_t { line, listing, mail, tls };

bool is_positive(std::string_view line) noexcept { return line.starts_with("+OK"); }
bool is_negative(std::string_view line) noexcept { return line.starts_with("-ERR"); }

/// "name: value", as a mail begins.
bool begins_header(std::string_view line) noexcept {
  const std::size_t colon = line.find(':');
  return colon != std::string_view::npos && colon > 1 &&
         std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return text::is_alnum(c) || c == '-'; });
}

class Parser final : public CommandParser {
 public:
  explicit Parser(StreamHost& host) noexcept
      : CommandParser(host, "pop3", "pop3 session", kLineMaxBytes) {}

  void on_pause() noexcept override;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    return sizeof *this + CommandParser::held_bytes() + open_.size() + heap_bytes(user_) +
           held_by(mail_);
  }

 private:
  Side client_of(Side side, std::uint8_t first_byte) noexcept override;
  void client_bytes(Bytes in) noexcept override;
  void client_line(const Line& line) noexcept;
  void command(const Line& line) noexcept;
  bool leave_out(const Line& line, const Command& parts) noexcept;
  void server_bytes(Bytes in) noexcept override;
  void reply(const Line& line) noexcept;
  void body_bytes(Bytes& in) noexcept;
  void begin_mail() noexcept;
  void end_mail(ObjectEnd how) noexcept;
  void credentials(std::size_t bytes) noexcept;
  void lose(Side side, std::uint64_t missing_bytes) noexcept override;
  void end_unfinished_line(Side side) noexcept override;
  void end() noexcept override;
  [[nodiscard]] ObjectInfo info() const noexcept override {
    ObjectInfo all;
    all.actor.user = user_;
    return all;
  }

  std::deque<Answer> open_;  // commands without a reply
  bool client_lost_ = false;
  bool order_lost_ = false;  // more than kOpenMax were open: which reply is whose is not known
  SaslExchange auth_;
  bool in_auth_ = false;
  CredentialAllowance allowance_;
  int passwords_left_ = kPasswordsMax;
  std::string user_;
  enum class Mode : std::uint8_t { lines, body } mode_ = Mode::lines;
  bool replied_ = false;  // the last line was a reply that may have a mail
  DotUnstuffer dots_;
  std::unique_ptr<ObjectWriter> mail_;  // none: a listing
};

Side Parser::client_of(Side side, std::uint8_t first_byte) noexcept {
  const bool replies = first_byte == '+' || first_byte == '-';
  const Side client = replies ? opposite(side) : side;
  const Side server = opposite(client);
  if (!host_.flow().inspected(server)) host_.flow().unwanted[index(server)] = true;
  return client;
}

void Parser::client_bytes(Bytes in) noexcept {
  Line line;
  while (!in.empty() && !given_away_) {
    if (tls_.begins(in)) return give_away(client_, in);
    if (client_lines_.next(in, line)) client_line(line);
  }
}

void Parser::client_line(const Line& line) noexcept {
  if (line.kind != Line::Kind::whole)
    return channel(client_).data(client_, as_bytes(line.wire), info());
  if (!in_auth_) return command(line);
  const SaslExchange::Outcome outcome = auth_.line(line.text);
  if (outcome == SaslExchange::Outcome::not_credentials || !allowance_.take(line.wire.size())) {
    in_auth_ = false;
    return command(line);
  }
  credentials(line.wire.size());
  in_auth_ = outcome == SaslExchange::Outcome::going_on;
}

void Parser::command(const Line& line) noexcept {
  const Command parts = split_command(line.text);
  const auto is = [&parts](std::string_view verb) {
    return equals_ignoring_case(parts.verb, verb);
  };
  tls_.command();
  Answer answer = Answer::line;
  if (is("RETR") || is("TOP")) answer = Answer::mail;
  if (is("CAPA") || ((is("LIST") || is("UIDL")) && parts.argument.empty()))
    answer = Answer::listing;
  if (is("STLS")) answer = Answer::tls;
  if (is("STLS")) tls_.ask();
  if (is("USER")) user_ = std::string(parts.argument.substr(0, kNameBytesMax));
  if (is("APOP")) user_ = std::string(split_command(parts.argument).verb.substr(0, kNameBytesMax));
  if (open_.size() >= kOpenMax) {
    open_.clear();
    order_lost_ = true;
  }
  if (!order_lost_) open_.push_back(answer);
  learn();
  if (!leave_out(line, parts)) channel(client_).line(client_, line.text, line.wire.size(), info());
}

/// The password of PASS, the digest of APOP, what AUTH has on its line. False: there is none.
bool Parser::leave_out(const Line& line, const Command& parts) noexcept {
  const auto is = [&parts](std::string_view verb) {
    return equals_ignoring_case(parts.verb, verb);
  };
  std::size_t secret = 0;
  if (is("PASS")) secret = parts.argument.size();
  if (is("APOP")) secret = split_command(parts.argument).argument.size();
  if (is("PASS") || is("APOP")) {
    if (secret > CredentialAllowance::kPasswordBytesMax || passwords_left_ == 0) return false;
    --passwords_left_;
  } else if (is("AUTH")) {
    const Command auth = split_command(parts.argument);
    const SaslExchange::Outcome outcome = auth_.begin(auth.verb, auth.argument);
    secret = auth.argument.size();
    if (outcome == SaslExchange::Outcome::not_credentials || !allowance_.take(secret)) return false;
    in_auth_ = outcome == SaslExchange::Outcome::going_on;
  }
  if (secret == 0) return false;
  const std::size_t at = line.text.rfind(parts.argument.substr(parts.argument.size() - secret));
  channel(client_).line(client_, line.text.substr(0, at), line.wire.size() - secret, info());
  credentials(secret);
  return true;
}

/// They are neither kept nor searched.
void Parser::credentials(std::size_t bytes) noexcept {
  host_.flow().account.claim(client_, Column::skipped, "credentials", bytes);
  if (auth_.user().empty()) return;
  user_ = auth_.user();
  learn();
}

void Parser::server_bytes(Bytes in) noexcept {
  const Side server = opposite(client_);
  Line line;
  while (!in.empty() && !given_away_) {
    if (mode_ == Mode::body) {
      body_bytes(in);
      continue;
    }
    if (tls_.begins(in)) return give_away(server, in);
    if (!server_lines_.next(in, line)) return;
    // The command was lost, or never seen: a header says that a mail begins.
    if (std::exchange(replied_, false) && line.kind == Line::Kind::whole &&
        begins_header(line.text)) {
      begin_mail();
      if (mail_) mail_->data(as_bytes(line.wire));
      continue;
    }
    channel(server).data(server, as_bytes(line.wire), info());
    if (line.kind == Line::Kind::whole) reply(line);
  }
}

void Parser::reply(const Line& line) noexcept {
  const bool positive = is_positive(line.text);
  if (!positive && !is_negative(line.text)) return;  // "+ ", and the lines of listings
  if (open_.empty()) {                               // the greeting, or a reply to what was lost
    replied_ = positive;
    return;
  }
  const Answer answer = open_.front();
  open_.pop_front();
  switch (answer) {
    case Answer::tls: return positive ? tls_.accept() : tls_.refuse();
    case Answer::mail:
      if (positive) begin_mail();
      return;
    case Answer::listing:
      if (positive) mode_ = Mode::body;
      dots_.reset();
      return;
    case Answer::line: replied_ = positive && client_lost_; return;
  }
}

void Parser::body_bytes(Bytes& in) noexcept {
  const Side server = opposite(client_);
  while (!in.empty()) {
    const std::size_t before = in.size();
    const DotUnstuffer::Step step = dots_.next(in);
    const std::size_t wire = before - in.size();
    if (mail_)
      mail_->decoded(step.out, wire);
    else if (step.out.empty())
      host_.flow().account.searched(server, wire);
    else
      channel(server).decoded(server, step.out, wire, info());
    if (!step.ended) continue;
    mode_ = Mode::lines;
    return end_mail(ObjectEnd::complete);
  }
}

void Parser::begin_mail() noexcept {
  mode_ = Mode::body;
  dots_.reset();
  const Side server = opposite(client_);
  if (!host_.flow().inspected(server)) return;
  ObjectInfo mail = info();
  mail.name = "mail";
  mail_ = host_.objects().begin(host_.flow(), server, std::move(mail));
  PartInfo part;
  part.kind = PartKind::mail_message;
  mail_->begin_part(std::move(part));
}

void Parser::end_mail(ObjectEnd how) noexcept {
  if (!mail_) return;
  mail_->end_part();
  mail_->end(how);
  mail_.reset();
}

void Parser::lose(Side side, std::uint64_t missing_bytes) noexcept {
  if (side == client_) {
    // Which command a reply is to is not known any more.
    open_.clear();
    in_auth_ = false;
    client_lost_ = true;
    return;
  }
  if (mode_ == Mode::body) dots_.lose();
  if (mail_) mail_->gap(missing_bytes);
  if (mode_ == Mode::lines) open_.clear();
}

/// Before a hole, or at the end. A short one where credentials stand may be a part of them.
void Parser::end_unfinished_line(Side side) noexcept {
  const std::string line = (side == client_ ? client_lines_ : server_lines_).take_unfinished();
  if (line.empty()) return;
  const bool secret = side == client_ &&
                      (in_auth_ || starts_ignoring_case(line, "PASS ") ||
                       starts_ignoring_case(line, "APOP ") || starts_ignoring_case(line, "AUTH "));
  if (secret && line.size() <= CredentialAllowance::kPasswordBytesMax &&
      allowance_.take(line.size()))
    return credentials(line.size());
  channel(side).data(side, as_bytes(line), info());
}

void Parser::on_pause() noexcept {
  CommandParser::on_pause();
  if (mail_) mail_->pause();
}

void Parser::end() noexcept {
  CommandParser::end();
  end_mail(ObjectEnd::cut_short);
}

/// Both sides' first words: "+OK" is Redis' as well, so that a command of the client has to follow,
/// or the greeting names POP3.
Claim recognise_roles(std::string_view client, std::string_view server) noexcept {
  constexpr std::string_view kGreeting = "+OK";
  if (server.empty() || !server.substr(0, 3).starts_with(kGreeting.substr(0, server.size())))
    return Claim::not_mine;
  if (contains_ignoring_case(server.substr(0, 512), "POP")) return Claim::mine;
  static constexpr std::array<std::string_view, 7> kCommands{
      "USER ", "CAPA\r\n", "STLS\r\n", "APOP ", "AUTH ", "AUTH\r\n", "QUIT\r\n"};
  if (client.empty()) return Claim::need_more;
  for (const std::string_view command : kCommands) {
    if (starts_ignoring_case(client, command)) return Claim::mine;
    if (starts_ignoring_case(command, client)) return Claim::need_more;
  }
  return Claim::not_mine;
}

}  // namespace

Claim recognise(const Opening& opening) noexcept {
  return claim_in_either_role(opening, recognise_roles);
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::pop3

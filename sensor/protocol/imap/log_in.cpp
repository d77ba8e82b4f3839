#include "protocol/imap/connection.h"

#include <utility>

#include "text/ascii.h"

namespace outspan::protocol::imap {

/// "LOGIN dana password": the rest after the user is left out.
bool Connection::log_in(const Line& line, std::string_view arguments) noexcept {
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
bool Connection::password_after_literal(const Line& line) noexcept {
  if (literal_at_end(line.text)) return false;
  log_in_step_ = 0;
  if (line.wire.size() > CredentialAllowance::kPasswordBytesMax || passwords_left_ == 0)
    return false;
  --passwords_left_;
  credentials(counted(client_, line.wire.size()));
  return true;
}

bool Connection::authenticate(const Line& line, std::string_view arguments) noexcept {
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
void Connection::credentials(std::size_t bytes) noexcept {
  host_.flow().account.claim(client_, Column::skipped, "credentials", bytes);
  if (auth_.user().empty()) return;
  user_ = auth_.user();
  learn();
}

/// Before a hole, or at the end. A short one where credentials stand may be a part of them.
void Connection::end_unfinished_line(Side side) noexcept {
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

}  // namespace outspan::protocol::imap

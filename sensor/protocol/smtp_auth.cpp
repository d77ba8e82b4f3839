#include "protocol/smtp_auth.h"

#include <array>
#include <optional>

#include "protocol/command_line.h"
#include "text/base64.h"

namespace outspan::protocol {
namespace {

/// An OAuth token has a few KiB; more is not a credential and is scanned.
constexpr std::size_t kResponseMaxBytes = 12288;
constexpr std::size_t kUserMaxBytes = 320;

/// PLAIN (RFC 4616): authorization identity, NUL, user, NUL, password.
std::string user_of_plain(std::string_view decoded) noexcept {
  const std::size_t first = decoded.find('\0');
  if (first == std::string_view::npos) return {};
  const std::size_t second = decoded.find('\0', first + 1);
  if (second == std::string_view::npos) return {};
  return std::string(decoded.substr(first + 1, second - first - 1));
}

/// XOAUTH2: "user=name^Aauth=Bearer ..."; OAUTHBEARER (RFC 7628): "n,a=name,^A...".
std::string user_of_bearer(std::string_view decoded) noexcept {
  if (decoded.starts_with("user=")) return std::string(decoded.substr(5, decoded.find('\x01') - 5));
  if (decoded.starts_with("n,a=")) return std::string(decoded.substr(4, decoded.find(',', 4) - 4));
  return {};
}

}  // namespace

SmtpAuth::Outcome SmtpAuth::begin(std::string_view argument) noexcept {
  const Command parts = split_command(argument);
  responses_ = 0;
  user_.clear();
  mechanism_ = equals_ignoring_case(parts.verb, "PLAIN")   ? Mechanism::plain
               : equals_ignoring_case(parts.verb, "LOGIN") ? Mechanism::login
               : equals_ignoring_case(parts.verb, "XOAUTH2") ||
                       equals_ignoring_case(parts.verb, "OAUTHBEARER")
                   ? Mechanism::bearer
                   : Mechanism::other;
  if (parts.argument.empty() || parts.argument == "=") return Outcome::going_on;
  return response(parts.argument);
}

SmtpAuth::Outcome SmtpAuth::line(std::string_view text) noexcept {
  if (text == "*" || text.empty()) return Outcome::done;  // cancelled, or an empty last response
  return response(text);
}

SmtpAuth::Outcome SmtpAuth::response(std::string_view base64) noexcept {
  if (base64.size() > kResponseMaxBytes) return Outcome::not_credentials;
  const auto decoded = text::decode_strict_base64(base64);
  if (!decoded) return Outcome::not_credentials;
  ++responses_;
  if (mechanism_ == Mechanism::plain) user_ = user_of_plain(*decoded);
  if (mechanism_ == Mechanism::bearer) user_ = user_of_bearer(*decoded);
  if (mechanism_ == Mechanism::login && responses_ == 1) user_ = *decoded;
  if (user_.size() > kUserMaxBytes) user_.resize(kUserMaxBytes);

  // Others (CRAM-MD5, SCRAM) may take more turns; whatever is no base64 ends them.
  switch (mechanism_) {
    case Mechanism::plain: return Outcome::done;
    case Mechanism::login: return responses_ >= 2 ? Outcome::done : Outcome::going_on;
    case Mechanism::bearer:
    case Mechanism::other: break;
  }
  return responses_ >= 4 ? Outcome::done : Outcome::going_on;
}

}  // namespace outspan::protocol

#include "protocol/shared/sasl.h"

#include <algorithm>
#include <optional>

#include "protocol/shared/ntlm.h"
#include "text/ascii.h"
#include "text/base64.h"

namespace outspan::protocol {
namespace {

using text::equals_ignoring_case;

constexpr std::size_t kFieldBytesMax = 255;
constexpr std::size_t kScramBytesMax = 1024;
constexpr std::size_t kDigestBytesMax = 2048;
constexpr std::size_t kNtlmBytesMax = 4096;
constexpr std::size_t kTokenBytesMax = 8192;
constexpr std::size_t kTicketBytesMax = 12288;
constexpr auto npos = std::string_view::npos;

/// A name or a password: short, on one line.
bool is_field(std::string_view text) noexcept {
  return text.size() <= kFieldBytesMax && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20;
         });
}

/// PLAIN (RFC 4616): authorization identity, NUL, user, NUL, password.
std::optional<std::string_view> plain_user(std::string_view decoded) noexcept {
  const std::size_t first = decoded.find('\0');
  const std::size_t second = first == npos ? npos : decoded.find('\0', first + 1);
  if (second == npos || !is_field(decoded.substr(0, first)) ||
      !is_field(decoded.substr(second + 1)))
    return std::nullopt;
  const std::string_view user = decoded.substr(first + 1, second - first - 1);
  return is_field(user) ? std::optional(user) : std::nullopt;
}

bool is_token(std::string_view text) noexcept {
  return text.size() <= kTokenBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
           return text::is_alnum(c) || std::string_view("-._~+/=").find(c) != npos;
         });
}

/// XOAUTH2: "user=name^Aauth=Bearer token^A^A"; OAUTHBEARER (RFC 7628): "n,a=name,^Ahost=...
/// ^Aport=...^Aauth=Bearer token^A^A".
bool is_bearer(std::string_view decoded) noexcept {
  constexpr std::string_view kAuth =
      "\x01"
      "auth=Bearer ";
  if (decoded == "\x01") return true;  // the answer to an error
  const std::size_t auth = decoded.find(kAuth);
  if (auth == npos || auth > 3 * kFieldBytesMax || !decoded.ends_with("\x01\x01")) return false;
  const std::string_view token = decoded.substr(auth + kAuth.size());
  return is_token(token.substr(0, token.size() - 2));
}

std::string_view bearer_user(std::string_view decoded) noexcept {
  if (decoded.starts_with("user=")) return decoded.substr(5, decoded.find('\x01') - 5);
  if (decoded.starts_with("n,a=")) return decoded.substr(4, decoded.find(',', 4) - 4);
  return {};
}

/// CRAM-MD5 (RFC 2195): user, blank, 32 hexadecimal digits.
bool is_cram(std::string_view decoded) noexcept {
  const std::size_t blank = decoded.rfind(' ');
  return blank != npos && is_field(decoded.substr(0, blank)) && decoded.size() - blank - 1 <= 64 &&
         std::all_of(decoded.begin() + static_cast<std::ptrdiff_t>(blank) + 1, decoded.end(),
                     [](char c) { return text::is_digit(c) || (c >= 'a' && c <= 'f'); });
}

/// DIGEST-MD5 (RFC 2831): name="value" or name=value, commas between.
bool is_digest(std::string_view decoded) noexcept {
  return decoded.size() <= kDigestBytesMax && decoded.find("response=") != npos &&
         decoded.find("nonce=\"") != npos;
}

/// SCRAM (RFC 5802): "n,,n=user,r=nonce", then "c=biws,r=nonce,p=proof".
bool is_scram(std::string_view decoded) noexcept {
  if (decoded.size() > kScramBytesMax || decoded.find("r=") == npos) return false;
  return decoded.starts_with("n,") || decoded.starts_with("y,") || decoded.starts_with("p=") ||
         decoded.starts_with("c=");
}

std::string_view scram_user(std::string_view decoded) noexcept {
  const std::size_t name = decoded.find(",n=");
  return name == npos ? std::string_view()
                      : decoded.substr(name + 3, decoded.find(',', name + 3) - name - 3);
}

/// A GSS-API token (RFC 2743, 3.1), a SPNEGO answer, or the few bytes of the security layer.
bool is_ticket(std::string_view decoded) noexcept {
  if (decoded.size() > kTicketBytesMax) return false;
  if (decoded.size() <= 64) return true;
  const auto first = static_cast<unsigned char>(decoded.front());
  return first == 0x60 || first == 0xa1 || decoded.starts_with("NTLMSSP");
}

}  // namespace

SaslExchange::Mechanism SaslExchange::named(std::string_view name) noexcept {
  struct Name {
    std::string_view name;
    Mechanism mechanism;
  };
  static constexpr Name kNames[] = {
      {"PLAIN", Mechanism::plain},       {"LOGIN", Mechanism::login},
      {"XOAUTH2", Mechanism::bearer},    {"OAUTHBEARER", Mechanism::bearer},
      {"CRAM-MD5", Mechanism::cram},     {"DIGEST-MD5", Mechanism::digest},
      {"NTLM", Mechanism::ntlm},         {"GSSAPI", Mechanism::kerberos},
      {"GS2-KRB5", Mechanism::kerberos}, {"GSS-SPNEGO", Mechanism::kerberos},
      {"EXTERNAL", Mechanism::external}, {"ANONYMOUS", Mechanism::external},
  };
  for (const Name& each : kNames)
    if (equals_ignoring_case(name, each.name)) return each.mechanism;
  return text::starts_ignoring_case(name, "SCRAM-") ? Mechanism::scram : Mechanism::unknown;
}

SaslExchange::Outcome SaslExchange::begin(std::string_view mechanism,
                                          std::string_view initial) noexcept {
  responses_ = 0;
  user_.clear();
  mechanism_ = named(mechanism);
  if (mechanism_ == Mechanism::unknown) return Outcome::not_credentials;
  if (initial.empty() || initial == "=") return Outcome::going_on;
  return response(initial);
}

SaslExchange::Outcome SaslExchange::line(std::string_view text) noexcept {
  if (text == "*" || text.empty()) return Outcome::done;  // cancelled, or an empty last response
  return response(text);
}

bool SaslExchange::is_shaped(std::string_view decoded) const noexcept {
  switch (mechanism_) {
    case Mechanism::unknown: return false;
    case Mechanism::plain: return plain_user(decoded).has_value();
    case Mechanism::login:
    case Mechanism::external: return is_field(decoded);
    case Mechanism::bearer: return is_bearer(decoded);
    case Mechanism::cram: return is_cram(decoded);
    case Mechanism::digest: return responses_ > 0 ? decoded.empty() : is_digest(decoded);
    case Mechanism::scram: return is_scram(decoded);
    case Mechanism::ntlm: return decoded.size() <= kNtlmBytesMax && decoded.starts_with("NTLMSSP");
    case Mechanism::kerberos: return is_ticket(decoded);
  }
  return false;
}

void SaslExchange::learn_user(std::string_view decoded) noexcept {
  std::string_view user;
  if (mechanism_ == Mechanism::plain) user = plain_user(decoded).value_or("");
  if (mechanism_ == Mechanism::bearer) user = bearer_user(decoded);
  if (mechanism_ == Mechanism::cram) user = decoded.substr(0, decoded.rfind(' '));
  if (mechanism_ == Mechanism::scram) user = scram_user(decoded);
  if (mechanism_ == Mechanism::login && responses_ == 0) user = decoded;
  std::optional<NtlmLogon> logon;
  if (mechanism_ == Mechanism::ntlm || mechanism_ == Mechanism::kerberos)
    logon = read_ntlm_logon(as_bytes(decoded));
  if (logon) user = logon->user;
  if (!user.empty()) user_ = std::string(user.substr(0, kFieldBytesMax));
}

SaslExchange::Outcome SaslExchange::response(std::string_view base64) noexcept {
  if (base64.size() > CredentialAllowance::kBytesMax) return Outcome::not_credentials;
  const auto plain = text::decode_strict_base64(base64);
  return plain ? decoded(*plain) : Outcome::not_credentials;
}

SaslExchange::Outcome SaslExchange::decoded(std::string_view response) noexcept {
  if (!is_shaped(response)) return Outcome::not_credentials;
  learn_user(response);
  ++responses_;
  switch (mechanism_) {
    case Mechanism::plain:
    case Mechanism::cram:
    case Mechanism::external: return Outcome::done;
    case Mechanism::login: return responses_ >= 2 ? Outcome::done : Outcome::going_on;
    default: return responses_ >= 4 ? Outcome::done : Outcome::going_on;
  }
}

}  // namespace outspan::protocol

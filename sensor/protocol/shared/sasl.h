#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace outspan::protocol {

/// How many bytes of a connection may be left out of the search because they are credentials. A
/// sender chooses what stands there, so it is little, and what is longer than a credential can be
/// or not shaped like one is content.
class CredentialAllowance {
 public:
  /// OAuth tokens have a few KiB, Kerberos tickets up to 12.
  static constexpr std::size_t kBytesMax = 16384;
  /// Of a password or of an unfinished line.
  static constexpr std::size_t kPasswordBytesMax = 128;

  /// False: too many, so these are content.
  bool take(std::size_t bytes) noexcept {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }

 private:
  std::size_t left_ = kBytesMax;
};

/// Follows one authentication of the client (SASL, RFC 4422; in SMTP RFC 4954, IMAP RFC 9051, POP3
/// RFC 5034) as far as the user's name. Passwords, digests and tokens pass through here only to be
/// dropped: nothing but the name is kept, and none of it is to be searched.
class SaslExchange {
 public:
  enum class Outcome : std::uint8_t {
    not_credentials,  ///< not shaped as the mechanism's: search the line as any other
    going_on,         ///< credentials; the next line of the client is part of the exchange, too
    done,             ///< credentials; the exchange is over
  };

  /// `mechanism` as named on the wire; `initial`: the response on the same line, empty for none.
  Outcome begin(std::string_view mechanism, std::string_view initial) noexcept;
  /// A line of the client within the exchange.
  Outcome line(std::string_view text) noexcept;
  /// A response as it is, where the protocol does not put it in base64; after begin().
  Outcome decoded(std::string_view response) noexcept;

  [[nodiscard]] const std::string& user() const noexcept { return user_; }

 private:
  enum class Mechanism : std::uint8_t {
    unknown,
    plain,
    login,
    bearer,
    cram,
    digest,
    scram,
    ntlm,
    kerberos,
    external,
  };
  static Mechanism named(std::string_view name) noexcept;
  Outcome response(std::string_view base64) noexcept;
  [[nodiscard]] bool is_shaped(std::string_view decoded) const noexcept;
  void learn_user(std::string_view decoded) noexcept;

  Mechanism mechanism_ = Mechanism::unknown;
  int responses_ = 0;
  std::string user_;
};

}  // namespace outspan::protocol

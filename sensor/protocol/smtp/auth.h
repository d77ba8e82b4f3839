#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace outspan::protocol::smtp {

/// Follows one AUTH exchange of the client (RFC 4954) as far as the user's name. Passwords,
/// digests and tokens pass through here only to be dropped: nothing but the name is kept, and
/// neither is to be scanned.
class Auth {
 public:
  enum class Outcome : std::uint8_t {
    not_credentials,  ///< no base64 as it must be: scan the line as any other
    going_on,         ///< credentials; the next line of the client is part of the exchange, too
    done,             ///< credentials; the exchange is over
  };

  /// `argument` of the AUTH command: mechanism and perhaps an initial response.
  Outcome begin(std::string_view argument) noexcept;
  /// A line of the client within the exchange.
  Outcome line(std::string_view text) noexcept;

  [[nodiscard]] const std::string& user() const noexcept { return user_; }

 private:
  enum class Mechanism : std::uint8_t { other, plain, login, bearer };
  Outcome response(std::string_view base64) noexcept;

  Mechanism mechanism_ = Mechanism::other;
  int responses_ = 0;
  std::string user_;
};

}  // namespace outspan::protocol::smtp

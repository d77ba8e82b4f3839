#pragma once

#include "core/bytes.h"

namespace outspan::protocol {

/// STARTTLS, AUTH TLS and their like in a text protocol. TLS shows itself by its first byte, so
/// neither the server's answer is needed, nor does the answer alone mean that TLS follows: behind
/// who decrypts for the sensor (offloaders, mirror ports) the conversation goes on in clear.
class TlsSwitch {
 public:
  void ask() noexcept { asked_ = true; }
  void accept() noexcept { accepted_ = asked_; }
  void refuse() noexcept { asked_ = accepted_ = false; }

  /// Whether TLS begins at the front of `in`, where a line of either side would begin.
  [[nodiscard]] bool begins(Bytes in) const noexcept {
    constexpr std::uint8_t kHandshake = 0x16;
    return asked_ && !in.empty() && in.front() == kHandshake;
  }
  /// The answer said so, and nothing was seen since: a hole may hold the first bytes.
  [[nodiscard]] bool is_due() const noexcept { return accepted_; }
  /// The next command came in clear.
  void command() noexcept {
    if (accepted_) refuse();
  }

 private:
  bool asked_ = false;
  bool accepted_ = false;
};

}  // namespace outspan::protocol

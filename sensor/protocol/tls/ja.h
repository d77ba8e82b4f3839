#pragma once

#include <string>

#include "protocol/tls/hello.h"

namespace outspan::protocol::tls {

/// What carries the hello: the first letter of a JA4.
enum class HelloTransport : char { tcp = 't', quic = 'q', dtls = 'd' };

/// JA3 (github.com/salesforce/ja3): MD5, 32 hex digits.
std::string ja3(const ClientHello& hello) noexcept;
/// The text that JA3 hashes.
std::string ja3_text(const ClientHello& hello) noexcept;
/// JA4 (FoxIO, technical_details/JA4.md): "t13d1516h2_8daaf6152771_e5627efa2ab1".
std::string ja4(const ClientHello& hello, HelloTransport transport) noexcept;

}  // namespace outspan::protocol::tls

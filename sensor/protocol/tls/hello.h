#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"

namespace outspan::protocol::tls {

/// A ClientHello (RFC 8446, 4.1.2; RFC 6347, 4.2.1 for DTLS) as far as fingerprints need it.
struct ClientHello {
  std::uint16_t version = 0;  ///< legacy_version
  std::vector<std::uint16_t> ciphers;
  std::vector<std::uint16_t> extensions;  ///< in order, GREASE included
  std::vector<std::uint16_t> groups;
  std::vector<std::uint8_t> point_formats;
  std::vector<std::uint16_t> signature_algorithms;
  std::vector<std::uint16_t> supported_versions;
  std::string alpn;  ///< the first protocol offered
  std::string server_name;
  bool has_server_name = false;
};

struct ServerHello {
  std::uint16_t version = 0;  ///< the negotiated one, from supported_versions where it is there
  std::uint16_t cipher = 0;
};

/// `body`: of the handshake message, without its header. nullopt: it is none.
std::optional<ClientHello> parse_client_hello(Bytes body, bool dtls = false) noexcept;
std::optional<ServerHello> parse_server_hello(Bytes body) noexcept;

/// Suites that do not encrypt (RFC 5246, A.5 and others: "WITH_NULL").
bool is_null_cipher(std::uint16_t cipher) noexcept;

}  // namespace outspan::protocol::tls

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Builds TLS bytes for tests.
namespace outspan::protocol::tls_bytes {

inline std::string u16(std::size_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value)};
}

/// Bytes that look like ciphertext; the same for the same seed.
inline std::string noise(std::size_t size, std::uint32_t seed = 1) {
  std::string bytes;
  std::uint64_t state = seed * 2654435761U + 88172645463325252ULL;
  while (bytes.size() < size) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    bytes.push_back(static_cast<char>(state >> 32));
  }
  return bytes;
}

inline std::string record(std::uint8_t type, std::string_view body,
                          std::uint16_t version = 0x0303) {
  return std::string(1, static_cast<char>(type)) + u16(version) + u16(body.size()) +
         std::string(body);
}

inline std::string handshake(std::uint8_t type, std::string_view body) {
  return std::string(1, static_cast<char>(type)) + '\0' + u16(body.size()) + std::string(body);
}

inline std::string extension(std::uint16_t type, std::string_view data) {
  return u16(type) + u16(data.size()) + std::string(data);
}

/// TLS 1.3 with GREASE, a server name and ALPN.
inline std::string client_hello(std::string_view server_name) {
  const std::string name = u16(server_name.size() + 3) + std::string(1, '\0') +
                           u16(server_name.size()) + std::string(server_name);
  const std::string extensions = extension(0x2a2a, "") + extension(0, name) +
                                 extension(16, u16(3) + "\x02h2") +
                                 extension(10, u16(4) + u16(0x1a1a) + u16(29)) +
                                 extension(43, std::string("\x04") + u16(0x3a3a) + u16(0x0304)) +
                                 extension(13, u16(2) + u16(0x0403));
  return handshake(1, u16(0x0303) + noise(32) + '\0' + u16(6) + u16(0x4a4a) + u16(0x1301) +
                          u16(0x1302) + std::string("\x01\0", 2) + u16(extensions.size()) +
                          extensions);
}

inline std::string server_hello(std::uint16_t cipher) {
  return handshake(2, u16(0x0303) + noise(32, 2) + '\0' + u16(cipher) + '\0');
}

}  // namespace outspan::protocol::tls_bytes

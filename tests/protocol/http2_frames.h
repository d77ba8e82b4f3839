#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Builds HTTP/2 bytes for tests.
namespace outspan::protocol::http2_bytes {

enum Type : std::uint8_t { kData, kHeaders, kPriority, kReset, kSettings, kPush, kPing, kGoAway };
inline constexpr std::uint8_t kEndStream = 1;
inline constexpr std::uint8_t kEndHeaders = 4;
inline constexpr std::uint8_t kPadded = 8;
inline constexpr std::uint8_t kContinuation = 9;

inline const std::string kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

inline std::string u32(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
  return bytes;
}

inline std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                         const std::string& payload) {
  return u32(static_cast<std::uint32_t>(payload.size())).substr(1) + static_cast<char>(type) +
         static_cast<char>(flags) + u32(stream) + payload;
}

/// Strings below 127 bytes, as they are.
inline std::string literal(const std::string& text) {
  return static_cast<char>(text.size()) + text;
}

using Fields = std::vector<std::pair<std::string, std::string>>;

/// Literals with new names, stored in the table or not.
inline std::string block(const Fields& fields, bool stored = false) {
  std::string bytes;
  for (const auto& [name, value] : fields)
    bytes += (stored ? '\x40' : '\0') + literal(name) + literal(value);
  return bytes;
}

inline std::string headers(std::uint32_t stream, const Fields& fields, std::uint8_t flags = 0) {
  return frame(kHeaders, flags | kEndHeaders, stream, block(fields));
}

inline Fields request(const std::string& method, const std::string& path, Fields more = {}) {
  Fields fields{{":method", method}, {":path", path}, {":authority", "www.example.com"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

inline std::string start() { return kPreface + frame(kSettings, 0, 0, ""); }

}  // namespace outspan::protocol::http2_bytes

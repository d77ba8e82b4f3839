#pragma once

#include <cstddef>
#include <cstdint>

#include "core/bytes.h"
#include "protocol/shared/message_reader.h"

namespace outspan::protocol::ldap {

inline constexpr std::size_t kWholeBytesMax = 4096;

/// Tags of protocolOp (RFC 4511, 4.2 to 4.14).
enum class Operation : std::uint8_t {
  bind = 0x60,
  search = 0x63,
  entry = 0x64,
  modify = 0x66,
  add = 0x68,
  none = 0,
};

/// A tag and a length of BER, of one octet and definite (RFC 4511, 5.1).
struct Element {
  std::uint8_t tag = 0;
  std::uint64_t bytes = 0;  ///< of its contents
  [[nodiscard]] bool constructed() const noexcept { return (tag & 0x20) != 0; }
};
inline constexpr std::size_t kElementHeaderBytesMax = 6;
/// Fails the cursor where there is none, or not all of it.
Element take_header(ByteCursor& in) noexcept;

/// A message of LDAP, or a buffer of a security layer, which begins with its length in four bytes.
MessageReader::Header read_header(Bytes beginning) noexcept;
constexpr bool is_sealed(Bytes message) noexcept { return message[0] == 0; }

/// What a message begins with.
struct Head {
  std::uint32_t number = 0;
  std::uint8_t operation = 0;  ///< its tag
  Bytes contents;              ///< of the operation, as far as they are there
};
/// Fails (operation 0) where the lengths do not fit each other.
Head read_head(Bytes message) noexcept;
bool is_request(std::uint8_t operation) noexcept;
bool is_response(std::uint8_t operation) noexcept;

/// Where the first message begins whose lengths fit each other; the size of `bytes` where there is
/// none. Linear.
std::size_t find_message(Bytes bytes) noexcept;

}  // namespace outspan::protocol::ldap

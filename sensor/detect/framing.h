#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "detect/email.h"
#include "detect/text_span.h"

/// Values among binary data (TextSpan::in_binary): a tag or a length stands beside them, and may
/// look like a letter or a digit of theirs.
namespace outspan::detect {

/// A stretch of a text.
struct Extent {
  std::uint32_t begin = 0, end = 0;
};

/// The lengths of a text that the byte in front of it may give: as it is (BER, protobuf, Thrift;
/// the last byte of the longer ones of PostgreSQL, MySQL, Kafka), doubled (the zigzag of Avro;
/// UTF-16 counted in bytes, TDS; one more than that in AMF 3), in the type of CBOR (RFC 8949 3.1)
/// or MessagePack. 0: none.
std::array<std::uint32_t, 4> told_lengths(char byte) noexcept;

/// Whether the byte in front of a stretch is its length.
bool is_framed(TextSpan text, Extent extent) noexcept;

/// An address around an '@' whose length is the byte in front of it.
struct FramedAddress {
  Extent extent;
  /// That byte is a length: no text, or the last of four. Otherwise it may be a letter of a longer
  /// address (in nearly each longer one some letter is the length of the rest).
  bool certain = false;
};
/// All that there are around an '@', as far as `out` has room: a letter of the address itself may
/// look like the length of the rest. The longest first.
std::size_t framed_addresses(EmailRules& rules, TextSpan text, std::uint32_t at_sign,
                             std::span<FramedAddress> out) noexcept;
inline constexpr std::size_t kFramedAddressesMax = 8;

/// The same of a number whose digits and separators are [begin, end): the byte in front of it gives
/// its length, with a plus or a parenthesis before it, or with up to kTrimMax digits less.
std::optional<Extent> framed_number(TextSpan text, std::uint32_t begin, std::uint32_t end) noexcept;

/// As many characters at either end of a value may be framing where nothing gives its length.
inline constexpr std::uint32_t kTrimMax = 2;

/// Where the local part and the domain around an '@' may reach: ASCII only.
Extent address_reach(TextSpan text, std::uint32_t at_sign) noexcept;

/// Whether [begin, end) is an address and nothing else.
bool is_address(EmailRules& rules, TextSpan text, Extent extent, std::uint32_t at_sign) noexcept;

/// `begin`, or before it the plus and the parenthesis that belong to the digits there.
std::uint32_t number_sign_begin(TextSpan text, std::uint32_t begin) noexcept;

}  // namespace outspan::detect

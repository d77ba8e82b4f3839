#pragma once

#include <cstddef>
#include <string_view>

namespace outspan::text {

/// Escapes that stand for one character, at any depth of the same kind: `%2540` and `&amp;#64;` are
/// "@", as `%40` and `&#64;` are.
///
/// - `%40`, `%u0040` (RFC 3986, 2.1; IIS)
/// - `\x40`, `\u0040`, `\u{40}`, `\100`, `\/`, `\n` and kin (JSON, C, JavaScript, shells)
/// - `&#64;`, `&#x40`, `&commat;` (HTML and XML)
struct CodedCharacter {
  std::size_t length = 0;  ///< of the escape; 0: there is none
  std::size_t size = 0;    ///< of what was written: a character in UTF-8, or a byte
};
/// Of what it writes, at most.
inline constexpr std::size_t kCharacterBytes = 4;
/// An escape is not longer, but for its depth.
inline constexpr std::size_t kLongestEscape = 12;

/// The escape that `text` begins with; its first byte is `%`, `\` or `&`. `out` holds
/// kCharacterBytes.
CodedCharacter coded_character(std::string_view text, char* out) noexcept;

/// Whether `text` may be the beginning of an escape that goes on after its end.
bool may_be_cut(std::string_view text) noexcept;

}  // namespace outspan::text

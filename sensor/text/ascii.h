#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

/// Classes and case of ASCII characters; what is beyond ASCII is in no class and has no case.
namespace outspan::text {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(char c) noexcept { return is_upper(c) || is_lower(c); }
constexpr bool is_alnum(char c) noexcept { return is_digit(c) || is_letter(c); }
constexpr bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }
/// Also of words: what is beyond ASCII, and `_`.
constexpr bool is_word(char c) noexcept { return is_alnum(c) || c == '_' || !is_ascii(c); }
constexpr bool is_line_end(char c) noexcept { return c == '\r' || c == '\n'; }
constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }
constexpr bool is_space(char c) noexcept { return is_blank(c) || is_line_end(c); }
/// What text in ASCII is made of: characters that print, tabs and line ends.
constexpr bool is_printable(char c) noexcept { return (c >= 0x20 && c < 0x7f) || is_space(c); }

constexpr char to_lower(char c) noexcept {
  return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr char to_upper(char c) noexcept {
  return is_lower(c) ? static_cast<char>(c - ('a' - 'A')) : c;
}
std::string lower_case(std::string_view text);

/// Protocols' and formats' own words, which are ASCII.
bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;
bool starts_ignoring_case(std::string_view text, std::string_view prefix) noexcept;
bool contains_ignoring_case(std::string_view text, std::string_view needle) noexcept;

/// Without the blanks and line ends around it.
std::string_view trimmed(std::string_view text) noexcept;

}  // namespace outspan::text

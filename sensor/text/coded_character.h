#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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

constexpr bool leads_character(char c) noexcept { return c == '%' || c == '\\' || c == '&'; }

/// Reads coded characters of ASCII from text that comes byte by byte.
///
/// Calls: begin with a lead, then feed until it is no longer active.
class CharacterReader {
 public:
  void begin(char lead) noexcept;
  void reset() noexcept { size_ = 0; }
  [[nodiscard]] bool active() const noexcept { return size_ > 0; }

  enum class State : std::uint8_t {
    more,  ///< it goes on
    done,  ///< character(), which `c` still belongs to
    over,  ///< character(), and `c` follows it
    none,  ///< it was no escape of a character of ASCII
  };
  State feed(char c) noexcept;
  [[nodiscard]] char character() const noexcept { return character_; }

 private:
  bool is_usual(char c) noexcept;
  State character_read() noexcept;

  std::array<char, kLongestEscape> held_{};
  std::size_t size_ = 0;
  char character_ = 0;
};

}  // namespace outspan::text

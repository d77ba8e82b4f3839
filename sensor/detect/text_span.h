#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/ascii.h"
#include "text/text_masks.h"

namespace outspan::detect {

/// Text being searched. Where it was cut (an edge that is not a border of words) a value that
/// touches the edge may be longer than what is seen of it, so it is left to the next window.
struct TextSpan {
  std::string_view bytes;
  bool at_start = true, at_end = true;
  /// Among binary data, whose bytes may look like letters and digits of a value: see framing.h.
  bool in_binary = false;
  const text::TextMasks* masks = nullptr;  ///< of `bytes`; nullptr: not made

  [[nodiscard]] bool complete(std::size_t begin, std::size_t end) const noexcept {
    return (begin > 0 || at_start) && (end < bytes.size() || at_end);
  }
  /// The byte before `at`; 0 at the start.
  [[nodiscard]] char before(std::size_t at) const noexcept { return at > 0 ? bytes[at - 1] : '\0'; }
  /// The byte at `at`; 0 at the end.
  [[nodiscard]] char after(std::size_t at) const noexcept {
    return at < bytes.size() ? bytes[at] : '\0';
  }
};

using text::is_alnum;
using text::is_digit;
using text::is_letter;
using text::is_lower;
using text::is_upper;
using text::is_word;
using text::to_lower;
using text::to_upper;
constexpr int digit(char c) noexcept { return c - '0'; }

/// How sure the form of a value is by itself.
enum class Strength : std::uint8_t {
  weak,    ///< as good as any number: counts only beside a context word or in a column of its kind
  lone,    ///< the same, but worth a low confidence by itself: bare digits with a check digit
  normal,  ///< the signature's base confidence; a context word raises it
  strong,  ///< as sure as with a context word
};

/// A value accepted by a validator.
struct Finding {
  std::uint32_t begin = 0, end = 0;  ///< in the text
  Strength strength = Strength::normal;
  /// Part of a path or a name: only a word right before it is context.
  bool joined = false;
  /// Neighbours of the same form that are no such values speak against it.
  bool among_neighbours = false;
  std::uint8_t size = 0;
  char canonical[45];

  [[nodiscard]] std::string_view value() const noexcept { return {canonical, size}; }
  void assign(std::string_view text) noexcept {
    size = 0;
    add(text);
  }
  void add(std::string_view text) noexcept {
    const std::size_t taken = std::min(text.size(), sizeof canonical - size);
    std::copy_n(text.begin(), taken, canonical + size);
    size = static_cast<std::uint8_t>(size + taken);
  }
  void add(char c) noexcept {
    if (size < sizeof canonical) canonical[size++] = c;
  }
};

}  // namespace outspan::detect

#pragma once

#include <cstdint>
#include <string_view>

namespace outspan::fingerprint {

/// What a letter or digit is compared as: NFKD without marks, case folded, ø, ł, ß and their like
/// as the letters that people type instead.
struct FoldedLetter {
  enum class Kind : std::uint8_t {
    other,  ///< ends a word
    letter,
    digit,
    mark,    ///< belongs to the letter before it and is dropped
    symbol,  ///< a word of its own: writing without blanks (Han, kana, Hangul)
  };
  Kind kind = Kind::other;
  std::uint8_t size = 0;
  char bytes[6] = {};  ///< UTF-8

  [[nodiscard]] std::string_view text() const noexcept { return {bytes, size}; }
};

FoldedLetter fold_letter(std::uint32_t code_point) noexcept;

}  // namespace outspan::fingerprint

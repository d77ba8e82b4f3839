#pragma once

#include <cstdint>

#include "detect/text_span.h"

/// What stands beside a value: whether it goes on there, and how sure its border is. All detectors
/// ask here.
namespace outspan::detect {

/// Whether the character before (at) a position is part of a word: a letter or digit of ASCII
/// (unless a colour of a terminal ends with it), or one beyond ASCII that is a decimal digit or has
/// upper and lower case. Scripts without case (Han,
/// Kana, Hangul, Thai, Arabic …) are written without a blank before a number, so they end words; so
/// do bytes that are no UTF-8, which only stand among binary data. '_' joins words and is none.
inline bool word_before(TextSpan text, std::size_t at) noexcept;
inline bool word_after(TextSpan text, std::size_t at) noexcept;

/// The border of a number.
enum class Edge : std::uint8_t {
  clear,
  listed,   ///< after another number and a comma or a colon: a field of a row, or a fraction
  joined,   ///< part of a path, a file name or a name of hyphenated parts
  refused,  ///< inside a word, a fraction, an amount, a time, a sum or an escape
};

/// Of a number whose first character (a digit or a parenthesis) is at `at`.
inline Edge edge_before_number(TextSpan text, std::uint32_t at) noexcept;
/// Of a number that ends before `at`.
inline Edge edge_after_number(TextSpan text, std::uint32_t at) noexcept;

/// Whether a word was written to what begins at `at` ("Tel4155550132"): small letters, the first
/// one of any case, and nothing else that it is part of.
bool glued_word_before(TextSpan text, std::size_t at) noexcept;

/// Whether a file name's extension begins with the '.' at `at` ("TM-1.pdf"): of documents, since
/// pictures and scripts are numbered by machines.
bool document_extension_at(TextSpan text, std::size_t at) noexcept;

/// Bytes of ".0" (up to six zeros) at `at`, where that is all there is of a fraction
/// ("447911123456.0"): what programs make of a column of numbers with a hole in it. 0: it is not.
std::uint32_t zero_fraction_size(TextSpan text, std::size_t at) noexcept;

/// Whether a control sequence of a terminal ends before `at` ("ESC[1;32m", ECMA-48 5.4).
bool control_sequence_before(TextSpan text, std::size_t at) noexcept;

// What stands beside most numbers and words is decided here, the rest elsewhere.
namespace beside {
bool ends_word(TextSpan text, std::size_t at) noexcept;
bool begins_word(TextSpan text, std::size_t at) noexcept;
Edge edge_before(TextSpan text, std::uint32_t at) noexcept;
Edge edge_after(TextSpan text, std::uint32_t at) noexcept;
}  // namespace beside

bool word_before(TextSpan text, std::size_t at) noexcept {
  const char c = text.before(at);
  if (static_cast<unsigned char>(c) >= 0x80) return beside::ends_word(text, at);
  return is_alnum(c) && !(c == 'm' && control_sequence_before(text, at));
}
bool word_after(TextSpan text, std::size_t at) noexcept {
  const char c = text.after(at);
  return static_cast<unsigned char>(c) < 0x80 ? is_alnum(c) : beside::begins_word(text, at);
}
Edge edge_before_number(TextSpan text, std::uint32_t at) noexcept {
  const char c = text.before(at);
  return c == '\n' || c == ' ' || c == '"' ? Edge::clear : beside::edge_before(text, at);
}
Edge edge_after_number(TextSpan text, std::uint32_t at) noexcept {
  const char c = text.after(at);
  return c == '\n' || c == ' ' || c == '"' || c == ',' ? Edge::clear : beside::edge_after(text, at);
}

}  // namespace outspan::detect

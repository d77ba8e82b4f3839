// What each way of making the masks of text_masks.h shares, compiled for each kind of processor:
// included by those files only.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/bytes.h"
#include "text/byte_classes.h"
#include "text/byte_rules.h"
#include "text/text_masks.h"

namespace outspan::text {

/// Where the masks of a text are written.
struct MaskWriter {
  explicit MaskWriter(TextMasks& text_masks) noexcept : masks(text_masks) {}

  std::uint64_t* operator[](TextMasks::Class which) noexcept {
    return masks.room_.data() + which * masks.stride_ + 1;
  }
  /// Of the whole text.
  void finish(bool has_zero, bool is_ascii) noexcept {
    masks.has_zero_ = has_zero;
    masks.is_ascii_ = is_ascii;
  }

  TextMasks& masks;
};

void classify_avx2(std::string_view text, bool all, MaskWriter& out) noexcept;
void classify_avx512(std::string_view text, bool all, MaskWriter& out) noexcept;

namespace {

/// Text that is classified in one go.
constexpr std::size_t kChunkWords = 64;

/// The classes of a chunk: bit i % 64 of word i / 64 stands for byte i.
struct ChunkClasses {
  alignas(64) std::uint64_t of[kByteClasses][kChunkWords];
};

/// A chunk and what is around it.
struct Chunk {
  Bytes bytes;
  std::uint8_t before = 0, after = 0;  ///< 0: none

  [[nodiscard]] std::size_t words() const noexcept { return (bytes.size() + 63) / 64; }
  [[nodiscard]] std::uint8_t at_or_after(std::size_t i) const noexcept {
    return i < bytes.size() ? bytes[i] : after;
  }
  [[nodiscard]] std::uint8_t before_byte(std::size_t i) const noexcept {
    return i > 0 ? bytes[i - 1] : before;
  }
};

/// A word with what is beside it in the text.
inline std::uint64_t next_bits(const std::uint64_t* words, std::size_t i, std::size_t count,
                               bool after) noexcept {
  return words[i] >> 1 | (i + 1 < count ? words[i + 1] << 63 : std::uint64_t{after} << 63);
}

/// Of `+`, `~`, `x`: whether it leads an escape, or marks a code, is told by what is beside it.
inline void look_beside(const Chunk& chunk, std::size_t word, std::uint64_t peeks,
                        std::uint64_t& escapes, std::uint64_t& marks) noexcept {
  for (; peeks != 0; peeks &= peeks - 1) {
    const auto bit = static_cast<std::size_t>(std::countr_zero(peeks));
    const std::size_t at = word * 64 + bit;
    const std::uint64_t here = std::uint64_t{1} << bit;
    if (chunk.bytes[at] == '+')
      escapes |= is_escape('+', chunk.at_or_after(at + 1), {}) ? here : 0;
    else if (chunk.before_byte(at) == (chunk.bytes[at] == '~' ? '<' : '0'))
      marks |= here;
  }
}

/// Whether there are neither blanks nor controls nor bytes beyond ASCII in a line's first bytes.
constexpr std::size_t kLongWord = 20;
inline bool is_long_word(const std::uint8_t* bytes) noexcept {
  const auto strangers = [bytes](std::size_t at) {
    constexpr std::uint64_t kEach = 0x0101'0101'0101'0101;
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes + at, sizeof eight);
    return ((eight - kEach * ('!')) | eight) & kEach * 0x80;
  };
  return (strangers(0) | strangers(8) | strangers(kLongWord - 8)) == 0;
}

/// Lines that begin as those of codes do; `begins`: their first bytes.
inline std::uint64_t code_lines(const Chunk& chunk, std::size_t word,
                                std::uint64_t begins) noexcept {
  std::uint64_t found = 0;
  for (; begins != 0; begins &= begins - 1) {
    const auto bit = static_cast<std::size_t>(std::countr_zero(begins));
    const std::size_t at = word * 64 + bit;
    if (at >= chunk.bytes.size()) break;
    const std::uint8_t first = chunk.bytes[at];
    // So close to the end of a chunk it may be one.
    if (first == 'b' || first == '=' || first == '0' ||
        (at + kLongWord <= chunk.bytes.size() ? is_long_word(chunk.bytes.data() + at)
                                              : chunk.bytes.size() == kChunkWords * 64))
      found |= std::uint64_t{1} << bit;
  }
  return found;
}

/// May be dense, as far as hexadecimal digits go: four in a row.
inline std::uint64_t four_in_a_row(std::uint64_t hex) noexcept {
  const std::uint64_t two = hex & hex >> 1;
  return two & two >> 2;
}

inline bool is_dense(const Chunk& chunk, const ChunkClasses& is, std::size_t word,
                     std::uint64_t four) noexcept {
  const std::uint64_t digits = is.of[kDigit][word], capitals = is.of[kCapital][word];
  const std::uint64_t hex = digits | is.of[kHexLetter][word];
  const bool may_be_hex = four != 0 && std::popcount(hex) >= kPieceHex;
  if (!may_be_hex && std::popcount(capitals) < kDenseCapitals) return false;
  if (is_mixed(capitals, digits | (is.of[kLetter][word] & ~capitals))) return true;
  if (!may_be_hex) return false;
  if (is_hex_text(hex, digits)) return true;
  if (std::popcount(hex) < kDenseBits) return false;
  std::uint64_t ones = 0;
  const Bytes bytes = chunk.bytes.subspan(word * 64);
  for (std::size_t i = 0; i < std::min<std::size_t>(bytes.size(), 64); ++i)
    ones |= static_cast<std::uint64_t>((bytes[i] & 0xfe) == '0') << i;
  return is_bit_text(hex, ones);
}

/// Writes the masks of a chunk; it is the one with the number `index`.
inline void write_chunk(const Chunk& chunk, const ChunkClasses& is, std::size_t index, bool all,
                        MaskWriter& out) noexcept {
  const std::size_t words = chunk.words();
  const std::size_t at = index * kChunkWords;
  const auto copy = [&](TextMasks::Class which, ByteClass from) {
    std::memcpy(out[which] + at, is.of[from], words * sizeof(std::uint64_t));
  };
  copy(TextMasks::kDigits, kDigit);
  copy(TextMasks::kSeparators, kSeparator);
  copy(TextMasks::kLetters, kLetter);
  copy(TextMasks::kAtSigns, kAtSign);
  if (!all) return;
  copy(TextMasks::kBase64, text::kBase64);
  std::uint64_t* __restrict marks = out[TextMasks::kCodeMarks] + at;
  std::uint64_t* __restrict escapes = out[TextMasks::kEscapes] + at;
  alignas(64) std::array<std::uint64_t, kChunkWords> fours;
  for (std::size_t i = 0; i < words; ++i) {
    const std::uint64_t hex = is.of[kDigit][i] | is.of[kHexLetter][i];
    fours[i] = four_in_a_row(hex);
    marks[i] = spaced_pairs(hex);
    escapes[i] = is.of[kEscape][i];
  }
  std::uint64_t dense = 0;
  std::uint64_t line = chunk.before == '\n' ? 1 : 0;
  for (std::size_t i = 0; i < words; ++i) {
    const std::uint64_t ends = is.of[kLineEnd][i];
    if (const std::uint64_t begins = ends << 1 | line; begins != 0)
      marks[i] |= code_lines(chunk, i, begins);
    line = ends >> 63;
    if (const std::uint64_t colons = is.of[kColon][i]; colons != 0)
      escapes[i] |= colons & next_bits(is.of[kColon], i, words, chunk.after == ':');
    if (const std::uint64_t peeks = is.of[kPeek][i]; peeks != 0)
      look_beside(chunk, i, peeks, escapes[i], marks[i]);
    dense |= std::uint64_t{is_dense(chunk, is, i, fours[i])} << i;
  }
  out[TextMasks::kDense][index] = dense;
}

/// Goes over a text in chunks: `classes_of(bytes, classes)` fills in their classes.
template <class ClassesOf>
void classify_chunks(std::string_view text, bool all, MaskWriter& out,
                     ClassesOf classes_of) noexcept {
  const Bytes bytes = as_bytes(text);
  ChunkClasses classes;
  for (std::size_t index = 0, at = 0; at < bytes.size(); ++index, at += kChunkWords * 64) {
    Chunk chunk{bytes.subspan(at, std::min(bytes.size() - at, kChunkWords * 64))};
    const std::size_t end = at + chunk.bytes.size();
    if (at > 0) chunk.before = bytes[at - 1];
    if (end < bytes.size()) chunk.after = bytes[end];
    classes_of(chunk.bytes, classes);
    write_chunk(chunk, classes, index, all, out);
  }
}

}  // namespace
}  // namespace outspan::text

#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace outspan::text {

/// Bits of bytes: bit i % 64 of word i / 64 stands for byte i of a text. The word before the first
/// and the one after the last are 0 and can be read; bits after the end of the text are 0.
using MaskWords = const std::uint64_t*;

/// What the bytes of a text are, found out in one look at each: every search of the text reads
/// these masks and touches the text itself only where it has found something.
///
/// Thread: one object a thread. Memory: 8 bytes for each 8 bytes of the longest text, kept.
class TextMasks {
 public:
  /// The classes that searches for values read; the others are undefined.
  void classify_values(std::string_view text) { classify(text, false); }
  void classify_all(std::string_view text) { classify(text, true); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Words of each class.
  [[nodiscard]] std::size_t words() const noexcept { return words_; }

  // For values.
  [[nodiscard]] MaskWords digits() const noexcept { return mask(kDigits); }
  /// Blank - . / ( ) and the two bytes of a no-break space.
  [[nodiscard]] MaskWords separators() const noexcept { return mask(kSeparators); }
  [[nodiscard]] MaskWords letters() const noexcept { return mask(kLetters); }  ///< ASCII
  [[nodiscard]] MaskWords at_signs() const noexcept { return mask(kAtSigns); }

  // For what is hidden in text.
  /// Of the alphabets of base64 and base64url.
  [[nodiscard]] MaskWords base64() const noexcept { return mask(kBase64); }
  /// What may begin an escape, see is_escape(), by EscapeLeads() that are all false.
  [[nodiscard]] MaskWords escapes() const noexcept { return mask(kEscapes); }
  /// Where a run of another code may begin: the beginning of a line that is `b` (uuencode), `=`
  /// (yEnc), `0` (a hexdump) or that has no blank in its first 20 bytes (base 85); after `<` a `~`,
  /// after `0` an `x`; pairs of hexadecimal digits at every third byte, eight of them. Never the
  /// first byte of the text.
  [[nodiscard]] MaskWords code_marks() const noexcept { return mask(kCodeMarks); }
  /// Bit i stands for word i here: 64 bytes that are dense as codes are: many capital letters, some
  /// of them after small ones or digits, as in base64 and base32, or nearly all of it hexadecimal
  /// digits, letters among them, or binary ones.
  [[nodiscard]] MaskWords dense() const noexcept { return mask(kDense); }
  [[nodiscard]] bool has_zero() const noexcept { return has_zero_; }
  [[nodiscard]] bool is_ascii() const noexcept { return is_ascii_; }

  /// How the masks are made: the same by each way.
  enum class Way : std::uint8_t { plain, avx2, avx512 };
  static bool can(Way way) noexcept;  ///< on this processor
  /// For tests. Otherwise the fastest one.
  void use(Way way) noexcept { way_ = way; }

  /// In the order in which they are kept.
  enum Class : std::uint8_t {
    kDigits,
    kSeparators,
    kLetters,
    kAtSigns,
    kBase64,
    kEscapes,
    kCodeMarks,
    kDense,
    kClasses
  };

 private:
  friend struct MaskWriter;
  void classify(std::string_view text, bool all);
  [[nodiscard]] MaskWords mask(Class which) const noexcept {
    return room_.data() + which * stride_ + 1;
  }
  static Way fastest() noexcept;

  std::vector<std::uint64_t> room_;
  std::size_t stride_ = 0;  // words from one class to the next
  std::size_t words_ = 0;
  std::size_t size_ = 0;
  bool has_zero_ = false;
  bool is_ascii_ = true;
  Way way_ = fastest();
};

/// Position of the first set bit from `from` on; `end` if there is none before it.
inline std::size_t next_bit(MaskWords words, std::size_t from, std::size_t end) noexcept {
  if (from >= end) return end;
  std::size_t word = from / 64;
  std::uint64_t bits = words[word] & ~std::uint64_t{0} << from % 64;
  const std::size_t last = (end - 1) / 64;
  while (bits == 0 && word < last) bits = words[++word];
  if (bits == 0) return end;
  return std::min(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)), end);
}

/// Position of the first bit from `from` on that is not set; `end` if all are.
inline std::size_t next_gap(MaskWords words, std::size_t from, std::size_t end) noexcept {
  if (from >= end) return end;
  std::size_t word = from / 64;
  std::uint64_t bits = ~words[word] & ~std::uint64_t{0} << from % 64;
  const std::size_t last = (end - 1) / 64;
  while (bits == 0 && word < last) bits = ~words[++word];
  if (bits == 0) return end;
  return std::min(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)), end);
}

/// Position of the first run of at least `length` (8 to 32) set bits in [from, end), or of the run
/// that this ends with, however short; `end` if neither is there.
std::size_t next_run(MaskWords words, std::size_t from, std::size_t end,
                     std::size_t length) noexcept;

}  // namespace outspan::text

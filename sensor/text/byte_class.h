#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/bytes.h"
#include "text/base64.h"
#include "text/text_masks.h"

/// Where the bytes of a class are, 64 at a time. Chosen at run time: AVX2 or plain code.
namespace outspan::text {

/// Letters, digits, `+`, `/`, `-`, `_`: the alphabets of base64 and base64url.
constexpr bool is_base64_char(std::uint8_t byte) noexcept {
  return base64_value(byte) != kNotBase64;
}

/// Position of the first run of at least `length` (8 to 32) such bytes, or of the run that the
/// bytes end with, however short; size if neither is there.
std::size_t find_base64_run(Bytes bytes, std::size_t length) noexcept;
std::size_t find_base64_run_scalar(Bytes bytes, std::size_t length) noexcept;

/// How many bytes at the beginning are of the base64 alphabets.
std::size_t base64_span(Bytes bytes) noexcept;
std::size_t base64_span_scalar(Bytes bytes) noexcept;

/// Size of the first bytes that are ASCII text: printable characters, tabs and line ends.
std::size_t ascii_span(Bytes bytes) noexcept;
std::size_t ascii_span_scalar(Bytes bytes) noexcept;

/// Size of the first bytes that are ASCII of any kind.
std::size_t ascii_bytes(Bytes bytes) noexcept;
std::size_t ascii_bytes_scalar(Bytes bytes) noexcept;

/// Which bytes may begin an escape: always `%`, `\`, `&`, a `+` in front of `@` to `C` (UTF-7) or
/// of a blank or a quotation mark (0x20 to 0x27), and a `:` in front of another (LDIF).
struct EscapeLeads {
  bool plus = false;    ///< every `+`
  bool equals = false;  ///< `=`
};

/// Escape leads in 64 bytes: bit i stands for the byte at `at` + i. `mask` 0: there are no more.
struct EscapeBlock {
  std::size_t at = 0;
  std::uint64_t mask = 0;
};
/// The first 64 bytes (or the rest) with a lead, counted from `from`.
EscapeBlock find_escapes(Bytes bytes, std::size_t from, EscapeLeads leads) noexcept;
EscapeBlock find_escapes_scalar(Bytes bytes, std::size_t from, EscapeLeads leads) noexcept;

/// Goes over the escape leads of a text, forward only.
class EscapeScan {
 public:
  EscapeScan(Bytes bytes, EscapeLeads leads) noexcept
      : bytes_(bytes), size_(bytes.size()), leads_(leads) {}
  /// Of a text of `size` bytes whose leads, those that every text has, were found before.
  EscapeScan(MaskWords leads, std::size_t size) noexcept : words_(leads), size_(size) {}

  /// Position of the first lead at or after `from`; size if none.
  std::size_t next(std::size_t from) noexcept {
    if (words_ != nullptr) return next_bit(words_, from, size_);
    if (from > block_.at)
      block_.mask =
          from - block_.at < 64 ? block_.mask >> (from - block_.at) << (from - block_.at) : 0;
    if (block_.mask == 0 && from < size_)
      block_ = find_escapes(bytes_, std::max(from, searched_), leads_);
    if (block_.mask == 0) return size_;
    searched_ = block_.at + 64;
    return block_.at + static_cast<std::size_t>(std::countr_zero(block_.mask));
  }
  [[nodiscard]] EscapeLeads leads() const noexcept { return leads_; }

 private:
  MaskWords words_ = nullptr;
  Bytes bytes_;
  std::size_t size_;
  EscapeLeads leads_;
  EscapeBlock block_;
  std::size_t searched_ = 0;
};

}  // namespace outspan::text

#pragma once

#include "core/bytes.h"

namespace outspan::text {

enum class Encoding : std::uint8_t { utf8, legacy, bytes };
struct Guess {
  Encoding encoding = Encoding::bytes;
  const char* charset = nullptr;  ///< of Encoding::legacy: the name of an ICU converter; static
  /// Of EBCDIC, whose code pages have it in different places: the byte that is the at sign, as it
  /// stands between letters. 0: unknown.
  std::uint8_t at_sign = 0;
};
/// Bytes that `sample`, a few hundred or more, may be the beginning of; they begin with one that is
/// no ASCII text. `before`: the end of what came before, text.
///
/// A few control characters (form feeds, escapes of a terminal) and stray bytes do not make UTF-8
/// something else. What is no UTF-8 and has few control characters is text of an old code page:
/// EBCDIC by where its letters, digits and blanks are, and its code page by the at sign; else the
/// one that ICU's detector is confident of, else windows-1252.
Guess guess_encoding(Bytes sample, Bytes before) noexcept;

/// UTF-16 or UTF-32 by byte order mark or by the pattern of zero bytes: an ICU converter name;
/// nullptr: neither.
const char* wide_charset(Bytes beginning) noexcept;

}  // namespace outspan::text

#pragma once

#include <unicode/ucnv.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "core/handle.h"

namespace outspan::text {

using Converter = CHandle<UConverter, ucnv_close>;

/// A converter for a charset as it is named in a header. nullptr: no conversion is wanted (UTF-8,
/// ASCII) or the name is unknown; the bytes are then scanned as they are.
Converter open_charset(std::string_view name) noexcept;

/// The whole of `bytes` as UTF-8; as it is for charsets without a converter.
std::string to_utf8(std::string_view charset, std::string_view bytes) noexcept;

/// Appends the whole of `bytes` as UTF-8. Malformed input becomes U+FFFD.
void append_as_utf8(UConverter& converter, std::string_view bytes, std::string& out);

/// What `out` of convert() holds at least.
inline constexpr std::size_t kConvertedBytes = 6145;
/// Converts to UTF-8 from any pieces: from the front of `in` until it is used up or `out` is full.
/// Gives the size of what it wrote. Malformed input becomes U+FFFD. `flush`: nothing follows `in`.
/// `more`: there was no room for all; call again.
std::size_t convert(UConverter& converter, Bytes& in, bool flush, std::span<char> out,
                    bool& more) noexcept;
/// What ASCII is in a charset.
enum class AsciiIs : std::uint8_t {
  itself,         ///< whatever comes before it: ISO 8859, windows-125x
  itself_mostly,  ///< but for bytes that end a character: Shift JIS, GB 18030, Big5
  modal,          ///< itself, or a part of something else: UTF-7, ISO 2022
  other,          ///< UTF-16, UTF-32, EBCDIC
};
AsciiIs ascii_in(UConverter& converter) noexcept;
/// What one byte stands for by itself; U+FFFD: nothing.
char32_t character_of(UConverter& converter, std::uint8_t byte) noexcept;

}  // namespace outspan::text

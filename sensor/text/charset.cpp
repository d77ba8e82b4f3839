#include "text/charset.h"

#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <array>

#include "text/ascii.h"

namespace outspan::text {
namespace {

constexpr std::size_t kUnits = 2048;
static_assert(kConvertedBytes >= kUnits * 3 + 1);

/// Writes UTF-16 as UTF-8 (at most three bytes a unit) and gives the number of bytes.
std::size_t encode(std::span<const UChar> units, std::span<char> out) noexcept {
  UErrorCode error = U_ZERO_ERROR;
  std::int32_t length = 0;
  std::int32_t replaced = 0;
  u_strToUTF8WithSub(out.data(), static_cast<std::int32_t>(out.size()), &length, units.data(),
                     static_cast<std::int32_t>(units.size()), 0xfffd, &replaced, &error);
  return U_FAILURE(error) ? 0 : static_cast<std::size_t>(length);
}

}  // namespace

Converter open_charset(std::string_view name) noexcept {
  if (name.empty() || name.size() > 40) return nullptr;
  const std::string lower = lower_case(name);
  if (lower == "utf-8" || lower == "utf8" || lower == "us-ascii" || lower == "ascii")
    return nullptr;
  UErrorCode error = U_ZERO_ERROR;
  Converter converter(ucnv_open(lower.c_str(), &error));
  if (U_FAILURE(error)) return nullptr;
  return converter;
}

std::string to_utf8(std::string_view charset, std::string_view bytes) noexcept {
  const Converter converter = open_charset(charset);
  if (converter == nullptr) return std::string(bytes);
  std::string out;
  append_as_utf8(*converter, bytes, out);
  return out;
}

void append_as_utf8(UConverter& converter, std::string_view bytes, std::string& out) {
  ucnv_resetToUnicode(&converter);
  std::array<char, kConvertedBytes> piece;
  Bytes in = as_bytes(bytes);
  for (bool more = true; more;) {
    const std::size_t size = convert(converter, in, true, piece, more);
    out.append(piece.data(), size);
  }
}

std::size_t convert(UConverter& converter, Bytes& in, bool flush, std::span<char> out,
                    bool& more) noexcept {
  std::array<UChar, kUnits> units;
  const char* from = as_text(in).data();
  const char* const end = from + in.size();
  UErrorCode error = U_ZERO_ERROR;
  UChar* to = units.data();
  ucnv_toUnicode(&converter, &to, units.data() + units.size() - 1, &from, end, nullptr,
                 static_cast<UBool>(flush), &error);
  more = error == U_BUFFER_OVERFLOW_ERROR;
  // ICU writes surrogate pairs whole unless the buffer ends inside one.
  if (more && to > units.data() && U16_IS_LEAD(to[-1])) {
    UErrorCode one_more = U_ZERO_ERROR;
    ucnv_toUnicode(&converter, &to, to + 1, &from, end, nullptr, static_cast<UBool>(flush),
                   &one_more);
  }
  in = in.last(static_cast<std::size_t>(end - from));
  return encode({units.data(), static_cast<std::size_t>(to - units.data())}, out);
}

AsciiIs ascii_in(UConverter& converter) noexcept {
  switch (ucnv_getType(&converter)) {
    case UCNV_UTF7:
    case UCNV_IMAP_MAILBOX:
    case UCNV_ISO_2022:
    case UCNV_HZ:
    case UCNV_SCSU:
    case UCNV_BOCU1: return AsciiIs::modal;
    default: break;
  }
  // EBCDIC is of the types of ASCII's sets.
  std::string ascii;
  for (char c = 0x20; c < 0x7f; ++c) ascii.push_back(c);
  std::string converted;
  append_as_utf8(converter, ascii, converted);
  ucnv_resetToUnicode(&converter);
  if (converted != ascii) return AsciiIs::other;
  const UConverterType type = ucnv_getType(&converter);
  const bool bytes_alone =
      type == UCNV_LATIN_1 || (type == UCNV_SBCS && ucnv_getMinCharSize(&converter) == 1 &&
                               ucnv_getMaxCharSize(&converter) == 1);
  return bytes_alone ? AsciiIs::itself : AsciiIs::itself_mostly;
}

char32_t character_of(UConverter& converter, std::uint8_t byte) noexcept {
  const auto* from = reinterpret_cast<const char*>(&byte);
  UErrorCode error = U_ZERO_ERROR;
  const UChar32 character = ucnv_getNextUChar(&converter, &from, from + 1, &error);
  ucnv_resetToUnicode(&converter);
  return U_SUCCESS(error) ? static_cast<char32_t>(character) : U'\ufffd';
}

}  // namespace outspan::text

#include "content/charset.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include <unicode/ustring.h>
#include <unicode/utf16.h>

namespace outspan::content {
namespace {

constexpr std::size_t kUnits = 2048;

bool all_ascii(Bytes bytes) noexcept {
  std::uint8_t any = 0;
  for (const std::uint8_t byte : bytes) any |= byte;
  return any < 0x80;
}

/// Writes UTF-16 as UTF-8 (at most three bytes a unit) and gives the number of bytes.
std::size_t encode(std::span<const UChar> units, char* out) noexcept {
  UErrorCode error = U_ZERO_ERROR;
  std::int32_t length = 0;
  std::int32_t replaced = 0;
  u_strToUTF8WithSub(out, static_cast<std::int32_t>(units.size() * 3 + 1), &length, units.data(),
                     static_cast<std::int32_t>(units.size()), 0xfffd, &replaced, &error);
  return U_FAILURE(error) ? 0 : static_cast<std::size_t>(length);
}

}  // namespace

Converter open_charset(std::string_view name) noexcept {
  if (name.empty() || name.size() > 40) return nullptr;
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
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
  std::vector<UChar> units(bytes.size() * 2 + 2);
  UErrorCode error = U_ZERO_ERROR;
  const std::int32_t count =
      ucnv_toUChars(converter.get(), units.data(), static_cast<std::int32_t>(units.size()),
                    bytes.data(), static_cast<std::int32_t>(bytes.size()), &error);
  if (U_FAILURE(error)) return std::string(bytes);
  std::string out(static_cast<std::size_t>(count) * 3 + 1, '\0');
  out.resize(encode(std::span(units).first(static_cast<std::size_t>(count)), out.data()));
  return out;
}

CharsetStage::CharsetStage(Converter converter, Stage& next) noexcept
    : converter_(std::move(converter)), next_(next) {
  // Single-byte sets and EUC keep ASCII where it is, whatever came before.
  const UConverterType type = ucnv_getType(converter_.get());
  ascii_superset_ =
      type == UCNV_LATIN_1 || (type == UCNV_SBCS && ucnv_getMinCharSize(converter_.get()) == 1 &&
                               ucnv_getMaxCharSize(converter_.get()) == 1);
  std::array<std::uint8_t, 95> ascii{};
  for (std::size_t i = 0; i < ascii.size(); ++i) ascii[i] = static_cast<std::uint8_t>(0x20 + i);
  UErrorCode error = U_ZERO_ERROR;
  const char* name = ucnv_getName(converter_.get(), &error);
  // EBCDIC is single-byte as well.
  if (U_FAILURE(error) || to_utf8(name, as_text(ascii)) != as_text(ascii)) ascii_superset_ = false;
}

void CharsetStage::convert(Bytes bytes, bool flush) noexcept {
  if (ascii_superset_ && all_ascii(bytes)) {
    if (!bytes.empty()) next_.data(bytes);
    return;
  }
  const char* in = reinterpret_cast<const char*>(bytes.data());
  const char* const in_end = in + bytes.size();
  std::array<UChar, kUnits> units;
  std::array<char, kUnits * 3 + 1> text;
  UErrorCode error = U_BUFFER_OVERFLOW_ERROR;
  while (error == U_BUFFER_OVERFLOW_ERROR) {
    error = U_ZERO_ERROR;
    UChar* out = units.data();
    ucnv_toUnicode(converter_.get(), &out, units.data() + units.size() - 1, &in, in_end, nullptr,
                   static_cast<UBool>(flush), &error);
    auto count = static_cast<std::size_t>(out - units.data());
    // ICU writes surrogate pairs whole unless the buffer ends inside one.
    if (count > 0 && U16_IS_LEAD(units[count - 1]) && error == U_BUFFER_OVERFLOW_ERROR) {
      UChar* trail = units.data() + count;
      UErrorCode one_more = U_ZERO_ERROR;
      ucnv_toUnicode(converter_.get(), &trail, units.data() + count + 1, &in, in_end, nullptr,
                     static_cast<UBool>(flush), &one_more);
      count = static_cast<std::size_t>(trail - units.data());
    }
    const std::size_t length = encode(std::span(units).first(count), text.data());
    if (length > 0) next_.data(as_bytes({text.data(), length}));
  }
}

void CharsetStage::gap() noexcept {
  ucnv_resetToUnicode(converter_.get());
  next_.gap();
}

void CharsetStage::boundary() noexcept {
  convert({}, true);
  ucnv_resetToUnicode(converter_.get());
  next_.boundary();
}

void CharsetStage::finish() noexcept {
  convert({}, true);
  next_.finish();
}

}  // namespace outspan::content

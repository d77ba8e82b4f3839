#include "unpack/formats/charset.h"

#include <array>

#include "unpack/utf8.h"

namespace outspan::unpack {
namespace {

UConverter* open(const char* name) noexcept {
  UErrorCode error = U_ZERO_ERROR;
  return ucnv_open(name, &error);
}

UConverter* open(unsigned number) noexcept {
  const std::string digits = std::to_string(number);
  UConverter* converter = open(("windows-" + digits).c_str());
  if (converter == nullptr) converter = open(("cp" + digits).c_str());
  return converter != nullptr ? converter : open("windows-1252");
}

}  // namespace

CodePage::CodePage(unsigned number) : converter_(open(number)) {}

void CodePage::append_utf8_of(std::string_view bytes, std::string& out) {
  if (converter_ == nullptr) {
    out += bytes;
    return;
  }
  std::array<char16_t, 512> units;
  const char* from = bytes.data();
  const char* const end = from + bytes.size();
  UErrorCode error = U_BUFFER_OVERFLOW_ERROR;
  ucnv_resetToUnicode(converter_.get());
  while (error == U_BUFFER_OVERFLOW_ERROR) {
    error = U_ZERO_ERROR;
    char16_t* to = units.data();
    ucnv_toUnicode(converter_.get(), &to, units.data() + units.size(), &from, end, nullptr, true,
                   &error);
    const auto* pairs = reinterpret_cast<const char*>(units.data());
    // A surrogate pair may be cut in two by the buffer: it then costs one U+FFFD.
    out += utf8_of_utf16({pairs, static_cast<std::size_t>(to - units.data()) * 2});
  }
}

}  // namespace outspan::unpack

#include "unpack/formats/charset.h"

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
  if (converter_ == nullptr)
    out += bytes;
  else
    text::append_as_utf8(*converter_, bytes, out);
}

}  // namespace outspan::unpack

#pragma once

#include <string>
#include <string_view>

#include "text/charset.h"

namespace outspan::unpack {

/// A code page of Windows by its number, such as 1252. One that nobody knows is read as 1252.
class CodePage {
 public:
  explicit CodePage(unsigned number);
  /// Malformed input becomes U+FFFD.
  void append_utf8_of(std::string_view bytes, std::string& out);

 private:
  text::Converter converter_;
};

}  // namespace outspan::unpack

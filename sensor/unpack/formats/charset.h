#pragma once

#include <string>
#include <string_view>

#include <unicode/ucnv.h>

#include "core/handle.h"

namespace outspan::unpack {

/// A code page of Windows by its number, such as 1252. One that nobody knows is read as 1252.
class CodePage {
 public:
  explicit CodePage(unsigned number);
  /// Malformed input becomes U+FFFD.
  void append_utf8_of(std::string_view bytes, std::string& out);

 private:
  CHandle<UConverter, ucnv_close> converter_;
};

}  // namespace outspan::unpack

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace outspan::unpack {

/// What is no character becomes U+FFFD.
void append_utf8(std::string& out, std::uint32_t code_point);

/// UTF-16 as documents of Windows hold it: little-endian; an odd byte at the end is left out.
std::string utf8_of_utf16(std::string_view bytes);

}  // namespace outspan::unpack

#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "content/text.h"

namespace outspan {

/// Hands a text over in windows with cores of `core_bytes` and up to `around` bytes on either side.
template <class Use>
void each_window(std::string_view text, std::size_t core_bytes, std::size_t around, Use use) {
  core_bytes = std::min(core_bytes, text.size());
  for (std::size_t core = 0; core < text.size(); core += core_bytes) {
    const std::size_t core_end = std::min(text.size(), core + core_bytes);
    const std::size_t begin = core - std::min(core, around);
    const std::size_t end = std::min(text.size(), core_end + around);
    content::Window window;
    window.raw = text.substr(begin, end - begin);
    window.core_begin = static_cast<std::uint32_t>(core - begin);
    window.core_end = static_cast<std::uint32_t>(core_end - begin);
    window.offset = begin;
    window.at_start = begin == 0;
    window.at_end = end == text.size();
    use(window);
  }
}

}  // namespace outspan

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace outspan {

/// Appends what ByteCursor reads back, little-endian.
class ByteWriter {
 public:
  void bytes(Bytes more) { out_.insert(out_.end(), more.begin(), more.end()); }
  void number(std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
      out_.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  }
  /// At most 65,535 bytes; what is longer is cut.
  void text(std::string_view text) {
    text = text.substr(0, 0xffff);
    number(text.size(), 2);
    bytes(as_bytes(text));
  }
  [[nodiscard]] std::vector<std::uint8_t>& out() noexcept { return out_; }

 private:
  std::vector<std::uint8_t> out_;
};

}  // namespace outspan

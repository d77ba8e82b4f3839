#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace outspan {

/// Borrowed bytes. Who lends them says for how long.
using Bytes = std::span<const std::uint8_t>;

inline std::string_view as_text(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Reads integers and texts from a borrowed buffer, never past its end. A read that does not fit
/// fails the cursor for good: that read and all later ones give 0 or an empty view. Read straight
/// through, then ask ok() once.
class ByteCursor {
 public:
  explicit ByteCursor(Bytes bytes) noexcept : rest_(bytes) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] Bytes rest() const noexcept { return rest_; }
  [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }

  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(big_endian(1)); }
  std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(big_endian(2)); }
  std::uint32_t u24() noexcept { return static_cast<std::uint32_t>(big_endian(3)); }
  std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(big_endian(4)); }
  std::uint64_t u64() noexcept { return big_endian(8); }
  std::uint16_t u16_le() noexcept { return static_cast<std::uint16_t>(little_endian(2)); }
  std::uint32_t u32_le() noexcept { return static_cast<std::uint32_t>(little_endian(4)); }
  std::uint64_t u64_le() noexcept { return little_endian(8); }

  Bytes take(std::size_t size_bytes) noexcept {
    if (size_bytes > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const Bytes taken = rest_.first(size_bytes);
    rest_ = rest_.subspan(size_bytes);
    return taken;
  }
  void skip(std::size_t size_bytes) noexcept { take(size_bytes); }
  /// Text up to a zero byte, which is passed over. Fails where there is none.
  std::string_view c_string() noexcept {
    const std::string_view text = as_text(rest_).substr(0, as_text(rest_).find('\0'));
    if (take(text.size() + 1).empty()) return {};
    return text;
  }

 private:
  std::uint64_t big_endian(std::size_t size_bytes) noexcept {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : take(size_bytes)) value = value << 8 | byte;
    return value;
  }
  std::uint64_t little_endian(std::size_t size_bytes) noexcept {
    std::uint64_t value = 0;
    int shift = 0;
    for (const std::uint8_t byte : take(size_bytes)) {
      value |= static_cast<std::uint64_t>(byte) << shift;
      shift += 8;
    }
    return value;
  }

  Bytes rest_;
  bool ok_ = true;
};

}  // namespace outspan

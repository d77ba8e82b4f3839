#include "content/base64.h"

#include <algorithm>
#include <array>

namespace outspan::content {
namespace {

constexpr std::uint8_t kNone = 0xff;

constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNone);
  std::uint8_t next = 0;
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789+/"))
    values[static_cast<std::uint8_t>(c)] = next++;
  values['-'] = 62;
  values['_'] = 63;
  return values;
}();

/// Four tables, so that a group of four characters is three ORs; a stranger sets the top bit.
constexpr std::uint32_t kStranger = 0x80000000;
using Table = std::array<std::uint32_t, 256>;
constexpr std::array<Table, 4> kTables = [] {
  std::array<Table, 4> tables{};
  for (std::size_t position = 0; position < 4; ++position)
    for (std::size_t c = 0; c < 256; ++c)
      tables[position][c] = kValues[c] == kNone
                                ? kStranger
                                : static_cast<std::uint32_t>(kValues[c]) << (18 - 6 * position);
  return tables;
}();

}  // namespace

std::uint8_t base64_value(std::uint8_t c) noexcept { return kValues[c]; }

std::uint8_t hex_value(std::uint8_t c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  const auto lower = static_cast<std::uint8_t>(c | 0x20);
  if (lower >= 'a' && lower <= 'f') return static_cast<std::uint8_t>(lower - 'a' + 10);
  return kNone;
}

Base64Decoder::Step Base64Decoder::run(Bytes in, std::span<std::uint8_t> out) noexcept {
  std::size_t i = 0;
  std::size_t o = 0;
  while (i < in.size() && o + 3 <= out.size()) {
    if (count_ == 0) {
      while (i + 4 <= in.size() && o + 3 <= out.size()) {
        const std::uint32_t group = kTables[0][in[i]] | kTables[1][in[i + 1]] |
                                    kTables[2][in[i + 2]] | kTables[3][in[i + 3]];
        if (group >= kStranger) break;
        out[o] = static_cast<std::uint8_t>(group >> 16);
        out[o + 1] = static_cast<std::uint8_t>(group >> 8);
        out[o + 2] = static_cast<std::uint8_t>(group);
        i += 4;
        o += 3;
      }
      if (i == in.size() || o + 3 > out.size()) break;
    }
    const std::uint8_t value = kValues[in[i]];
    if (value == kNone) break;
    bits_ = bits_ << 6 | value;
    ++i;
    if (++count_ == 4) {
      out[o] = static_cast<std::uint8_t>(bits_ >> 16);
      out[o + 1] = static_cast<std::uint8_t>(bits_ >> 8);
      out[o + 2] = static_cast<std::uint8_t>(bits_);
      o += 3;
      reset();
    }
  }
  return {i, o};
}

std::size_t Base64Decoder::finish(std::span<std::uint8_t> out) noexcept {
  std::size_t produced = 0;
  if (count_ == 2) {
    out[produced++] = static_cast<std::uint8_t>(bits_ >> 4);
  } else if (count_ == 3) {
    out[produced++] = static_cast<std::uint8_t>(bits_ >> 10);
    out[produced++] = static_cast<std::uint8_t>(bits_ >> 2);
  }
  reset();
  return produced;
}

}  // namespace outspan::content

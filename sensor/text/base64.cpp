#include "text/base64.h"

#include <algorithm>
#include <array>

namespace outspan::text {
namespace {

/// Four tables, so that a group of four characters is three ORs; a stranger sets the top bit.
constexpr std::uint32_t kStranger = 0x80000000;
using Table = std::array<std::uint32_t, 256>;
constexpr std::array<Table, 4> kTables = [] {
  std::array<Table, 4> tables{};
  for (std::size_t position = 0; position < 4; ++position)
    for (std::size_t c = 0; c < 256; ++c)
      tables[position][c] = kBase64Values[c] == kNotBase64
                                ? kStranger
                                : static_cast<std::uint32_t>(kBase64Values[c])
                                      << (18 - 6 * position);
  return tables;
}();

}  // namespace

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
    const std::uint8_t value = kBase64Values[in[i]];
    if (value == kNotBase64) break;
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

std::string decode_base64(std::string_view text) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  const std::span<std::uint8_t> room(reinterpret_cast<std::uint8_t*>(out.data()), out.size());
  Base64Decoder decoder;
  const std::size_t whole = decoder.run(as_bytes(text), room).produced;
  out.resize(whole + decoder.finish(room.subspan(whole)));
  return out;
}

std::optional<std::string> decode_strict_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  const bool strict = std::ranges::all_of(
      text, [](char c) { return c != '-' && c != '_' && base64_value(c) != kNotBase64; });
  if (!strict) return std::nullopt;
  return decode_base64(text);
}

}  // namespace outspan::text

#include "text/hex.h"

namespace outspan::text {

HexDecoder::Step HexDecoder::run(Bytes in, std::span<std::uint8_t> out) noexcept {
  Step step;
  while (step.consumed < in.size() && step.produced < out.size()) {
    const std::uint8_t digit = hex_value(in[step.consumed]);
    if (digit == kNotHex) break;
    ++step.consumed;
    if (high_ == kNotHex) {
      high_ = digit;
    } else {
      out[step.produced++] = static_cast<std::uint8_t>(high_ << 4 | digit);
      high_ = kNotHex;
    }
  }
  return step;
}

std::string to_hex(Bytes bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += kHexDigits[byte >> 4];
    text += kHexDigits[byte & 15];
  }
  return text;
}

std::string to_hex(std::uint64_t number) {
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += kHexDigits[number >> shift & 15];
  return text;
}

std::string decode_hex_pairs(std::string_view text, char lead) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int byte =
        text[i] == lead && i + 2 < text.size() ? hex_byte(text[i + 1], text[i + 2]) : -1;
    out.push_back(byte < 0 ? text[i] : static_cast<char>(byte));
    if (byte >= 0) i += 2;
  }
  return out;
}

}  // namespace outspan::text

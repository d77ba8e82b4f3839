#pragma once

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <string_view>

/// The real encoders, for round trips.
namespace outspan::content {

/// `window_bits`: 31 gzip, 15 zlib, -15 raw deflate.
inline std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}
inline std::string gzipped(std::string_view text) { return deflated(text, 31); }

inline std::string brotlied(std::string_view text) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size()) + 64;
  std::string out(size, '\0');
  BrotliEncoderCompress(5, 22, BROTLI_MODE_GENERIC, text.size(),
                        reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                        reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(size);
  return out;
}

inline std::string zstded(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

inline std::string base64(std::string_view text, std::size_t line = 0) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      out.push_back(i + j > text.size() ? '=' : kAlphabet[group >> (18 - 6 * j) & 63]);
    column += 4;
    if (line != 0 && column >= line) {
      out += "\r\n";
      column = 0;
    }
  }
  return out;
}

inline std::string base32(std::string_view text, std::size_t line = 0,
                          std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") {
  std::string out;
  std::size_t column = 0;
  unsigned bits = 0;
  unsigned count = 0;
  const auto put = [&](unsigned value) {
    out.push_back(alphabet[value & 31]);
    if (line == 0 || ++column < line) return;
    out.push_back('\n');
    column = 0;
  };
  for (const char c : text) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 5; count -= 5) put(bits >> (count - 5));
  }
  if (count > 0) put(bits << (5 - count));
  while (text.size() % 5 != 0 && (out.size() - (line == 0 ? 0 : out.size() / (line + 1))) % 8 != 0)
    out.push_back('=');
  return out;
}

}  // namespace outspan::content

#include "protocol/http2/huffman.h"

#include <algorithm>
#include <array>

#include "protocol/http2/huffman_codes.h"

namespace outspan::protocol::http2 {
namespace {

constexpr std::size_t kEndOfString = 256;
constexpr unsigned kLengthMax = 30;

/// The code is canonical: codes of one length are consecutive numbers, and shorter ones are
/// smaller, seen from the left. So a code is found by its length, and a symbol by its distance.
struct Decoder {
  struct Length {
    std::uint32_t first_left = 0;  // its first code, moved to the left of 32 bits
    std::uint32_t end_left = 0;    // behind its last; 0: none has this length
    std::uint16_t first_symbol = 0;
  };
  std::array<Length, kLengthMax + 1> lengths{};
  std::array<std::uint16_t, kHuffmanCodes.size()> symbols{};  // by code, shortest first
};

constexpr Decoder make_decoder() noexcept {
  Decoder decoder;
  std::uint16_t next = 0;
  for (unsigned length = 1; length <= kLengthMax; ++length) {
    Decoder::Length& mine = decoder.lengths[length];
    mine.first_symbol = next;
    std::uint32_t first = ~0U;
    std::uint32_t count = 0;
    for (const HuffmanCode& code : kHuffmanCodes)
      if (code.length == length) {
        first = std::min(first, code.bits);
        ++count;
      }
    if (count == 0) continue;
    mine.first_left = first << (32 - length);
    mine.end_left = mine.first_left + (count << (32 - length));
    for (std::size_t symbol = 0; symbol < kHuffmanCodes.size(); ++symbol)
      if (kHuffmanCodes[symbol].length == length)
        decoder.symbols[next + kHuffmanCodes[symbol].bits - first] =
            static_cast<std::uint16_t>(symbol);
    next = static_cast<std::uint16_t>(next + count);
  }
  return decoder;
}

constexpr Decoder kDecoder = make_decoder();

}  // namespace

bool decode_huffman(Bytes coded, std::string& out) noexcept {
  std::uint64_t bits = 0;  // from the left
  unsigned held = 0;
  while (true) {
    while (held <= 56 && !coded.empty()) {
      bits |= std::uint64_t{coded.front()} << (56 - held);
      held += 8;
      coded = coded.subspan(1);
    }
    if (held == 0) return true;
    const auto left = static_cast<std::uint32_t>(bits >> 32);
    unsigned length = 5;  // the shortest
    while (length <= kLengthMax) {
      const Decoder::Length& mine = kDecoder.lengths[length];
      // The last length ends at 2^32, which is 0 here.
      if (mine.end_left != mine.first_left && (left < mine.end_left || mine.end_left == 0)) break;
      ++length;
    }
    // Padding is less than a byte of ones: the beginning of the end of the string.
    if (length > held) return held < 8 && (left >> (32 - held)) == (1U << held) - 1;
    const Decoder::Length& mine = kDecoder.lengths[length];
    const std::size_t symbol =
        kDecoder.symbols[mine.first_symbol + ((left - mine.first_left) >> (32 - length))];
    if (symbol == kEndOfString) return false;
    out.push_back(static_cast<char>(symbol));
    bits <<= length;
    held -= length;
  }
}

}  // namespace outspan::protocol::http2

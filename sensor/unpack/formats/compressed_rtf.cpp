#include "unpack/formats/compressed_rtf.h"

#include <array>
#include <string_view>

namespace outspan::unpack {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kCompressed = 0x75465a4c;    // "LZFu"
constexpr std::uint32_t kUncompressed = 0x414c454d;  // "MELA"

/// [MS-OXRTFCP] 2.1.2.1: what the dictionary holds at first.
constexpr std::string_view kBeginning =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    "\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"sv;
static_assert(kBeginning.size() == 207);

class Dictionary {
 public:
  Dictionary() noexcept {
    for (const char c : kBeginning) put(c);
  }
  void put(char c) noexcept {
    bytes_[end_] = c;
    end_ = (end_ + 1) % bytes_.size();
  }
  [[nodiscard]] char at(std::size_t offset) const noexcept {
    return bytes_[offset % bytes_.size()];
  }
  [[nodiscard]] std::size_t end() const noexcept { return end_; }

 private:
  std::array<char, 4096> bytes_{};
  std::size_t end_ = 0;
};

}  // namespace

DecompressedRtf decompress_rtf(Bytes compressed) {
  ByteCursor in(compressed);
  in.skip(8);  // sizes, which are claims
  const std::uint32_t type = in.u32_le();
  in.skip(4);  // checksum
  if (!in.ok()) return {};
  if (type == kUncompressed) return {std::string(as_text(in.rest())), true};
  if (type != kCompressed) return {};
  DecompressedRtf rtf;
  Dictionary dictionary;
  while (in.left() > 0) {
    const std::uint8_t references = in.u8();
    for (int bit = 0; bit < 8; ++bit) {
      if ((references >> bit & 1) == 0) {
        if (in.left() == 0) return rtf;
        const char c = static_cast<char>(in.u8());
        rtf.text += c;
        dictionary.put(c);
        continue;
      }
      const std::uint16_t reference = in.u16();
      if (!in.ok()) return rtf;
      const std::size_t offset = reference >> 4;
      if (offset == dictionary.end()) {
        rtf.whole = true;
        return rtf;
      }
      const std::size_t size = (reference & 15U) + 2;
      for (std::size_t i = 0; i < size; ++i) {
        const char c = dictionary.at(offset + i);
        rtf.text += c;
        dictionary.put(c);
      }
    }
  }
  return rtf;
}

}  // namespace outspan::unpack

#include "unpack/formats/word.h"

#include <string>
#include <utility>

#include "text/utf8.h"
#include "unpack/formats/charset.h"

namespace outspan::unpack {
namespace {

constexpr std::size_t kFlagsAt = 0x0a;
constexpr std::size_t kPiecesAt = 0x1a2;  // fcClx, lcbClx

/// Marks of the text's own. The end of a row is a mark like that of a cell behind that of its last
/// cell; a row with an empty cell is two lines.
class Lines {
 public:
  explicit Lines(Output& output) : output_(output) {}

  void put(std::string_view text) {
    std::string line;
    for (const char c : text) {
      const char before = std::exchange(before_, c);
      switch (c) {
        case '\x07': line += before == '\x07' ? '\n' : '\t'; break;
        case '\x0b':
        case '\x0c':
        case '\x0d': line += '\n'; break;
        case '\x14': line += ' '; break;  // between the code of a field and what it shows
        case '\x1e': line += '-'; break;
        default:
          if (static_cast<std::uint8_t>(c) >= ' ' || c == '\t') line += c;
      }
    }
    output_.text(line);
  }

 private:
  Output& output_;
  char before_ = '\0';
};

/// The plan of the pieces, behind those of their properties. Empty: there is none.
Bytes piece_plan(Bytes clx) noexcept {
  constexpr std::uint8_t kProperties = 1, kPieces = 2;
  ByteCursor in(clx);
  while (in.ok() && in.left() > 0) {
    const std::uint8_t type = in.u8();
    if (type == kPieces) return in.take(in.u32_le());
    if (type != kProperties) break;
    in.skip(in.u16_le());
  }
  return {};
}

Bytes part(Bytes whole, std::size_t at, std::size_t size) noexcept {
  ByteCursor in(whole);
  in.skip(at);
  return in.take(size);
}

}  // namespace

const char* word_table_name(Bytes document) noexcept {
  constexpr std::uint8_t kSecond = 2;
  return document.size() > kFlagsAt + 1 && (document[kFlagsAt + 1] & kSecond) != 0 ? "1Table"
                                                                                   : "0Table";
}

void unpack_word(Bytes document, Bytes table, Output& output) {
  ByteCursor header(document);
  header.skip(kPiecesAt);
  const std::uint32_t at = header.u32_le();
  const Bytes plan = piece_plan(part(table, at, header.u32_le()));
  constexpr std::size_t kPositionBytes = 4, kPieceBytes = 8;
  if (plan.size() < kPositionBytes + kPositionBytes + kPieceBytes) return;
  const std::size_t pieces = (plan.size() - kPositionBytes) / (kPositionBytes + kPieceBytes);
  ByteCursor positions(plan);
  ByteCursor places(plan.subspan((pieces + 1) * kPositionBytes));
  output.begin("text");
  Lines lines(output);
  CodePage western(1252);
  std::uint32_t begin = positions.u32_le();
  for (std::size_t i = 0; i < pieces; ++i) {
    const std::uint32_t end = positions.u32_le();
    places.skip(2);
    const std::uint32_t place = places.u32_le();
    places.skip(2);
    if (end < begin) break;
    const std::size_t characters = end - begin;
    begin = end;
    // Bit 30: one byte a character, at half of the offset.
    const bool narrow = (place & 1U << 30) != 0;
    const std::size_t offset = place & ((1U << 30) - 1);
    std::string text;
    if (narrow)
      western.append_utf8_of(as_text(part(document, offset / 2, characters)), text);
    else
      text = text::utf8_of_utf16(as_text(part(document, offset, characters * 2)));
    lines.put(text);
  }
  output.end();
}

}  // namespace outspan::unpack

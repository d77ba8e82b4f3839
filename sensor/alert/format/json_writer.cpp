#include "alert/format/json_writer.h"

#include <algorithm>
#include <cstdint>

#include "text/hex.h"
#include "text/utf8.h"

namespace outspan::alert {
namespace {

/// RFC 8259, section 7; and what would turn a terminal or a log around (C1, line separators, marks
/// of direction), which a reader gets back as it was.
void append_escaped(std::string& out, std::string_view character, std::uint32_t code) {
  switch (code) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (!text::is_harmful_to_show(code)) {
    out += character;
    return;
  }
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(code >> 8),
                                static_cast<std::uint8_t>(code)};
  out += "\\u" + text::to_hex(Bytes(bytes));
}

}  // namespace

void JsonWriter::value(std::string_view text) {
  separate();
  text_ += '"';
  for (std::size_t at = 0; at < text.size();) {
    const text::Character character = text::character_at(text, at);
    if (character.size == 0)
      text_ += text::kReplacement;
    else
      append_escaped(text_, text.substr(at, character.size), character.code);
    at += std::max<std::size_t>(character.size, 1);
  }
  text_ += '"';
  needs_comma_ = true;
}

}  // namespace outspan::alert

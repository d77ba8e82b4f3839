#include "alert/format/json_writer.h"

#include "alert/utf8.h"

namespace outspan::alert {
namespace {

/// RFC 8259, section 7.
void append_escaped(std::string& out, char c) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20) {
    out += c;
    return;
  }
  out += "\\u00";
  out += kHex[byte >> 4];
  out += kHex[byte & 0xf];
}

}  // namespace

void JsonWriter::value(std::string_view text) {
  separate();
  text_ += '"';
  for (const char c : valid_utf8(text)) append_escaped(text_, c);
  text_ += '"';
  needs_comma_ = true;
}

}  // namespace outspan::alert

#include "content/mail/mime_header.h"

#include <algorithm>
#include <array>

#include "text/ascii.h"
#include "text/base64.h"
#include "text/charset.h"
#include "text/hex.h"

namespace outspan::content {
namespace {

constexpr std::size_t kAddresses = 1000;
constexpr std::string_view kBlank = " \t\r\n";

/// A quoted string at the beginning of `rest`, which moves behind it.
std::string take_quoted(std::string_view& rest) {
  std::string value;
  std::size_t i = 1;
  for (; i < rest.size() && rest[i] != '"'; ++i) {
    // Browsers send Windows paths without escaping the backslash; only these two are escapes.
    if (rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\')) ++i;
    value.push_back(rest[i]);
  }
  rest.remove_prefix(std::min(i + 1, rest.size()));
  return value;
}

std::string q_decoded(std::string_view text) {
  std::string blanks(text);
  std::ranges::replace(blanks, '_', ' ');
  return text::decode_hex_pairs(blanks, '=');
}

struct EncodedWord {
  std::size_t length = 0;  // 0: none here
  std::string charset;
  std::string bytes;
};

/// "=?charset?q?text?=" at the beginning of `text`.
EncodedWord encoded_word(std::string_view text) {
  const std::size_t charset_end = text.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end + 2 >= text.size() ||
      text[charset_end + 2] != '?')
    return {};
  const std::size_t end = text.find("?=", charset_end + 3);
  if (end == std::string_view::npos) return {};
  std::string_view charset = text.substr(2, charset_end - 2);
  charset = charset.substr(0, charset.find('*'));  // RFC 2231: language
  const std::string_view body = text.substr(charset_end + 3, end - charset_end - 3);
  const char encoding = static_cast<char>(text[charset_end + 1] | 0x20);
  if (encoding != 'q' && encoding != 'b') return {};
  return {end + 2, std::string(charset),
          encoding == 'q' ? q_decoded(body) : text::decode_base64(body)};
}

}  // namespace

std::vector<MimeField> parse_fields(std::string_view block) {
  std::vector<MimeField> fields;
  while (!block.empty()) {
    std::size_t end = block.find('\n');
    std::string_view line = block.substr(0, end);
    block.remove_prefix(end == std::string_view::npos ? block.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty() && (line[0] == ' ' || line[0] == '\t')) {
      if (!fields.empty()) fields.back().value.append(" ").append(text::trimmed(line));
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) continue;
    fields.push_back({text::lower_case(text::trimmed(line.substr(0, colon))),
                      std::string(text::trimmed(line.substr(colon + 1)))});
  }
  return fields;
}

std::string_view field_value(const std::vector<MimeField>& fields, std::string_view name) noexcept {
  for (const MimeField& field : fields)
    if (field.name == name) return field.value;
  return {};
}

MimeType parse_mime_type(std::string_view field) {
  MimeType type;
  if (field.empty()) return type;
  const std::size_t semicolon = field.find(';');
  type.value = text::lower_case(text::trimmed(field.substr(0, semicolon)));
  if (semicolon == std::string_view::npos) return type;
  std::string_view rest = field.substr(semicolon + 1);
  while (!rest.empty() && type.parameters.size() < 64) {
    const std::size_t name_end = rest.find_first_of("=;");
    if (name_end == std::string_view::npos) break;
    std::string name = text::lower_case(text::trimmed(rest.substr(0, name_end)));
    const bool has_value = rest[name_end] == '=';
    rest.remove_prefix(name_end + 1);
    if (!has_value) continue;
    rest.remove_prefix(std::min(rest.find_first_not_of(kBlank), rest.size()));
    std::string text;
    if (!rest.empty() && rest[0] == '"') {
      text = take_quoted(rest);
      const std::size_t next = rest.find(';');
      rest.remove_prefix(next == std::string_view::npos ? rest.size() : next + 1);
    } else {
      const std::size_t next = rest.find(';');
      text = std::string(text::trimmed(rest.substr(0, next)));
      rest.remove_prefix(next == std::string_view::npos ? rest.size() : next + 1);
    }
    type.parameters.emplace_back(std::move(name), std::move(text));
  }
  return type;
}

std::string MimeType::parameter(std::string_view name) const {
  const auto find = [this](const std::string& wanted) -> const std::string* {
    for (const auto& [key, text] : parameters)
      if (key == wanted) return &text;
    return nullptr;
  };
  if (const std::string* plain = find(std::string(name))) return decode_words(*plain);
  // RFC 2231: name*=charset'language'percent, or pieces name*0, name*1*...
  std::string encoded;
  bool extended = false;
  if (const std::string* one = find(std::string(name) + "*")) {
    encoded = *one;
    extended = true;
  } else {
    for (int i = 0; i < 64; ++i) {
      const std::string key = std::string(name) + "*" + std::to_string(i);
      const std::string* piece = find(key);
      const std::string* extended_piece = find(key + "*");
      if (piece == nullptr && extended_piece == nullptr) break;
      extended |= extended_piece != nullptr;
      encoded += piece != nullptr ? *piece : *extended_piece;
    }
  }
  if (!extended) return encoded;
  const std::size_t first = encoded.find('\'');
  const std::size_t second = first == std::string::npos ? first : encoded.find('\'', first + 1);
  if (second == std::string::npos) return text::decode_hex_pairs(encoded, '%');
  return text::to_utf8(encoded.substr(0, first),
                       text::decode_hex_pairs(encoded.substr(second + 1), '%'));
}

std::string decode_words(std::string_view text) {
  std::string out;
  std::string pending;  // bytes of adjacent words of one charset: a character may span them
  std::string charset;
  std::size_t blanks = 0;  // between two words: not part of the text
  const auto flush = [&] {
    if (!pending.empty()) out += text::to_utf8(charset, pending);
    pending.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    EncodedWord word;
    if (text[at] == '=' && at + 1 < text.size() && text[at + 1] == '?')
      word = encoded_word(text.substr(at));
    if (word.length != 0) {
      if (word.charset != charset) flush();
      charset = word.charset;
      pending += word.bytes;
      at += word.length;
      blanks = 0;
    } else if (!pending.empty() && kBlank.find(text[at]) != std::string_view::npos) {
      ++blanks;
      ++at;
    } else {
      flush();
      out.append(text, at - blanks, blanks + 1);
      blanks = 0;
      ++at;
    }
  }
  flush();
  return out.append(text, text.size() - blanks, blanks);
}

std::vector<std::string> parse_addresses(std::string_view list) {
  std::vector<std::string> addresses;
  std::string word;
  std::string angle;
  bool in_angle = false;
  int comments = 0;
  const auto end_address = [&] {
    const std::string_view found = text::trimmed(angle.empty() ? word : angle);
    if (found.find('@') != std::string_view::npos && addresses.size() < kAddresses)
      addresses.emplace_back(found);
    word.clear();
    angle.clear();
    in_angle = false;
  };
  while (!list.empty()) {
    const char c = list[0];
    if (c == '"') {
      const std::string quoted = take_quoted(list);
      // "john doe"@example.com has its quotes as part of the address; a display name is dropped.
      if (!list.empty() && list[0] == '@') (in_angle ? angle : word) += '"' + quoted + '"';
      continue;
    }
    list.remove_prefix(1);
    if (c == '(') ++comments;
    if (c == ')' && comments > 0) --comments;
    if (comments > 0 || c == ')') continue;
    if (c == '<') {
      in_angle = true;
    } else if (c == '>') {
      in_angle = false;
    } else if (c == ',' || c == ';') {
      end_address();
    } else if (c == ':' && !in_angle) {
      word.clear();  // a group's name
    } else {
      (in_angle ? angle : word).push_back(c);
    }
  }
  end_address();
  return addresses;
}

}  // namespace outspan::content

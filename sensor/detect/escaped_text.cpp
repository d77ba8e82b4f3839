#include "detect/escaped_text.h"

#include <algorithm>
#include <numeric>

#include "text/hex.h"
#include "text/utf8.h"

namespace outspan::detect {
namespace {

struct Number {
  std::uint32_t value = 0;
  std::size_t digits = 0;
};
Number read_number(std::string_view text, std::uint32_t base, std::size_t digits_max) noexcept {
  Number number;
  while (number.digits < digits_max && number.digits < text.size()) {
    const std::uint32_t value = text::hex_value(text[number.digits]);
    if (value >= base) break;
    number.value = number.value * base + value;
    ++number.digits;
  }
  return number;
}

/// Undoes the escape at the beginning of `text`, if there is one: its size, 0 otherwise.
std::size_t undo(std::string_view text, std::string& out) {
  if (text[0] == '+') {
    out += ' ';
    return 1;
  }
  if (text[0] == '%') {
    const Number byte = read_number(text.substr(1), 16, 2);
    if (byte.digits != 2) return 0;
    out += static_cast<char>(byte.value);
    return 3;
  }
  if (text.starts_with("\\u")) {
    const Number unit = read_number(text.substr(2), 16, 4);
    if (unit.digits != 4) return 0;
    text::append_utf8(out, unit.value);
    return 6;
  }
  if (text.starts_with("&#")) {
    const bool is_hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
    const std::size_t at = is_hex ? 3 : 2;
    const Number character =
        read_number(text.substr(std::min(at, text.size())), is_hex ? 16 : 10, 7);
    if (character.digits == 0) return 0;
    text::append_utf8(out, character.value);
    const std::size_t size = at + character.digits;
    return size + static_cast<std::size_t>(size < text.size() && text[size] == ';');
  }
  return 0;
}

}  // namespace

EscapedText::EscapedText(std::string_view text) : text_(text), starts_(text.size() + 1) {
  std::iota(starts_.begin(), starts_.end(), 0u);
}

bool EscapedText::decode() {
  std::string decoded;
  std::vector<std::uint32_t> starts;
  bool changed = false;
  for (std::size_t at = 0; at < text_.size();) {
    const std::size_t size = undo(std::string_view(text_).substr(at), decoded);
    if (size == 0) decoded += text_[at];
    starts.resize(decoded.size(), starts_[at]);
    changed = changed || size != 0;
    at += std::max<std::size_t>(size, 1);
  }
  starts.push_back(starts_.back());
  text_ = std::move(decoded);
  starts_ = std::move(starts);
  return changed;
}

std::pair<std::size_t, std::size_t> EscapedText::source(std::size_t begin,
                                                        std::size_t end) const noexcept {
  // The bytes of one escape share their start; the end is where the next thing starts.
  std::size_t after = end;
  while (after < text_.size() && end > 0 && starts_[after] == starts_[end - 1]) ++after;
  return {starts_[begin], starts_[after]};
}

}  // namespace outspan::detect

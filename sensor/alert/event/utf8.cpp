#include "alert/event/utf8.h"

#include <cstdint>

#include "text/utf8.h"

namespace outspan::alert {
namespace {

constexpr std::string_view kEllipsis = "\xe2\x80\xa6";

template <class Keep>
std::string cleaned(std::string_view text, Keep keep) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const text::Character character = text::character_at(text, at);
    if (character.size != 0 && keep(character.code))
      out += text.substr(at, character.size);
    else
      out += text::kReplacement;
    at += character.size == 0 ? 1 : character.size;
  }
  return out;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  return cleaned(text, [](std::uint32_t) { return true; });
}

std::string printable(std::string_view text) {
  return cleaned(text, [](std::uint32_t code) { return !text::is_harmful_to_show(code); });
}

std::string shortened(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  if (bytes_max < kEllipsis.size()) return {};
  std::size_t end = bytes_max - kEllipsis.size();
  while (end > 0 && text::continues(text[end])) --end;
  return std::string(text.substr(0, end)).append(kEllipsis);
}

std::size_t width(std::string_view utf8) noexcept {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < utf8.size(); ++at) characters += !text::continues(utf8[at]);
  return characters;
}

}  // namespace outspan::alert

#include "detect/text_template.h"

#include <algorithm>

#include "core/hash.h"
#include "detect/beside.h"
#include "detect/hyperscan.h"

namespace outspan::detect {
namespace {
constexpr std::size_t kWidthMin = 3;
constexpr std::size_t kWidthMax = 64;
}  // namespace

Result<TextTemplate> TextTemplate::parse(const std::string& where, std::string_view text) {
  TextTemplate made;
  using Kind = Element::Kind;
  std::size_t literals = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '#': made.elements_.push_back({Kind::digit, 0}); break;
      case '?': made.elements_.push_back({Kind::letter, 0}); break;
      case '*': made.elements_.push_back({Kind::alnum, 0}); break;
      case '\\':
        if (++i == text.size()) return Problem{where, "the template ends in a '\\'"};
        [[fallthrough]];
      default: made.elements_.push_back({Kind::literal, text[i]}); ++literals;
    }
  }
  if (made.width() < kWidthMin || made.width() > kWidthMax)
    return Problem{where, "a template must stand for 3..64 characters"};
  if (literals == 0)
    return Problem{where, "a template must have a fixed part, such as TM- in TM-########"};
  if (literals == made.width())
    return Problem{where, "a template must have a variable part: # a digit, ? a letter, * either"};
  return made;
}

std::string TextTemplate::expression() const {
  std::string expression;
  for (const Element& element : elements_) {
    switch (element.kind) {
      case Element::Kind::digit: expression += "[0-9]"; break;
      case Element::Kind::letter: expression += "[A-Za-z]"; break;
      case Element::Kind::alnum: expression += "[0-9A-Za-z]"; break;
      case Element::Kind::literal:
        expression += escape_expression(std::string_view(&element.literal, 1));
    }
  }
  return expression;
}

std::size_t TextTemplate::prefix_size() const noexcept {
  const auto first = std::find_if(elements_.begin(), elements_.end(), [](const Element& element) {
    return element.kind != Element::Kind::literal;
  });
  return static_cast<std::size_t>(first - elements_.begin());
}

std::string TextTemplate::sample(std::uint64_t number) const {
  std::string text;
  for (std::size_t i = 0; i < elements_.size(); ++i) {
    const std::uint64_t random = mix64(number * 64 + i + 1);
    switch (elements_[i].kind) {
      case Element::Kind::digit: text += static_cast<char>('0' + random % 10); break;
      case Element::Kind::letter:
      case Element::Kind::alnum: text += static_cast<char>('A' + random % 26); break;
      case Element::Kind::literal: text += elements_[i].literal;
    }
  }
  return text;
}

bool TextTemplate::stands_alone(TextSpan text, std::size_t begin, std::size_t end) const noexcept {
  if (is_word(text.bytes[begin]) && word_before(text, begin)) return false;
  if (!is_word(text.bytes[end - 1])) return true;
  // "TM-00412977.5" is something longer, "TM-00412977." the end of a sentence.
  return !word_after(text, end) && !(text.after(end) == '.' && is_digit(text.after(end + 1)));
}

}  // namespace outspan::detect

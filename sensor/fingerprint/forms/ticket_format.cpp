#include "fingerprint/forms/ticket_format.h"

#include <algorithm>

#include "detect/beside.h"
#include "detect/hyperscan.h"

namespace outspan::fingerprint {
namespace {

using detect::is_alnum;
using detect::is_digit;
using detect::is_letter;
using detect::to_upper;

constexpr std::size_t kWidthMin = 4;
/// A canonical value fits into detect::Finding.
constexpr std::size_t kWidthMax = 40;
constexpr std::size_t kDigitsMin = 6;
constexpr std::size_t kBeginningMin = 2;
/// Between the beginning and the digits, whatever the format has there.
constexpr std::uint32_t kSeparatorsMax = 3;

bool separates(char c) noexcept {
  return std::string_view("-_ ./:#").find(c) != std::string_view::npos;
}

}  // namespace

Result<TicketFormat> TicketFormat::parse(const std::string& where, std::string_view text) {
  TicketFormat made;
  made.text_ = text;
  bool in_beginning = true, only_digits = true;
  for (const char c : text) {
    Element element{Kind::literal, to_upper(c)};
    if (c == '#')
      element.kind = Kind::digit;
    else if (c == '?')
      element.kind = Kind::letter;
    else if (c == '*')
      element.kind = Kind::alnum;
    else if (separates(c))
      element.kind = Kind::separator;
    else if (!is_alnum(c))
      return Problem{where, std::string("a format holds letters, digits, # ? * and separators "
                                        "(- _ . / : and blank), not '") +
                                c + "'"};
    made.elements_.push_back(element);
    const bool placeholder = element.kind >= Kind::digit;
    if (element.kind == Kind::literal && in_beginning) made.beginning_ += element.literal;
    in_beginning = in_beginning && !placeholder;
    if (!in_beginning && element.kind != Kind::digit && element.kind != Kind::separator)
      only_digits = false;
    if (element.kind == Kind::digit) {
      const bool goes_on = made.elements_.size() > 1 &&
                           made.elements_[made.elements_.size() - 2].kind == Kind::digit;
      if (!goes_on) made.runs_.push_back(0);
      ++made.runs_.back();
    }
    made.size_ += element.kind != Kind::separator;
  }
  std::size_t digits = 0;
  for (const std::uint32_t run : made.runs_) digits += run;
  const std::size_t variable = made.size_ - made.beginning_.size();
  if (made.size_ < kWidthMin || made.size_ > kWidthMax)
    return Problem{where, "a format must stand for 4 to 40 letters and digits, without separators"};
  if (variable < kWidthMin && made.beginning_.size() < kWidthMin)
    return Problem{where, "too few variable characters: everything would match"};
  made.digit_led_ = only_digits && digits >= kDigitsMin;
  if (!made.digit_led_ && made.beginning_.size() < kBeginningMin)
    return Problem{where,
                   "a format must begin with two fixed letters or digits (TM-#####), or "
                   "consist of six and more digits"};
  return made;
}

std::string TicketFormat::of_value(std::string_view value) {
  std::string format;
  bool in_beginning = true;
  for (const char c : value) {
    in_beginning = in_beginning && !is_digit(c);
    if (is_digit(c))
      format += '#';
    else if (is_letter(c))
      format += in_beginning ? to_upper(c) : '?';
    else
      format += c == '#' ? '-' : separates(c) ? c : '!';
  }
  return format;
}

bool TicketFormat::fits(const Element& element, char upper) noexcept {
  switch (element.kind) {
    case Kind::literal: return upper == element.literal;
    case Kind::digit: return is_digit(upper);
    case Kind::letter: return is_letter(upper);
    case Kind::alnum: return is_alnum(upper);
    case Kind::separator: break;
  }
  return false;
}

bool TicketFormat::read(std::string_view value, std::string& canonical) const {
  canonical.clear();
  for (const char c : value) {
    if (is_alnum(c))
      canonical += to_upper(c);
    else if (!separates(c))
      return false;
  }
  if (canonical.size() + beginning_.size() == size_) canonical.insert(0, beginning_);
  if (canonical.size() != size_) return false;
  std::size_t at = 0;
  for (const Element& element : elements_)
    if (element.kind != Kind::separator && !fits(element, canonical[at++])) return false;
  return true;
}

double TicketFormat::space() const noexcept {
  double space = 1;
  for (const Element& element : elements_) {
    if (element.kind == Kind::digit) space *= 10;
    if (element.kind == Kind::letter) space *= 26;
    if (element.kind == Kind::alnum) space *= 36;
  }
  return space;
}

std::string TicketFormat::expression() const {
  std::string expression;
  bool first = true, optional = false;
  for (const Element& element : elements_) {
    if (element.kind == Kind::separator) continue;
    const bool literal = element.kind == Kind::literal;
    // A separator may stand where the format has one, and where a beginning ends.
    const auto index = static_cast<std::size_t>(&element - elements_.data());
    const bool separated = index > 0 && elements_[index - 1].kind == Kind::separator;
    const bool beginning_ends = !literal && !optional;
    if (!first && (separated || beginning_ends)) expression += "[-_ ./:#]{0,3}";
    optional = optional || !literal;
    first = false;
    switch (element.kind) {
      case Kind::digit: expression += "[0-9]"; break;
      case Kind::letter: expression += "[A-Za-z]"; break;
      case Kind::alnum: expression += "[0-9A-Za-z]"; break;
      default: expression += detect::escape_expression(std::string_view(&element.literal, 1));
    }
  }
  return expression;
}

std::uint32_t TicketFormat::beginning_at(detect::TextSpan text,
                                         std::uint32_t begin) const noexcept {
  std::uint32_t at = begin;
  while (at > 0 && begin - at < kSeparatorsMax && separates(text.bytes[at - 1])) --at;
  if (at < beginning_.size()) return begin;
  for (std::size_t i = beginning_.size(); i > 0; --i)
    if (to_upper(text.bytes[--at]) != beginning_[i - 1]) return begin;
  return at;
}

/// Moves `begin` to the left over separators and the fixed beginning.
bool TicketFormat::take_beginning(detect::TextSpan text, std::uint32_t& begin) const noexcept {
  const std::uint32_t at = beginning_at(text, begin);
  if (at == begin) return false;
  if (detect::word_before(text, at) || (at == 0 && !text.at_start)) return false;
  begin = at;
  return true;
}

bool TicketFormat::find(detect::TextSpan text, const detect::NumberGroup& group, std::size_t first,
                        detect::Finding& finding) const noexcept {
  const auto& runs = group.runs();
  std::uint32_t digits = 0;
  for (const std::uint32_t size : runs_) digits += size;
  std::size_t last = first;
  if (runs[first].size() != digits) {
    // In groups, as the format has them.
    for (std::size_t i = 0; i < runs_.size(); ++i)
      if (first + i >= runs.size() || runs[first + i].size() != runs_[i]) return false;
    last = first + runs_.size() - 1;
  }
  const std::uint32_t end = runs[last].end;
  std::uint32_t begin = runs[first].begin;
  finding.assign(beginning_);
  for (std::size_t i = first; i <= last; ++i)
    for (std::uint32_t at = runs[i].begin; at < runs[i].end; ++at) finding.add(text.bytes[at]);
  finding.end = end;
  finding.strength = detect::Strength::strong;
  const bool with_beginning = !beginning_.empty() && take_beginning(text, begin);
  finding.begin = begin;
  if (with_beginning) {
    return !detect::word_after(text, end) &&
           !(text.after(end) == '.' && is_digit(text.after(end + 1)));
  }
  finding.strength = detect::Strength::weak;
  const bool stands_alone =
      runs[first].before == detect::Gap::none || detect::has_blank(runs[first].before);
  const detect::Gap after = group.gap_after(last);
  return stands_alone && detect::edge_before_number(text, begin) != detect::Edge::refused &&
         (after == detect::Gap::none ? detect::edge_after_number(text, end) != detect::Edge::refused
                                     : detect::has_blank(after));
}

bool TicketFormat::find_ending(detect::TextSpan text, std::uint32_t end,
                               detect::Finding& finding) const noexcept {
  char reversed[kWidthMax];
  std::size_t size = 0;
  std::uint32_t at = end;
  for (auto element = elements_.rbegin(); element != elements_.rend(); ++element) {
    if (element->kind == Kind::separator) continue;
    std::uint32_t skipped = 0;
    while (at > 0 && skipped < kSeparatorsMax && separates(text.bytes[at - 1])) --at, ++skipped;
    if (at == 0) return false;
    const char upper = to_upper(text.bytes[--at]);
    if (!fits(*element, upper)) return false;
    reversed[size++] = upper;
  }
  // Among binary data the format says where it begins and ends.
  if (!text.in_binary && (detect::word_before(text, at) || detect::word_after(text, end)))
    return false;
  if (!text.complete(at, end)) return false;
  finding.begin = at;
  finding.end = end;
  finding.strength = detect::Strength::strong;
  finding.size = 0;
  while (size > 0) finding.add(reversed[--size]);
  return true;
}

}  // namespace outspan::fingerprint

#include "fingerprint/forms/exponent_number.h"

#include <algorithm>

#include "detect/beside.h"

namespace outspan::fingerprint {
namespace {

using detect::is_digit;
using detect::TextSpan;

/// Who cuts digits leaves fewer than these; zeros at the end are left out by others, too.
constexpr std::size_t kWholeFraction = 7;
/// "%.20e" writes so many.
constexpr std::size_t kFractionMax = 24;

/// "E+11", "e11" at `at`: the number, and where it ends.
struct Exponent {
  std::size_t value;
  std::uint32_t end;
};
std::optional<Exponent> exponent_at(TextSpan text, std::uint32_t at) noexcept {
  if (detect::to_upper(text.after(at)) != 'E') return std::nullopt;
  std::uint32_t end = at + 1;
  if (text.after(end) == '+') ++end;
  const std::uint32_t begin = end;
  std::size_t value = 0;
  for (; is_digit(text.after(end)) && end - begin < 3; ++end)
    value = value * 10 + static_cast<std::size_t>(text.after(end) - '0');
  if (end == begin || text.after(end) == '.' || detect::word_after(text, end)) return std::nullopt;
  return Exponent{value, end};
}

}  // namespace

std::optional<ExponentNumber> ExponentNumber::at(TextSpan text, std::uint32_t begin) noexcept {
  const char point = text.after(begin + 1);
  if (!is_digit(text.after(begin)) || (point != '.' && point != ',')) return std::nullopt;
  std::uint32_t end = begin + 2;
  while (is_digit(text.after(end)) && end - begin < kFractionMax) ++end;
  std::string_view fraction = text.bytes.substr(begin + 2, end - begin - 2);
  if (fraction.empty()) return std::nullopt;
  const auto exponent = exponent_at(text, end);
  if (!exponent || exponent->value >= kDigitsMax) return std::nullopt;
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  if (fraction.size() > exponent->value) return std::nullopt;
  ExponentNumber number;
  number.end_ = exponent->end;
  number.is_cut_ = fraction.size() < std::min(exponent->value, kWholeFraction);
  number.size_ = static_cast<std::uint8_t>(exponent->value + 1);
  std::fill_n(number.digits_, number.size_, '0');
  number.digits_[0] = text.bytes[begin];
  std::copy(fraction.begin(), fraction.end(), number.digits_ + 1);
  return number;
}

}  // namespace outspan::fingerprint

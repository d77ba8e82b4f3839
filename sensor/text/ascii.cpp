#include "text/ascii.h"

namespace outspan::text {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool same(char a, char b) noexcept { return to_lower(a) == to_lower(b); }

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = to_lower(c);
  return lower;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), same);
}

bool starts_ignoring_case(std::string_view text, std::string_view prefix) noexcept {
  return equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool contains_ignoring_case(std::string_view text, std::string_view needle) noexcept {
  return needle.empty() ||
         std::search(text.begin(), text.end(), needle.begin(), needle.end(), same) != text.end();
}

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace outspan::text

#include "detect/table_header.h"

#include <algorithm>

namespace outspan::detect {
namespace {

constexpr std::string_view kSeparators = ",;\t|";

char separator_of(std::string_view line) noexcept {
  char best = '\0';
  std::ptrdiff_t most = 0;
  for (const char separator : kSeparators) {
    const auto count = std::count(line.begin(), line.end(), separator);
    if (count > most) best = separator, most = count;
  }
  return best;
}

/// Calls use(field) for each field; separators in quotes are none.
template <class Use>
void each_field(std::string_view line, char separator, Use use) {
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] != separator || quoted) continue;
    use(line.substr(begin, i - begin));
    begin = i + 1;
  }
  use(line.substr(begin));
}

}  // namespace

TableHeader::TableHeader(std::string_view line, const ContextWords& words, hs_scratch_t* scratch)
    : separator_(separator_of(line)) {
  if (separator_ == '\0') return;
  std::bitset<kSignaturesMax> all;
  words.in_line(line, all, scratch);
  if (all.none()) return;
  std::size_t column = 0;
  each_field(line, separator_, [&](std::string_view field) {
    std::bitset<kSignaturesMax> named;
    words.in_line(field, named, scratch);
    const std::uint64_t bit = std::uint64_t{1} << std::min(column++, kColumnsMax - 1);
    for (std::size_t i = 0; named.any() && i < named.size(); ++i) {
      if (!named.test(i)) continue;
      const auto signature = static_cast<SignatureIndex>(i);
      const auto known = std::find_if(columns_.begin(), columns_.end(),
                                      [&](const auto& entry) { return entry.first == signature; });
      if (known == columns_.end())
        columns_.emplace_back(signature, bit);
      else
        known->second |= bit;
    }
  });
}

bool TableHeader::is_above(SignatureIndex signature, TextSpan text,
                           std::uint32_t at) const noexcept {
  const auto named = std::find_if(columns_.begin(), columns_.end(),
                                  [&](const auto& entry) { return entry.first == signature; });
  if (named == columns_.end()) return false;
  const std::string_view before = text.bytes.substr(0, at);
  const std::size_t line_end = before.rfind('\n');
  if (line_end == std::string_view::npos && !text.at_start) return true;
  std::size_t fields = 0;
  each_field(before.substr(line_end + 1), separator_, [&](std::string_view) { ++fields; });
  return (named->second >> std::min(fields - 1, kColumnsMax - 1) & 1) != 0;
}

}  // namespace outspan::detect

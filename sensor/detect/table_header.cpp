#include "detect/table_header.h"

#include <algorithm>

namespace outspan::detect {
namespace {

constexpr std::string_view kSeparators = ",;\t|";
/// Longer lines are no head of a table, and of a table with one column.
constexpr std::size_t kLineBytesMax = 2048, kTitleBytesMax = 40;
constexpr int kLinesBefore = 4;

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

/// A line that may be the title of a column: some words.
bool is_title(std::string_view line) noexcept {
  return line.size() <= kTitleBytesMax &&
         line.find_first_of(".:=<>{}[]/") == std::string_view::npos;
}

/// Whether digits and what is written between them are all of a line.
bool is_line_of_number(TextSpan text, std::uint32_t at) noexcept {
  constexpr std::string_view kOfNumbers = "0123456789 +()-./\"'\r";
  const std::size_t begin = text.bytes.substr(0, at).rfind('\n') + 1;
  if (begin == 0 && !text.at_start) return false;
  const std::size_t end = text.bytes.find_first_not_of(kOfNumbers, begin);
  return end == std::string_view::npos ? text.at_end : text.bytes[end] == '\n' && end > at;
}

}  // namespace

std::string_view TableHeader::line_of(std::string_view text) noexcept {
  for (int i = 0; i <= kLinesBefore; ++i) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos || end > kLineBytesMax) return {};
    const std::string_view line = text.substr(0, end);
    const bool skipped = line.empty() || line == "\r" || line[0] == '#' || line.starts_with("sep=");
    if (!skipped) return line;
    text.remove_prefix(end + 1);
  }
  return {};
}

TableHeader::TableHeader(std::string_view line, const ContextWords& words, hs_scratch_t* scratch)
    : separator_(separator_of(line)) {
  if (separator_ == '\0' && !is_title(line)) return;
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
  if (separator_ == '\0') return is_line_of_number(text, at);
  const std::uint32_t from = at - std::min(at, kRowBytesMax);
  const std::string_view before = text.bytes.substr(from, at - from);
  const std::size_t line_end = before.rfind('\n');
  if (line_end == std::string_view::npos && (from != 0 || !text.at_start)) return true;
  std::size_t fields = 0;
  each_field(before.substr(line_end + 1), separator_, [&](std::string_view) { ++fields; });
  return (named->second >> std::min(fields - 1, kColumnsMax - 1) & 1) != 0;
}

}  // namespace outspan::detect

#include "fingerprint/build/format_counts.h"

#include <algorithm>

#include "detect/text_span.h"
#include "fingerprint/forms/ticket_format.h"

namespace outspan::fingerprint {
namespace {

/// More formats than these are no formats.
constexpr std::size_t kFormatsMax = 64;
/// What so many tickets share is nobody's own.
constexpr std::uint64_t kSharedMin = 20;
/// Of a small table: what an eighth of it shares; where one ticket has it, few letters.
constexpr std::uint64_t kSharePart = 8;
constexpr std::size_t kLettersAlone = 4;
constexpr std::size_t kPlaceholdersMin = 4;

/// Whether the letters before the first digit may be shown.
bool may_show(std::string_view format, std::uint64_t count, std::uint64_t cells) noexcept {
  const auto letters = static_cast<std::size_t>(
      std::count_if(format.begin(), format.end(), [](char c) { return detect::is_letter(c); }));
  const auto placeholders = static_cast<std::size_t>(
      std::count_if(format.begin(), format.end(), [](char c) { return c == '#' || c == '?'; }));
  if (placeholders < kPlaceholdersMin) return false;
  if (letters == 0 || count >= kSharedMin) return true;
  return count * kSharePart >= cells && (count > 1 || letters <= kLettersAlone);
}

}  // namespace

void FormatCounts::merge(Entry& entry, const Entry& more, std::uint64_t base) {
  if (entry.count == 0)
    entry.letters = more.letters;
  else if (entry.letters.size() == more.letters.size())
    for (std::size_t i = 0; i < entry.letters.size(); ++i)
      if (entry.letters[i] != more.letters[i]) entry.letters[i] = '\0';
  entry.count += more.count;
  entry.given = entry.given || more.given;
  for (const std::uint64_t row : more.rows)
    if (entry.rows.size() < RejectCounts::kRowsShown) entry.rows.push_back(base + row);
}

void FormatCounts::add(std::string format, std::string_view value, std::uint64_t row) {
  Entry one;
  one.count = 1;
  one.rows = {row};
  one.given = value.empty();
  for (std::size_t i = 0; i < value.size() && i < format.size(); ++i)
    if (format[i] == '?') one.letters += detect::to_upper(value[i]);
  const auto known = all_.find(format);
  Entry& entry = known != all_.end()  ? known->second
                 : all_.size() < kMax ? all_[std::move(format)]
                                      : others_;
  merge(entry, one, 0);
}

void FormatCounts::append(const FormatCounts& later, std::uint64_t base) {
  for (const auto& [format, entry] : later.all_) {
    const bool fits = all_.contains(format) || all_.size() < kMax;
    merge(fits ? all_[format] : others_, entry, base);
  }
  merge(others_, later.others_, base);
}

std::uint64_t FormatCounts::cells() const noexcept {
  std::uint64_t sum = others_.count;
  for (const auto& [format, entry] : all_) sum += entry.count;
  return sum;
}

void FormatCounts::reject(const Entry& entry, RejectCounts& rejects) {
  for (const std::uint64_t row : entry.rows) rejects.add(Reject::other_format, row);
  rejects.add_more(Reject::other_format, entry.count - entry.rows.size());
}

std::vector<FormatCounts::Chosen> FormatCounts::choose(RejectCounts& rejects) const {
  std::vector<std::pair<std::string, Entry>> sorted(all_.begin(), all_.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
  const std::uint64_t all = cells();
  std::vector<Chosen> chosen;
  for (const auto& [text, entry] : sorted) {
    std::string format = text;
    const bool shown = entry.given || may_show(format, entry.count, all);
    // "-GB" behind all of them belongs to the format.
    std::size_t letter = 0;
    for (char& c : format)
      if (c == '?' && letter < entry.letters.size())
        if (const char same = entry.letters[letter++]; same != '\0' && entry.count >= kSharedMin)
          c = same;
    if (shown && chosen.size() < kFormatsMax && TicketFormat::parse("", format).ok())
      chosen.push_back({std::move(format), entry.count});
    else
      reject(entry, rejects);
  }
  if (others_.count != 0) reject(others_, rejects);
  return chosen;
}

}  // namespace outspan::fingerprint

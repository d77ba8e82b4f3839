#include "fingerprint/find/neighbour_words.h"

#include <algorithm>
#include <cstring>

#include "detect/text_span.h"
#include "fingerprint/forms/words.h"

namespace outspan::fingerprint {
namespace {

/// Records larger than this are none.
constexpr std::uint32_t kRecordBytesMax = 4096;
/// Words of a record that are compared with one another.
constexpr std::size_t kRecordWordsMax = 256;

/// A word may go on over it: "O'Connor". Marks and other apostrophes are not ASCII.
bool may_join(char c) noexcept { return detect::is_word(c) || c == '\''; }

}  // namespace

void NeighbourWords::begin(std::string_view text, std::span<const Stretch> addresses,
                           std::span<const Stretch> numbers, const SipKey& name_key,
                           bool keep_folded) {
  text_ = text;
  key_ = name_key;
  keep_folded_ = keep_folded;
  read_ = {};
  words_.clear();
  folded_.clear();
  values_.resize(addresses.size() + numbers.size());
  const auto earlier = [](const Stretch& a, const Stretch& b) { return a.begin < b.begin; };
  std::merge(addresses.begin(), addresses.end(), numbers.begin(), numbers.end(), values_.begin(),
             earlier);
  if (!std::is_sorted(values_.begin(), values_.end(), earlier))
    std::sort(values_.begin(), values_.end(), earlier);
  std::size_t kept = 0;
  for (const Stretch& value : values_) {
    if (kept != 0 && value.begin <= values_[kept - 1].end)
      values_[kept - 1].end = std::max(values_[kept - 1].end, value.end);
    else
      values_[kept++] = value;
  }
  values_.resize(kept);
}

void NeighbourWords::read_between(std::uint32_t begin, std::uint32_t end) {
  WordReader reader(text_.substr(begin, end - begin));
  Word word;
  while (reader.next(word)) {
    if (word.has_digit && !keep_folded_) continue;
    HashedWord hashed{begin + word.begin, begin + word.end, 0, 0, 0, false, word.symbol, 0, 0};
    if (!word.has_digit) {
      hashed.hash = word_hash(key_, word.folded);
      hashed.part = NameTag::part(hashed.hash);
      hashed.single =
          !word.symbol && NameTag::first_letter(word.folded).size() == word.folded.size();
      if (hashed.single) hashed.initial = NameTag::initial_of(key_, word.folded);
    }
    if (keep_folded_) {
      hashed.folded_at = static_cast<std::uint32_t>(folded_.size());
      hashed.folded_size = static_cast<std::uint32_t>(word.folded.size());
      folded_ += word.folded;
    }
    words_.push_back(hashed);
  }
}

/// Makes words of `wanted`, as far as they are none yet.
void NeighbourWords::read(Stretch wanted) {
  if (wanted.begin >= read_.begin && wanted.end <= read_.end && !read_.empty()) return;
  std::uint32_t from = wanted.begin;
  if (!read_.empty() && wanted.begin >= read_.begin && wanted.begin <= read_.end) {
    from = read_.end;  // goes on where reading stopped
  } else {
    words_.clear();
    folded_.clear();
    read_.begin = wanted.begin;
  }
  // Not in the middle of a word: that would be another one.
  std::uint32_t to = std::min<std::uint32_t>(wanted.end, static_cast<std::uint32_t>(text_.size()));
  while (to < text_.size() && may_join(text_[to - 1]) && may_join(text_[to])) ++to;
  read_.end = to;
  auto value =
      std::lower_bound(values_.begin(), values_.end(), from,
                       [](const Stretch& stretch, std::uint32_t at) { return stretch.end <= at; });
  for (; from < to; ++value) {
    const bool more = value != values_.end() && value->begin < to;
    const std::uint32_t end = more ? std::max(value->begin, from) : to;
    if (end > from) read_between(from, end);
    if (!more) break;
    from = value->end;
  }
}

std::pair<std::size_t, std::size_t> NeighbourWords::words_in(Stretch stretch) {
  stretch.end = std::min<std::uint32_t>(stretch.end, static_cast<std::uint32_t>(text_.size()));
  if (stretch.empty()) return {0, 0};
  while (stretch.begin > 0 && may_join(text_[stretch.begin - 1]) && may_join(text_[stretch.begin]))
    --stretch.begin;
  read(stretch);
  const auto first =
      std::lower_bound(words_.begin(), words_.end(), stretch.begin,
                       [](const HashedWord& word, std::uint32_t at) { return word.begin < at; });
  const auto last =
      std::lower_bound(first, words_.end(), stretch.end,
                       [](const HashedWord& word, std::uint32_t at) { return word.begin < at; });
  return {static_cast<std::size_t>(first - words_.begin()),
          static_cast<std::size_t>(last - words_.begin())};
}

/// First and last word stand within as many words as a name has, in any order.
NameFit NeighbourWords::fit(const NameTag& name, Stretch near) {
  if (name.empty()) return NameFit::none;
  const auto [first, last] = words_in(near);
  if (name.whole != 0) return fits_symbols(name, first, last) ? NameFit::full : NameFit::none;
  NameFit best = NameFit::none;
  for (std::size_t i = first; i < last; ++i) {
    if (words_[i].part != name.last) continue;
    const std::size_t from = std::max(first, i >= kNameWordsMax ? i - kNameWordsMax + 1 : 0);
    const std::size_t to = std::min(last, i + kNameWordsMax);
    for (std::size_t j = from; j < to; ++j) {
      if (j == i) continue;
      if (words_[j].part == name.first) return NameFit::full;
      const bool beside = j + 1 == i || i + 1 == j;
      if (beside && words_[j].single && words_[j].initial == name.initial) best = NameFit::initial;
    }
  }
  return best;
}

bool NeighbourWords::fits_in_record(const NameTag& name, Stretch record) {
  if (name.empty() || record.empty()) return false;
  const auto [first, end] = words_in(record);
  if (name.whole != 0) return fits_symbols(name, first, end);
  const std::size_t last = std::min(end, first + kRecordWordsMax);
  std::size_t firsts = 0, lasts = 0, both = 0;
  for (std::size_t i = first; i < last; ++i) {
    const bool is_first = words_[i].part == name.first, is_last = words_[i].part == name.last;
    firsts += is_first ? 1u : 0u;
    lasts += is_last ? 1u : 0u;
    both += is_first && is_last ? 1u : 0u;
  }
  // A word cannot be both at once ("Ali Ali" takes two).
  return firsts != 0 && lasts != 0 && firsts + lasts - both >= 2;
}

bool NeighbourWords::fits_symbols(const NameTag& name, std::size_t first, std::size_t last) const {
  for (std::size_t i = first; i < last; ++i) {
    std::uint64_t sum = 0;
    for (std::size_t j = i; j < last && j < i + kNameWordsMax; ++j) {
      if (!words_[j].symbol) break;
      sum += words_[j].hash;
      if (j > i && NameTag::part(sum) == name.whole) return true;
    }
  }
  return false;
}

Stretch record_around(std::string_view text, Stretch value) noexcept {
  const std::uint32_t floor = value.begin - std::min(value.begin, kRecordBytesMax);
  const auto ceiling = static_cast<std::uint32_t>(
      std::min<std::size_t>(text.size(), std::size_t{value.end} + kRecordBytesMax));
  const std::string_view before = text.substr(floor, value.begin - floor);
  const std::string_view after = text.substr(value.end, ceiling - value.end);
  const std::size_t line_break = before.rfind('\n');
  const std::size_t line_end = after.find('\n');
  const Stretch line{
      line_break == std::string_view::npos ? floor
                                           : floor + static_cast<std::uint32_t>(line_break) + 1,
      line_end == std::string_view::npos ? ceiling
                                         : value.end + static_cast<std::uint32_t>(line_end)};
  const std::string_view in_line = text.substr(line.begin, line.end - line.begin);
  const bool whole_line = (line_break != std::string_view::npos || floor == 0) &&
                          (line_end != std::string_view::npos || ceiling == text.size());
  // An object within the line: minified JSON, or one object a line.
  const std::size_t open = text.substr(line.begin, value.begin - line.begin).rfind('{');
  const std::size_t close = text.substr(value.end, line.end - value.end).find('}');
  if (open != std::string_view::npos && close != std::string_view::npos)
    return {line.begin + static_cast<std::uint32_t>(open),
            value.end + static_cast<std::uint32_t>(close)};
  const auto delimiters = std::count_if(in_line.begin(), in_line.end(), [](char c) {
    return c == ',' || c == ';' || c == '\t' || c == '|';
  });
  if (whole_line && delimiters >= 2) return line;
  // A row of an HTML table, over several lines or not.
  const std::size_t row = before.rfind("<tr");
  const std::size_t row_end = after.find("</tr");
  if (row != std::string_view::npos && row_end != std::string_view::npos &&
      before.find("</tr", row) == std::string_view::npos)
    return {floor + static_cast<std::uint32_t>(row),
            value.end + static_cast<std::uint32_t>(row_end)};
  // An object over several lines.
  const std::size_t wide_open = before.rfind('{');
  const std::size_t wide_close = after.find('}');
  if (wide_open != std::string_view::npos && wide_close != std::string_view::npos &&
      before.find('}', wide_open) == std::string_view::npos)
    return {floor + static_cast<std::uint32_t>(wide_open),
            value.end + static_cast<std::uint32_t>(wide_close)};
  return {};
}

}  // namespace outspan::fingerprint

#include "fingerprint/find/neighbour_words.h"

#include <algorithm>
#include <cstring>

#include "detect/framing.h"
#include "fingerprint/forms/words.h"

namespace outspan::fingerprint {
namespace {

/// Records larger than this are none.
constexpr std::uint32_t kRecordBytesMax = 4096;
/// Words of a record that are compared with one another.
constexpr std::size_t kRecordWordsMax = 256;

/// A name whose length is told.
constexpr std::uint32_t kFramedBytesMin = 4, kFramedBytesMax = 63;

/// A word may go on over it: "O'Connor". Marks and other apostrophes are not ASCII.
bool may_join(char c) noexcept { return detect::is_word(c) || c == '\''; }

bool is_text(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f;
}

}  // namespace

void NeighbourWords::begin(detect::TextSpan text, std::span<const Stretch> addresses,
                           std::span<const Stretch> numbers, const SipKey& name_key,
                           bool keep_folded) {
  text_ = text.bytes;
  in_binary_ = text.in_binary;
  key_ = name_key;
  keep_folded_ = keep_folded;
  read_ = {};
  forget_words();
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

void NeighbourWords::forget_words() {
  words_.clear();
  framed_.clear();
  framed_words_.clear();
  folded_.clear();
}

void NeighbourWords::read_between(std::uint32_t begin, std::uint32_t end) {
  WordReader reader(text_.substr(begin, end - begin));
  Word word;
  while (reader.next(word))
    if (const auto made = hashed(word, begin)) words_.push_back(*made);
  if (!in_binary_) return;
  const auto sorted = static_cast<std::ptrdiff_t>(framed_.size());
  read_framed(begin, end);
  read_trimmed(begin, end);
  std::sort(framed_.begin() + sorted, framed_.end(),
            [](const FramedText& a, const FramedText& b) { return a.begin < b.begin; });
}

/// Among binary data the byte before a text tells its length, and may look like a letter of it, as
/// what follows it may: of "iAda Byroneemail" (CBOR) nine bytes are a name.
void NeighbourWords::read_framed(std::uint32_t begin, std::uint32_t end) {
  for (std::uint32_t at = std::max(begin, 1U); at < end; ++at) {
    // Inside of a word texts begin with a capital.
    if (!detect::is_word(text_[at]) ||
        (detect::is_lower(text_[at]) && detect::is_letter(text_[at - 1])))
      continue;
    for (const std::uint32_t bytes : detect::told_lengths(text_[at - 1]))
      if (bytes >= kFramedBytesMin && bytes <= kFramedBytesMax && at + bytes <= text_.size())
        add_framed(at, bytes);
  }
}

void NeighbourWords::add_framed(std::uint32_t begin, std::uint32_t bytes) {
  const std::string_view text = text_.substr(begin, bytes);
  const bool may_be_name = text.find(' ') != std::string_view::npos;
  if (!detect::is_word(text.back()) || (!may_be_name && !keep_folded_)) return;
  FramedText framed{begin, static_cast<std::uint32_t>(framed_words_.size()), 0};
  add_words(begin, text, framed);
  if (framed.words != 0) framed_.push_back(framed);
}

void NeighbourWords::add_words(std::uint32_t begin, std::string_view text, FramedText& framed) {
  WordReader reader(text);
  Word word;
  while (reader.next(word)) {
    const auto made = hashed(word, begin);
    if (!made) continue;
    framed_words_.push_back(*made);
    ++framed.words;
  }
}

/// Where nothing tells a length: texts between other bytes, without a character or two.
void NeighbourWords::read_trimmed(std::uint32_t begin, std::uint32_t end) {
  for (std::uint32_t at = begin; at < end;) {
    std::uint32_t to = at;
    while (to < end && is_text(text_[to])) ++to;
    if (to - at >= kFramedBytesMin && to - at <= kFramedBytesMax)
      add_trimmed(at, text_.substr(at, to - at));
    at = to + 1;
  }
}

/// The first and the last word as they are, and trimmed.
void NeighbourWords::add_trimmed(std::uint32_t begin, std::string_view text) {
  const std::size_t first = text.find(' '), last = text.rfind(' ');
  if (first == std::string_view::npos || !detect::is_word(text.front()) ||
      !detect::is_word(text.back()))
    return;
  FramedText framed{begin, static_cast<std::uint32_t>(framed_words_.size()), 0};
  for (std::size_t less = 0; less <= detect::kTrimMax && less < first; ++less)
    add_words(begin, text.substr(less, first - less), framed);
  add_words(begin, text.substr(first, last - first), framed);
  for (std::size_t less = 0; less <= detect::kTrimMax; ++less)
    add_words(begin, text.substr(last, text.size() - last - less), framed);
  framed_.push_back(framed);
}

std::optional<NeighbourWords::HashedWord> NeighbourWords::hashed(const Word& word,
                                                                 std::uint32_t at) {
  if (word.has_digit && !keep_folded_) return std::nullopt;
  HashedWord made{at + word.begin, at + word.end, 0, 0, 0, false, word.symbol, 0, 0};
  if (!word.has_digit) {
    made.hash = word_hash(key_, word.folded);
    made.part = NameTag::part(made.hash);
    made.single = !word.symbol && NameTag::first_letter(word.folded).size() == word.folded.size();
    if (made.single) made.initial = NameTag::initial_of(key_, word.folded);
  }
  if (keep_folded_) {
    made.folded_at = static_cast<std::uint32_t>(folded_.size());
    made.folded_size = static_cast<std::uint32_t>(word.folded.size());
    folded_ += word.folded;
  }
  return made;
}

/// Makes words of `wanted`, as far as they are none yet.
void NeighbourWords::read(Stretch wanted) {
  if (wanted.begin >= read_.begin && wanted.end <= read_.end && !read_.empty()) return;
  std::uint32_t from = wanted.begin;
  if (!read_.empty() && wanted.begin >= read_.begin && wanted.begin <= read_.end) {
    from = read_.end;  // goes on where reading stopped
  } else {
    forget_words();
    read_.begin = wanted.begin;
  }
  // Not in the middle of a word: that would be another one.
  std::uint32_t to = std::min<std::uint32_t>(wanted.end, static_cast<std::uint32_t>(text_.size()));
  while (to < text_.size() && may_join(text_[to - 1]) && may_join(text_[to])) ++to;
  if (in_binary_)
    for (std::uint32_t more = 0; more < kFramedBytesMax && to < text_.size() && is_text(text_[to]);
         ++more)
      ++to;
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

NeighbourWords::Words NeighbourWords::words_in(Stretch stretch) {
  stretch.end = std::min<std::uint32_t>(stretch.end, static_cast<std::uint32_t>(text_.size()));
  if (stretch.empty()) return {};
  while (stretch.begin > 0 && may_join(text_[stretch.begin - 1]) && may_join(text_[stretch.begin]))
    --stretch.begin;
  if (in_binary_)
    for (std::uint32_t more = 0;
         more < kFramedBytesMax && stretch.begin > 0 && is_text(text_[stretch.begin - 1]); ++more)
      --stretch.begin;
  read(stretch);
  const auto earlier = [](const HashedWord& word, std::uint32_t at) { return word.begin < at; };
  const auto first = std::lower_bound(words_.begin(), words_.end(), stretch.begin, earlier);
  return {first, std::lower_bound(first, words_.end(), stretch.end, earlier)};
}

NameFit NeighbourWords::fit(const NameTag& name, Stretch near, bool trimmed) {
  if (name.empty()) return NameFit::none;
  const NameFit best = fit(name, words_in(near));
  if (best == NameFit::full || !trimmed) return best;
  const auto has_both = [&name](Words words) { return fits_anywhere(name, words); };
  return any_framed(near, has_both) ? NameFit::full : best;
}

/// First and last word stand within as many words as a name has, in any order.
NameFit NeighbourWords::fit(const NameTag& name, Words words) {
  if (name.whole != 0) return fits_symbols(name, words) ? NameFit::full : NameFit::none;
  NameFit best = NameFit::none;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].part != name.last) continue;
    const std::size_t from = i >= kNameWordsMax ? i - kNameWordsMax + 1 : 0;
    const std::size_t to = std::min(words.size(), i + kNameWordsMax);
    for (std::size_t j = from; j < to; ++j) {
      if (j == i) continue;
      if (words[j].part == name.first) return NameFit::full;
      const bool beside = j + 1 == i || i + 1 == j;
      if (beside && words[j].single && words[j].initial == name.initial) best = NameFit::initial;
    }
  }
  return best;
}

bool NeighbourWords::fits_in_record(const NameTag& name, Stretch record) {
  if (name.empty() || record.empty()) return false;
  const Words words = words_in(record);
  if (name.whole != 0) return fits_symbols(name, words);
  return fits_anywhere(name, words.first(std::min(words.size(), kRecordWordsMax)));
}

bool NeighbourWords::fits_anywhere(const NameTag& name, Words words) {
  if (name.whole != 0) return fits_symbols(name, words);
  std::size_t firsts = 0, lasts = 0, both = 0;
  for (const HashedWord& word : words) {
    const bool is_first = word.part == name.first, is_last = word.part == name.last;
    firsts += is_first ? 1u : 0u;
    lasts += is_last ? 1u : 0u;
    both += is_first && is_last ? 1u : 0u;
  }
  // A word cannot be both at once ("Ali Ali" takes two).
  return firsts != 0 && lasts != 0 && firsts + lasts - both >= 2;
}

bool NeighbourWords::fits_symbols(const NameTag& name, Words words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::uint64_t sum = 0;
    for (std::size_t j = i; j < words.size() && j < i + kNameWordsMax; ++j) {
      if (!words[j].symbol) break;
      sum += words[j].hash;
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

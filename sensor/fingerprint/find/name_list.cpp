#include "fingerprint/find/name_list.h"

#include <algorithm>
#include <bit>

#include "detect/text_span.h"

namespace outspan::fingerprint {
namespace {

/// What is looked at before a text is read: first without a question to the index, ...
constexpr std::size_t kGlanceBytes = 192;
constexpr int kCapitalsMin = 4, kLinesMin = 6;
/// ... then with some.
constexpr std::size_t kSampleBytes = 384;
constexpr std::size_t kKnownMin = 4, kWordsForOneKnown = 6;
/// Reading ends where of so many names less than a quarter is somebody's.
constexpr std::size_t kNamesBeforeDoubt = 64;

/// A record of so many pairs is one try; of more, each pair is.
constexpr std::size_t kPairsOfRecord = 4;
constexpr std::size_t kPairsMax = 256;

std::string_view middle_of(std::string_view text, std::size_t bytes) noexcept {
  return text.size() <= bytes ? text : text.substr((text.size() - bytes) / 2, bytes);
}

/// So many customers have it that the index does not say which ones.
bool is_common(const ListedName& name) noexcept {
  return name.rows.size() >= 2 && name.rows[0] == name.rows[1];
}

}  // namespace

const std::vector<ListedName>& NameList::read(std::string_view text,
                                              const SearchedIndex& searched) {
  names_.clear();
  found_ = 0;
  index_ = searched.index.get();
  if (searched.names == 0 || index_->name_words().empty() ||
      !looks_like_one(middle_of(text, kGlanceBytes)))
    return names_;
  key_ = index_->key().of(Key::Use::name);
  if (!is_dense(middle_of(text, kSampleBytes))) return names_;
  table_ = &index_->table(static_cast<std::size_t>(std::countr_zero(searched.names)));
  read_all(text);
  std::stable_sort(names_.begin(), names_.end(), [](const ListedName& a, const ListedName& b) {
    return a.identity < b.identity;
  });
  const auto same = [](const ListedName& a, const ListedName& b) {
    return a.identity == b.identity;
  };
  names_.erase(std::unique(names_.begin(), names_.end(), same), names_.end());
  std::sort(names_.begin(), names_.end(),
            [](const ListedName& a, const ListedName& b) { return a.begin < b.begin; });
  return names_;
}

/// Names begin with capitals, or stand in short lines.
bool NameList::looks_like_one(std::string_view sample) noexcept {
  int capitals = 0, lines = 0;
  bool in_word = false;
  for (const char c : sample) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = byte >= 0x80 || detect::is_letter(c);
    capitals += letter && !in_word && (byte >= 0x80 || !detect::is_lower(c)) ? 1 : 0;
    lines += c == '\n' ? 1 : 0;
    in_word = letter;
  }
  const auto size = static_cast<int>(std::max<std::size_t>(sample.size(), 1));
  const auto bytes = static_cast<int>(kGlanceBytes);
  return capitals * bytes >= kCapitalsMin * size || lines * bytes >= kLinesMin * size;
}

bool NameList::is_dense(std::string_view sample) const {
  WordReader reader(sample);
  Word word;
  std::size_t words = 0, known = 0;
  while (reader.next(word)) {
    if (word.has_digit || word.symbol) continue;
    ++words;
    known += part_of(word_hash(key_, word.folded)).count > 0 ? 1u : 0u;
  }
  return known >= kKnownMin && known * kWordsForOneKnown >= words;
}

NameList::Part NameList::part_of(std::uint64_t hash) const noexcept {
  return {hash, index_->name_words().count(name_identity(key_, hash))};
}

/// What is between two words.
NameList::Gap NameList::gap_of(std::string_view between) noexcept {
  Gap gap = Gap::blank;
  for (const char c : between) {
    switch (c) {
      case '\n':
      case '\r':
      case '}': return Gap::record;
      case ':':
      case '=': gap = Gap::label; break;
      case ' ':
      case '.':
      case '-':
      case '_':
      case '\'': break;
      default:
        // Blanks and hyphens beyond ASCII were folded, or belong to nothing.
        if (static_cast<unsigned char>(c) < 0x80 && gap == Gap::blank) gap = Gap::cell;
    }
  }
  return gap;
}

void NameList::read_all(std::string_view text) {
  words_.clear();
  pairs_.clear();
  too_long_ = false;
  cells_ = 0;
  WordReader reader(text);
  Word word;
  std::uint32_t end = 0;
  while (reader.next(word)) {
    switch (gap_of(text.substr(end, word.begin - end))) {
      case Gap::blank: break;
      case Gap::cell: end_cell(false); break;
      case Gap::label: end_cell(true); break;
      case Gap::record:
        end_cell(false);
        end_record();
        if (hopeless()) return;
    }
    end = word.end;
    // The name of an element is none of a customer.
    const bool tag = word.begin > 0 && (text[word.begin - 1] == '<' || text[word.begin - 1] == '/');
    if (word.has_digit || word.symbol || tag)
      end_cell(false);
    else
      add_word(word);
  }
  end_cell(false);
  end_record();
}

bool NameList::hopeless() const noexcept {
  return names_.size() >= kNamesBeforeDoubt && found_ * 4 < names_.size();
}

void NameList::add_word(const Word& word) {
  if (words_.size() == kNameWordsMax) {
    too_long_ = true;
    return;
  }
  words_.push_back({word.begin, word_hash(key_, word.folded), is_title(word.folded),
                    is_suffix(word.folded), NameTag::is_initial(word.folded)});
}

/// `label`: it says what follows.
void NameList::end_cell(bool label) {
  std::span<const CellWord> words(words_);
  while (words.size() > 2 && words.front().title) words = words.subspan(1);
  while (words.size() > 2 && words.back().suffix) words = words.first(words.size() - 1);
  while (!words.empty() && words.front().initial) words = words.subspan(1);
  while (!words.empty() && words.back().initial) words = words.first(words.size() - 1);
  if (!label && !too_long_ && !words.empty()) {
    Cell cell{words.front().begin, part_of(words.front().hash), {}, words.size() == 1};
    cell.last = cell.single ? cell.first : part_of(words.back().hash);
    if (cell.first.count > 0 || cell.last.count > 0) add_pairs(cell);
  }
  words_.clear();
  too_long_ = false;
}

void NameList::add_pairs(const Cell& cell) {
  const std::uint32_t number = ++cells_;
  const auto add = [&](const Cell& from, std::uint32_t first_cell, const Part& a, const Part& b) {
    if (a.count > 0 && b.count > 0) pairs_.push_back({from.begin, first_cell, number, a, b});
  };
  if (number > 1 && (before_.single || cell.single)) {
    add(before_, number - 1, before_.first, cell.first);
    if (!cell.single) add(before_, number - 1, before_.first, cell.last);
    if (!before_.single) add(before_, number - 1, before_.last, cell.first);
  }
  if (!cell.single) add(cell, number, cell.first, cell.last);
  before_ = cell;
  if (pairs_.size() < kPairsMax) return;
  add_each();
  pairs_.clear();
}

void NameList::end_record() {
  if (pairs_.size() <= kPairsOfRecord)
    add_as_one();
  else
    add_each();
  pairs_.clear();
  cells_ = 0;
}

ListedName NameList::look_up(const Pair& pair) const noexcept {
  const std::uint64_t sum = pair.first.hash + pair.last.hash;
  return {pair.begin, index_->name_words().chance(pair.first.count, pair.last.count),
          table_->find(name_hash(key_, sum)), mix64(sum)};
}

void NameList::add_as_one() {
  if (pairs_.empty()) return;
  ListedName all{pairs_.front().begin, 0, {}, 0};
  for (const Pair& pair : pairs_) {
    const ListedName name = look_up(pair);
    if (is_common(name)) return;
    all.chance = std::min(1.0, all.chance + name.chance);
    if (all.rows.empty() && !name.rows.empty()) {
      all.rows = name.rows;
      all.identity = name.identity;
    } else if (all.rows.empty()) {
      all.identity += name.identity;
    }
  }
  found_ += all.rows.empty() ? 0 : 1;
  names_.push_back(all);
}

/// Names after one another in a line. Words of a name that was found are nobody else's.
void NameList::add_each() {
  std::uint32_t used = 0;  // the cell in which the last one ended
  for (const Pair& pair : pairs_) {
    if (pair.first_cell <= used) continue;
    const ListedName name = look_up(pair);
    if (is_common(name)) continue;
    if (!name.rows.empty()) used = pair.last_cell;
    found_ += name.rows.empty() ? 0 : 1;
    names_.push_back(name);
  }
}

}  // namespace outspan::fingerprint

#include "fingerprint/forms/name_form.h"

#include <algorithm>
#include <array>

#include "fingerprint/forms/words.h"

namespace outspan::fingerprint {
namespace {

struct NameWord {
  std::string folded;
  bool symbol;
};

constexpr std::string_view kTitles[] = {
    "mr",   "mrs",  "ms",   "miss", "mx",   "dr",   "prof", "sir", "dame", "lady", "lord",
    "herr", "frau", "hr",   "fr",   "mme",  "mlle", "me",   "sr",  "sra",  "srta", "sig",
    "don",  "dona", "dott", "ing",  "dipl", "mag",  "rev",  "hon", "pan",  "pani"};
constexpr std::string_view kSuffixes[] = {"jr", "sr",  "ii",  "iii", "iv", "phd",
                                          "md", "esq", "msc", "bsc", "mba"};

template <std::size_t N>
bool is_one_of(const std::string_view (&names)[N], std::string_view word) noexcept {
  return std::find(std::begin(names), std::end(names), word) != std::end(names);
}

std::vector<NameWord> words_of(std::string_view text) {
  std::vector<NameWord> words;
  WordReader reader(text);
  Word word;
  while (reader.next(word))
    if (!word.has_digit) words.push_back({std::string(word.folded), word.symbol});
  return words;
}

bool is_initial(const NameWord& word) noexcept {
  return !word.symbol && NameTag::is_initial(word.folded);
}

/// What is left keeps at least two words: "Don Ho" is a name.
void drop_titles(std::vector<NameWord>& words) {
  while (words.size() > 2 && is_title(words.front().folded)) words.erase(words.begin());
  while (words.size() > 2 && is_suffix(words.back().folded)) words.pop_back();
}

}  // namespace

bool is_title(std::string_view folded) noexcept { return is_one_of(kTitles, folded); }
bool is_suffix(std::string_view folded) noexcept { return is_one_of(kSuffixes, folded); }

std::string_view NameTag::first_letter(std::string_view folded) noexcept {
  std::size_t size = 1;
  while (size < folded.size() && (static_cast<unsigned char>(folded[size]) & 0xc0) == 0x80) ++size;
  return folded.substr(0, size);
}

std::uint8_t NameTag::initial_of(const SipKey& key, std::string_view folded) noexcept {
  return static_cast<std::uint8_t>(word_hash(key, first_letter(folded)) >> 59);
}

NameProblem read_name(const SipKey& key, std::string_view cell, Name& name) {
  const std::size_t comma = cell.find(',');
  std::vector<NameWord> words = words_of(cell.substr(0, comma));
  if (comma != std::string_view::npos) {
    std::vector<NameWord> first = words_of(cell.substr(comma + 1));
    const bool suffix = first.size() == 1 && is_suffix(first.front().folded);
    if (!suffix) {
      std::move(words.begin(), words.end(), std::back_inserter(first));
      words = std::move(first);
    }
  }
  drop_titles(words);
  if (words.size() < 2) return NameProblem::one_word;
  if (words.size() > kNameWordsMax) return NameProblem::too_long;

  name = {};
  bool symbols = false;
  for (const NameWord& word : words) {
    name.sum += word_hash(key, word.folded);
    symbols = symbols || word.symbol;
  }
  if (symbols) {
    name.tag.whole = NameTag::part(name.sum);
    return NameProblem::none;
  }
  const auto first = std::find_if_not(words.begin(), words.end(), is_initial);
  const auto last = std::find_if_not(words.rbegin(), words.rend(), is_initial);
  if (first == words.end() || &*first == &*last) return NameProblem::one_word;
  name.first = word_hash(key, first->folded);
  name.last = word_hash(key, last->folded);
  name.tag.first = NameTag::part(name.first);
  name.tag.last = NameTag::part(name.last);
  name.tag.initial = NameTag::initial_of(key, first->folded);
  return NameProblem::none;
}

}  // namespace outspan::fingerprint

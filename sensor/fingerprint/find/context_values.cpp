#include "fingerprint/find/context_values.h"

#include <algorithm>

#include "fingerprint/find/owners.h"
#include "fingerprint/forms/words.h"

namespace outspan::fingerprint {
namespace {

constexpr std::size_t kTextBytesMax = 4096;

bool is_known(const SearchedIndex& searched, ColumnMask columns, Key::Use use,
              std::string_view value) {
  const ValueHash hash = value_hash(searched.index->key().of(use), value);
  for (std::size_t i = 0; i < searched.index->columns().size(); ++i)
    if ((columns >> i & 1) != 0 && !searched.index->table(i).find(hash).empty()) return true;
  return false;
}

}  // namespace

void ContextValues::find(std::string_view text, Parts& parts) noexcept {
  text = text.substr(0, kTextBytesMax);
  for (const SearchedIndex& searched : indexes_->indexes()) {
    if (!searched.index->names().empty()) find_names(*searched.index, text, parts);
    find_numbers(searched, text, parts);
    find_tickets(searched, text, parts);
  }
}

/// Words after one another that are together somebody's whole name. A filter says so, and where it
/// does the table of names: with the filter alone every hundredth key would hide a harmless
/// "smtp session".
void ContextValues::find_names(const Index& index, std::string_view text, Parts& parts) {
  const SipKey& key = index.key().of(Key::Use::name);
  struct Hashed {
    std::uint32_t begin, end;
    std::uint64_t hash;
    bool initial;
  };
  std::vector<Hashed> words;
  WordReader reader(text);
  Word word;
  while (reader.next(word))
    if (!word.has_digit)
      words.push_back({word.begin, word.end, word_hash(key, word.folded),
                       !word.symbol && NameTag::is_initial(word.folded)});
  const auto is_known_pair = [&index, &key, &words](std::size_t first, std::size_t last,
                                                    std::uint64_t sum) {
    if (index.name_words().empty()) return true;  // of an older builder
    const auto found = [&](std::uint64_t pair) { return index.has_name(name_hash(key, pair)); };
    while (first < last && words[first].initial) ++first;
    while (first < last && words[last].initial) --last;
    return found(words[first].hash + words[last].hash) || found(sum);
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::uint64_t sum = words[i].hash;
    for (std::size_t j = i + 1; j < words.size() && j < i + kNameWordsMax; ++j) {
      sum += words[j].hash;
      if (index.names().may_contain(name_identity(key, sum)) && is_known_pair(i, j, sum))
        parts.emplace_back(words[i].begin, words[j].end);
    }
  }
}

void ContextValues::find_numbers(const SearchedIndex& searched, std::string_view text,
                                 Parts& parts) {
  const detect::TextSpan span{text};
  detect::NumberGroup group;
  for (std::uint32_t at = 0; at < text.size();) {
    if (!detect::is_digit(text[at])) {
      ++at;
      continue;
    }
    at = group.read(span, at);
    readings_.clear();
    searched.phones.read(span, group, readings_);
    for (const PhoneReading& reading : readings_)
      if (is_known(searched, searched.numbers, Key::Use::phone, reading.value()))
        parts.emplace_back(reading.begin, reading.end);
    for (const SearchedIndex::Tickets& tickets : searched.digit_led) {
      for (std::size_t run = 0; run < group.runs().size(); ++run) {
        detect::Finding finding;
        if (tickets.format.find(span, group, run, finding) &&
            is_known(searched, tickets.columns, Key::Use::ticket, finding.value()))
          parts.emplace_back(finding.begin, finding.end);
      }
    }
  }
}

void ContextValues::find_tickets(const SearchedIndex& searched, std::string_view text,
                                 Parts& parts) {
  const detect::TextSpan span{text};
  for (const SearchedIndex::Tickets& tickets : searched.expressions) {
    for (std::uint32_t end = 1; end <= text.size(); ++end) {
      detect::Finding finding;
      if (tickets.format.find_ending(span, end, finding) &&
          is_known(searched, tickets.columns, Key::Use::ticket, finding.value()))
        parts.emplace_back(finding.begin, finding.end);
    }
  }
}

bool ContextValues::has_address(std::string_view address) noexcept {
  return std::any_of(indexes_->indexes().begin(), indexes_->indexes().end(),
                     [address](const SearchedIndex& searched) {
                       return !rows_of_address(searched, address).empty();
                     });
}

}  // namespace outspan::fingerprint

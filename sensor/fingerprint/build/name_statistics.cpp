#include "fingerprint/build/name_statistics.h"

#include <algorithm>
#include <array>

namespace outspan::fingerprint {
namespace {

/// Customers with names as frequent as one another, and how many of them have somebody else's.
struct Likes {
  double names = 0, shared = 0;
};
using AllLikes = std::array<Likes, NameWords::kChances>;

/// So many names say something; fewer are taken together with more frequent ones.
constexpr double kNamesEnough = 50;
/// Where few were counted, so many more are taken for shared.
constexpr double kMoreShared = 2;

/// Names of more frequent words are not less often shared.
NameWords::Chances chances_of(const AllLikes& likes) noexcept {
  NameWords::Chances chances{};
  double most = 0;
  for (std::size_t first = 0; first < likes.size();) {
    Likes sum;
    std::size_t last = first;
    for (; last < likes.size() && sum.names < kNamesEnough; ++last) {
      sum.names += likes[last].names;
      sum.shared += likes[last].shared;
    }
    most = std::max(most, (sum.shared + kMoreShared) / (sum.names + kMoreShared));
    for (; first < last; ++first) chances[first] = most;
  }
  return chances;
}

}  // namespace

std::vector<NameStatistics::WordCount> NameStatistics::count_words() const {
  std::vector<std::uint64_t> all;
  all.reserve(pairs_.size() * 2);
  for (const Pair& pair : pairs_) {
    all.push_back(pair.first);
    if (pair.last != pair.first) all.push_back(pair.last);
  }
  std::sort(all.begin(), all.end());
  std::vector<WordCount> words;
  for (const std::uint64_t hash : all) {
    if (words.empty() || words.back().hash != hash) words.push_back({hash, 0});
    ++words.back().count;
  }
  return words;
}

/// A stranger is taken for one more customer, as if each customer in turn were missing from the
/// table: how often does somebody else in it have the same name (Good and Turing's estimate, for
/// each frequency of the words by itself)?
NameWords::Chances NameStatistics::chances(const std::vector<WordCount>& words,
                                           std::uint64_t rows) {
  const auto count = [&words](std::uint64_t hash) {
    const auto found = std::lower_bound(
        words.begin(), words.end(), hash,
        [](const WordCount& word, std::uint64_t wanted) { return word.hash < wanted; });
    return static_cast<double>(found->count);
  };
  std::sort(pairs_.begin(), pairs_.end(),
            [](const Pair& a, const Pair& b) { return a.sum() < b.sum(); });
  AllLikes likes{};
  for (std::size_t first = 0; first < pairs_.size();) {
    std::size_t last = first + 1;
    while (last < pairs_.size() && pairs_[last].sum() == pairs_[first].sum()) ++last;
    const std::size_t others = last - first - 1;
    const double firsts = count(pairs_[first].first) - 1, lasts = count(pairs_[first].last) - 1;
    const auto same = static_cast<double>(last - first);
    first = last;
    if (firsts < 1 || lasts < 1 || others > kNamesakesMax) continue;
    const double expected = firsts * lasts / static_cast<double>(rows);
    Likes& like = likes[NameWords::chance_of(expected)];
    like.names += same;
    like.shared += others != 0 ? same : 0;
  }
  return chances_of(likes);
}

void NameStatistics::write(IndexFile& file, const SipKey& key, std::uint64_t rows) {
  if (pairs_.empty()) return;
  std::vector<WordCount> words = count_words();
  const NameWords::Chances learnt = chances(words, rows);
  pairs_ = {};
  for (WordCount& word : words) word.hash = name_identity(key, word.hash);
  std::sort(words.begin(), words.end(),
            [](const WordCount& a, const WordCount& b) { return a.hash < b.hash; });
  const std::uint64_t slots = words.size() * 2;
  std::vector<std::uint64_t> table(slots + NameWords::kSlotsBehind);
  std::uint64_t at = 0;
  for (const WordCount& word : words) {
    at = std::max(at, NameWords::slot_of(word.hash, slots));
    if (at == table.size()) break;
    table[at++] = (word.hash & NameWords::kHashMask) | NameWords::code(word.count);
  }
  file.begin_section(SectionKind::name_words);
  file.write({reinterpret_cast<const std::uint8_t*>(learnt.data()), sizeof learnt});
  file.write({reinterpret_cast<const std::uint8_t*>(table.data()), table.size() * 8});
  file.end_section();
}

}  // namespace outspan::fingerprint

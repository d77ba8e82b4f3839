#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fingerprint/build/index_file.h"
#include "fingerprint/index/name_words.h"

namespace outspan::fingerprint {

/// Learns from the customers' names what the sensor has to know of a list of nothing but names:
/// which words they are made of, and how likely the name of somebody else is one of them. 16 bytes
/// a name, 8 more while it is written.
class NameStatistics {
 public:
  /// Hashes of a first and a last word.
  struct Pair {
    std::uint64_t first, last;
    [[nodiscard]] std::uint64_t sum() const noexcept { return first + last; }
  };
  void add(std::span<const Pair> pairs) { pairs_.insert(pairs_.end(), pairs.begin(), pairs.end()); }
  /// Writes the section of NameWords, if there are names. `rows`: of the index.
  void write(IndexFile& file, const SipKey& key, std::uint64_t rows);

 private:
  struct WordCount {
    std::uint64_t hash, count;
  };
  [[nodiscard]] std::vector<WordCount> count_words() const;
  [[nodiscard]] NameWords::Chances chances(const std::vector<WordCount>& words, std::uint64_t rows);

  std::vector<Pair> pairs_;
};

}  // namespace outspan::fingerprint

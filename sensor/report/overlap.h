#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "report/ranking.h"

namespace outspan::report {

/// Sums by key where several rules may have seen the same data: incidents of one rule add up, and
/// of the rules the one that saw most counts.
/// Memory: a number for each key and rule; its user bounds them.
class Overlap {
 public:
  void add(const std::string& key, const std::string& rule, std::uint64_t amount);
  /// `times` are incidents, of all rules.
  [[nodiscard]] Ranking ranking() const;

 private:
  struct Sum {
    std::uint64_t amount = 0, incidents = 0;
  };

  std::map<std::string, std::map<std::string, Sum>> by_rule_;
};

}  // namespace outspan::report

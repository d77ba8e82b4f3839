#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace outspan {

/// Counters gathered for a `stats` event: name ("decode.errors.ipv4_header") to value. Stages keep
/// plain integers on the packet path and pour them in here when asked; pouring in several workers
/// adds them up.
class Stats {
 public:
  /// Sums over workers: packets, refusals, bytes.
  void add(std::string_view name, std::uint64_t value) { values_[std::string(name)] += value; }

  void merge(const Stats& other) {
    for (const auto& [name, value] : other.values_) values_[name] += value;
  }
  [[nodiscard]] std::uint64_t value(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? 0 : found->second;
  }
  [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& values() const noexcept {
    return values_;
  }

 private:
  std::map<std::string, std::uint64_t, std::less<>> values_;
};

}  // namespace outspan

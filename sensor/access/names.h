#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/uses.h"

namespace outspan::access {

/// Numbers for the names of sources and programs. Bounded: once it is full, further names are all
/// kOther.
class Names {
 public:
  static constexpr std::size_t kMax = 65'536;
  static constexpr NameNumber kOther = 0;

  Names() : texts_{"other"} {}
  NameNumber number(std::string_view text) {
    const auto found = numbers_.find(std::string(text));
    if (found != numbers_.end()) return found->second;
    if (texts_.size() >= kMax) return ++left_out_, kOther;
    const auto number = static_cast<NameNumber>(texts_.size());
    texts_.emplace_back(text);
    numbers_.emplace(texts_.back(), number);
    return number;
  }
  [[nodiscard]] const std::string& text(NameNumber number) const { return texts_[number]; }
  /// How often a name was kOther's.
  [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }

 private:
  std::vector<std::string> texts_;
  std::uint64_t left_out_ = 0;
  std::unordered_map<std::string, NameNumber> numbers_;
};

}  // namespace outspan::access

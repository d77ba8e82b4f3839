#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/uses.h"

namespace outspan::access {

/// Numbers for the names of sources and programs. Bounded, by their number and their length
/// together: once it is full, further names are all kOther, until those that nobody uses are
/// forgotten.
class Names {
 public:
  static constexpr std::size_t kMax = 65'536;
  static constexpr std::size_t kBytesMax = 4 << 20;
  static constexpr NameNumber kOther = 0;

  Names() : texts_{"other"} {}
  NameNumber number(std::string_view text) {
    const auto found = numbers_.find(std::string(text));
    if (found != numbers_.end()) return found->second;
    if (texts_.size() >= kMax || bytes_ + text.size() > kBytesMax) return ++left_out_, kOther;
    const auto number = static_cast<NameNumber>(texts_.size());
    bytes_ += text.size();
    texts_.emplace_back(text);
    numbers_.emplace(texts_.back(), number);
    return number;
  }
  [[nodiscard]] const std::string& text(NameNumber number) const { return texts_[number]; }
  /// How often a name was kOther's.
  [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }
  [[nodiscard]] bool half_full() const noexcept {
    return texts_.size() >= kMax / 2 || bytes_ >= kBytesMax / 2;
  }
  /// Forgets all names but those that `each` goes through: it calls what it is given with every
  /// number that is in use, to be changed.
  void forget_unused(const std::function<void(const std::function<void(NameNumber&)>&)>& each) {
    Names kept;
    each([&](NameNumber& number) {
      if (number != kOther) number = kept.number(text(number));
    });
    kept.left_out_ = left_out_;
    *this = std::move(kept);
  }

 private:
  std::vector<std::string> texts_;
  std::size_t bytes_ = 0;
  std::uint64_t left_out_ = 0;
  std::unordered_map<std::string, NameNumber> numbers_;
};

}  // namespace outspan::access

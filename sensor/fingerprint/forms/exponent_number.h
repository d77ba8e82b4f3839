#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "detect/text_span.h"

namespace outspan::fingerprint {

/// A whole number as spreadsheets and data frames write a long one: "4.47911123456E11",
/// "4,47911123456E+11", "4.479111234560e+11".
class ExponentNumber {
 public:
  static constexpr std::size_t kDigitsMax = 15;  ///< of E.164

  /// Reads one that begins with the digit at `begin`, its only one before the decimal point or
  /// comma. nullopt: none stands there, it is no whole number, or it has more digits. Linear.
  static std::optional<ExponentNumber> at(detect::TextSpan text, std::uint32_t begin) noexcept;

  /// All digits of the number, where they were written. Valid as long as this object.
  [[nodiscard]] std::string_view digits() const noexcept { return {digits_, size_}; }
  /// Digits were cut: "4.47911E+11". What digits() says then is no value.
  [[nodiscard]] bool is_cut() const noexcept { return is_cut_; }
  [[nodiscard]] std::uint32_t end() const noexcept { return end_; }

 private:
  char digits_[kDigitsMax];
  std::uint8_t size_ = 0;
  bool is_cut_ = false;
  std::uint32_t end_ = 0;
};

}  // namespace outspan::fingerprint

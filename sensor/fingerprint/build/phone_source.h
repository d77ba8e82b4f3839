#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "detect/phone.h"
#include "fingerprint/build/reject.h"

namespace outspan::fingerprint {

/// Telephone numbers as people and programs write them into tables, to E.164 digits.
///
/// Usual spellings are read by the sensor's own automaton, in some 50 ns; everything else by
/// libphonenumber, which takes 300 times as long. Both know the same numbers.
/// Thread: any.
class PhoneSource {
 public:
  /// `countries`: ISO 3166 codes for numbers without a country code, tried in this order.
  explicit PhoneSource(const std::vector<std::string>& countries);

  /// E.164 digits without the plus, or why not. `cell` is folded (text/fold.h).
  [[nodiscard]] std::variant<std::string, Reject> read(std::string_view cell) const;

  /// For the differential test: each of the two ways by itself.
  [[nodiscard]] std::optional<std::string> read_quickly(std::string_view cell) const;
  [[nodiscard]] std::variant<std::string, Reject> read_with_library(std::string_view cell) const;

  /// A number without its last digits, as one number.
  static constexpr std::size_t kDigitsOff = 2;
  [[nodiscard]] static std::uint64_t beginning(std::string_view digits) noexcept;
  /// Numbers that can exist and begin so: with a calling code and some digits.
  [[nodiscard]] static double space(std::string_view digits) noexcept;
  /// The same by calling code; 0: there is none.
  [[nodiscard]] static std::size_t calling_code(std::string_view digits) noexcept;

  /// Whether there is a numbering plan of this country.
  static bool knows_country(std::string_view country);

 private:
  std::vector<std::string> countries_;
  std::vector<detect::PhoneRules> rules_;  // by country, then without one
};

}  // namespace outspan::fingerprint

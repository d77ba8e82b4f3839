#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detect/number_group.h"
#include "detect/phone_table.h"
#include "detect/text_span.h"

namespace outspan::detect {

/// Telephone numbers: international ones of every numbering plan, national ones of the countries
/// given. Canonical form: E.164 ("+442079460123").
class PhoneRules {
 public:
  /// ISO 3166 codes; those without a numbering plan are ignored.
  explicit PhoneRules(const std::vector<std::string>& countries);

  /// A number whose first digits are the run `first`; the longest one.
  bool find(TextSpan text, const NumberGroup& group, std::size_t first,
            Finding& finding) const noexcept;

  /// Whether E.164 digits (without the plus) are a number that can exist.
  [[nodiscard]] bool possible(std::string_view digits) const noexcept;
  /// Digits of the calling code at the beginning of E.164 digits; 0: none.
  [[nodiscard]] std::size_t calling_code_size(std::string_view digits) const noexcept;

 private:
  struct Plan {
    std::string code;
    std::string trunk_prefix;
    std::uint16_t start;
    bool operator==(const Plan&) const noexcept = default;
  };
  class Reader;
  bool international(TextSpan text, const NumberGroup& group, std::size_t first,
                     std::size_t skip_digits, Finding& finding) const noexcept;
  /// A number with the right length that nobody was given (yet): reserved ranges, new ones.
  bool unassigned(TextSpan text, const NumberGroup& group, std::size_t first,
                  Finding& finding) const noexcept;
  bool national(const Plan& plan, TextSpan text, const NumberGroup& group, std::size_t first,
                Finding& finding) const noexcept;

  std::vector<std::uint16_t> start_by_code_;  // 0: no such calling code
  /// By calling code: bit n is set where numbers with n national digits exist.
  std::vector<std::uint32_t> lengths_by_code_;
  std::vector<Plan> plans_;
  /// Of plans_, those whose numbers can begin with the digit, trunk prefix included. Most digits of
  /// ordinary text begin no national number of anybody.
  std::array<std::vector<std::uint8_t>, 10> plans_by_first_digit_;
};

}  // namespace outspan::detect

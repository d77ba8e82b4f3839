#pragma once

#include <cstdint>
#include <span>
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
  static constexpr std::size_t kDigitsMin = 7;

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
    std::span<const NumberGrouping> groupings;  ///< by shape
  };
  /// Bit n: plan n; the last bit stands for all the plans from there on.
  using Plans = std::uint64_t;
  /// Plans with numbers that begin with two digits (row) and have as many digits as the text.
  struct PlansByBeginning {
    static constexpr std::size_t kDigitsMax = 24;  ///< this many, or more
    Plans exactly[100][kDigitsMax + 1] = {};
    Plans at_most[100][kDigitsMax + 1] = {};
    void add(Plans plan, std::size_t beginning, std::size_t digits);
    void finish();
  };
  class Reader;
  bool international(TextSpan text, const NumberGroup& group, std::size_t first,
                     std::size_t skip_digits, Finding& finding) const noexcept;
  /// A number with the right length that nobody was given (yet): reserved ranges, new ones.
  bool unassigned(TextSpan text, const NumberGroup& group, std::size_t first,
                  Finding& finding) const noexcept;
  void add_beginnings(Plans plan, std::size_t index, const std::vector<std::uint32_t>& lengths);
  /// Plans that may have a number here: most digits are none, and this looks at two of them.
  [[nodiscard]] Plans candidates(TextSpan text, const NumberGroup& group, std::size_t first,
                                 bool in_parentheses) const noexcept;
  bool national(const Plan& plan, TextSpan text, const NumberGroup& group, std::size_t first,
                Finding& finding) const noexcept;
  bool any_national(TextSpan text, const NumberGroup& group, std::size_t first, Plans plans,
                    Finding& finding) const noexcept;
  bool with_prefix(TextSpan text, const NumberGroup& group, std::size_t first,
                   Finding& finding) const noexcept;
  bool with_plus(TextSpan text, const NumberGroup& group, std::size_t first, std::uint32_t begin,
                 Finding& finding) const noexcept;

  std::vector<std::uint16_t> start_by_code_;  // 0: no such calling code
  /// By calling code: bit n is set where numbers with n national digits exist.
  std::vector<std::uint32_t> lengths_by_code_;
  std::vector<Plan> plans_;
  Plans one_digit_first_ = 0;  ///< "1-415-555-0132"
  PlansByBeginning beginnings_, in_parentheses_;
};

}  // namespace outspan::detect

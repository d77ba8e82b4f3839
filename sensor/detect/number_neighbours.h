#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "detect/number_group.h"
#include "detect/text_span.h"

namespace outspan::detect {

/// Where the digits of a number stand among the runs of its text (NumberGroup::all()).
struct NumberPlace {
  std::uint32_t run = 0;
  std::uint8_t runs = 0;
  bool line_plus = false;  ///< begins with a plus at the beginning of a line

  bool operator==(const NumberPlace&) const = default;
};

/// What its neighbours say about a number: the digits near it that have the same form, and how many
/// of them are such numbers as well. Of a column of customers' numbers nearly all are, of a column
/// of ids a few by chance. Where rows have several columns of that form, each is judged by itself.
///
/// Looks kReachBytes far, so that the answer does not depend on where the text was cut.
class NumberNeighbours {
 public:
  static constexpr std::uint32_t kReachBytes = 300;

  /// `runs`: of all the text. `passed`: where numbers of the kind in question stand, by position.
  /// Numbers are asked about by position, too.
  NumberNeighbours(TextSpan text, std::span<const Run> runs, std::span<const NumberPlace> passed)
      : text_(text), runs_(runs), passed_(passed) {}

  /// Enough of them that chance is excluded. `rare`: one number in ten of that form is valid, or
  /// fewer; otherwise as many as one in two.
  [[nodiscard]] bool support(const NumberPlace& number, bool rare);
  /// Several of them are none.
  [[nodiscard]] bool contradict(const NumberPlace& number);

 private:
  static constexpr std::uint32_t kUnknown = ~0u;
  struct Neighbour {
    std::size_t run;
    std::uint32_t column;  ///< counts numbers of the form in a row
    bool passed;
  };
  struct Counts {
    std::size_t all = 0, passed = 0;
    /// Of those that passed, as far as they differ.
    std::array<std::string_view, 3> beginnings;
    std::size_t different = 0;

    void add(std::string_view beginning, bool is_passed) noexcept;
    [[nodiscard]] bool support(std::size_t enough) const noexcept;
    [[nodiscard]] bool contradict() const noexcept;
  };
  void count(const NumberPlace& number);
  void collect(const NumberPlace& number);
  [[nodiscard]] bool same_form(const NumberPlace& number, std::size_t at) const noexcept;
  [[nodiscard]] bool passed_at(const NumberPlace& number, std::size_t at) noexcept;
  [[nodiscard]] bool row_ends_between(std::uint32_t begin, std::uint32_t end) const noexcept;

  TextSpan text_;
  std::span<const Run> runs_;
  std::span<const NumberPlace> passed_;
  std::size_t first_passed_ = 0, next_passed_ = 0;
  std::vector<Neighbour> neighbours_;
  Counts everywhere_, column_;
};

}  // namespace outspan::detect

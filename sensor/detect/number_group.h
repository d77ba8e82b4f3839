#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "detect/text_span.h"

namespace outspan::detect {

/// What stands between two runs of digits, or around them.
enum class Gap : std::uint8_t {
  none,   ///< something else: the group begins or ends here
  blank,  ///< one blank or no-break space
  dash,
  dot,
  slash,
  mixed,        ///< several separators or a parenthesis, no blank among them
  mixed_blank,  ///< several, with a blank
};
constexpr bool has_blank(Gap gap) noexcept { return gap == Gap::blank || gap == Gap::mixed_blank; }

/// A whole number with a fraction of zeros is one value only if it could be one.
inline constexpr std::uint32_t kFloatDigitsMin = 7;

/// Digits without anything between them.
struct Run {
  std::uint32_t begin, end;
  Gap before;  ///< between the run before and this one
  /// Lengths of this and the following runs, five bits each, this one lowest; 31: 31 or more.
  std::uint64_t shape;

  [[nodiscard]] std::uint32_t size() const noexcept { return end - begin; }
};

/// The groups of digits of a text: runs that follow one another, bridged by one to three
/// separators. One group at a time is looked at; the runs of those before it stay, for what asks
/// about a number's neighbours.
///
/// Everything later decides by a run and a few neighbours, so the end of a long list of numbers
/// does not matter to its beginning. Memory: 24 bytes for each run of a text.
class NumberGroup {
 public:
  /// Forgets all groups: another text follows.
  void clear() noexcept { runs_.clear(); }
  /// Reads the group that begins at `begin`, a digit. Gives the position after its last run.
  std::uint32_t read(TextSpan text, std::uint32_t begin);

  /// Of the group read last.
  [[nodiscard]] std::span<const Run> runs() const noexcept {
    return std::span(runs_).subspan(first_);
  }
  [[nodiscard]] Gap gap_after(std::size_t run) const noexcept {
    return first_ + run + 1 < runs_.size() ? runs_[first_ + run + 1].before : Gap::none;
  }

  /// Of all groups since clear(), by position; a group begins where Run::before is Gap::none.
  [[nodiscard]] std::span<const Run> all() const noexcept { return runs_; }

 private:
  std::vector<Run> runs_;
  std::size_t first_ = 0;
};

/// "2024-01-15", "15.01.2024": a date, or the beginning of one, begins with the run `at`.
bool date_at(TextSpan text, const NumberGroup& group, std::size_t at) noexcept;

/// "192.168.0.1": four runs up to 255, joined by dots, begin with the run `at`.
bool ip_address_at(TextSpan text, const NumberGroup& group, std::size_t at) noexcept;

}  // namespace outspan::detect

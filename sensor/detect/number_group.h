#pragma once

#include <cstdint>
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

/// Digits without anything between them.
struct Run {
  std::uint32_t begin, end;
  Gap before;  ///< between the run before and this one
  /// Lengths of this and the following runs, five bits each, this one lowest; 31: 31 or more.
  std::uint64_t shape;

  [[nodiscard]] std::uint32_t size() const noexcept { return end - begin; }
};

/// The runs of digits that follow `begin`, bridged by one to three separators. Everything later
/// decides by a run and a few neighbours, so the end of a long list of numbers does not matter to
/// its beginning.
class NumberGroup {
 public:
  /// `begin` is a digit. Gives the position behind the last run.
  std::uint32_t read(TextSpan text, std::uint32_t begin);
  [[nodiscard]] const std::vector<Run>& runs() const noexcept { return runs_; }
  [[nodiscard]] Gap gap_after(std::size_t run) const noexcept {
    return run + 1 < runs_.size() ? runs_[run + 1].before : Gap::none;
  }

 private:
  std::vector<Run> runs_;
};

/// Whether a number may begin at `at`: not inside a word, a decimal fraction, an amount or a name
/// of hyphenated parts.
bool number_may_begin(TextSpan text, std::uint32_t at) noexcept;
bool number_may_end(TextSpan text, std::uint32_t at) noexcept;

/// Whether a file name's extension begins behind the '.' at `at` ("TM-1.pdf"): of documents, since
/// pictures and scripts are numbered by machines.
bool document_extension_at(TextSpan text, std::size_t at) noexcept;

}  // namespace outspan::detect

#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "detect/beside.h"
#include "detect/number_group.h"
#include "detect/text_span.h"

namespace outspan::detect {

/// A kind of number with a fixed form and a validator: a payment card, a national identifier.
///
/// `layouts`, separated by '|', say how it is written: lengths of the runs of digits, and between
/// them the separator: ' ' '-' '.' '/', or '_' for blank or dash, the same throughout. At the end
/// how sure that is: '!' counts with a context word or in a column of such numbers only, '?' the
/// same but for a low confidence, '*' as with a context word. Without: the signature's base.
struct NumberFormat {
  std::string_view detector;
  std::string_view layouts;
  bool (*valid)(std::string_view digits) noexcept;
  /// Takes letters around the digits into the finding (whose canonical form is the digits so far)
  /// and checks them. nullptr: there are none.
  bool (*letters)(TextSpan text, Finding& finding) noexcept = nullptr;
  /// Few numbers of these layouts are valid by chance (there is a check digit), so that a column of
  /// valid ones proves itself.
  bool rare = true;
};

std::span<const NumberFormat> payment_formats() noexcept;
std::span<const NumberFormat> identifier_formats() noexcept;
/// By detector name; nullptr: none of that name.
const NumberFormat* number_format(std::string_view detector) noexcept;

/// The layouts of all the formats in use, by the length of the first run.
class NumberFormats {
 public:
  void add(const NumberFormat& format, std::uint16_t user);

  /// Digits of the shortest layout.
  [[nodiscard]] std::uint32_t digits_min() const noexcept { return digits_min_; }
  /// Whether a layout begins with runs of these lengths and this separator, no blank, between them.
  [[nodiscard]] bool begins_with(std::uint32_t first, char separator,
                                 std::uint32_t second) const noexcept;

  /// Calls use(user, finding) for each format that fits the runs from `first` on.
  template <class Use>
  void match(TextSpan text, const NumberGroup& group, std::size_t first, Use use) const {
    const Run& run = group.runs()[first];
    if (run.before != Gap::none && !has_blank(run.before)) return;  // the middle of something
    const Gap after = group.gap_after(first);
    const Layouts& layouts = by_first_[run.shape & 31];
    Reading reading(text, group, first);
    if (after == Gap::none || has_blank(after))
      for (const Layout& layout : layouts.bare)
        if (fits(layout, reading)) use(layout.user, reading.finding);
    if (after == Gap::none) return;
    for (const Layout& layout : layouts.long_ones)
      if ((run.shape & layout.mask) == layout.shape && fits(layout, reading))
        use(layout.user, reading.finding);
  }

 private:
  struct Layout {
    std::uint64_t shape = 0, mask = 0;
    const NumberFormat* format = nullptr;
    std::uint16_t user = 0;
    std::uint8_t runs = 0;
    bool even = false;  ///< several runs, all of one length
    Strength strength = Strength::normal;
    char separators[8] = {};  // [i]: after run i
  };
  struct Layouts {
    std::vector<Layout> bare, long_ones;  ///< of one run, of several
  };
  /// What layouts with as many runs have in common is read once.
  struct Reading {
    Reading(TextSpan in, const NumberGroup& of, std::size_t from) noexcept
        : text(in), group(of), first(from) {}

    TextSpan text;
    const NumberGroup& group;
    std::size_t first;
    std::size_t read_runs = 0;  ///< of which `digits` are; 0: none yet
    bool possible = false;      ///< nothing refuses them
    bool edge_known = false;
    Edge edge = Edge::clear;  ///< around the digits
    Finding digits;
    Finding finding;  ///< of the layout that fits
  };
  static Layout parse(std::string_view layout);
  static bool fits(const Layout& layout, Reading& reading) noexcept;
  static void read(Reading& reading, std::size_t runs) noexcept;
  static Strength strength_of(const Layout& layout, TextSpan text, const NumberGroup& group,
                              std::size_t first, Edge edge) noexcept;

  Layouts by_first_[32];
  std::uint32_t digits_min_ = UINT32_MAX;
};

}  // namespace outspan::detect

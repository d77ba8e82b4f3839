#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "detect/number_group.h"
#include "detect/text_span.h"

namespace outspan::fingerprint {

/// How numbers of a company's own making are written: "TM-########", `#` a digit, `?` a letter, `*`
/// either, anything else itself. Letters count in either case; other characters separate and may be
/// left out or be another separator. The canonical form is letters and digits in upper case:
/// "TM00412977". The fixed letters and digits in front may be missing ("00412977").
class TicketFormat {
 public:
  static Result<TicketFormat> parse(const std::string& where, std::string_view text);

  /// The format that a value has: digits as `#`, letters as `?`, in upper case those before the
  /// first digit; what no format can hold as `!`.
  static std::string of_value(std::string_view value);

  /// The canonical form of a whole value, with or without its beginning. False: it has another
  /// form.
  bool read(std::string_view value, std::string& canonical) const;

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// Different values.
  [[nodiscard]] double space() const noexcept;

  /// Found by its digits: a run of six and more of them, with fixed characters in front or without.
  [[nodiscard]] bool digit_led() const noexcept { return digit_led_; }
  /// Otherwise: a Hyperscan expression (caseless) that ends where the value ends.
  [[nodiscard]] std::string expression() const;

  /// A digit-led value whose digits begin with the run `first`. `spelled` strong: its beginning is
  /// there.
  bool find(detect::TextSpan text, const detect::NumberGroup& group, std::size_t first,
            detect::Finding& finding) const noexcept;
  /// Where the fixed beginning of digits at `begin` begins, whatever stands before it; `begin`: it
  /// is not there.
  [[nodiscard]] std::uint32_t beginning_at(detect::TextSpan text,
                                           std::uint32_t begin) const noexcept;
  /// A value that expression() says to end at `end`.
  bool find_ending(detect::TextSpan text, std::uint32_t end,
                   detect::Finding& finding) const noexcept;

 private:
  enum class Kind : std::uint8_t { separator, literal, digit, letter, alnum };
  struct Element {
    Kind kind;
    char literal;
  };
  static bool fits(const Element& element, char upper) noexcept;
  bool take_beginning(detect::TextSpan text, std::uint32_t& begin) const noexcept;

  std::string text_;
  std::vector<Element> elements_;
  std::string beginning_;            // fixed letters and digits before the first placeholder
  std::vector<std::uint32_t> runs_;  // lengths of the runs of digits, when digit-led
  std::size_t size_ = 0;             // of the canonical form
  bool digit_led_ = false;
};

}  // namespace outspan::fingerprint

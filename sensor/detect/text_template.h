#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "detect/text_span.h"

namespace outspan::detect {

/// Numbers of fixed width such as "TM-########": `#` a digit, `?` a letter, `*` a letter or digit,
/// `\` takes the next character as it is, anything else is itself in either case.
class TextTemplate {
 public:
  static Result<TextTemplate> parse(const std::string& where, std::string_view text);

  /// For Hyperscan, with HS_FLAG_CASELESS.
  [[nodiscard]] std::string expression() const;
  [[nodiscard]] std::size_t width() const noexcept { return elements_.size(); }
  /// Characters before the first placeholder.
  [[nodiscard]] std::size_t prefix_size() const noexcept;
  /// A value of this form.
  [[nodiscard]] std::string sample(std::uint64_t number) const;

  /// Whether the value that ends at `end` (Hyperscan says its form is right) stands by itself.
  [[nodiscard]] bool stands_alone(TextSpan text, std::size_t begin, std::size_t end) const noexcept;

 private:
  struct Element {
    enum class Kind : std::uint8_t { literal, digit, letter, alnum } kind;
    char literal;
  };
  std::vector<Element> elements_;
};

}  // namespace outspan::detect

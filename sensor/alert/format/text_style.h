#pragma once

#include <string>
#include <string_view>

#include "alert/format/text_format.h"
#include "config/config.h"

namespace outspan::alert {

/// Colours of the text format; with Colour::none every call gives its text back.
class Style {
 public:
  explicit Style(Colour colour) noexcept : on_(colour == Colour::ansi) {}

  [[nodiscard]] std::string strong(std::string_view text) const { return paint("1", text); }
  [[nodiscard]] std::string faint(std::string_view text) const { return paint("2", text); }
  [[nodiscard]] std::string good(std::string_view text) const { return paint("32", text); }
  [[nodiscard]] std::string warning(std::string_view text) const { return paint("33", text); }
  [[nodiscard]] std::string severity(config::Severity severity, std::string_view text) const {
    static constexpr std::string_view kCodes[] = {"36", "33", "1;31", "1;37;41"};
    return paint(kCodes[static_cast<std::size_t>(severity)], text);
  }

 private:
  [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const {
    if (!on_) return std::string(text);
    return std::string("\x1b[").append(code).append("m").append(text).append("\x1b[0m");
  }
  bool on_;
};

/// `text` with blanks up to `columns` wide; to the left of numbers, to the right of words.
std::string pad_right(std::string_view text, std::size_t columns);
std::string pad_left(std::string_view text, std::size_t columns);

}  // namespace outspan::alert

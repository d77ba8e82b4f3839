#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outspan::detect {

/// A short text (a URL, a name) and what it stands for with escapes undone: %40, \u0040, &#64;,
/// &#x40;, and '+' as a blank. Each call of decode() undoes one layer.
class EscapedText {
 public:
  explicit EscapedText(std::string_view text);

  /// False: there was nothing to undo, or only what is the same twice.
  bool decode();
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// The part of the original that a part of text() was made from.
  [[nodiscard]] std::pair<std::size_t, std::size_t> source(std::size_t begin,
                                                           std::size_t end) const noexcept;

 private:
  std::string text_;
  std::vector<std::uint32_t> starts_;  // of each byte in the original, and the original's end
};

}  // namespace outspan::detect

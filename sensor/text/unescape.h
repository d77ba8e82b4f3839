#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "text/escape.h"
#include "text/text_masks.h"

namespace outspan::text {

/// What stands for other characters in a text.
enum class EscapeMode : std::uint8_t {
  /// Characters as in coded_character.h, strings in pieces, UTF-7, quoted-printable, base64 of LDIF
  text,
  form,  ///< without the last three; also `+` for a blank (application/x-www-form-urlencoded,
         ///< queries)
};

/// Undoes the escapes of a window, up to six layers of different kinds ("\u0026#64;") and any
/// number of one kind ("%2540"), and folds what then is beyond ASCII (fold.h). Results are borrowed
/// until the next run.
class Unescaper {
 public:
  /// Room that only grows, and how much of it is used.
  struct Text {
    std::vector<char> bytes;
    std::size_t size = 0;
  };

  /// true: something was undone or folded, and text() and escapes() say what became of it. `masks`:
  /// of `raw`, all of them; nullptr: not made.
  bool run(std::string_view raw, EscapeMode mode, const TextMasks* masks = nullptr);
  [[nodiscard]] std::string_view text() const noexcept { return {text_.bytes.data(), text_.size}; }
  /// There are more layers than that.
  [[nodiscard]] bool unfinished() const noexcept { return unfinished_; }
  [[nodiscard]] std::span<const Escape> escapes() const noexcept { return escapes_; }

 private:
  bool undo_layers(std::string_view raw, EscapeMode mode, const TextMasks* masks);

  bool unfinished_ = false;
  Text text_;
  Text next_text_;
  std::vector<Escape> escapes_;
  std::vector<Escape> next_escapes_;
  std::vector<Escape> merged_;
};

}  // namespace outspan::text

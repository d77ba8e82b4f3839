#pragma once

#include <cstdint>
#include <string_view>

#include "core/bytes.h"
#include "marks/spread.h"
#include "text/base64.h"
#include "text/coded_character.h"

namespace outspan::content {

/// Measures whether a long run of base64 stands for random bytes: in one line or wrapped, also with
/// escapes for its characters and line ends. Where a group of four begins does
/// not matter: random bits are random at any place.
///
/// Calls: begin, data with the text after that in order, end; active() in between.
/// Memory: 1 KiB, whatever the length of the run.
class Base64Noise {
 public:
  /// Other lines than the last have at least as many characters, and a multiple of four. (Those of
  /// xxencode have 61.)
  static constexpr std::size_t kMinLine = 60;

  /// Most runs are short; to measure each from its beginning costs 4 % of ordinary traffic.
  static constexpr std::uint64_t kCountedOnly = 256;

  void begin(std::string_view characters) noexcept;
  /// Reads up to the end of the run, after which it is not active.
  void data(Bytes text) noexcept;
  [[nodiscard]] bool active() const noexcept { return active_; }
  /// No more comes.
  void end() noexcept { active_ = false; }
  /// Characters of the run that began last, with its line ends and escapes, if it looks random;
  /// else 0. Tells it once.
  [[nodiscard]] std::uint64_t take() noexcept;

 private:
  std::size_t characters(Bytes text) noexcept;
  bool accepts(std::uint8_t c) noexcept;
  bool accepts_character(char c) noexcept;
  bool line_end() noexcept;

  bool active_ = false;
  bool first_line_ = true;   // of which the beginning may be missing
  std::uint64_t size_ = 0;   // of all that was read
  std::uint64_t line_ = 0;   // characters in this line
  std::uint64_t bytes_ = 0;  // that were decoded and measured
  text::CharacterReader escape_;
  text::Base64Decoder decoder_;
  marks::Spread spread_;
};

}  // namespace outspan::content

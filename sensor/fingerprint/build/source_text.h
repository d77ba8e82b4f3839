#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace outspan::fingerprint {

/// A byte source: fills `out` and says how much; 0 is the end.
using ReadBytes = std::function<std::size_t(std::span<char> out)>;

/// The text of a source, whichever program wrote it: UTF-16 and UTF-32, with a byte order mark or
/// without, become UTF-8; lines that end in CR alone (as spreadsheets for the Macintosh write them)
/// end in LF; a line "sep=;" before the table is taken out. What is no text is refused with what to
/// do about it.
class SourceText {
 public:
  /// Reads the beginning.
  explicit SourceText(ReadBytes read);

  /// As ReadBytes. Ends early where problem() says why.
  std::size_t read(std::span<char> out);
  /// What "sep=;" said; 0: it is not there.
  [[nodiscard]] char separator() const noexcept { return separator_; }
  /// The line of the source in which the table begins, from 1.
  [[nodiscard]] std::uint64_t first_line() const noexcept { return separator_ != '\0' ? 2 : 1; }
  /// Empty: none so far. Holds nothing of the source.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  enum class LineEnd : std::uint8_t { unknown, lf, cr };
  void look_at_beginning();
  void take_out_separator_line();
  void find_line_end() noexcept;
  bool fetch();
  void decode_units();
  bool refill();

  ReadBytes read_;
  std::size_t unit_bytes_ = 1;  ///< of a code unit
  bool big_endian_ = false;
  LineEnd line_end_ = LineEnd::unknown;
  bool begun_ = false, ended_ = false, quoted_ = false, after_cr_ = false;
  std::string units_;  ///< code units that are not decoded yet
  std::string text_;   ///< decoded, from at_ on not handed out yet
  std::size_t at_ = 0;
  std::size_t looked_at_ = 0;  ///< of text_, for the end of the first line
  char separator_ = '\0';
  std::string problem_;
};

}  // namespace outspan::fingerprint

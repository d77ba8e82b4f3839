#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace outspan::fingerprint {

/// A word of a text, folded as fold_letter() has it.
struct Word {
  std::uint32_t begin = 0, end = 0;  ///< in the text
  std::string_view folded;           ///< borrowed until the next one is read
  bool has_digit = false;
  bool symbol = false;  ///< one character of a writing without blanks
};

/// Reads words: letters and digits; apostrophes and marks between letters belong to the word and
/// are dropped; everything else ends it.
class WordReader {
 public:
  /// Longer words are no names: they are read over.
  static constexpr std::size_t kBytesMax = 48;

  /// `text` outlives the reader.
  explicit WordReader(std::string_view text) noexcept : text_(text) {}

  /// False: there are no more.
  bool next(Word& word) noexcept;

 private:
  void begin(Word& word) noexcept;
  void append(Word& word, std::size_t bytes, std::string_view folded, bool digit) noexcept;
  bool complete(Word& word) noexcept;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  bool too_long_ = false;
  char folded_[kBytesMax];
};

/// The words of a value without anything between them: what a text column is compared as.
std::string fold_text(std::string_view value);

}  // namespace outspan::fingerprint

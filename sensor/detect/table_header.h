#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/context_words.h"
#include "detect/hit.h"
#include "detect/text_span.h"

namespace outspan::detect {

/// The first line of a table of separated values: which columns are called what a signature's
/// values are called. That is context for all rows. A table may have a single column.
class TableHeader {
 public:
  /// The line of `text` that would be the header: the first one, but for "sep=;", comments and
  /// empty lines. Empty: it is not whole, or longer than a header is.
  static std::string_view line_of(std::string_view text) noexcept;

  /// No table.
  TableHeader() = default;
  /// Empty where `line` has no columns, or none with a word of a signature.
  TableHeader(std::string_view line, const ContextWords& words, hs_scratch_t* scratch);

  [[nodiscard]] bool empty() const noexcept { return columns_.empty(); }
  /// Whether a word of `signature` stands above the value that begins at `at`. Of a row whose
  /// beginning is not in `text` the column is not known: then any will do. In a table of one column
  /// the value is all of its line.
  [[nodiscard]] bool names(SignatureIndex signature, TextSpan text,
                           std::uint32_t at) const noexcept {
    return !columns_.empty() && is_above(signature, text, at);
  }

 private:
  static constexpr std::size_t kColumnsMax = 64;  ///< further ones count as the last
  /// Looked at in front of a value for the beginning of its row.
  static constexpr std::uint32_t kRowBytesMax = 4096;
  [[nodiscard]] bool is_above(SignatureIndex signature, TextSpan text,
                              std::uint32_t at) const noexcept;

  char separator_ = '\0';  ///< '\0': one column
  /// Bit n: column n.
  std::vector<std::pair<SignatureIndex, std::uint64_t>> columns_;
};

}  // namespace outspan::detect

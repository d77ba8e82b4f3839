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
/// values are called. That is context for all rows.
class TableHeader {
 public:
  /// No table.
  TableHeader() = default;
  /// Empty where `line` has no columns, or none with a word of a signature.
  TableHeader(std::string_view line, const ContextWords& words, hs_scratch_t* scratch);

  [[nodiscard]] bool empty() const noexcept { return columns_.empty(); }
  /// Whether a word of `signature` stands above the value that begins at `at`. Of a row whose
  /// beginning is not in `text` the column is not known: then any will do.
  [[nodiscard]] bool names(SignatureIndex signature, TextSpan text,
                           std::uint32_t at) const noexcept {
    return !columns_.empty() && is_above(signature, text, at);
  }

 private:
  static constexpr std::size_t kColumnsMax = 64;  ///< further ones count as the last
  [[nodiscard]] bool is_above(SignatureIndex signature, TextSpan text,
                              std::uint32_t at) const noexcept;

  char separator_ = ',';
  /// Bit n: column n.
  std::vector<std::pair<SignatureIndex, std::uint64_t>> columns_;
};

}  // namespace outspan::detect

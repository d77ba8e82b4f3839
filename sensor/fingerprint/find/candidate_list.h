#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "content/text.h"
#include "detect/candidates.h"
#include "detect/framing.h"
#include "fingerprint/find/neighbour_words.h"
#include "fingerprint/index/index_set.h"
#include "fingerprint/index/value_hash.h"

namespace outspan::fingerprint {

/// Something in a window that could be a value of an index.
struct Candidate {
  ValueHash hash;
  std::uint16_t index = 0;  ///< in the IndexSet
  ColumnMask columns = 0;   ///< it would stand in one of these
  std::uint16_t text = 0;   ///< of the window: see CandidateList::text()
  ColumnType type = ColumnType::email;
  detect::Strength strength = detect::Strength::strong;
  /// Looked up only if the candidate before it is not in the index.
  bool instead = false;
  /// Says nothing by itself: something beside it was left out that may belong to it, or it is a
  /// national number of some country.
  bool guess = false;
  std::uint32_t begin = 0, end = 0;  ///< in its text
  std::uint32_t value_at = 0, value_size = 0;
};

/// The candidates of one window. Emptied and filled again for each.
class CandidateList {
 public:
  /// `indexes` outlives the list, or the next call.
  void use(const IndexSet& indexes) noexcept { indexes_ = &indexes; }

  void begin_window(const content::Window& window) noexcept;
  void begin_text(detect::TextSpan text, bool unescaped, std::uint32_t raw_begin,
                  const detect::TableHeader& header);
  void on_address(std::uint32_t begin, std::uint32_t end);
  void on_spelled_address(std::uint32_t begin, std::uint32_t end, std::string_view address);
  void on_framed_address(std::uint32_t at_sign);
  void on_numbers(const detect::NumberGroup& group);
  void on_expression(std::uint32_t expression, std::uint32_t end);

  /// A piece of text of the window that was searched.
  struct Text {
    detect::TextSpan span;
    bool unescaped = false;
    std::uint32_t raw_begin = 0;
    const detect::TableHeader* header = nullptr;
    /// Where candidates stand, each by position.
    std::vector<Stretch> addresses, numbers;
  };
  [[nodiscard]] const std::vector<Candidate>& all() const noexcept { return candidates_; }
  [[nodiscard]] std::size_t texts() const noexcept { return used_; }
  [[nodiscard]] const Text& text(std::size_t i) const noexcept { return texts_[i]; }
  [[nodiscard]] std::string_view value(const Candidate& candidate) const noexcept {
    return std::string_view(values_).substr(candidate.value_at, candidate.value_size);
  }
  /// Where a candidate stands in the raw text of the window.
  [[nodiscard]] std::uint32_t raw_begin(const Candidate& candidate) const noexcept;
  [[nodiscard]] std::uint32_t raw_position(std::size_t text, std::uint32_t begin) const noexcept;
  [[nodiscard]] std::uint32_t raw_end(const Candidate& candidate) const noexcept;

 private:
  void add_address(std::size_t index, std::uint32_t begin, std::uint32_t end,
                   std::string_view address, bool guess);
  void add_framed_address(detect::Extent extent, bool guess);
  void add_numbers(const detect::NumberGroup& group);
  void add_framed_numbers(const detect::NumberGroup& group);
  void add_framed_phones(detect::Extent extent, bool guess);
  void add_framed_tickets(detect::Extent extent, bool guess);
  void add(std::size_t index, ColumnMask columns, ColumnType type, Key::Use use,
           std::uint32_t begin, std::uint32_t end, std::string_view value,
           detect::Strength strength, bool guess = false, bool instead = false);

  const IndexSet* indexes_ = nullptr;
  const content::Window* window_ = nullptr;
  std::vector<Text> texts_;  // those of earlier windows after the used ones, for their memory
  std::size_t used_ = 0;
  std::vector<PhoneReading> readings_;
  detect::EmailRules emails_;
  detect::NumberGroup framed_;
  std::string values_, canonical_, reduced_;
  std::vector<Candidate> candidates_;
};

}  // namespace outspan::fingerprint

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/stats.h"
#include "detect/candidates.h"
#include "detect/digit_masks.h"
#include "detect/email.h"
#include "detect/framing.h"
#include "detect/number_group.h"
#include "detect/number_neighbours.h"
#include "detect/signature_set.h"
#include "detect/spelled_email.h"
#include "detect/table_header.h"
#include "detect/text_span.h"

namespace outspan::detect {

/// A value in a text.
struct Found {
  /// What is yet to be asked about a number once all of its text is read.
  enum class Doubt : std::uint8_t {
    none,
    unsupported,  ///< none, unless its neighbours are such numbers as well
    lone,         ///< a low confidence, unless they are
    contradicted  ///< none, if its neighbours are no such numbers
  };

  SignatureIndex signature = 0;
  std::uint8_t confidence = 0;
  Doubt doubt = Doubt::none;
  std::uint32_t begin = 0, end = 0;
  /// The canonical form, in TextScanner's store.
  std::uint32_t value_at = 0, value_size = 0;
  std::uint32_t run = 0;  ///< of a number: where its first one begins
};

/// Finds all values of all signatures in one piece of text.
/// Thread: one object a thread. Memory: a few bytes for each candidate of the longest text.
class TextScanner {
 public:
  /// `candidates`: nullptr, or who gets them; outlives the scanner.
  explicit TextScanner(std::shared_ptr<const SignatureSet> signatures,
                       CandidateSink* candidates = nullptr);

  /// Forgets what was found.
  void clear() noexcept;
  /// Adds what is in `text`, by position. `header`: of the table that it is part of.
  void scan(TextSpan text, const TableHeader& header) noexcept;
  [[nodiscard]] std::vector<Found>& found() noexcept { return found_; }
  [[nodiscard]] std::string_view value(const Found& found) const noexcept {
    return std::string_view(values_).substr(found.value_at, found.value_size);
  }

  [[nodiscard]] TableHeader header_of(std::string_view line) const {
    return {line, signatures_->words(), scratch_.get()};
  }
  [[nodiscard]] const SignatureSet& signatures() const noexcept { return *signatures_; }
  void report(Stats& stats) const;

 private:
  struct Trigger {
    SignatureIndex signature;
    std::uint32_t end;
  };
  void find_triggered(TextSpan text);
  void search_triggers(TextSpan text);
  void add_at_signs(TextSpan text, SignatureIndex owner);
  void use_trigger(TextSpan text, const Trigger& trigger);
  void add_email(TextSpan text, const Trigger& trigger);
  void offer_addresses(TextSpan text, std::uint32_t at_sign, const EmailFinding* found);
  std::optional<FramedAddress> find_framed(TextSpan text, std::uint32_t at_sign) noexcept;
  void add_template(TextSpan text, const Trigger& trigger);
  void find_patterns(TextSpan text);
  void find_pattern(TextSpan text, const Pattern& pattern, std::size_t first, std::size_t last);
  void find_numbers(TextSpan text);
  [[nodiscard]] bool is_no_value(TextSpan text, std::uint32_t begin) const noexcept;
  void find_in_group(TextSpan text);
  void find_counted_in_group(TextSpan text);
  void find_others_in_group(TextSpan text, std::size_t from);
  bool find_phone(TextSpan text, std::size_t run, Finding& finding);
  void add_number(TextSpan text, SignatureIndex signature, std::size_t run, const Finding& finding);
  void add_letter_led(TextSpan text, SignatureIndex signature, const Finding& finding);
  void settle_doubts(TextSpan text, std::size_t from);
  void settle_doubts_of(TextSpan text, std::size_t from, SignatureIndex signature);
  [[nodiscard]] NumberPlace place_of(TextSpan text, const Found& found) const noexcept;
  void add(TextSpan text, SignatureIndex signature, std::uint32_t begin, std::uint32_t end,
           std::string_view value, std::uint8_t confidence);
  /// 0: not without a context word, and there is none.
  [[nodiscard]] std::uint8_t confidence(TextSpan text, SignatureIndex signature,
                                        std::uint32_t begin, std::uint32_t end, Strength strength,
                                        bool joined = false) const noexcept;
  void drop_overlapped(std::size_t from);
  void sort_found(std::size_t from, std::size_t numbers_from);

  std::shared_ptr<const SignatureSet> signatures_;
  CandidateSink* candidate_sink_;
  HsScratch scratch_;
  text::TextMasks own_masks_;               // of a text that came without
  const text::TextMasks* masks_ = nullptr;  // of the text
  NumberAnchors anchors_;
  bool refused_groups_ = false;  // some of them are not in group_
  NumberGroup group_;
  EmailRules emails_;
  SpelledEmails spelled_emails_;
  PatternMemory pattern_memory_;
  const TableHeader* header_ = nullptr;
  std::vector<Trigger> triggers_, pattern_ends_;
  std::vector<Found> found_, merged_;
  std::vector<NumberPlace> places_;
  std::string values_;

  std::uint64_t scanned_bytes_ = 0, candidates_ = 0, pattern_limits_ = 0, scan_errors_ = 0;
};

}  // namespace outspan::detect

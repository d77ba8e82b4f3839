#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/signature_file.h"
#include "core/result.h"
#include "detect/context_words.h"
#include "detect/hit.h"
#include "detect/hyperscan.h"
#include "detect/number_format.h"
#include "detect/pattern.h"
#include "detect/phone.h"
#include "detect/text_template.h"

namespace outspan::detect {

/// Who finds the values of a signature.
enum class Detector : std::uint8_t {
  email,
  phone,
  iban,
  fiscal_code,
  indian_pan,
  number,  ///< a NumberFormat
  text_template,
  pattern,
};

struct Signature {
  std::string id;
  std::string title;
  std::uint64_t value_scope = 0;  ///< see value_id()
  /// The name of the detector, or the template, or the pattern: for lists.
  std::string what;
  Detector detector = Detector::pattern;
  std::optional<config::Severity> severity;
  std::uint8_t confidence_base = 0;
  std::uint8_t confidence_with_context = 0;
  bool has_words = false;
  /// No hit without a context word: the signature says so, or its countries are not configured.
  bool context_required = false;
  const NumberFormat* number_format = nullptr;
  std::optional<TextTemplate> text_template;
  std::optional<Pattern> pattern;
};

/// All signatures of a run, compiled. Immutable: shared by all threads.
class SignatureSet {
 public:
  struct Options {
    /// ISO 3166 codes whose national phone formats and identifiers count without context.
    std::vector<std::string> countries;
    /// Whether somebody counts the finds of a signature. The others keep their place, name and
    /// context words, and are searched for only where they could claim the digits of a find.
    /// nullptr: all are counted.
    std::function<bool(std::string_view id)> counted{};
    /// What is looked for besides, for a CandidateSink.
    struct Candidates {
      bool addresses = false, numbers = false;
      /// Further (caseless) expressions, known by their position.
      std::vector<std::string> expressions{};
    } candidates{};
  };
  /// Owners of triggers that are no signatures' own: an address that only candidates ask for, one
  /// that is spelled otherwise, and from kExpressionOwner on the expressions of candidates.
  static constexpr SignatureIndex kAddressOwner = 0x7fff;
  static constexpr SignatureIndex kSpelledOwner = 0x7ffe;
  static constexpr SignatureIndex kExpressionOwner = 0x8000;
  /// Reports all that is wrong with the signatures in one go. Also refuses a matching library that
  /// fails its self-test.
  static Result<std::shared_ptr<const SignatureSet>> compile(
      const std::vector<config::SignatureSpec>& specs, const Options& options);

  [[nodiscard]] std::size_t size() const noexcept { return signatures_.size(); }
  [[nodiscard]] const Signature& operator[](SignatureIndex index) const noexcept {
    return signatures_[index];
  }
  [[nodiscard]] std::optional<SignatureIndex> find(std::string_view id) const noexcept;
  /// By SignatureIndex.
  [[nodiscard]] std::vector<std::string> ids() const;

  // What a TextScanner needs.

  /// Whose an '@' between two characters of addresses is.
  [[nodiscard]] std::optional<SignatureIndex> at_sign_owner() const noexcept {
    return at_sign_owner_;
  }
  /// Finds where templates and patterns may be; nullptr: none of them is in the set.
  [[nodiscard]] const hs_database_t* triggers() const noexcept { return triggers_.get(); }
  [[nodiscard]] const std::vector<HsExpression>& trigger_expressions() const noexcept {
    return expressions_;
  }
  /// Signature of an expression of triggers().
  [[nodiscard]] SignatureIndex trigger_owner(unsigned id) const noexcept { return owners_[id]; }
  [[nodiscard]] const ContextWords& words() const noexcept { return words_; }
  [[nodiscard]] const NumberFormats& numbers() const noexcept { return numbers_; }
  /// Kinds of numbers that nobody counts.
  [[nodiscard]] const NumberFormats& other_numbers() const noexcept { return other_numbers_; }
  [[nodiscard]] bool counts_phones() const noexcept { return counts_phones_; }
  [[nodiscard]] const PhoneRules& phone_rules() const noexcept { return phone_rules_; }
  /// Numbers are looked for: for signatures, or for candidates.
  [[nodiscard]] bool reads_numbers() const noexcept {
    return searches_numbers_ || options_.candidates.numbers;
  }
  /// By signatures.
  [[nodiscard]] bool searches_numbers() const noexcept { return searches_numbers_; }
  [[nodiscard]] std::optional<SignatureIndex> phone() const noexcept { return phone_; }
  [[nodiscard]] std::optional<SignatureIndex> iban() const noexcept { return iban_; }
  [[nodiscard]] std::optional<SignatureIndex> fiscal_code() const noexcept { return fiscal_code_; }
  [[nodiscard]] std::optional<SignatureIndex> indian_pan() const noexcept { return indian_pan_; }
  /// Working memory for one thread; nullptr: no memory.
  [[nodiscard]] HsScratch make_scratch() const;

 private:
  explicit SignatureSet(const Options& options)
      : options_(options), phone_rules_(options.countries) {}
  std::optional<Problem> add(const config::SignatureSpec& spec);
  void add_candidates();
  std::optional<Problem> add_detector(const config::SignatureSpec& spec, Signature& signature,
                                      SignatureIndex index);
  [[nodiscard]] bool counted(const config::SignatureSpec& spec) const {
    return !options_.counted || options_.counted(spec.id);
  }
  std::optional<Problem> claim(std::optional<SignatureIndex>& slot,
                               const config::SignatureSpec& spec, SignatureIndex index);
  void add_trigger(std::string expression, unsigned flags, std::string where, SignatureIndex index);

  Options options_;
  std::vector<Signature> signatures_;
  std::set<std::string> claimed_;  // detectors
  std::vector<HsExpression> expressions_;
  std::vector<SignatureIndex> owners_;
  HsDatabase triggers_;
  ContextWords words_;
  NumberFormats numbers_, other_numbers_;
  PhoneRules phone_rules_;
  bool searches_numbers_ = false, counts_phones_ = false;
  std::optional<SignatureIndex> at_sign_owner_;
  std::optional<SignatureIndex> email_, phone_, iban_, fiscal_code_, indian_pan_;
};

}  // namespace outspan::detect

#include "detect/text_scanner.h"

#include <algorithm>
#include <array>
#include <limits>

#include "detect/email_guesses.h"

namespace outspan::detect {
namespace {

constexpr std::uint8_t kMachineMadeConfidence = 20;

/// Letters, digits and bytes beyond ASCII; before the '@' a few more.
bool may_be_beside_at_sign(char before, char after) noexcept {
  const auto word = [](char c) { return is_alnum(c) || !text::is_ascii(c); };
  return word(after) && (word(before) || before == '_' || before == '\'' || before == '+' ||
                         before == '"' || before == '-');
}

struct TriggerContext {
  const SignatureSet& signatures;
  void* triggers;
};

}  // namespace

TextScanner::TextScanner(std::shared_ptr<const SignatureSet> signatures, CandidateSink* candidates)
    : signatures_(std::move(signatures)),
      candidate_sink_(candidates),
      scratch_(signatures_->make_scratch()) {}

void TextScanner::clear() noexcept {
  found_.clear();
  values_.clear();
}

void TextScanner::scan(TextSpan text, const TableHeader& header) noexcept {
  if (text.bytes.empty() || text.bytes.size() > std::numeric_limits<std::uint32_t>::max()) return;
  header_ = &header;
  scanned_bytes_ += text.bytes.size();
  if (text.masks == nullptr) own_masks_.classify_values(text.bytes);
  masks_ = text.masks != nullptr ? text.masks : &own_masks_;
  const std::size_t from = found_.size();
  find_triggered(text);
  const std::size_t numbers_from = found_.size();
  if (signatures_->reads_numbers()) {
    find_numbers(text);
    settle_doubts(text, numbers_from);
    drop_overlapped(numbers_from);
  }
  sort_found(from, numbers_from);
}

/// Texts and numbers come by position each, as a rule: two lists to merge.
void TextScanner::sort_found(std::size_t from, std::size_t numbers_from) {
  const auto earlier = [](const Found& a, const Found& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.signature < b.signature;
  };
  const auto first = found_.begin() + static_cast<std::ptrdiff_t>(from);
  const auto numbers = found_.begin() + static_cast<std::ptrdiff_t>(numbers_from);
  if (!std::is_sorted(first, numbers, earlier)) std::sort(first, numbers, earlier);
  if (!std::is_sorted(numbers, found_.end(), earlier)) std::sort(numbers, found_.end(), earlier);
  if (first == numbers || numbers == found_.end()) return;
  merged_.resize(found_.size() - from);
  std::merge(first, numbers, numbers, found_.end(), merged_.begin(), earlier);
  std::copy(merged_.begin(), merged_.end(), first);
}

void TextScanner::find_triggered(TextSpan text) {
  triggers_.clear();
  pattern_ends_.clear();
  if (signatures_->triggers() != nullptr) search_triggers(text);
  if (signatures_->at_sign_owner()) add_at_signs(text, *signatures_->at_sign_owner());
  candidates_ += triggers_.size();
  for (const Trigger& trigger : triggers_) use_trigger(text, trigger);
  if (!pattern_ends_.empty()) find_patterns(text);
}

void TextScanner::search_triggers(TextSpan text) {
  TriggerContext context{*signatures_, &triggers_};
  const auto on_match = [](unsigned id, unsigned long long, unsigned long long to, unsigned,
                           void* opaque) -> int {
    auto& c = *static_cast<TriggerContext*>(opaque);
    static_cast<std::vector<Trigger>*>(c.triggers)
        ->push_back({c.signatures.trigger_owner(id), static_cast<std::uint32_t>(to)});
    return 0;
  };
  if (hs_scan(signatures_->triggers(), text.bytes.data(), static_cast<unsigned>(text.bytes.size()),
              0, scratch_.get(), on_match, &context) != HS_SUCCESS)
    ++scan_errors_;
}

/// An '@' is a trigger with a character of addresses on either side; the rest is walked by hand.
/// Hyperscan would take 500 instructions for each.
void TextScanner::add_at_signs(TextSpan text, SignatureIndex owner) {
  const std::string_view bytes = text.bytes;
  const auto others = static_cast<std::ptrdiff_t>(triggers_.size());
  const text::MaskWords at_signs = masks_->at_signs();
  const std::size_t last = bytes.size() - 1;
  for (std::size_t at = text::next_bit(at_signs, 1, last); at < last;
       at = text::next_bit(at_signs, at + 1, last))
    if (may_be_beside_at_sign(bytes[at - 1], bytes[at + 1]))
      triggers_.push_back({owner, static_cast<std::uint32_t>(at + 2)});
  const auto by_end = [](const Trigger& a, const Trigger& b) { return a.end < b.end; };
  std::inplace_merge(triggers_.begin(), triggers_.begin() + others, triggers_.end(), by_end);
}

void TextScanner::use_trigger(TextSpan text, const Trigger& trigger) {
  if (trigger.signature >= SignatureSet::kExpressionOwner) {
    if (candidate_sink_ != nullptr)
      candidate_sink_->on_expression(trigger.signature - SignatureSet::kExpressionOwner,
                                     trigger.end);
    return;
  }
  if (trigger.signature == SignatureSet::kAddressOwner) return add_email(text, trigger);
  if (trigger.signature == SignatureSet::kSpelledOwner) {
    if (candidate_sink_ != nullptr && spelled_emails_.find(text, trigger.end, emails_))
      candidate_sink_->on_spelled_address(spelled_emails_.begin(), spelled_emails_.end(),
                                          spelled_emails_.address());
    return;
  }
  switch ((*signatures_)[trigger.signature].detector) {
    case Detector::email: return add_email(text, trigger);
    case Detector::text_template: return add_template(text, trigger);
    default: pattern_ends_.push_back(trigger);
  }
}

void TextScanner::add_email(TextSpan text, const Trigger& trigger) {
  EmailFinding email;
  const std::uint32_t at_sign = trigger.end - 2;
  bool found = emails_.find(text, at_sign, email);
  std::optional<FramedAddress> framed;
  if (text.in_binary) framed = find_framed(text, at_sign);
  // The index is asked for both: a length may be a letter after all.
  if (candidate_sink_ != nullptr) offer_addresses(text, at_sign, found ? &email : nullptr);
  if (framed && (framed->certain || !found)) email = {framed->extent.begin, framed->extent.end};
  found = found || framed;
  if (!found || trigger.signature == SignatureSet::kAddressOwner || email.only_known) return;
  std::uint8_t sure = confidence(text, trigger.signature, email.begin, email.end, Strength::normal);
  if (email.machine_made) sure = std::min(sure, kMachineMadeConfidence);
  const std::size_t at = values_.size();
  EmailRules::canonical(text.bytes.substr(email.begin, email.end - email.begin), values_);
  if (sure == 0) return;
  found_.push_back({trigger.signature, sure, Found::Doubt::none, email.begin, email.end,
                    static_cast<std::uint32_t>(at),
                    static_cast<std::uint32_t>(values_.size() - at)});
}

/// What an index is asked for around an '@'. `found`: an address by its form; nullptr: there is
/// none.
void TextScanner::offer_addresses(TextSpan text, std::uint32_t at_sign, const EmailFinding* found) {
  if (found != nullptr) candidate_sink_->on_address(found->begin, found->end);
  if (found != nullptr && !found->maybe_glued) return;
  EmailGuesses(text, at_sign, found, emails_).each([this](std::uint32_t begin, std::uint32_t end) {
    candidate_sink_->on_address(begin, end);
  });
}

/// The address that a length tells, and if several do, one that nothing else can be.
std::optional<FramedAddress> TextScanner::find_framed(TextSpan text,
                                                      std::uint32_t at_sign) noexcept {
  if (candidate_sink_ != nullptr) candidate_sink_->on_framed_address(at_sign);
  std::array<FramedAddress, kFramedAddressesMax> all;
  const auto framed = std::span(all).first(framed_addresses(emails_, text, at_sign, all));
  if (framed.empty()) return std::nullopt;
  const auto certain = std::find_if(framed.begin(), framed.end(),
                                    [](const FramedAddress& address) { return address.certain; });
  return certain != framed.end() ? *certain : framed.front();
}

void TextScanner::add_template(TextSpan text, const Trigger& trigger) {
  const TextTemplate& form = *(*signatures_)[trigger.signature].text_template;
  const auto begin = trigger.end - static_cast<std::uint32_t>(form.width());
  if (!form.stands_alone(text, begin, trigger.end) &&
      !(text.in_binary && is_framed(text, {begin, trigger.end})))
    return;
  const std::uint8_t sure =
      confidence(text, trigger.signature, begin, trigger.end, Strength::normal);
  const std::size_t before = values_.size();
  add(text, trigger.signature, begin, trigger.end, text.bytes.substr(begin, form.width()), sure);
  std::transform(values_.begin() + static_cast<std::ptrdiff_t>(before), values_.end(),
                 values_.begin() + static_cast<std::ptrdiff_t>(before), to_upper);
}

void TextScanner::find_patterns(TextSpan text) {
  std::sort(pattern_ends_.begin(), pattern_ends_.end(), [](const Trigger& a, const Trigger& b) {
    return a.signature != b.signature ? a.signature < b.signature : a.end < b.end;
  });
  // Ends that may belong to one value or to neighbours are looked at together.
  for (std::size_t first = 0; first < pattern_ends_.size();) {
    std::size_t last = first;
    while (last + 1 < pattern_ends_.size() &&
           pattern_ends_[last + 1].signature == pattern_ends_[first].signature &&
           pattern_ends_[last + 1].end - pattern_ends_[last].end <= Pattern::kValueBytesMax)
      ++last;
    find_pattern(text, *(*signatures_)[pattern_ends_[first].signature].pattern, first, last);
    first = last + 1;
  }
}

void TextScanner::find_pattern(TextSpan text, const Pattern& pattern, std::size_t first,
                               std::size_t last) {
  const SignatureIndex signature = pattern_ends_[first].signature;
  const std::uint32_t first_end = pattern_ends_[first].end, last_end = pattern_ends_[last].end;
  std::uint32_t at = first_end - std::min(first_end, Pattern::kValueBytesMax);
  // A few bytes behind, for expressions that look ahead; not all the rest of the text.
  const std::string_view searched =
      text.bytes.substr(0, std::min<std::size_t>(text.bytes.size(), last_end + std::size_t{16}));
  while (at < last_end) {
    std::uint32_t begin = 0, end = 0;
    const auto answer = pattern.find(searched, at, pattern_memory_, begin, end);
    if (answer == Pattern::Answer::limit) ++pattern_limits_;
    if (answer != Pattern::Answer::found) return;
    at = std::max(end, at + 1);
    const std::string_view value = text.bytes.substr(begin, end - begin);
    if (value.size() > Pattern::kValueBytesMax || !pattern.accepts(value)) continue;
    add(text, signature, begin, end, value,
        confidence(text, signature, begin, end, Strength::normal));
  }
}

void TextScanner::add(TextSpan text, SignatureIndex signature, std::uint32_t begin,
                      std::uint32_t end, std::string_view value, std::uint8_t confidence) {
  if (confidence == 0 || !text.complete(begin, end)) return;
  found_.push_back({signature, confidence, Found::Doubt::none, begin, end,
                    static_cast<std::uint32_t>(values_.size()),
                    static_cast<std::uint32_t>(value.size())});
  values_ += value;
}

std::uint8_t TextScanner::confidence(TextSpan text, SignatureIndex index, std::uint32_t begin,
                                     std::uint32_t end, Strength strength,
                                     bool joined) const noexcept {
  const Signature& signature = (*signatures_)[index];
  const bool needs_word = signature.context_required || strength <= Strength::lone;
  if (!needs_word && strength == Strength::strong) return signature.confidence_with_context;
  if (!signature.has_words) return needs_word ? 0 : signature.confidence_base;
  if (!needs_word && signature.confidence_with_context == signature.confidence_base)
    return signature.confidence_base;
  const ContextWords& words = signatures_->words();
  const bool word = joined ? words.right_before(text, begin, index, scratch_.get())
                           : header_->names(index, text, begin) ||
                                 words.near(text, begin, end, index, scratch_.get());
  if (word) return signature.confidence_with_context;
  return needs_word ? 0 : signature.confidence_base;
}

void TextScanner::report(Stats& stats) const {
  stats.add("detect.scanned_bytes", scanned_bytes_);
  stats.add("detect.candidates", candidates_);
  stats.add("detect.pattern_limits", pattern_limits_);
  stats.add("detect.scan_errors", scan_errors_);
}

}  // namespace outspan::detect

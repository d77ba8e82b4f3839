#include "detect/text_scanner.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <limits>

#include "detect/email_guesses.h"
#include "detect/letter_led.h"

namespace outspan::detect {
namespace {

constexpr std::uint8_t kMachineMadeConfidence = 20;
/// Of digits that could be a value and could be any number.
constexpr std::uint8_t kLoneConfidence = 30;

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
  const std::size_t from = found_.size();
  if (signatures_->triggers() != nullptr) find_triggered(text);
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
  candidates_ += triggers_.size();
  for (const Trigger& trigger : triggers_) {
    if (trigger.signature >= SignatureSet::kExpressionOwner) {
      if (candidate_sink_ != nullptr)
        candidate_sink_->on_expression(trigger.signature - SignatureSet::kExpressionOwner,
                                       trigger.end);
      continue;
    }
    if (trigger.signature == SignatureSet::kAddressOwner) {
      add_email(text, trigger);
      continue;
    }
    if (trigger.signature == SignatureSet::kSpelledOwner) {
      if (candidate_sink_ != nullptr && spelled_emails_.find(text, trigger.end, emails_))
        candidate_sink_->on_spelled_address(spelled_emails_.begin(), spelled_emails_.end(),
                                            spelled_emails_.address());
      continue;
    }
    switch ((*signatures_)[trigger.signature].detector) {
      case Detector::email: add_email(text, trigger); break;
      case Detector::text_template: add_template(text, trigger); break;
      default: pattern_ends_.push_back(trigger);
    }
  }
  if (!pattern_ends_.empty()) find_patterns(text);
}

void TextScanner::add_email(TextSpan text, const Trigger& trigger) {
  EmailFinding email;
  const std::uint32_t at_sign = trigger.end - 2;
  bool found = emails_.find(text, at_sign, email);
  std::optional<FramedAddress> framed;
  if (text.in_binary) framed = find_framed(text, at_sign);
  if (framed && (framed->certain || !found)) email = {framed->extent.begin, framed->extent.end};
  if (candidate_sink_ != nullptr)
    offer_addresses(text, at_sign, found || (framed && framed->certain) ? &email : nullptr);
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

void TextScanner::find_numbers(TextSpan text) {
  const auto fiscal_code = signatures_->fiscal_code(), pan = signatures_->indian_pan();
  anchors_.find(text.bytes, fiscal_code || pan);
  candidates_ += anchors_.groups().size();
  group_.clear();
  for (const std::uint32_t begin : anchors_.groups()) {
    group_.read(text, begin);
    if (candidate_sink_ != nullptr) candidate_sink_->on_numbers(group_);
    if (signatures_->searches_numbers()) find_in_group(text);
  }
  for (const std::uint32_t letter : anchors_.shapes()) {
    Finding finding;
    if (fiscal_code && find_italian_fiscal_code(text, letter, finding))
      add_letter_led(text, *fiscal_code, finding);
    else if (pan && find_indian_pan(text, letter, finding))
      add_letter_led(text, *pan, finding);
  }
}

/// Kinds of numbers that nobody counts matter only where they could claim the digits of a find.
void TextScanner::find_in_group(TextSpan text) {
  const std::size_t from = found_.size();
  find_counted_in_group(text);
  if (found_.size() > from) find_others_in_group(text, from);
}

bool TextScanner::find_phone(TextSpan text, std::size_t run, Finding& finding) {
  if (!signatures_->phone_rules().find(text, group_, run, finding)) return false;
  add_number(text, *signatures_->phone(), run, finding);
  return true;
}

void TextScanner::find_counted_in_group(TextSpan text) {
  const auto iban = signatures_->iban();
  const bool phones = signatures_->counts_phones();
  const auto runs = group_.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const char before = text.before(runs[i].begin);
    Finding finding;
    if (iban && (is_upper(before) || before == ' ') && find_iban(text, runs[i], finding))
      add_letter_led(text, *iban, finding);
    if (phones && find_phone(text, i, finding) && finding.strength == Strength::strong) {
      // The plus says what all these digits are.
      while (i + 1 < runs.size() && runs[i + 1].begin < finding.end) ++i;
      continue;
    }
    signatures_->numbers().match(text, group_, i,
                                 [&](SignatureIndex signature, const Finding& number) {
                                   add_number(text, signature, i, number);
                                 });
  }
}

void TextScanner::find_others_in_group(TextSpan text, std::size_t from) {
  const bool phones = signatures_->phone() && !signatures_->counts_phones();
  const auto runs = group_.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Finding finding;
    if (phones && find_phone(text, i, finding) && finding.strength == Strength::strong) {
      const Found phone = found_.back();
      const auto first = found_.begin() + static_cast<std::ptrdiff_t>(from);
      found_.erase(std::remove_if(first, found_.end(),
                                  [&phone](const Found& other) {
                                    return other.signature != phone.signature &&
                                           other.begin >= phone.begin && other.begin < phone.end;
                                  }),
                   found_.end());
      while (i + 1 < runs.size() && runs[i + 1].begin < finding.end) ++i;
      continue;
    }
    signatures_->other_numbers().match(text, group_, i,
                                       [&](SignatureIndex signature, const Finding& number) {
                                         add_number(text, signature, i, number);
                                       });
  }
}

void TextScanner::add_letter_led(TextSpan text, SignatureIndex signature, const Finding& finding) {
  add(text, signature, finding.begin, finding.end, finding.value(),
      confidence(text, signature, finding.begin, finding.end, finding.strength));
}

void TextScanner::add_number(TextSpan text, SignatureIndex index, std::size_t run,
                             const Finding& finding) {
  using Doubt = Found::Doubt;
  const Signature& signature = (*signatures_)[index];
  std::uint8_t sure =
      confidence(text, index, finding.begin, finding.end, finding.strength, finding.joined);
  Doubt doubt = finding.among_neighbours && sure != 0 ? Doubt::contradicted : Doubt::none;
  if (finding.strength <= Strength::lone) {
    const bool has_word = sure != 0;
    if (!has_word && (signature.context_required || !finding.among_neighbours)) return;
    doubt = has_word ? Doubt::none
                     : (finding.strength == Strength::weak ? Doubt::unsupported : Doubt::lone);
    if (!has_word) sure = signature.confidence_base;
  }
  const std::size_t before = found_.size();
  add(text, index, finding.begin, finding.end, finding.value(), sure);
  if (found_.size() == before) return;
  Found& found = found_.back();
  found.doubt = doubt;
  found.run = group_.place(run);
}

NumberPlace TextScanner::place_of(TextSpan text, const Found& found) const noexcept {
  const auto runs = group_.all();
  std::size_t end = found.run + 1;
  while (end < runs.size() && runs[end].begin < found.end) ++end;
  const bool line_plus =
      text.bytes[found.begin] == '+' && (found.begin == 0 || text.bytes[found.begin - 1] == '\n');
  return {found.run, static_cast<std::uint8_t>(end - found.run), line_plus};
}

/// Asks the neighbours of the numbers that are not sure by themselves.
void TextScanner::settle_doubts(TextSpan text, std::size_t from) {
  std::bitset<kSignaturesMax> settled;
  bool any = false;
  for (std::size_t i = from; i < found_.size(); ++i) {
    const SignatureIndex signature = found_[i].signature;
    if (found_[i].doubt == Found::Doubt::none || settled.test(signature)) continue;
    any = true;
    settled.set(signature);
    settle_doubts_of(text, from, signature);
  }
  if (!any) return;
  std::erase_if(found_, [](const Found& found) { return found.confidence == 0; });
}

void TextScanner::settle_doubts_of(TextSpan text, std::size_t from, SignatureIndex signature) {
  places_.clear();
  for (std::size_t i = from; i < found_.size(); ++i)
    if (found_[i].signature == signature) places_.push_back(place_of(text, found_[i]));
  const NumberFormat* format = (*signatures_)[signature].number_format;
  const bool rare = format != nullptr && format->rare;
  NumberNeighbours neighbours(text, group_.all(), places_);
  auto next_place = places_.begin();
  for (std::size_t i = from; i < found_.size(); ++i) {
    Found& found = found_[i];
    if (found.signature != signature) continue;
    const NumberPlace place = *next_place++;
    switch (found.doubt) {
      case Found::Doubt::none: break;
      case Found::Doubt::unsupported:
        if (!neighbours.support(place, rare)) found.confidence = 0;
        break;
      case Found::Doubt::lone:
        if (!neighbours.support(place, rare))
          found.confidence = std::min(found.confidence, kLoneConfidence);
        break;
      case Found::Doubt::contradicted:
        if (neighbours.contradict(place)) found.confidence = 0;
    }
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

/// The same digits may pass as several kinds of number; the surest one counts, then the longest.
/// Decided by the overlapping values alone, so that it does not matter where the text was cut.
void TextScanner::drop_overlapped(std::size_t from) {
  const auto first = found_.begin() + static_cast<std::ptrdiff_t>(from);
  if (found_.size() - from < 2) return;
  const auto earlier = [](const Found& a, const Found& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  };
  if (!std::is_sorted(first, found_.end(), earlier)) std::sort(first, found_.end(), earlier);
  const auto overlap = [](const Found& a, const Found& b) { return b.begin < a.end; };
  if (std::adjacent_find(first, found_.end(), overlap) == found_.end()) return;
  const auto better = [](const Found& a, const Found& b) {
    if (a.confidence != b.confidence) return a.confidence > b.confidence;
    const std::uint32_t a_size = a.end - a.begin, b_size = b.end - b.begin;
    if (a_size != b_size) return a_size > b_size;
    return a.signature != b.signature ? a.signature < b.signature : a.begin < b.begin;
  };
  std::vector<bool> dropped(found_.size() - from);
  for (std::size_t i = from; i < found_.size(); ++i) {
    for (std::size_t j = i + 1; j < found_.size() && found_[j].begin < found_[i].end; ++j) {
      const bool same = found_[i].signature == found_[j].signature &&
                        found_[i].begin == found_[j].begin && found_[i].end == found_[j].end;
      if (same || better(found_[i], found_[j]))
        dropped[j - from] = true;
      else
        dropped[i - from] = true;
    }
  }
  std::size_t kept = from;
  for (std::size_t i = from; i < found_.size(); ++i) {
    if (!dropped[i - from]) found_[kept++] = found_[i];
  }
  found_.resize(kept);
}

void TextScanner::report(Stats& stats) const {
  stats.add("detect.scanned_bytes", scanned_bytes_);
  stats.add("detect.candidates", candidates_);
  stats.add("detect.pattern_limits", pattern_limits_);
  stats.add("detect.scan_errors", scan_errors_);
}

}  // namespace outspan::detect

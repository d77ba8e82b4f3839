#include "detect/signature_set.h"

#include <algorithm>

#include "detect/checksum.h"
#include "detect/spelled_email.h"
#include "detect/value_id.h"

namespace outspan::detect {
namespace {

std::string known_detectors() {
  std::string names = "email, phone, iban, it-fiscal-code, in-pan";
  for (const auto formats : {payment_formats(), identifier_formats()}) {
    for (const NumberFormat& format : formats) names += ", " + std::string(format.detector);
  }
  return names;
}

}  // namespace

Result<std::shared_ptr<const SignatureSet>> SignatureSet::compile(
    const std::vector<config::SignatureSpec>& specs, const Options& options) {
  if (auto problem = check_hyperscan()) return *problem;
  const std::shared_ptr<SignatureSet> set(new SignatureSet(options));
  Problems problems;
  for (const config::SignatureSpec& spec : specs) {
    if (auto problem = set->add(spec)) problems.push_back(std::move(*problem));
  }
  if (specs.size() > kSignaturesMax)
    problems.push_back({"signatures", "more than " + std::to_string(kSignaturesMax)});
  if (specs.empty()) problems.push_back({"signatures", "there are none: nothing would be found"});
  if (auto problem = set->words_.compile()) problems.push_back(std::move(*problem));
  if (!problems.empty()) return problems;
  set->add_candidates();

  if (!set->expressions_.empty()) {
    auto compiled = compile_database(set->expressions_);
    if (!compiled) return compiled.problems();
    set->triggers_ = std::move(*compiled);
  }
  return std::shared_ptr<const SignatureSet>(set);
}

void SignatureSet::add_candidates() {
  if (options_.candidates.addresses && !at_sign_owner_) at_sign_owner_ = kAddressOwner;
  if (options_.candidates.addresses) {
    for (const std::string_view trigger : SpelledEmails::kTriggers)
      add_trigger(std::string(trigger), HS_FLAG_CASELESS, "candidates", kSpelledOwner);
  }
  auto owner = kExpressionOwner;
  for (const std::string& expression : options_.candidates.expressions)
    add_trigger(expression, HS_FLAG_CASELESS, "candidates", owner++);
}

std::optional<Problem> SignatureSet::add(const config::SignatureSpec& spec) {
  if (find(spec.id)) return Problem{spec.where, "there is another signature '" + spec.id + "'"};
  if (signatures_.size() == kSignaturesMax) return std::nullopt;  // told by compile()
  const auto index = static_cast<SignatureIndex>(signatures_.size());
  Signature signature;
  signature.id = spec.id;
  signature.title = spec.title;
  signature.value_scope = value_scope(spec.id);
  signature.severity = spec.severity;
  signature.confidence_base = spec.confidence_base;
  signature.confidence_with_context = spec.confidence_with_context;
  signature.has_words = !spec.context.words.empty();
  const bool at_home =
      std::any_of(spec.countries.begin(), spec.countries.end(), [this](const std::string& country) {
        return std::find(options_.countries.begin(), options_.countries.end(), country) !=
               options_.countries.end();
      });
  signature.context_required = spec.context.required || (!spec.countries.empty() && !at_home);

  std::optional<Problem> problem;
  if (!spec.text_template.empty()) {
    signature.detector = Detector::text_template;
    signature.what = spec.text_template;
    auto parsed = TextTemplate::parse(spec.where, spec.text_template);
    if (!parsed) return parsed.problems().front();
    signature.text_template = std::move(*parsed);
    if (counted(spec))
      add_trigger(signature.text_template->expression(), HS_FLAG_CASELESS, spec.where, index);
  } else if (!spec.pattern.empty()) {
    signature.detector = Detector::pattern;
    signature.what = spec.pattern;
    const Check check = check_named(spec.validator);
    if (!spec.validator.empty() && check == nullptr)
      return Problem{spec.where, "unknown validator '" + spec.validator +
                                     "'; known are luhn, mod97, mod11-10, verhoeff, ean13"};
    auto compiled = Pattern::compile(spec.pattern_where, spec.pattern, spec.caseless, check);
    if (!compiled) return compiled.problems().front();
    signature.pattern = std::move(*compiled);
    const unsigned flags = spec.caseless ? HS_FLAG_CASELESS : 0;
    // By itself first, so that each bad pattern is told and not only the first of the set.
    auto alone = compile_database({{spec.pattern, flags, spec.pattern_where}});
    if (!alone) return alone.problems().front();
    if (counted(spec)) add_trigger(spec.pattern, flags, spec.pattern_where, index);
  } else {
    problem = add_detector(spec, signature, index);
  }
  if (problem) return problem;
  for (const std::string& word : spec.context.words)
    words_.add(word, index, spec.context.within_bytes);
  signatures_.push_back(std::move(signature));
  return std::nullopt;
}

std::optional<Problem> SignatureSet::add_detector(const config::SignatureSpec& spec,
                                                  Signature& signature, SignatureIndex index) {
  signature.what = spec.detector;
  searches_numbers_ = searches_numbers_ || (counted(spec) && spec.detector != "email");
  if (spec.detector == "email") {
    signature.detector = Detector::email;
    if (counted(spec)) at_sign_owner_ = index;
    return claim(email_, spec, index);
  }
  if (spec.detector == "phone") {
    signature.detector = Detector::phone;
    counts_phones_ = counted(spec);
    if (auto problem = claim(phone_, spec, index)) return problem;
    phone_ = index;  // they claim digits, counted or not
    return std::nullopt;
  }
  if (spec.detector == "iban") {
    signature.detector = Detector::iban;
    return claim(iban_, spec, index);
  }
  if (spec.detector == "it-fiscal-code") {
    signature.detector = Detector::fiscal_code;
    return claim(fiscal_code_, spec, index);
  }
  if (spec.detector == "in-pan") {
    signature.detector = Detector::indian_pan;
    return claim(indian_pan_, spec, index);
  }
  signature.detector = Detector::number;
  signature.number_format = number_format(spec.detector);
  if (signature.number_format == nullptr)
    return Problem{spec.where,
                   "unknown detector '" + spec.detector + "'; known are " + known_detectors()};
  (counted(spec) ? numbers_ : other_numbers_).add(*signature.number_format, index);
  return std::nullopt;
}

std::optional<Problem> SignatureSet::claim(std::optional<SignatureIndex>& slot,
                                           const config::SignatureSpec& spec,
                                           SignatureIndex index) {
  if (!claimed_.insert(spec.detector).second)
    return Problem{spec.where, "detector '" + spec.detector + "' is used by another signature"};
  if (counted(spec)) slot = index;
  return std::nullopt;
}

void SignatureSet::add_trigger(std::string expression, unsigned flags, std::string where,
                               SignatureIndex index) {
  expressions_.push_back({std::move(expression), flags, std::move(where)});
  owners_.push_back(index);
}

std::optional<SignatureIndex> SignatureSet::find(std::string_view id) const noexcept {
  for (std::size_t i = 0; i < signatures_.size(); ++i) {
    if (signatures_[i].id == id) return static_cast<SignatureIndex>(i);
  }
  return std::nullopt;
}

std::vector<std::string> SignatureSet::ids() const {
  std::vector<std::string> ids;
  for (const Signature& signature : signatures_) ids.push_back(signature.id);
  return ids;
}

HsScratch SignatureSet::make_scratch() const {
  hs_scratch_t* scratch = nullptr;
  if (triggers_ && hs_alloc_scratch(triggers_.get(), &scratch) != HS_SUCCESS) return nullptr;
  if (!words_.empty() && hs_alloc_scratch(words_.database(), &scratch) != HS_SUCCESS) {
    hs_free_scratch(scratch);
    return nullptr;
  }
  return HsScratch(scratch);
}

}  // namespace outspan::detect

#pragma once

#include <cstdint>
#include <vector>

#include "config/config.h"
#include "core/app_protocol.h"
#include "detect/hit.h"
#include "policy/glob.h"
#include "policy/masking.h"
#include "protocol/object.h"

namespace outspan::policy {

/// A rule's conditions and exceptions, resolved against the signatures once.
/// `rule` and nothing else is borrowed; it outlives the filter.
class RuleFilter {
 public:
  RuleFilter(const config::Rule& rule, const SignatureNames& names);

  [[nodiscard]] const config::Rule& rule() const noexcept { return *rule_; }
  /// The signature is one of the rule's, and sure enough.
  [[nodiscard]] bool looks_for(const detect::Hit& hit) const noexcept {
    return hit.signature < wanted_.size() && wanted_[hit.signature] &&
           hit.confidence >= min_confidence_;
  }
  /// The value is not one that may leave.
  [[nodiscard]] bool counts(const detect::Hit& hit) const noexcept {
    return looks_for(hit) &&
           (values_.empty() || !(values_.matches(hit.value) || values_.matches(hit.text)));
  }
  /// The rule is about blind spots such as this one.
  [[nodiscard]] bool is_about(const ObjectBlindSpot& spot) const noexcept;
  /// Direction, protocol, peers and exceptions hold for what `sender` sends. Asked again for each
  /// window: the application and the participants may become known late.
  [[nodiscard]] bool applies(const FlowContext& flow, Side sender,
                             const protocol::ObjectInfo& info) const noexcept;

 private:
  [[nodiscard]] bool excepted(const protocol::ObjectInfo& info) const noexcept;

  const config::Rule* rule_;
  std::vector<bool> wanted_;  // by SignatureIndex
  std::uint32_t min_confidence_ = 0;
  std::vector<AppProtocol> protocols_;
  GlobSet email_from_, email_to_, hostnames_, values_;
};

/// `pattern` is an id, with a trailing `*` for "whatever follows".
bool signature_selected(std::string_view pattern, std::string_view id) noexcept;

}  // namespace outspan::policy

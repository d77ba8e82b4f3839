#include "policy/rule_filter.h"

#include <algorithm>

namespace outspan::policy {
namespace {

/// "example.com:8080" -> "example.com". An IPv6 literal keeps its brackets.
std::string_view without_port(std::string_view host) noexcept {
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos) return host;
  const std::string_view port = host.substr(colon + 1);
  const bool digits = !port.empty() && port.find_first_not_of("0123456789") == port.npos;
  const bool bracket_after = host.find(']', colon) != host.npos;
  return digits && !bracket_after ? host.substr(0, colon) : host;
}

}  // namespace

bool signature_selected(std::string_view pattern, std::string_view id) noexcept {
  if (pattern.ends_with('*')) return id.starts_with(pattern.substr(0, pattern.size() - 1));
  return id == pattern;
}

RuleFilter::RuleFilter(const config::Rule& rule, const SignatureNames& names)
    : rule_(&rule),
      wanted_(names.size()),
      email_from_(rule.except.email_from),
      email_to_(rule.except.email_to),
      hostnames_(rule.except.hostnames),
      values_(rule.except.values) {
  if (const auto* values = rule.when.values()) {
    min_confidence_ = values->min_confidence;
    for (std::size_t i = 0; i < names.size(); ++i)
      wanted_[i] = std::any_of(
          values->signatures.begin(), values->signatures.end(),
          [&](const std::string& pattern) { return signature_selected(pattern, names[i]); });
  }
  for (const std::string& name : rule.when.protocols)
    protocols_.push_back(AppProtocol::named(fold_case(name)));
}

bool RuleFilter::is_about(const ObjectBlindSpot& spot) const noexcept {
  const auto* wanted = rule_->when.blind_spots();
  return wanted != nullptr && spot.bytes >= wanted->bytes &&
         std::any_of(wanted->reasons.begin(), wanted->reasons.end(),
                     [&spot](const std::string& pattern) {
                       return signature_selected(pattern, spot.reason);
                     });
}

bool RuleFilter::applies(const FlowContext& flow, Side sender,
                         const protocol::ObjectInfo& info) const noexcept {
  const auto& when = rule_->when;
  if (!when.direction.empty() && std::find(when.direction.begin(), when.direction.end(),
                                           flow.direction(sender)) == when.direction.end())
    return false;
  if (!protocols_.empty() &&
      std::find(protocols_.begin(), protocols_.end(), flow.account.app()) == protocols_.end())
    return false;
  const IpAddress& source = flow.info.ends[index(sender)].address;
  const IpAddress& destination = flow.info.ends[index(opposite(sender))].address;
  if (!when.sources.empty() && !when.sources.contains(source)) return false;
  if (!when.destinations.empty() && !when.destinations.contains(destination)) return false;
  if (rule_->except.sources.contains(source)) return false;
  if (rule_->except.destinations.contains(destination)) return false;
  return !excepted(info);
}

bool RuleFilter::excepted(const protocol::ObjectInfo& info) const noexcept {
  if (!info.actor.email_from.empty() && email_from_.matches(info.actor.email_from)) return true;
  const std::string_view host = info.destination.hostname;
  if (!host.empty() && (hostnames_.matches(host) || hostnames_.matches(without_port(host))))
    return true;
  // One recipient outside is enough to make it a leak.
  const auto& to = info.destination.email_to;
  return !email_to_.empty() && !to.empty() &&
         std::all_of(to.begin(), to.end(),
                     [this](const std::string& address) { return email_to_.matches(address); });
}

}  // namespace outspan::policy

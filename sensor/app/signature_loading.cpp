#include "app/signature_loading.h"

#include <algorithm>

#include "config/nearest_name.h"
#include "detect/builtin.h"

namespace outspan::app {
namespace {

bool matches_any(const std::string& pattern, const std::vector<std::string>& ids) {
  const bool open = pattern.ends_with('*');
  const std::string_view prefix =
      std::string_view(pattern).substr(0, pattern.size() - (open ? 1 : 0));
  return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
    return open ? id.starts_with(prefix) : id == prefix;
  });
}

/// A rule that names a signature that does not exist would be silent for ever.
Problems unknown_signatures(const std::vector<config::Rule>& rules,
                            const std::vector<std::string>& ids) {
  Problems problems;
  for (const config::Rule& rule : rules) {
    for (const std::string& pattern : rule.when.signatures) {
      if (matches_any(pattern, ids)) continue;
      const std::string nearest = config::nearest_name(pattern, ids);
      problems.push_back({rule.when.signatures_where,
                          "rule '" + rule.id + "' names the unknown signature '" + pattern + "'" +
                              (nearest.empty() ? "" : "; did you mean '" + nearest + "'?")});
    }
  }
  return problems;
}

}  // namespace

Result<SignatureSetPtr> load_signatures(const config::Config& config) {
  auto specs = detect::load_signature_sources(config.signatures);
  if (!specs) return specs.problems();
  auto set = detect::SignatureSet::compile(*specs, {config.countries});
  if (!set) return set.problems();
  if (Problems unknown = unknown_signatures(config.rules, (*set)->ids()); !unknown.empty())
    return unknown;
  return set;
}

}  // namespace outspan::app

#include "app/search.h"

#include <algorithm>
#include <set>

#include "config/nearest_name.h"
#include "detect/builtin.h"
#include "fingerprint/index/header_text.h"
#include "policy/engine.h"
#include "policy/rule_filter.h"
#include "text/hex.h"

namespace outspan::app {
namespace {

std::string meant(const std::string& nearest) {
  return nearest.empty() ? std::string() : "; did you mean '" + nearest + "'?";
}

/// A rule that names a signature that does not exist would be silent for ever.
void check_signatures(const config::Rule& rule, const std::vector<std::string>& ids,
                      Problems& problems) {
  const config::Rule::Values* values = rule.when.values();
  if (values == nullptr) return;
  for (const std::string& pattern : values->signatures) {
    const auto selected = [&pattern](const std::string& id) {
      return policy::signature_selected(pattern, id);
    };
    if (std::any_of(ids.begin(), ids.end(), selected)) continue;
    problems.push_back({values->where, "rule '" + rule.id + "' names the unknown signature '" +
                                           pattern + "'" +
                                           meant(config::nearest_name(pattern, ids))});
  }
}

/// The same of indexes.
void check_indexes(const config::Config& config, const config::Rule& rule, Problems& problems) {
  const config::Rule::Records* records = rule.when.records();
  if (records == nullptr) return;
  std::vector<std::string> names;
  for (const config::Fingerprint& fingerprint : config.fingerprints)
    names.push_back(fingerprint.name);
  for (const std::string& name : records->fingerprints)
    if (std::find(names.begin(), names.end(), name) == names.end())
      problems.push_back({records->where, "rule '" + rule.id + "' names the unknown index '" +
                                              name + "'" +
                                              meant(config::nearest_name(name, names))});
}

/// A column that no index of the rule has.
void check_columns(const config::Rule& rule, const policy::IndexLabels& labels,
                   Problems& problems) {
  const config::Rule::Records* records = rule.when.records();
  if (records == nullptr) return;
  std::vector<std::string> columns;
  std::size_t indexes = 0;
  for (const policy::IndexLabel& label : labels) {
    const auto& named = records->fingerprints;
    if (std::find(named.begin(), named.end(), label.name) == named.end()) continue;
    ++indexes;
    for (const auto& column : label.columns) columns.push_back(column.name);
  }
  if (indexes == 0) return;
  for (const auto* wanted : {&records->columns, &records->all})
    for (const std::string& name : *wanted)
      if (std::find(columns.begin(), columns.end(), name) == columns.end())
        problems.push_back({records->where, "rule '" + rule.id + "' names the column '" + name +
                                                "', which its index does not have" +
                                                meant(config::nearest_name(name, columns))});
}

/// Ids of the signatures that some rule counts.
std::set<std::string> counted_ids(const config::Config& config,
                                  const std::vector<config::SignatureSpec>& specs) {
  std::set<std::string> ids;
  for (const config::SignatureSpec& spec : specs)
    for (const config::Rule& rule : config.rules)
      if (const auto* values = rule.when.values())
        for (const std::string& pattern : values->signatures)
          if (policy::signature_selected(pattern, spec.id)) ids.insert(spec.id);
  return ids;
}

policy::IndexLabel label_of(const std::string& name, const fingerprint::IndexPtr& index) {
  policy::IndexLabel label;
  label.name = name;
  label.built_at = fingerprint::built_at_text(index->header().built_at_s);
  label.key_id = fingerprint::to_hex(index->header().key_id);
  for (const fingerprint::Column& column : index->columns())
    label.columns.push_back(
        {column.name, column.type, column.weak, column.density, column.own_density});
  label.record_id = [index](fingerprint::RowNumber row) { return index->row(row).record_id; };
  label.rows_of = [index](const std::vector<std::uint64_t>& ids) {
    return index->rows_of_records(ids);
  };
  return label;
}

bool same_index(const policy::IndexLabel& a, const policy::IndexLabel& b) {
  return a.name == b.name && a.built_at == b.built_at && a.key_id == b.key_id;
}

bool same_rules(const std::vector<config::Rule>& a, const std::vector<config::Rule>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const config::Rule& one, const config::Rule& other) {
                      return one.id == other.id && one.description == other.description &&
                             one.severity == other.severity &&
                             policy::threshold(one) == policy::threshold(other) &&
                             policy::identity(one) == policy::identity(other);
                    });
}

}  // namespace

SearchPtr of_first_generation(const Search& search) {
  auto first = std::make_shared<Search>(search);
  policy::Basis basis = *search.basis;
  basis.generation = {1, 1};
  first->basis = std::make_shared<const policy::Basis>(std::move(basis));
  return first;
}

Result<SearchLoader> SearchLoader::open(const config::Config& config) {
  SearchLoader loader;
  loader.config_ = std::make_shared<const config::Config>(config);
  Problems problems;
  const auto keep = [&problems](const Problems& more) {
    problems.insert(problems.end(), more.begin(), more.end());
  };
  if (auto specs = detect::load_signature_sources(config.signatures)) {
    loader.specs_ = std::make_shared<const std::vector<config::SignatureSpec>>(std::move(*specs));
    if (auto all = detect::SignatureSet::compile(*loader.specs_, {config.countries}))
      loader.all_ = *all;
    else
      keep(all.problems());
  } else {
    keep(specs.problems());
  }
  for (const config::Rule& rule : config.rules) {
    if (loader.all_) check_signatures(rule, loader.all_->ids(), problems);
    check_indexes(config, rule, problems);
  }
  for (const config::Fingerprint& fingerprint : config.fingerprints) {
    auto key = fingerprint::Key::load(fingerprint.key_file);
    if (key)
      loader.keys_.push_back(*key);
    else
      keep(key.problems());
  }
  if (!problems.empty()) return problems;
  return loader;
}

IndexFiles SearchLoader::files() const {
  IndexFiles files;
  for (const config::Fingerprint& fingerprint : config_->fingerprints)
    files.push_back(fingerprint::FileIdentity::of(fingerprint.index));
  return files;
}

Result<SearchPtr> SearchLoader::load(const Search* before) const {
  auto search = std::make_shared<Search>();
  auto labels = std::make_shared<policy::IndexLabels>();
  std::vector<fingerprint::IndexSet::Named> indexes;
  Problems problems;
  for (std::size_t i = 0; i < config_->fingerprints.size(); ++i) {
    auto index = load_index(i, before);
    if (!index) {
      problems.insert(problems.end(), index.problems().begin(), index.problems().end());
      continue;
    }
    labels->push_back(label_of(config_->fingerprints[i].name, *index));
    search->files.emplace_back((*index)->file());
    indexes.push_back({config_->fingerprints[i].name, std::move(*index)});
  }
  if (!problems.empty()) return problems;
  for (const config::Rule& rule : config_->rules) check_columns(rule, *labels, problems);
  if (!problems.empty()) return problems;
  take_what_is_the_same(before, std::move(labels), *search);

  detect::SignatureSet::Options options;
  options.countries = config_->countries;
  options.counted = [ids = counted_ids(*config_, *specs_)](std::string_view id) {
    return ids.contains(std::string(id));
  };
  if (!indexes.empty()) {
    auto set = std::make_shared<fingerprint::IndexSet>(std::move(indexes));
    options.candidates = set->candidates();
    search->indexes = std::move(set);
  }
  auto signatures = detect::SignatureSet::compile(*specs_, options);
  if (!signatures) return signatures.problems();
  search->signatures = *signatures;
  return SearchPtr(search);
}

Result<fingerprint::IndexPtr> SearchLoader::load_index(std::size_t number,
                                                       const Search* before) const {
  const config::Fingerprint& wanted = config_->fingerprints[number];
  if (before != nullptr && before->indexes)
    for (const auto& known : before->indexes->indexes())
      if (fingerprint::FileIdentity::of(wanted.index) == known.index->file() &&
          known.index->header().key_id == keys_[number]->id())
        return known.index;
  return fingerprint::Index::load(wanted.index, keys_[number]);
}

/// Signatures and labels of the run before stay the same objects where they say the same, and so
/// what was found with them goes on.
void SearchLoader::take_what_is_the_same(const Search* before, policy::IndexLabelsPtr labels,
                                         Search& search) const {
  search.all = all_;
  search.specs = specs_;
  policy::Generation generation;
  if (before != nullptr) {
    const bool same_specs = *specs_ == *before->specs && config_->countries == before->countries;
    if (same_specs) {
      search.all = before->all;
      search.specs = before->specs;
    }
    const bool same_indexes =
        search.files == before->files &&
        std::equal(labels->begin(), labels->end(), before->basis->labels->begin(),
                   before->basis->labels->end(), same_index);
    if (same_indexes) labels = before->basis->labels;
    generation = before->basis->generation;
    if (!same_specs || !same_rules(config_->rules, before->basis->rules)) ++generation.rules;
    if (!same_indexes) ++generation.indexes;
  }
  search.countries = config_->countries;
  search.home_networks = config_->home_networks;
  search.basis = std::make_shared<const policy::Basis>(
      policy::Basis{config_->rules, search.all->ids(), std::move(labels), generation});
}

namespace {

constexpr std::string_view kPseudonym = "user-";
constexpr std::size_t kPseudonymBytes = 6;

bool is_pseudonym(std::string_view user) noexcept {
  if (!user.starts_with(kPseudonym) || user.size() != kPseudonym.size() + 2 * kPseudonymBytes)
    return false;
  user.remove_prefix(kPseudonym.size());
  return std::all_of(user.begin(), user.end(), text::is_hex_digit);
}

}  // namespace

std::function<std::string(std::string_view)> SearchLoader::pseudonym() const {
  if (keys_.empty()) return {};
  return [key = keys_.front()](std::string_view user) {
    if (is_pseudonym(user)) return std::string(user);
    const fingerprint::Mac mac = key->mac(as_bytes("access user " + std::string(user)));
    return std::string(kPseudonym) + text::to_hex(Bytes(mac).first(kPseudonymBytes));
  };
}

}  // namespace outspan::app

#include "app/search.h"

#include <algorithm>
#include <set>

#include "config/nearest_name.h"
#include "detect/builtin.h"
#include "fingerprint/index/header_text.h"
#include "policy/rule_filter.h"

namespace outspan::app {
namespace {

std::string meant(const std::string& nearest) {
  return nearest.empty() ? std::string() : "; did you mean '" + nearest + "'?";
}

/// A rule that names a signature that does not exist would be silent for ever.
void check_signatures(const config::Rule& rule, const std::vector<std::string>& ids,
                      Problems& problems) {
  for (const std::string& pattern : rule.when.signatures) {
    const auto selected = [&pattern](const std::string& id) {
      return policy::signature_selected(pattern, id);
    };
    if (std::any_of(ids.begin(), ids.end(), selected)) continue;
    problems.push_back({rule.when.signatures_where,
                        "rule '" + rule.id + "' names the unknown signature '" + pattern + "'" +
                            meant(config::nearest_name(pattern, ids))});
  }
}

/// The same of indexes.
void check_indexes(const config::Config& config, const config::Rule& rule, Problems& problems) {
  std::vector<std::string> names;
  for (const config::Fingerprint& fingerprint : config.fingerprints)
    names.push_back(fingerprint.name);
  for (const std::string& name : rule.when.fingerprints)
    if (std::find(names.begin(), names.end(), name) == names.end())
      problems.push_back(
          {rule.when.fingerprints_where, "rule '" + rule.id + "' names the unknown index '" + name +
                                             "'" + meant(config::nearest_name(name, names))});
}

/// A column that no index of the rule has.
void check_columns(const config::Rule& rule, const policy::IndexLabels& labels,
                   Problems& problems) {
  std::vector<std::string> columns;
  std::size_t indexes = 0;
  for (const policy::IndexLabel& label : labels) {
    const auto& named = rule.when.fingerprints;
    if (std::find(named.begin(), named.end(), label.name) == named.end()) continue;
    ++indexes;
    for (const auto& column : label.columns) columns.push_back(column.name);
  }
  if (indexes == 0) return;
  for (const auto* wanted : {&rule.when.columns, &rule.when.all})
    for (const std::string& name : *wanted)
      if (std::find(columns.begin(), columns.end(), name) == columns.end())
        problems.push_back(
            {rule.when.fingerprints_where, "rule '" + rule.id + "' names the column '" + name +
                                               "', which its index does not have" +
                                               meant(config::nearest_name(name, columns))});
}

/// Ids of the signatures that some rule counts.
std::set<std::string> counted_ids(const config::Config& config,
                                  const std::vector<config::SignatureSpec>& specs) {
  std::set<std::string> ids;
  for (const config::SignatureSpec& spec : specs)
    for (const config::Rule& rule : config.rules)
      for (const std::string& pattern : rule.when.signatures)
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

}  // namespace

Result<SearchLoader> SearchLoader::open(const config::Config& config) {
  SearchLoader loader;
  loader.config_ = std::make_shared<const config::Config>(config);
  auto specs = detect::load_signature_sources(config.signatures);
  if (!specs) return specs.problems();
  loader.specs_ = std::move(*specs);
  auto all = detect::SignatureSet::compile(loader.specs_, {config.countries});
  if (!all) return all.problems();
  loader.all_ = *all;
  Problems problems;
  for (const config::Rule& rule : config.rules) {
    check_signatures(rule, loader.all_->ids(), problems);
    check_indexes(config, rule, problems);
  }
  for (const config::Fingerprint& fingerprint : config.fingerprints) {
    auto key = fingerprint::Key::load(fingerprint.key_file);
    if (key)
      loader.keys_.push_back(*key);
    else
      problems.insert(problems.end(), key.problems().begin(), key.problems().end());
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
  Problems problems;
  std::vector<fingerprint::IndexSet::Named> indexes;
  auto labels = std::make_shared<policy::IndexLabels>();
  IndexFiles files;
  for (std::size_t i = 0; i < config_->fingerprints.size(); ++i) {
    const config::Fingerprint& fingerprint = config_->fingerprints[i];
    fingerprint::IndexPtr index;
    if (before != nullptr && before->indexes) {
      const fingerprint::IndexPtr& known = before->indexes->indexes()[i].index;
      if (fingerprint::FileIdentity::of(fingerprint.index) == known->file()) index = known;
    }
    if (!index) {
      auto loaded = fingerprint::Index::load(fingerprint.index, keys_[i]);
      if (!loaded) {
        problems.insert(problems.end(), loaded.problems().begin(), loaded.problems().end());
        continue;
      }
      index = *loaded;
    }
    labels->push_back(label_of(fingerprint.name, index));
    files.emplace_back(index->file());
    indexes.push_back({fingerprint.name, std::move(index)});
  }
  if (!problems.empty()) return problems;
  for (const config::Rule& rule : config_->rules) check_columns(rule, *labels, problems);
  if (!problems.empty()) return problems;

  auto search = std::make_shared<Search>();
  search->labels = std::move(labels);
  search->files = std::move(files);
  detect::SignatureSet::Options options;
  options.countries = config_->countries;
  options.counted = [ids = counted_ids(*config_, specs_)](std::string_view id) {
    return ids.contains(std::string(id));
  };
  if (!indexes.empty()) {
    auto set = std::make_shared<fingerprint::IndexSet>(std::move(indexes));
    options.candidates = set->candidates();
    search->indexes = std::move(set);
  }
  auto signatures = detect::SignatureSet::compile(specs_, options);
  if (!signatures) return signatures.problems();
  search->signatures = *signatures;
  return SearchPtr(search);
}

}  // namespace outspan::app

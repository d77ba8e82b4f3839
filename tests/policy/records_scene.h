#pragma once

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/hash.h"
#include "policy/host_windows.h"
#include "policy/window_state.h"
#include "tests/policy/scene.h"

/// Customers of an index "crm" with columns email, phone, ticket (weak) and name.
namespace outspan::policy {

inline std::uint64_t record_id(fingerprint::RowNumber row) { return mix64(row + 1) | 1; }

/// Row `shift + n` is what row `n` was.
inline IndexLabelsPtr moved_labels(fingerprint::RowNumber shift, double density = 0.1,
                                   std::string built_at = "2026-01-31T00:00:00Z") {
  IndexLabel crm;
  crm.name = "crm";
  crm.built_at = std::move(built_at);
  crm.key_id = "k1";
  crm.columns = {{"email", fingerprint::ColumnType::email, false, 0, 0},
                 {"phone", fingerprint::ColumnType::phone, false, 1e-6, 1e-6},
                 {"ticket", fingerprint::ColumnType::ticket, true, density, density},
                 {"name", fingerprint::ColumnType::name, true, 0, 1e-4}};
  crm.record_id = [shift](fingerprint::RowNumber row) { return record_id(row - shift); };
  crm.rows_of = [shift](const std::vector<std::uint64_t>& ids) {
    std::vector<fingerprint::RowNumber> rows;
    for (const std::uint64_t id : ids) {
      fingerprint::RowNumber row = 0;
      while (row < 10'000 && record_id(row) != id) ++row;
      rows.push_back(row < 10'000 ? row + shift : fingerprint::kRowUnknown);
    }
    return rows;
  };
  return std::make_shared<const IndexLabels>(IndexLabels{crm});
}
inline IndexLabelsPtr crm_labels(double density = 0.1,
                                 std::string built_at = "2026-01-31T00:00:00Z") {
  return moved_labels(0, density, std::move(built_at));
}

inline config::Rule record_rule(std::string id, std::uint64_t distinct) {
  config::Rule rule;
  rule.id = std::move(id);
  config::Rule::Records records;
  records.fingerprints = {"crm"};
  records.distinct = distinct;
  rule.when.what = std::move(records);
  return rule;
}
inline config::Rule::Records& records_of(config::Rule& rule) {
  return std::get<config::Rule::Records>(rule.when.what);
}

struct Row {
  fingerprint::RowNumber row;
  fingerprint::ColumnMask columns;
  bool weak = false, canary = false;
};

struct RecordBench {
  explicit RecordBench(
      std::vector<config::Rule> rules,
      const std::function<void(config::Config&)>& change = [](config::Config&) {},
      bool sightings = false) {
    config.rules = std::move(rules);
    change(config);
    engine = std::make_unique<Engine>(config, kNames, crm_labels(), masking, said, sightings);
  }
  /// One window with these records; `tried` tickets were looked up.
  void find(Upload& upload, const std::vector<Row>& rows, std::uint64_t tried = 0) {
    std::vector<fingerprint::RecordHit> hits;
    std::vector<std::vector<fingerprint::CellHit>> cells(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      fingerprint::RecordHit hit;
      hit.row = rows[i].row;
      hit.record_id = record_id(rows[i].row);
      hit.columns = rows[i].columns;
      hit.weak = rows[i].weak;
      hit.canary = rows[i].canary;
      for (std::uint8_t column = 0; column < 3; ++column)
        if ((rows[i].columns >> column & 1) != 0) cells[i].push_back({column, true, "value"});
      hit.cells = cells[i];
      hits.push_back(hit);
    }
    std::vector<fingerprint::Tried> columns;
    if (tried != 0) columns.push_back({0, 2, false, tried});
    engine->on_records(upload.object, upload.object.root, hits, columns);
  }

  config::Config config;
  FakeMasking masking;
  Said said;
  std::unique_ptr<Engine> engine;
};

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(std::filesystem::temp_directory_path() / "outspan-state-XXXXXX") {
    std::string name = path_.string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace outspan::policy

#include "tests/fingerprint/finder_bench.h"

#include <cstdlib>
#include <iostream>

#include "detect/builtin.h"
#include "tests/support/windows.h"

namespace outspan::fingerprint {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) {
    for (const Problem& problem : result.problems()) std::cerr << problem.to_string() << '\n';
    std::abort();
  }
  return std::move(*result);
}

std::shared_ptr<const detect::SignatureSet> signatures(
    const detect::SignatureSet::Options& options = {}) {
  static const auto specs = must(detect::load_signature_sources({"builtin"}));
  return must(detect::SignatureSet::compile(specs, options));
}

IndexSetPtr set_of(std::vector<IndexPtr> indexes) {
  std::vector<IndexSet::Named> named;
  for (IndexPtr& index : indexes)
    named.push_back({"index-" + std::to_string(named.size()), std::move(index)});
  return std::make_shared<IndexSet>(std::move(named));
}

detect::SignatureSet::Options options_for(const IndexSet& indexes) {
  detect::SignatureSet::Options options;
  options.candidates = indexes.candidates();
  return options;
}

}  // namespace

IndexPtr index_of(const std::string& table, const BuildOptions& options) {
  const TestFolder folder;
  must(build_from(table, folder.file("index"), options));
  return must(Index::load(folder.file("index"), test_key()));
}

FinderBench::FinderBench(std::vector<IndexPtr> indexes)
    : indexes_(set_of(std::move(indexes))),
      finder_(indexes_, signatures(), *this),
      scanner_(signatures(options_for(*indexes_)), *this, &finder_) {}

FinderBench::Found FinderBench::find(std::string_view text, std::size_t core_bytes,
                                     std::size_t around) {
  found_.clear();
  weak.clear();
  cells = canaries = tried = 0;
  each_window(text, core_bytes, around, [this](const content::Window& window) {
    content::Window copy = window;
    copy.in_binary = in_binary;
    if (unescaper_.run(window.raw, text::EscapeMode::text)) {
      copy.unescaped = unescaper_.text();
      copy.escapes = unescaper_.escapes();
    }
    scanner_.on_window(object, object.root, copy);
  });
  return found_;
}

void FinderBench::on_records(const content::Object&, const content::Node&,
                             std::span<const RecordHit> records,
                             std::span<const Tried> columns) noexcept {
  for (const RecordHit& record : records) {
    (record.weak ? weak : found_)[record.row] |= record.columns;
    canaries += record.canary ? 1 : 0;
    for (const CellHit& cell : record.cells) cells += cell.counted ? 1 : 0;
  }
  for (const Tried& column : columns) tried += column.count;
}

}  // namespace outspan::fingerprint

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/result.h"
#include "detect/signature_set.h"
#include "fingerprint/index/index_set.h"
#include "policy/index_labels.h"

namespace outspan::app {

using SignatureSetPtr = std::shared_ptr<const detect::SignatureSet>;

/// By fingerprint; nullopt: there is no file.
using IndexFiles = std::vector<std::optional<fingerprint::FileIdentity>>;

/// What a run looks for, at one time. Immutable: shared by all pipelines, swapped whole.
struct Search {
  /// The signatures that some rule counts, and what the indexes need besides.
  SignatureSetPtr signatures;
  /// nullptr: there are no indexes.
  fingerprint::IndexSetPtr indexes;
  policy::IndexLabelsPtr labels;
  /// What the indexes were read from.
  IndexFiles files;
};
using SearchPtr = std::shared_ptr<const Search>;

/// Signatures and indexes as the configuration names them.
class SearchLoader {
 public:
  /// Reads and compiles the signatures (a later one with the same id replaces an earlier one), and
  /// reads the keys. All problems are told at once.
  static Result<SearchLoader> open(const config::Config& config);

  /// All signatures: what has to be masked whatever the rules count.
  [[nodiscard]] const SignatureSetPtr& signatures() const noexcept { return all_; }
  /// Loads the indexes, and checks that the rules fit them. May be called again when a file has
  /// changed; indexes whose files have not are taken from `before`.
  [[nodiscard]] Result<SearchPtr> load(const Search* before = nullptr) const;
  /// The index files as they are now.
  [[nodiscard]] IndexFiles files() const;

 private:
  SearchLoader() = default;

  std::shared_ptr<const config::Config> config_;
  std::vector<config::SignatureSpec> specs_;
  SignatureSetPtr all_;
  std::vector<fingerprint::KeyPtr> keys_;  // by fingerprint
};

}  // namespace outspan::app

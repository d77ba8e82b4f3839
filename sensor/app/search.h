#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alert/event/event.h"
#include "config/config.h"
#include "core/result.h"
#include "detect/signature_set.h"
#include "fingerprint/index/index_set.h"
#include "policy/basis.h"

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
  /// All signatures: what has to be masked whatever the rules count.
  SignatureSetPtr all;
  /// What they were made of.
  std::shared_ptr<const std::vector<config::SignatureSpec>> specs;
  std::vector<std::string> countries;
  PrefixSet home_networks;
  policy::BasisPtr basis;
  /// What the indexes were read from.
  IndexFiles files;
  /// To be said once every shard works with it; without a kind: nothing.
  alert::NoticeEvent notice;
};
using SearchPtr = std::shared_ptr<const Search>;

/// The same, as the first of a sensor that may reload.
SearchPtr of_first_generation(const Search& search);

/// Signatures and indexes as the configuration names them.
class SearchLoader {
 public:
  /// Reads and compiles the signatures (a later one with the same id replaces an earlier one), and
  /// reads the keys. All problems are reported at once.
  static Result<SearchLoader> open(const config::Config& config);

  [[nodiscard]] const SignatureSetPtr& signatures() const noexcept { return all_; }
  /// Loads the indexes, and checks that the rules fit them. May be called again when a file has
  /// changed. What has not changed is taken from `before`, and what has is of a new generation;
  /// without, all is of generation 0.
  [[nodiscard]] Result<SearchPtr> load(const Search* before = nullptr) const;
  /// Names a user without telling the name, keyed with the first index's key, and leaves a
  /// pseudonym as it is; empty: there is no index.
  [[nodiscard]] std::function<std::string(std::string_view)> pseudonym() const;
  /// The index files as they are now.
  [[nodiscard]] IndexFiles files() const;

 private:
  SearchLoader() = default;
  [[nodiscard]] Result<fingerprint::IndexPtr> load_index(std::size_t number,
                                                         const Search* before) const;
  void take_what_is_the_same(const Search* before, policy::IndexLabelsPtr labels,
                             Search& search) const;

  std::shared_ptr<const config::Config> config_;
  std::shared_ptr<const std::vector<config::SignatureSpec>> specs_;
  SignatureSetPtr all_;
  std::vector<fingerprint::KeyPtr> keys_;  // by fingerprint
};

}  // namespace outspan::app

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "access/watch.h"
#include "config/config.h"
#include "core/stats.h"
#include "policy/incident.h"
#include "policy/window_store.h"

namespace outspan::access {

/// What `access` of the configuration asks for. `pseudonym`: used if it asks for pseudonyms.
WatchOptions watch_options(const config::Config& config,
                           std::function<std::string(std::string_view)> pseudonym);

/// The watch among the other stages: takes what the pipelines saw pulled, and makes incidents of
/// its findings.
///
/// Thread: delivery's. Fed in the order of the output, so its incidents depend on packets only.
/// `config` outlives it.
class AccessRecords {
 public:
  AccessRecords(const config::Config& config,
                std::function<std::string(std::string_view)> pseudonym);

  /// Those with `pulled`. Appends the incidents that follow to `out`.
  void add(const policy::HostHits& hits, std::vector<policy::Incident>& out);
  /// Time went on: stores what has changed, twice a minute.
  void advance(Timestamp now);
  void finish();
  /// Goes on with what was known before a restart, and stores what changes from now on.
  void restore(std::shared_ptr<policy::WindowStore> store);

  void report(Stats& stats) const { watch_.report(stats); }
  [[nodiscard]] const Watch& watch() const noexcept { return watch_; }

 private:
  void use(const policy::IndexLabelsPtr& labels);
  [[nodiscard]] policy::Incident incident(const Finding& finding,
                                          const policy::HostHits& hits) const;
  [[nodiscard]] std::vector<policy::Records> records(const Finding& finding) const;
  void store_changes();

  const config::Config& config_;
  Watch watch_;
  policy::IndexLabelsPtr labels_;
  std::vector<std::uint64_t> index_names_;  // hashes
  std::shared_ptr<policy::WindowStore> store_;
  Timestamp stored_at_{};
};

}  // namespace outspan::access

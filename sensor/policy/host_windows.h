#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/stats.h"
#include "policy/basis.h"
#include "policy/evidence.h"
#include "policy/host_window.h"
#include "policy/incident.h"
#include "policy/masking.h"
#include "policy/record_filter.h"
#include "policy/window_store.h"

namespace outspan::policy {

/// Whose window a rule's hits belong into: the sender's, the receiver's, or nobody's for the whole
/// network.
IpAddress window_owner(const config::Rule& rule, const FlowLabel& flow) noexcept;

/// Rules within a host: different values, or records of customers, that one sender let out, one
/// receiver got, or that left the network, over a sliding window of packet time and over all flows.
/// Catches the slow drip.
///
/// The window is cut in 24 slices and forgets slice by slice, so it is up to one slice longer than
/// the rule says. Hits that could be chance count once all that their sender sends within a day
/// says that they are none (see Evidence). `new` with the batch that reaches the threshold,
/// `update` at powers of ten, `closed` when the window has run empty. `count` of a match is over
/// the incident's whole life, `distinct` what stands in the window (in `closed`: the most that
/// stood in it at a time).
///
/// Memory: Limits::incidents windows, and an eighth of Limits::memory_mib; at either bound the
/// window that would run empty first is closed early (`policy.hosts_evicted`).
/// Thread: delivery's. Fed in the order of the output, so its incidents depend on packets only.
/// `config` outlives it.
class HostWindows {
 public:
  HostWindows(const config::Config& config, BasisPtr basis);
  /// Counts by the rules of `config`, for good.
  HostWindows(const config::Config& config, const SignatureNames& names);
  ~HostWindows();
  HostWindows(HostWindows&&) noexcept;

  /// Appends the incidents that follow to `out`; first those whose windows ran empty before.
  void add(HostHits&& hits, std::vector<Incident>& out);
  /// Time went on: closes the windows that ran empty. For records other than host hits.
  void advance(const Position& now, std::vector<Incident>& out);
  /// Closes all that is open, or stores it if there is a store.
  void finish(const Position& now, std::vector<Incident>& out);
  /// Goes on with what was counted before a restart, and stores what changes from now on. `labels`:
  /// of the indexes that are in use. What makes no sense is left out and counted
  /// (`policy.windows_not_restored`).
  void restore(std::shared_ptr<WindowStore> store, const IndexLabelsPtr& labels);
  /// Counts by this from now on. Windows of rules that count what they counted before go on; the
  /// others are closed.
  void use(BasisPtr basis, const Position& now, std::vector<Incident>& out);
  /// Indexes were refreshed: rows are reported as these have them, and nothing holds the old ones.
  void use(const IndexLabelsPtr& labels);
  /// What has gone wrong with storing since the last call; empty: nothing.
  std::string take_problem();

  /// policy.evidence_not_judged, .hosts, .host_incidents, .hosts_evicted, .host_memory_bytes
  void report(Stats& stats) const;

 private:
  struct Key {
    std::uint32_t rule = 0;
    IpAddress host;
    auto operator<=>(const Key&) const noexcept = default;
  };
  using Windows = std::map<Key, HostWindow>;

  void add_doubts(const HostHits& hits, std::vector<Incident>& out);
  void count(HostWindow& window, const HostHits& hits, std::uint64_t slice);
  void judge(HostWindow& window, const HostHits& hits, std::vector<Incident>& out);
  [[nodiscard]] Incident in_state(const HostWindow& window, IncidentState state) const;
  void close(Windows::iterator window, std::vector<Incident>& out);
  void recharge(HostWindow& window);
  void store_changes();
  void make_filters();
  void carry_over(const config::Rule& rule, const Renumbering& numbers, HostWindow& window);
  bool restore_one(std::string_view stored_key, Bytes value, const IndexLabelsPtr& labels);
  Windows::iterator window_for(const HostHits& hits);
  [[nodiscard]] std::uint64_t exact_max() const noexcept;
  [[nodiscard]] std::uint64_t records_exact_max() const noexcept;
  [[nodiscard]] Duration slice_of(std::uint32_t rule) const noexcept;

  const config::Config& config_;
  BasisPtr basis_;
  std::uint64_t memory_max_;
  Windows windows_;
  std::set<std::pair<Timestamp, Key>> by_end_;  // when they run empty
  IndexLabelsPtr labels_;                       // of the latest records
  std::vector<RecordFilter> record_filters_;    // by rule, for these
  Evidence evidence_;                           // by sender
  std::shared_ptr<WindowStore> store_;
  Timestamp stored_at_{};
  std::uint64_t memory_bytes_ = 0;
  std::uint64_t reported_ = 0;
  std::uint64_t evicted_ = 0;
  std::uint64_t not_restored_ = 0;
};

}  // namespace outspan::policy

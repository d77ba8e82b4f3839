#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "config/config.h"
#include "core/stats.h"
#include "policy/distinct_counter.h"
#include "policy/incident.h"
#include "policy/masking.h"
#include "policy/sliding_distinct.h"

namespace outspan::policy {

/// Rules within a host: different values that one sender let out over a sliding window of packet
/// time, over all its flows. Catches the slow drip.
///
/// The window is cut in 24 slices and forgets slice by slice, so it is up to one slice longer than
/// the rule says. `new` with the batch that reaches the threshold, `update` at powers of ten,
/// `closed` when the window has run empty. `count` of a match is over the incident's whole life,
/// `distinct` what stands in the window (in `closed`: the most that stood in it at a time).
///
/// Memory: Limits::incidents windows, and an eighth of Limits::memory_mib; at either bound the
/// window that would run empty first is closed early (`policy.hosts_evicted`).
/// Thread: delivery's. Fed in the order of the output, so its incidents depend on packets only.
/// `config` and `names` outlive it.
class HostWindows {
 public:
  HostWindows(const config::Config& config, const SignatureNames& names);
  ~HostWindows();
  HostWindows(HostWindows&&) noexcept;

  /// Appends the incidents that follow to `out`; first those whose windows ran empty before.
  void add(HostHits&& hits, std::vector<Incident>& out);
  /// Time went on: closes the windows that ran empty. For records other than host hits.
  void advance(const Position& now, std::vector<Incident>& out);
  /// Closes all that is open.
  void finish(const Position& now, std::vector<Incident>& out);

  /// policy.hosts, .host_incidents, .hosts_evicted, .host_memory_bytes
  void report(Stats& stats) const;

 private:
  struct Key {
    std::uint32_t rule = 0;
    IpAddress host;
    auto operator<=>(const Key&) const noexcept = default;
  };
  struct Window;
  using Windows = std::map<Key, Window>;

  void count(Window& window, const HostHits& hits, std::uint64_t slice);
  void judge(Window& window, const HostHits& hits, std::vector<Incident>& out);
  void close(Windows::iterator window, std::vector<Incident>& out);
  void recharge(Window& window);
  Windows::iterator window_for(const HostHits& hits);
  [[nodiscard]] std::uint64_t exact_max() const noexcept;
  [[nodiscard]] Duration slice_of(std::uint32_t rule) const noexcept;

  const config::Config& config_;
  const SignatureNames& names_;
  std::uint64_t memory_max_;
  Windows windows_;
  std::set<std::pair<Timestamp, Key>> by_end_;  // when they run empty
  std::uint64_t memory_bytes_ = 0;
  std::uint64_t reported_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace outspan::policy

#include "policy/host_windows.h"

#include <algorithm>

#include "policy/engine.h"
#include "policy/incident_id.h"
#include "policy/tally.h"

namespace outspan::policy {
namespace {

constexpr std::uint64_t kSlices = 24;
/// Windows live for hours, and there is one a host: exact sets that stay in the cache, then
/// sketches.
constexpr std::uint64_t kExactMax = 8192;

}  // namespace

struct HostWindows::Window {
  explicit Window(std::uint64_t exact_max) : flows(exact_max) {}

  struct PerSignature {
    std::uint16_t signature;
    std::uint64_t count = 0;
    std::uint64_t most = 0;
    bool estimated = false;
    SlidingDistinct distinct;
    std::vector<Masked> samples;
  };
  std::vector<PerSignature> signatures;
  DistinctCounter flows;
  std::uint64_t slice = 0;
  Timestamp end{};
  std::uint64_t next_report = 0;
  bool reported = false;
  Incident incident;  // the latest hits' context
  std::uint64_t charged_bytes = 0;

  PerSignature& of(std::uint16_t signature, std::uint64_t exact_max) {
    for (PerSignature& entry : signatures)
      if (entry.signature == signature) return entry;
    return signatures.emplace_back(
        PerSignature{signature, 0, 0, false, SlidingDistinct(exact_max), {}});
  }
  void expire_before(std::uint64_t first_slice) {
    for (PerSignature& entry : signatures) entry.distinct.expire_before(first_slice);
  }
  /// Identities of different signatures differ.
  [[nodiscard]] std::uint64_t distinct() const noexcept {
    std::uint64_t sum = 0;
    for (const PerSignature& entry : signatures) sum += entry.distinct.count();
    return sum;
  }
  [[nodiscard]] Incident in_state(IncidentState state, const SignatureNames& names) const {
    Incident copy = incident;
    copy.state = state;
    copy.flows = flows.count();
    for (const PerSignature& entry : signatures) {
      const bool closed = state == IncidentState::closed;
      copy.matches.push_back(
          {names[entry.signature], entry.count, closed ? entry.most : entry.distinct.count(),
           closed ? entry.estimated : entry.distinct.estimated(), entry.samples});
    }
    sort_matches(copy.matches);
    return copy;
  }
};

HostWindows::HostWindows(const config::Config& config, const SignatureNames& names)
    : config_(config), names_(names), memory_max_(config.limits.memory_mib * 1024 * 1024 / 8) {}
HostWindows::~HostWindows() = default;
HostWindows::HostWindows(HostWindows&&) noexcept = default;

std::uint64_t HostWindows::exact_max() const noexcept {
  return std::min(config_.limits.distinct_values, kExactMax);
}

Duration HostWindows::slice_of(std::uint32_t rule) const noexcept {
  return std::max(config_.rules[rule].when.window / static_cast<std::int64_t>(kSlices),
                  Duration(1));
}

HostWindows::Windows::iterator HostWindows::window_for(const HostHits& hits) {
  const Key key{hits.rule, hits.host};
  const auto [entry, fresh] = windows_.try_emplace(key, exact_max());
  if (!fresh) {
    by_end_.erase({entry->second.end, key});
    return entry;
  }
  const config::Rule& rule = config_.rules[hits.rule];
  Window& window = entry->second;
  window.next_report = std::max<std::uint64_t>(rule.when.distinct_values, 1);
  window.incident.id = incident_id(rule.id, hits.host, hits.time);
  window.incident.rule_id = rule.id;
  window.incident.rule_description = rule.description;
  window.incident.severity = rule.severity;
  window.incident.first_packet = hits.first_packet;
  return entry;
}

void HostWindows::add(HostHits&& hits, std::vector<Incident>& out) {
  advance({hits.time, hits.order.packet}, out);
  const auto entry = window_for(hits);
  Window& window = entry->second;
  const Duration slice = slice_of(hits.rule);
  const std::int64_t number = std::max<std::int64_t>(hits.time.time_since_epoch() / slice, 0);
  // A capture's clock may step back; the window's does not.
  window.slice = std::max(window.slice, static_cast<std::uint64_t>(number));
  window.end =
      timestamp_from_ns(static_cast<std::int64_t>(window.slice + 1 + kSlices) * slice.count());
  by_end_.insert({window.end, entry->first});
  count(window, hits, window.slice);
  judge(window, hits, out);
  recharge(window);
  while ((windows_.size() > config_.limits.incidents || memory_bytes_ > memory_max_) &&
         windows_.size() > 1) {
    ++evicted_;
    const Key victim = by_end_.begin()->second == entry->first ? std::next(by_end_.begin())->second
                                                               : by_end_.begin()->second;
    close(windows_.find(victim), out);
  }
}

void HostWindows::count(Window& window, const HostHits& hits, std::uint64_t slice) {
  window.expire_before(slice < kSlices ? 0 : slice - kSlices);
  for (const HostHits::PerSignature& entry : hits.signatures) {
    auto& mine = window.of(entry.signature, exact_max());
    mine.count += entry.count;
    for (const std::uint64_t id : entry.value_ids) mine.distinct.add(id, slice);
    mine.most = std::max(mine.most, mine.distinct.count());
    mine.estimated = mine.estimated || mine.distinct.estimated();
    for (const Masked& sample : entry.samples)
      if (mine.samples.size() < config_.alerts.samples &&
          std::find(mine.samples.begin(), mine.samples.end(), sample) == mine.samples.end())
        mine.samples.push_back(sample);
  }
  window.flows.add(hits.flow.flow_id);
}

void HostWindows::judge(Window& window, const HostHits& hits, std::vector<Incident>& out) {
  Incident& incident = window.incident;
  incident.order = hits.order;
  incident.time = hits.time;
  incident.flow = hits.flow;
  incident.actor = hits.actor;
  incident.destination = hits.destination;
  incident.last_packet = std::max(incident.last_packet, hits.last_packet);
  const std::uint64_t distinct = window.distinct();
  if (distinct < window.next_report) return;
  out.push_back(
      window.in_state(window.reported ? IncidentState::updated : IncidentState::opened, names_));
  if (!window.reported) ++reported_;
  window.reported = true;
  window.next_report = next_power_of_ten(distinct);
}

void HostWindows::close(Windows::iterator window, std::vector<Incident>& out) {
  if (window->second.reported)
    out.push_back(window->second.in_state(IncidentState::closed, names_));
  by_end_.erase({window->second.end, window->first});
  memory_bytes_ -= window->second.charged_bytes;
  windows_.erase(window);
}

void HostWindows::advance(const Position& now, std::vector<Incident>& out) {
  while (!by_end_.empty() && by_end_.begin()->first <= now.time) {
    const auto window = windows_.find(by_end_.begin()->second);
    window->second.incident.time = window->second.end;
    window->second.incident.order.packet = now.packet;
    close(window, out);
  }
}

void HostWindows::finish(const Position& now, std::vector<Incident>& out) {
  while (!by_end_.empty()) {
    const auto window = windows_.find(by_end_.begin()->second);
    window->second.incident.time = now.time;
    window->second.incident.order.packet = now.packet;
    close(window, out);
  }
}

void HostWindows::recharge(Window& window) {
  std::uint64_t bytes = sizeof(Window) + window.flows.memory_bytes() + 256;
  for (const auto& entry : window.signatures) bytes += 256 + entry.distinct.memory_bytes();
  memory_bytes_ += bytes - window.charged_bytes;
  window.charged_bytes = bytes;
}

void HostWindows::report(Stats& stats) const {
  stats.add("policy.hosts", windows_.size());
  stats.add("policy.host_incidents", reported_);
  stats.add("policy.hosts_evicted", evicted_);
  stats.add("policy.host_memory_bytes", memory_bytes_);
}

}  // namespace outspan::policy

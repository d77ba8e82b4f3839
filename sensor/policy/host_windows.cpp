#include "policy/host_windows.h"

#include <algorithm>
#include <utility>

#include "policy/engine.h"
#include "policy/incident_id.h"
#include "policy/window_state.h"

namespace outspan::policy {
namespace {

constexpr std::uint64_t kSlices = 24;
/// Windows live for hours, and there is one a host: exact sets that stay in the cache, then
/// sketches.
constexpr std::uint64_t kExactMax = 8192;
/// Records are what an alert has to name one by one: 24 bytes each.
constexpr std::uint64_t kRecordsExactMax = 131'072;
/// Between two times of storing what changed.
constexpr Duration kStoreInterval = std::chrono::seconds(30);
/// A sender's hits of a day are judged together.
constexpr Duration kEvidenceLifetime = std::chrono::hours(24);

std::uint64_t evidence_scope(const IpAddress& sender) noexcept {
  return siphash({0, 0}, sender.bytes());
}

}  // namespace

IpAddress window_owner(const config::Rule& rule, const FlowLabel& flow) noexcept {
  switch (rule.when.per) {
    case config::Per::source: return flow.source.address;
    case config::Per::destination: return flow.destination.address;
    case config::Per::network: break;
  }
  return {};
}

HostWindows::HostWindows(const config::Config& config, BasisPtr basis)
    : config_(config),
      basis_(std::move(basis)),
      memory_max_(config.limits.memory_mib * 1024 * 1024 / 8),
      evidence_(kEvidenceLifetime) {}

HostWindows::HostWindows(const config::Config& config, const SignatureNames& names)
    : HostWindows(config, std::make_shared<const Basis>(Basis{
                              config.rules, names, std::make_shared<const IndexLabels>(), {}})) {}
HostWindows::~HostWindows() = default;
HostWindows::HostWindows(HostWindows&&) noexcept = default;

std::uint64_t HostWindows::exact_max() const noexcept {
  return std::min(config_.limits.distinct_values, kExactMax);
}

std::uint64_t HostWindows::records_exact_max() const noexcept {
  return std::min(config_.limits.distinct_records, kRecordsExactMax);
}

Duration HostWindows::slice_of(std::uint32_t rule) const noexcept {
  return std::max(basis_->rules[rule].when.window / static_cast<std::int64_t>(kSlices),
                  Duration(1));
}

HostWindows::Windows::iterator HostWindows::window_for(const HostHits& hits) {
  const Key key{hits.rule, hits.host};
  const auto [entry, fresh] = windows_.try_emplace(key, exact_max(), records_exact_max());
  if (!fresh) {
    by_end_.erase({entry->second.end, key});
    return entry;
  }
  const config::Rule& rule = basis_->rules[hits.rule];
  HostWindow& window = entry->second;
  window.next_report = std::max<std::uint64_t>(threshold(rule), 1);
  window.incident.id = incident_id(rule.id, hits.host, hits.time);
  window.incident.rule_id = rule.id;
  window.incident.rule_description = rule.description;
  window.incident.severity = rule.severity;
  window.incident.first_packet = hits.first_packet;
  return entry;
}

void HostWindows::add(HostHits&& hits, std::vector<Incident>& out) {
  advance({hits.time, hits.order.packet}, out);
  use(hits.labels);
  if (hits.doubts) return add_doubts(hits, out);
  const auto entry = window_for(hits);
  HostWindow& window = entry->second;
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

/// What waited is counted with the hits that lift it above chance, and for the same rules.
void HostWindows::add_doubts(const HostHits& hits, std::vector<Incident>& out) {
  const HostDoubts& doubts = *hits.doubts;
  const Position now{hits.time, hits.order.packet};
  evidence_.add_tried(evidence_scope(hits.host), now, doubts.tried);
  std::vector<JudgedHit> judged;
  for (const fingerprint::RecordHit& hit : doubts.hits) judged.push_back({hit, now});
  evidence_.judge(evidence_scope(hits.host), now, *labels_, judged);
  for (const std::uint32_t rule : doubts.rules) {
    HostHits batch = hits;
    batch.doubts = nullptr;
    batch.rule = rule;
    batch.host = window_owner(basis_->rules[rule], hits.flow);
    for (const JudgedHit& one : judged)
      if (!one.hit.weak)
        if (const auto columns = record_filters_[rule].enough(one.hit); columns != 0)
          batch.records.push_back(
              {one.hit.index, one.hit.row, one.hit.record_id, columns, one.hit.canary});
    if (!batch.records.empty()) add(std::move(batch), out);
  }
}

void HostWindows::count(HostWindow& window, const HostHits& hits, std::uint64_t slice) {
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
  for (const HostHits::Record& record : hits.records) window.records.add(record, slice);
  if (hits.labels) window.labels = hits.labels;
  window.flows.add(hits.flow.flow_id);
  window.dirty = true;
}

/// Indexes were refreshed: the rows that are known of customers stand elsewhere.
void HostWindows::use(const IndexLabelsPtr& labels) {
  if (!labels || labels == labels_) return;
  labels_ = labels;
  evidence_.forget();
  make_filters();
  for (std::uint16_t index = 0; index < labels->size(); ++index) {
    std::vector<std::uint64_t> ids;
    for (const auto& [key, window] : windows_)
      for (const SlidingRecords::Entry& entry : window.records.entries())
        if (entry.index == index) ids.push_back(entry.record_id);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (ids.empty()) continue;
    const std::vector<fingerprint::RowNumber> rows = (*labels)[index].rows_of(ids);
    for (auto& [key, window] : windows_)
      window.records.resolve(index, [&](std::uint64_t id) {
        const auto found = std::lower_bound(ids.begin(), ids.end(), id);
        return rows[static_cast<std::size_t>(found - ids.begin())];
      });
  }
  for (auto& [key, window] : windows_)
    if (window.labels) window.labels = labels;
}

void HostWindows::judge(HostWindow& window, const HostHits& hits, std::vector<Incident>& out) {
  Incident& incident = window.incident;
  incident.order = hits.order;
  incident.time = hits.time;
  incident.flow = hits.flow;
  incident.actor = hits.actor;
  incident.destination = hits.destination;
  incident.last_packet = std::max(incident.last_packet, hits.last_packet);
  const std::uint64_t distinct = window.distinct();
  if (distinct < window.next_report) return;
  out.push_back(in_state(window, window.reported ? IncidentState::updated : IncidentState::opened));
  ++incident.sequence;
  window.most_records = window.records.count();
  window.most_described = out.back().records;
  if (!window.reported) ++reported_;
  window.reported = true;
  window.next_report = next_power_of_ten(distinct);
}

Incident HostWindows::in_state(const HostWindow& window, IncidentState state) const {
  Incident incident =
      window.in_state(state, basis_->names, config_.alerts.max_rows, config_.alerts.row_pseudonyms);
  incident.generation = basis_->generation;
  return incident;
}

void HostWindows::close(Windows::iterator window, std::vector<Incident>& out) {
  if (window->second.reported) out.push_back(in_state(window->second, IncidentState::closed));
  if (store_) store_->remove(window_key(basis_->rules[window->first.rule], window->first.host));
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
  if (store_ && now.time - stored_at_ >= kStoreInterval) {
    store_changes();
    stored_at_ = now.time;
  }
}

void HostWindows::store_changes() {
  for (auto& [key, window] : windows_)
    if (std::exchange(window.dirty, false))
      store_->put(window_key(basis_->rules[key.rule], key.host),
                  encode_window(window, basis_->names));
  store_->commit();
}

void HostWindows::restore(std::shared_ptr<WindowStore> store, const IndexLabelsPtr& labels) {
  store_ = std::move(store);
  for (const WindowStore::Item& item : store_->all()) {
    if (item.key.starts_with(kAccessKeys)) continue;
    if (windows_.size() >= config_.limits.incidents || !restore_one(item.key, item.value, labels)) {
      ++not_restored_;
      store_->remove(item.key);
    }
  }
  store_->commit();
  use(labels);
}

bool HostWindows::restore_one(std::string_view stored_key, Bytes value,
                              const IndexLabelsPtr& labels) {
  for (std::uint32_t i = 0; i < basis_->rules.size(); ++i) {
    if (basis_->rules[i].when.within != config::Within::host) continue;
    const auto host = host_of_key(basis_->rules[i], stored_key);
    if (!host) continue;
    const Key key{i, *host};
    const auto [entry, fresh] = windows_.try_emplace(key, exact_max(), records_exact_max());
    HostWindow& window = entry->second;
    const auto last_slice = static_cast<std::uint64_t>(Duration::max() / slice_of(i)) - kSlices - 2;
    if (!decode_window(value, basis_->names, labels, exact_max(), window) ||
        window.slice > last_slice) {
      windows_.erase(entry);
      return false;
    }
    // The threshold may be another one today.
    if (!window.reported)
      window.next_report = std::max<std::uint64_t>(threshold(basis_->rules[i]), 1);
    window.incident.rule_id = basis_->rules[i].id;
    window.incident.rule_description = basis_->rules[i].description;
    window.incident.severity = basis_->rules[i].severity;
    window.end = timestamp_from_ns(static_cast<std::int64_t>(window.slice + 1 + kSlices) *
                                   slice_of(i).count());
    by_end_.insert({window.end, key});
    recharge(window);
    return true;
  }
  return false;  // of a rule that is gone
}

namespace {

/// The indexes have the numbers that they had.
bool same_numbers(const IndexLabels& before, const IndexLabels& after) {
  return std::equal(before.begin(), before.end(), after.begin(), after.end(),
                    [](const IndexLabel& a, const IndexLabel& b) { return a.name == b.name; });
}

/// As when it was stored, and read by a sensor with these indexes.
void renumber_records(HostWindow& window, const SignatureNames& names, const IndexLabelsPtr& labels,
                      std::uint64_t values_max, std::uint64_t records_max) {
  HostWindow other(values_max, records_max);
  if (decode_window(encode_window(window, names), names, labels, values_max, other))
    window.records = std::move(other.records);
  window.labels = labels;
}

}  // namespace

void HostWindows::use(BasisPtr basis, const Position& now, std::vector<Incident>& out) {
  const Renumbering numbers(*basis_, *basis);
  for (auto window = windows_.begin(); window != windows_.end();) {
    const auto next = std::next(window);
    if (!numbers.rules[window->first.rule]) {
      window->second.incident.time = now.time;
      window->second.incident.order.packet = now.packet;
      close(window, out);
    }
    window = next;
  }
  const BasisPtr before = std::exchange(basis_, std::move(basis));
  const bool same = same_numbers(*before->labels, *basis_->labels);
  Windows kept;
  by_end_.clear();
  while (!windows_.empty()) {
    auto node = windows_.extract(windows_.begin());
    node.key().rule = *numbers.rules[node.key().rule];
    HostWindow& window = node.mapped();
    if (!same && window.labels)
      renumber_records(window, before->names, basis_->labels, exact_max(), records_exact_max());
    carry_over(basis_->rules[node.key().rule], numbers, window);
    by_end_.insert({window.end, node.key()});
    kept.insert(std::move(node));
  }
  windows_ = std::move(kept);
  make_filters();
  use(basis_->labels);
}

void HostWindows::make_filters() {
  record_filters_.clear();
  if (!labels_) return;
  for (const config::Rule& rule : basis_->rules) record_filters_.emplace_back(rule, *labels_);
}

/// A window whose rule may have another threshold, or be called something else.
void HostWindows::carry_over(const config::Rule& rule, const Renumbering& numbers,
                             HostWindow& window) {
  std::erase_if(window.signatures,
                [&](const auto& entry) { return !numbers.signatures[entry.signature]; });
  for (auto& entry : window.signatures) entry.signature = *numbers.signatures[entry.signature];
  if (!window.reported) window.next_report = std::max<std::uint64_t>(threshold(rule), 1);
  window.incident.rule_description = rule.description;
  window.incident.severity = rule.severity;
  recharge(window);
}

std::string HostWindows::take_problem() { return store_ ? store_->take_problem() : std::string(); }

void HostWindows::finish(const Position& now, std::vector<Incident>& out) {
  if (store_) {
    store_changes();
    return;
  }
  while (!by_end_.empty()) {
    const auto window = windows_.find(by_end_.begin()->second);
    window->second.incident.time = now.time;
    window->second.incident.order.packet = now.packet;
    close(window, out);
  }
}

void HostWindows::recharge(HostWindow& window) {
  const std::uint64_t bytes = window.memory_bytes();
  memory_bytes_ += bytes - window.charged_bytes;
  window.charged_bytes = bytes;
}

void HostWindows::report(Stats& stats) const {
  stats.add("policy.evidence_not_judged", evidence_.not_judged());
  stats.add("policy.hosts", windows_.size());
  stats.add("policy.host_incidents", reported_);
  stats.add("policy.hosts_evicted", evicted_);
  stats.add("policy.windows_not_restored", not_restored_);
  stats.add("policy.host_memory_bytes", memory_bytes_);
}

}  // namespace outspan::policy

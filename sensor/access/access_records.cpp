#include "access/access_records.h"

#include <algorithm>
#include <cmath>

#include "core/hash.h"
#include "policy/stored_masked.h"

namespace outspan::access {
namespace {

constexpr const char* kRule = "access-out-of-the-ordinary";
constexpr const char* kDescription = "Somebody pulls more customers than is usual for the job";
/// From so many times its yardstick on an alarm is a serious one.
constexpr double kHighRatio = 5;
/// Between two times of storing what changed.
constexpr Duration kStoreInterval = std::chrono::seconds(30);

/// All names in a finding were masked when they came.
Masked shown(const std::string& text) { return policy::StoredMasked::read(text); }

std::uint64_t hundredths(double number) {
  return static_cast<std::uint64_t>(std::llround(std::min(number, 1e9) * 100));
}

policy::Access facts(const Finding& finding) {
  static constexpr const char* kKinds[] = {"user", "user-at-host", "host", "address"};
  policy::Access access;
  access.identity = kKinds[static_cast<std::size_t>(finding.puller.kind)];
  access.address = finding.puller.address;
  access.user = shown(finding.puller.user);
  access.host = shown(finding.puller.host);
  access.source = shown(finding.source);
  access.program = shown(finding.program);
  access.usual_program = shown(finding.usual_program);
  access.window = finding.window == Window::day ? "day" : "7 days";
  access.distinct = finding.numbers.distinct;
  access.estimated = finding.estimated;
  access.own_high = finding.numbers.own_high;
  access.own_days = finding.own_days;
  access.group = shown(finding.group);
  access.members = finding.members;
  access.p90_high = finding.numbers.peers_high;
  access.highest = finding.peers_highest;
  access.busy = hundredths(finding.numbers.busy);
  access.ratio = hundredths(finding.ratio);
  access.needed = hundredths(finding.needed);
  if (finding.new_source) access.fresh.emplace_back("source");
  if (finding.new_program) access.fresh.emplace_back("program");
  if (finding.new_hour) access.fresh.emplace_back("hour");
  access.peers_with_source = finding.peers_with_source;
  access.learning = finding.cold;
  access.machine = finding.machine;
  access.sentence = shown(sentence(finding));
  return access;
}

std::string endpoint(const Endpoint& end) {
  const std::string address = end.address.to_string();
  return (end.address.is_v4() ? address : "[" + address + "]") + ":" + std::to_string(end.port);
}

}  // namespace

WatchOptions watch_options(const config::Config& config,
                           std::function<std::string(std::string_view)> pseudonym) {
  const config::Access& access = config.access;
  WatchOptions options;
  options.calendar = {access.utc_offset, access.day_start};
  for (const config::AccessGroup& group : access.groups)
    options.groups.push_back({group.name, group.networks, group.users});
  for (const config::AccessExpected& expected : access.expected)
    options.expected.push_back({expected.puller, expected.source, expected.until});
  options.alarms_per_week = access.alarms_per_week;
  options.pullers_max = access.pullers;
  options.memory_max_bytes = access.memory_mib << 20;
  options.customers_max = static_cast<std::size_t>(config.alerts.max_rows);
  if (access.pseudonyms) options.pseudonym = std::move(pseudonym);
  return options;
}

AccessRecords::AccessRecords(const config::Config& config,
                             std::function<std::string(std::string_view)> pseudonym)
    : config_(config), watch_(watch_options(config, std::move(pseudonym))) {}

/// An index that was refreshed knows customers by the same ids, in other rows.
void AccessRecords::use(const policy::IndexLabelsPtr& labels) {
  if (labels == labels_) return;
  if (labels_) watch_.forget_rows();
  labels_ = labels;
  index_names_.clear();
  for (const policy::IndexLabel& label : *labels)
    index_names_.push_back(siphash({0, 0}, as_bytes(label.name)));
}

void AccessRecords::add(const policy::HostHits& hits, std::vector<policy::Incident>& out) {
  use(hits.labels);
  std::vector<Customer> customers;
  for (const policy::HostHits::Record& record : hits.records)
    customers.push_back({mix64(record.record_id ^ index_names_[record.index]), record.row,
                         record.index, record.columns});
  Pull pull;
  pull.time = hits.time;
  pull.puller.address = hits.host;
  pull.puller.user = hits.actor.user.text();
  pull.puller.host = hits.actor.hostname.text();
  const std::string address = endpoint(hits.flow.source);
  pull.source = hits.pulled->source.empty() ? address : hits.pulled->source.text();
  pull.program = hits.pulled->program.text();
  pull.customers = customers;
  std::vector<Finding> findings;
  watch_.add(pull, findings);
  for (const Finding& finding : findings) out.push_back(incident(finding, hits));
}

policy::Incident AccessRecords::incident(const Finding& finding,
                                         const policy::HostHits& hits) const {
  policy::Incident incident;
  incident.order = hits.order;
  incident.time = hits.time;
  incident.id = finding.id;
  incident.state =
      finding.sequence == 0 ? policy::IncidentState::opened : policy::IncidentState::updated;
  incident.sequence = finding.sequence;
  incident.rule_id = kRule;
  incident.rule_description = kDescription;
  incident.severity =
      finding.ratio >= kHighRatio ? config::Severity::high : config::Severity::medium;
  incident.flow = hits.flow;
  incident.actor = hits.actor;
  // As the watch names the user, which may be a pseudonym.
  if (!incident.actor.user.empty()) incident.actor.user = shown(finding.puller.user);
  incident.destination = hits.destination;
  incident.records = records(finding);
  incident.access = facts(finding);
  incident.first_packet = hits.first_packet;
  incident.last_packet = hits.last_packet;
  return incident;
}

std::vector<policy::Records> AccessRecords::records(const Finding& finding) const {
  std::vector<policy::Records> all;
  const bool whole = finding.customers.size() == finding.numbers.distinct;
  for (std::uint16_t index = 0; index < labels_->size(); ++index) {
    policy::Records records;
    const policy::IndexLabel& label = (*labels_)[index];
    std::vector<std::uint64_t> columns(label.columns.size());
    for (const Customer& customer : finding.customers) {
      if (customer.index != index) continue;
      ++records.distinct;
      for (std::size_t i = 0; i < columns.size(); ++i) columns[i] += customer.columns >> i & 1;
      if (config_.alerts.row_pseudonyms)
        records.pseudonyms.push_back(label.record_id(customer.row));
      else
        records.rows.push_back(std::uint64_t{customer.row} + 1);
    }
    if (records.distinct == 0) continue;
    records.index = label.name;
    records.built_at = label.built_at;
    records.key_id = label.key_id;
    records.by_pseudonym = config_.alerts.row_pseudonyms;
    records.rows_truncated = !whole;
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i] != 0) records.columns.emplace_back(label.columns[i].name, columns[i]);
    std::sort(records.rows.begin(), records.rows.end());
    all.push_back(std::move(records));
  }
  return all;
}

void AccessRecords::restore(std::shared_ptr<policy::WindowStore> store) {
  store_ = std::move(store);
  for (const policy::WindowStore::Item& item : store_->all())
    if (item.key.starts_with(policy::kAccessKeys) &&
        !watch_.restore(std::string_view(item.key).substr(policy::kAccessKeys.size()), item.value))
      store_->remove(item.key);
  store_->commit();
}

void AccessRecords::store_changes() {
  const auto name = [](std::string_view key) {
    return std::string(policy::kAccessKeys) + std::string(key);
  };
  watch_.take_changes([&](std::string_view key, Bytes value) { store_->put(name(key), value); },
                      [&](std::string_view key) { store_->remove(name(key)); });
  store_->commit();
}

void AccessRecords::advance(Timestamp now) {
  if (!store_ || (now >= stored_at_ && now - stored_at_ < kStoreInterval)) return;
  stored_at_ = now;
  store_changes();
}

void AccessRecords::finish() {
  if (store_) store_changes();
}

}  // namespace outspan::access

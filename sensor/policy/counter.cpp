#include "policy/counter.h"

#include <algorithm>

namespace outspan::policy {
namespace {

constexpr std::size_t kUnreadNamesMax = 20;

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace

void UnreadTally::add(const ObjectBlindSpot& spot, Masking& masking) {
  auto mine = std::find_if(all_.begin(), all_.end(),
                           [&spot](const Unread& unread) { return unread.reason == spot.reason; });
  if (mine == all_.end()) mine = all_.insert(mine, {spot.reason, 0, {}});
  mine->bytes += spot.bytes;
  for (const std::string& name : spot.names)
    if (mine->names.size() < kUnreadNamesMax) mine->names.push_back(masking.mask(name));
}

Counter::Counter(const config::Rule& rule, const RecordFilter& filter, const config::Config& config)
    : kind_(Tally(config.limits.distinct_values, config.alerts.samples)) {
  if (rule.when.records() != nullptr)
    kind_.emplace<RecordTally>(
        filter, RecordTally::Limits{config.limits.distinct_records, config.alerts.max_rows,
                                    config.alerts.samples, config.alerts.row_pseudonyms});
  else if (rule.when.blind_spots() != nullptr)
    kind_.emplace<UnreadTally>();
}

std::uint64_t Counter::distinct() const noexcept {
  return std::visit(Overloaded{[](const Tally& values) { return values.distinct(); },
                               [](const RecordTally& records) { return records.different(); },
                               [](const UnreadTally& unread) {
                                 return static_cast<std::uint64_t>(unread.all().size());
                               }},
                    kind_);
}

const AddressSet* Counter::addresses() const noexcept {
  return values() != nullptr ? &values()->addresses() : nullptr;
}

void Counter::describe(const SignatureNames& names, const IndexLabels& labels,
                       Incident& incident) const {
  std::visit(Overloaded{[&](const Tally& values) { incident.matches = values.matches(names); },
                        [&](const RecordTally& records) {
                          incident.matches = records.matches(labels);
                          incident.records = records.records(labels);
                        },
                        [&](const UnreadTally& unread) { incident.unread = unread.all(); }},
             kind_);
}

std::vector<ValueSet> Counter::take_identities(std::uint64_t max, std::uint64_t& left_out) {
  if (Tally* mine = values()) return mine->take_values();
  std::vector<ValueSet> all;
  const RecordTally* mine = records();
  if (mine == nullptr) return all;
  if (mine->size() <= max)
    all.push_back(mine->take_identities());
  else
    left_out += mine->size();
  return all;
}

void Counter::give_up_exactness() {
  if (Tally* mine = values()) mine->give_up_exactness();
  if (RecordTally* mine = records()) mine->give_up_exactness();
}

std::uint64_t Counter::memory_bytes() const noexcept {
  if (const Tally* mine = values()) return mine->memory_bytes();
  const RecordTally* mine = records();
  return mine != nullptr ? mine->memory_bytes() : 0;
}

}  // namespace outspan::policy

#include "policy/host_window.h"

#include <algorithm>

#include "policy/tally.h"

namespace outspan::policy {

HostWindow::PerSignature& HostWindow::of(std::uint16_t signature, std::uint64_t exact_max) {
  for (PerSignature& entry : signatures)
    if (entry.signature == signature) return entry;
  return signatures.emplace_back(
      PerSignature{signature, 0, 0, false, SlidingDistinct(exact_max), {}});
}

void HostWindow::expire_before(std::uint64_t first_slice) {
  for (PerSignature& entry : signatures) entry.distinct.expire_before(first_slice);
  records.expire_before(first_slice);
}

std::uint64_t HostWindow::distinct() const noexcept {
  std::uint64_t sum = records.count();
  for (const PerSignature& entry : signatures) sum += entry.distinct.count();
  return sum;
}

std::vector<Records> HostWindow::described(std::uint64_t rows_max, bool pseudonyms) const {
  std::vector<Records> all;
  if (!labels || records.count() == 0) return all;
  const std::vector<SlidingRecords::Entry> entries = records.entries();
  for (std::uint16_t index = 0; index < labels->size(); ++index) {
    const IndexLabel& label = (*labels)[index];
    Records one;
    one.index = label.name;
    one.built_at = label.built_at;
    one.key_id = label.key_id;
    one.by_pseudonym = pseudonyms;
    std::vector<std::uint64_t> by_column(label.columns.size());
    for (const SlidingRecords::Entry& entry : entries) {
      if (entry.index != index) continue;
      ++one.distinct;
      one.canaries += entry.canary ? 1u : 0u;
      for (std::size_t i = 0; i < by_column.size(); ++i) by_column[i] += entry.columns >> i & 1u;
      if (pseudonyms)
        one.pseudonyms.push_back(entry.record_id);
      else if (entry.row != fingerprint::kRowUnknown)
        one.rows.push_back(std::uint64_t{entry.row} + 1);
    }
    for (std::size_t i = 0; i < by_column.size(); ++i)
      if (by_column[i] != 0) one.columns.emplace_back(label.columns[i].name, by_column[i]);
    std::vector<std::uint64_t>& listed = pseudonyms ? one.pseudonyms : one.rows;
    std::sort(listed.begin(), listed.end());
    one.rows_truncated = listed.size() > rows_max || listed.size() < one.distinct;
    listed.resize(std::min<std::uint64_t>(listed.size(), rows_max));
    if (one.distinct != 0) all.push_back(std::move(one));
  }
  if (!records.estimated()) return all;
  // Too many to know them one by one, and of which index they are.
  Records estimate;
  estimate.index = labels->size() == 1 ? labels->front().name : "all";
  if (labels->size() == 1) {
    estimate.built_at = labels->front().built_at;
    estimate.key_id = labels->front().key_id;
  }
  estimate.distinct = records.count();
  estimate.by_pseudonym = pseudonyms;
  estimate.estimated = estimate.rows_truncated = true;
  return {estimate};
}

Incident HostWindow::in_state(IncidentState state, const SignatureNames& names,
                              std::uint64_t rows_max, bool pseudonyms) const {
  Incident copy = incident;
  copy.state = state;
  copy.flows = flows_before + flows.count();
  const bool closed = state == IncidentState::closed;
  for (const PerSignature& entry : signatures)
    copy.matches.push_back({names[entry.signature], entry.count,
                            closed ? entry.most : entry.distinct.count(),
                            closed ? entry.estimated : entry.distinct.estimated(), entry.samples});
  sort_matches(copy.matches);
  copy.records =
      closed && records.count() < most_records ? most_described : described(rows_max, pseudonyms);
  return copy;
}

std::uint64_t HostWindow::memory_bytes() const noexcept {
  std::uint64_t bytes = sizeof(HostWindow) + flows.memory_bytes() + 256 + records.memory_bytes();
  for (const auto& entry : signatures) bytes += 256 + entry.distinct.memory_bytes();
  for (const Records& described : most_described)
    bytes += sizeof(Records) + (described.rows.size() + described.pseudonyms.size()) * 8;
  return bytes;
}

}  // namespace outspan::policy

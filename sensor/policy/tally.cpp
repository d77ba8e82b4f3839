#include "policy/tally.h"

#include <algorithm>

namespace outspan::policy {

Tally::Entry& Tally::entry(detect::SignatureIndex signature) {
  for (Entry& entry : entries_)
    if (entry.signature == signature) return entry;
  return entries_.emplace_back(Entry{signature, 0, 0, DistinctCounter(exact_max_), {}});
}

void Tally::prefetch(const detect::Hit& hit) const noexcept {
  for (const Entry& entry : entries_)
    if (entry.signature == hit.signature) entry.distinct.prefetch(hit.value_id);
}

bool Tally::add(const detect::Hit& hit, bool participants, Masking& masking) {
  Entry& mine = entry(hit.signature);
  ++mine.count;
  const bool fresh = mine.distinct.add(hit.value_id);
  if (fresh) keep_sample(mine, hit.value, masking);
  // Once a counter estimates, most new values go unnoticed, addresses among them.
  if (mine.distinct.estimated() || !participants)
    addresses_.give_up();
  else if (fresh)
    addresses_.insert(hit.value);
  return fresh;
}

void Tally::keep_sample(Entry& entry, std::string_view value, Masking& masking) {
  if (entry.samples.size() >= samples_max_ || entry.samples_tried >= kSamplesTriedMax) return;
  ++entry.samples_tried;
  Masked sample = masking.sample(entry.signature, value);
  if (std::find(entry.samples.begin(), entry.samples.end(), sample) == entry.samples.end())
    entry.samples.push_back(std::move(sample));
}

std::uint64_t Tally::distinct() const noexcept {
  std::uint64_t sum = 0;
  for (const Entry& entry : entries_) sum += entry.distinct.count();
  return sum;
}

bool Tally::contains(detect::SignatureIndex signature, std::uint64_t value_id) const noexcept {
  for (const Entry& entry : entries_)
    if (entry.signature == signature) return entry.distinct.contains(value_id);
  return false;
}

std::vector<ValueSet> Tally::take_values() {
  std::vector<ValueSet> values;
  for (Entry& entry : entries_) values.push_back(entry.distinct.take_exact());
  return values;
}

std::vector<Matches> Tally::matches(const SignatureNames& names) const {
  std::vector<Matches> matches;
  matches.reserve(entries_.size());
  for (const Entry& entry : entries_)
    matches.push_back({names[entry.signature], entry.count, entry.distinct.count(),
                       entry.distinct.estimated(), entry.samples});
  sort_matches(matches);
  return matches;
}

void Tally::give_up_exactness() {
  for (Entry& entry : entries_) entry.distinct.give_up_exactness();
  addresses_.give_up();
}

std::uint64_t Tally::memory_bytes() const noexcept {
  std::uint64_t bytes = addresses_.memory_bytes();
  for (const Entry& entry : entries_)
    bytes += sizeof(Entry) + entry.distinct.memory_bytes() + entry.samples.size() * 64;
  return bytes;
}

void sort_matches(std::vector<Matches>& matches) {
  std::sort(matches.begin(), matches.end(), [](const Matches& a, const Matches& b) {
    return a.distinct != b.distinct ? a.distinct > b.distinct : a.signature < b.signature;
  });
}

}  // namespace outspan::policy

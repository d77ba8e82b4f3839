#include "fingerprint/find/clusters.h"

#include <algorithm>

#include "core/hash.h"

namespace outspan::fingerprint {
namespace {

std::uint64_t key_of(std::uint16_t index, RowNumber row) noexcept {
  return (std::uint64_t{index} << 32 | row) + 1;  // 0 is free
}

}  // namespace

Clusters::Kept* Clusters::kept_of(const content::Object& object,
                                  const content::Node& node) noexcept {
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
    return kept.object == &object && kept.node == node.number && kept.packet == object.begin.packet;
  });
  return found != kept_.end() ? &*found : nullptr;
}

void Clusters::make_room(std::size_t values) {
  std::size_t wanted = 64;
  while (wanted < values * 2) wanted *= 2;
  if (slots_.size() < wanted) slots_.assign(wanted, {});
  if (++generation_ == 0) {
    std::fill(slots_.begin(), slots_.end(), Slot{});
    generation_ = 1;
  }
}

Clusters::Slot& Clusters::slot_of(std::uint64_t key) noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = mix64(key) & mask;
  while (slots_[at].generation == generation_ && slots_[at].key != key) at = (at + 1) & mask;
  if (slots_[at].generation != generation_) slots_[at] = {key, Cluster::kNone, generation_};
  return slots_[at];
}

void Clusters::add(const FoundCell& cell, std::uint32_t number) {
  Slot& slot = slot_of(key_of(cell.index, cell.row));
  if (slot.cluster != Cluster::kNone) {
    const Cluster& last = clusters_[slot.cluster];
    const std::uint64_t distance = cell.at - std::min(cell.at, last.last_at);
    const bool far = cell.speaks && last.speaks && distance <= kFarBytes;
    if (distance > kNearBytes && !far) slot.cluster = Cluster::kNone;
  }
  if (slot.cluster == Cluster::kNone) {
    slot.cluster = static_cast<std::uint32_t>(clusters_.size());
    Cluster& made = clusters_.emplace_back();
    made.row = cell.row;
    made.index = cell.index;
    made.first_at = cell.at;
  }
  Cluster& cluster = clusters_[slot.cluster];
  cluster.columns = static_cast<ColumnMask>(cluster.columns | 1u << cell.column);
  cluster.speaks = cluster.speaks || cell.speaks;
  cluster.sure = cluster.sure || cell.sure;
  cluster.bare = cluster.bare && cell.bare;
  cluster.guess = cluster.guess && cell.guess;
  cluster.repeats_value = cluster.repeats_value && cell.repeats_value;
  cluster.rows_of_value = std::max(cluster.rows_of_value, cell.rows_of_value);
  cluster.in_core = cluster.in_core || cell.in_core;
  cluster.last_at = std::max(cluster.last_at, cell.at);
  if (cluster.first_cell == Cluster::kNone)
    cluster.first_cell = number;
  else
    next_[cluster.last_cell] = number;
  cluster.last_cell = number;
}

void Clusters::make(const content::Object& object, const content::Node& node,
                    const std::vector<FoundCell>& cells) {
  clusters_.clear();
  next_.assign(cells.size(), Cluster::kNone);
  if (const Kept* kept = kept_of(object, node)) clusters_ = kept->clusters;
  make_room(cells.size() + clusters_.size());
  for (std::uint32_t i = 0; i < clusters_.size(); ++i)
    slot_of(key_of(clusters_[i].index, clusters_[i].row)).cluster = i;
  for (std::uint32_t i = 0; i < cells.size(); ++i) add(cells[i], i);
}

void Clusters::keep(const content::Object& object, const content::Node& node,
                    std::uint64_t core_end, bool ended) {
  Kept* kept = kept_of(object, node);
  const auto reaches = [core_end](const Cluster& cluster) {
    return cluster.last_at + kFarBytes > core_end;
  };
  if (ended || std::none_of(clusters_.begin(), clusters_.end(), reaches)) {
    if (kept != nullptr) kept->object = nullptr;
    return;
  }
  if (kept == nullptr) kept = &kept_[next_kept_++ % kNodes];
  kept->object = &object;
  kept->packet = object.begin.packet;
  kept->node = node.number;
  kept->clusters.clear();
  // The latest ones reach furthest.
  for (auto cluster = clusters_.rbegin();
       cluster != clusters_.rend() && kept->clusters.size() < kRecordsKept; ++cluster) {
    if (!reaches(*cluster)) continue;
    Cluster& copy = kept->clusters.emplace_back(*cluster);
    copy.first_cell = copy.last_cell = Cluster::kNone;
    copy.in_core = false;
  }
  std::reverse(kept->clusters.begin(), kept->clusters.end());
}

void Clusters::forget() noexcept {
  for (Kept& kept : kept_) kept.object = nullptr;
  clusters_.clear();
}

}  // namespace outspan::fingerprint

#pragma once

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

#include "core/hash.h"
#include "core/prefetch.h"

namespace outspan::flow {

/// Open addressing with linear probing over (hash, record number). Twice as many slots as flows, so
/// that probes stay short; it never grows. Pages of it that were never used take no memory.
class FlowIndex {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  /// Flows an attacker made collide are a bounded walk: the newest then gives way (see full()).
  static constexpr std::size_t kProbesMax = 512;

  explicit FlowIndex(std::uint64_t flows_max)
      : mask_(std::bit_ceil(std::max<std::uint64_t>(flows_max, 8) * 2) - 1),
        slots_(static_cast<Slot*>(std::calloc(mask_ + 1, sizeof(Slot)))) {
    if (!slots_) throw std::bad_alloc();
  }

  void prefetch(std::uint32_t hash) const noexcept { outspan::prefetch(&slots_[home(hash)]); }
  /// The record most likely meant; a guess for prefetching.
  [[nodiscard]] std::uint32_t guess(std::uint32_t hash) const noexcept {
    return slots_[home(hash)].record - 1;
  }

  /// `is_it(record)` compares keys.
  template <class IsIt>
  [[nodiscard]] std::uint32_t find(std::uint32_t hash, IsIt&& is_it) const noexcept {
    for (std::size_t at = home(hash), probes = 0; probes < kProbesMax;
         at = (at + 1) & mask_, ++probes) {
      const Slot& slot = slots_[at];
      if (slot.record == 0) return kNone;
      if (slot.hash == hash && is_it(slot.record - 1)) return slot.record - 1;
    }
    return kNone;
  }

  /// A record that has to leave before `hash` can be put in; kNone: there is room.
  [[nodiscard]] std::uint32_t in_the_way(std::uint32_t hash) const noexcept {
    std::size_t at = home(hash);
    for (std::size_t probes = 0; probes + 1 < kProbesMax; ++probes, at = (at + 1) & mask_)
      if (slots_[at].record == 0) return kNone;
    return slots_[at].record == 0 ? kNone : slots_[at].record - 1;
  }
  void insert(std::uint32_t hash, std::uint32_t record) noexcept {
    std::size_t at = home(hash);
    while (slots_[at].record != 0) at = (at + 1) & mask_;
    slots_[at] = {hash, record + 1};
  }
  void erase(std::uint32_t hash, std::uint32_t record) noexcept {
    std::size_t at = home(hash);
    while (slots_[at].record != record + 1) at = (at + 1) & mask_;
    // Shift back what the hole would cut off from its home (Knuth 6.4, algorithm R).
    for (std::size_t next = (at + 1) & mask_; slots_[next].record != 0; next = (next + 1) & mask_) {
      const std::size_t distance = (next - home(slots_[next].hash)) & mask_;
      if (distance < ((next - at) & mask_)) continue;
      slots_[at] = slots_[next];
      at = next;
    }
    slots_[at] = {};
  }
  [[nodiscard]] std::uint64_t reserved_bytes() const noexcept { return (mask_ + 1) * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t hash;
    std::uint32_t record;  // number + 1; 0: free
  };
  static_assert(std::is_trivial_v<Slot>);
  struct Free {
    void operator()(Slot* slots) const noexcept { std::free(slots); }
  };
  [[nodiscard]] std::size_t home(std::uint32_t hash) const noexcept { return mix64(hash) & mask_; }

  std::size_t mask_;
  std::unique_ptr<Slot[], Free> slots_;
};

}  // namespace outspan::flow

#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "flow/flow_record.h"

namespace outspan::flow {

/// Memory of flow records, in slabs that are never given back. A record never moves.
class FlowPool {
 public:
  FlowPool() = default;
  FlowPool(const FlowPool&) = delete;
  FlowPool& operator=(const FlowPool&) = delete;

  FlowRecord& create(const FlowInfo& info, const FlowAccount& account) noexcept {
    if (free_.empty()) add_slab();
    const std::uint32_t id = free_.back();
    free_.pop_back();
    auto* const flow = new (place(id)) FlowRecord(info, account);
    flow->id_in_pool = id;
    return *flow;
  }
  void destroy(FlowRecord& flow) noexcept {
    const std::uint32_t id = flow.id_in_pool;
    flow.~FlowRecord();
    free_.push_back(id);
  }
  [[nodiscard]] FlowRecord& at(std::uint32_t id) const noexcept {
    return *std::launder(reinterpret_cast<FlowRecord*>(place(id)));
  }
  [[nodiscard]] std::byte* place(std::uint32_t id) const noexcept {
    return slabs_[id / kSlab][id % kSlab].bytes;
  }
  [[nodiscard]] std::uint64_t reserved_bytes() const noexcept {
    return slabs_.size() * kSlab * sizeof(Place);
  }

 private:
  static constexpr std::uint32_t kSlab = 1024;
  struct alignas(64) Place {
    std::byte bytes[sizeof(FlowRecord)];
  };

  void add_slab() noexcept {
    const auto first = static_cast<std::uint32_t>(slabs_.size() * kSlab);
    slabs_.push_back(std::make_unique_for_overwrite<Place[]>(kSlab));
    free_.reserve(slabs_.size() * kSlab);
    for (std::uint32_t i = kSlab; i > 0; --i) free_.push_back(first + i - 1);
  }

  std::vector<std::unique_ptr<Place[]>> slabs_;
  std::vector<std::uint32_t> free_;
};

}  // namespace outspan::flow

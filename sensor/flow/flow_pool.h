#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "flow/flow_record.h"

namespace outspan::flow {

/// Memory of flow records, in slabs that are never given back. A record never moves. Slabs ask for
/// huge pages: with a million flows most packets miss the TLB, too.
class FlowPool {
 public:
  FlowPool() = default;
  FlowPool(const FlowPool&) = delete;
  FlowPool& operator=(const FlowPool&) = delete;

  FlowRecord& create(const FlowInfo& info, const ChargingAccount& account) noexcept {
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
    return slabs_[id / kPerSlab].get() + id % kPerSlab * kPlaceBytes;
  }
  [[nodiscard]] std::uint64_t reserved_bytes() const noexcept {
    return slabs_.size() * kSlabBytes + free_.capacity() * sizeof(std::uint32_t);
  }

 private:
  static constexpr std::size_t kHugePageBytes = 2 << 20;
  static constexpr std::size_t kSlabBytes = 2 * kHugePageBytes;
  static constexpr std::size_t kPlaceBytes = (sizeof(FlowRecord) + 63) / 64 * 64;
  static constexpr std::uint32_t kPerSlab = kSlabBytes / kPlaceBytes;

  struct Free {
    void operator()(std::byte* slab) const noexcept {
      ::operator delete(slab, std::align_val_t(kHugePageBytes));
    }
  };
  void add_slab() noexcept;

  std::vector<std::unique_ptr<std::byte, Free>> slabs_;
  std::vector<std::uint32_t> free_;
};

}  // namespace outspan::flow

#pragma once

#include <cstdint>
#include <vector>

#include "core/hash.h"
#include "core/prefetch.h"

namespace outspan::policy {

/// A set of 64-bit identities: open addressing, 8 bytes a slot. The key of
/// identities is in the source, so slots have a key of the process: a sender cannot choose values
/// that collide.
class ValueSet {
 public:
  /// False: it was in the set.
  bool insert(std::uint64_t id);
  /// The identity will be looked for soon.
  void prefetch(std::uint64_t id) const noexcept {
    if (!slots_.empty()) outspan::prefetch(&slots_[mix64_keyed(id) & (slots_.size() - 1)]);
  }
  [[nodiscard]] bool contains(std::uint64_t id) const noexcept;
  [[nodiscard]] std::uint64_t size() const noexcept { return size_ + (has_zero_ ? 1 : 0); }
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept {
    return slots_.size() * sizeof(std::uint64_t);
  }
  void clear();

  template <class F>
  void for_each(F&& visit) const {
    if (has_zero_) visit(std::uint64_t{0});
    for (const std::uint64_t id : slots_)
      if (id != 0) visit(id);
  }

 private:
  [[nodiscard]] std::size_t slot_of(std::uint64_t id) const noexcept;
  void grow();

  std::vector<std::uint64_t> slots_;  // a power of two of them; 0 is free
  std::uint64_t size_ = 0;
  bool has_zero_ = false;
};

}  // namespace outspan::policy

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace outspan::fingerprint {

/// Memory for secrets: kept out of core dumps and, where RLIMIT_MEMLOCK allows it, out of swap;
/// wiped before it is given back.
class LockedPage {
 public:
  /// Zeros; empty when there is no memory.
  explicit LockedPage(std::size_t bytes) noexcept;
  ~LockedPage();
  LockedPage(LockedPage&& other) noexcept : memory_(std::exchange(other.memory_, {})) {}
  LockedPage& operator=(LockedPage&& other) noexcept {
    std::swap(memory_, other.memory_);
    return *this;
  }

  [[nodiscard]] std::span<std::uint8_t> bytes() noexcept { return memory_; }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return memory_; }

 private:
  std::span<std::uint8_t> memory_;
};

}  // namespace outspan::fingerprint

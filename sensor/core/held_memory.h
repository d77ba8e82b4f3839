#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace outspan {

/// What the flows of one pipeline hold in memory: heads that are not complete, lines, opening
/// bytes, requests without an answer, parsers and objects themselves. Holders say how much they
/// have (held_bytes()), and whoever owns the flow enters it here; where it is too much, old flows
/// are ended, so nobody is refused anything.
/// Thread: the pipeline's.
class HeldMemory {
 public:
  explicit HeldMemory(std::uint64_t limit) noexcept : limit_(limit) {}

  void change(std::uint64_t before, std::uint64_t after) noexcept {
    used_ += after - before;
    peak_ = std::max(peak_, used_);
  }
  [[nodiscard]] bool over() const noexcept { return used_ > limit_; }
  [[nodiscard]] std::uint64_t used() const noexcept { return used_; }
  [[nodiscard]] std::uint64_t peak() const noexcept { return peak_; }

 private:
  std::uint64_t limit_;
  std::uint64_t used_ = 0;
  std::uint64_t peak_ = 0;
};

/// What an allocation costs beside its bytes.
inline constexpr std::size_t kAllocationBytes = 16;

/// Bytes on the heap behind a container, without those behind its elements.
inline std::size_t heap_bytes(const std::string& text) noexcept {
  constexpr std::size_t kInPlace = 15;
  return text.capacity() <= kInPlace ? 0 : text.capacity() + kAllocationBytes;
}
template <class T>
std::size_t heap_bytes(const std::vector<T>& values) noexcept {
  return values.capacity() == 0 ? 0 : values.capacity() * sizeof(T) + kAllocationBytes;
}

}  // namespace outspan

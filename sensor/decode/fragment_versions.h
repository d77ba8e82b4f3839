#pragma once

#include <cstdint>
#include <vector>

#include "core/bytes.h"
#include "decode/intervals.h"

namespace outspan::decode {

/// What overlapping pieces of one packet make of it. Nobody knows which copy of a place a receiver
/// keeps, so there is a version for the first copies, one for the second ones and so on; a place
/// that has fewer takes its last. Copies that are the same count once.
/// Memory and time: kMax times the pieces at most.
class FragmentVersions {
 public:
  static constexpr std::size_t kMax = 8;

  /// Places beyond `size` are left out.
  explicit FragmentVersions(std::uint32_t size) : size_(size) {}

  /// In the order of arrival.
  void add(std::uint32_t offset, Bytes piece);
  /// At least one; the first has the first copies.
  [[nodiscard]] std::vector<std::vector<std::uint8_t>> take();
  /// Copies beyond kMax, which are in no version.
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

 private:
  struct Version {
    std::vector<std::uint8_t> bytes;
    Intervals covered;
  };
  void add(std::size_t version, std::uint32_t offset, Bytes piece);

  std::uint32_t size_;
  std::vector<Version> versions_;
  std::uint64_t refused_ = 0;
};

}  // namespace outspan::decode

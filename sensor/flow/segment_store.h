#pragma once

#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <memory>
#include <vector>

#include "core/bytes.h"

namespace outspan::flow {

/// Segments of one stream side that wait for bytes before them, by position; they never overlap.
/// The memory is charged by the owner (cost()).
class SegmentStore {
 public:
  struct Segment {
    std::uint32_t length = 0;
    /// Cut by the snap length: a place without bytes.
    bool truncated = false;
    /// In the account already; only keeps its place.
    bool charged = false;
    /// The position of the other side that has to be delivered first; 0: none.
    std::uint64_t needs = 0;
    /// nullptr: only the place is known (truncated, or the side is merely counted).
    std::unique_ptr<std::uint8_t[]> data;

    [[nodiscard]] Bytes bytes() const noexcept {
      return data ? Bytes(data.get(), length) : Bytes{};
    }
  };
  /// Another version of bytes that are still waiting; opens a branch when its place comes.
  struct Alternative {
    std::uint64_t position = 0;
    std::vector<std::uint8_t> bytes;
  };
  using Map = std::map<std::uint64_t, Segment>;

  /// What a segment costs besides its bytes: the map's node and the two allocations.
  static constexpr std::uint64_t kOverheadBytes = 128;
  static std::uint64_t cost(std::uint64_t data_bytes) noexcept {
    return data_bytes + kOverheadBytes;
  }

  [[nodiscard]] bool empty() const noexcept { return segments_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return segments_.size(); }
  [[nodiscard]] std::uint64_t begin() const noexcept { return segments_.begin()->first; }
  [[nodiscard]] std::uint64_t end() const noexcept {
    const auto& [position, segment] = *segments_.rbegin();
    return position + segment.length;
  }
  [[nodiscard]] const Map& segments() const noexcept { return segments_; }
  [[nodiscard]] Segment& first() noexcept { return segments_.begin()->second; }

  /// The segment that covers `position`, or the next one after it; segments().end() if none.
  [[nodiscard]] Map::const_iterator at_or_after(std::uint64_t position) const noexcept {
    auto it = segments_.upper_bound(position);
    if (it != segments_.begin()) {
      const auto before = std::prev(it);
      if (before->first + before->second.length > position) return before;
    }
    return it;
  }

  /// The place must be free. `data` may be nullptr.
  void put(std::uint64_t position, std::uint32_t length, const std::uint8_t* data, bool truncated,
           std::uint64_t needs) noexcept {
    Segment segment{length, truncated, false, needs, nullptr};
    if (data != nullptr) {
      segment.data = std::make_unique_for_overwrite<std::uint8_t[]>(length);
      std::memcpy(segment.data.get(), data, length);
    }
    segments_.emplace(position, std::move(segment));
  }
  [[nodiscard]] Segment take_first() noexcept {
    auto node = segments_.extract(segments_.begin());
    return std::move(node.mapped());
  }

  /// Whether any waiting bytes of [position, position + bytes) differ from `bytes`.
  [[nodiscard]] bool differs(std::uint64_t position, Bytes bytes) const noexcept;

  std::vector<Alternative> alternatives;

 private:
  Map segments_;
};

}  // namespace outspan::flow

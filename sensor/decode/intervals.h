#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace outspan::decode {

/// A set of byte positions, held as sorted ranges that neither touch nor overlap.
class Intervals {
 public:
  /// Whether any of [begin, end) was in the set before.
  bool add(std::uint32_t begin, std::uint32_t end) {
    if (begin >= end) return false;
    auto first = std::ranges::lower_bound(ranges_, begin, {}, &Range::end);
    bool overlaps = false;
    auto last = first;
    for (; last != ranges_.end() && last->begin <= end; ++last) {
      overlaps = overlaps || (last->begin < end && last->end > begin);
      begin = std::min(begin, last->begin);
      end = std::max(end, last->end);
    }
    if (first == last) {
      ranges_.insert(first, {begin, end});
    } else {
      *first = {begin, end};
      ranges_.erase(first + 1, last);
    }
    return overlaps;
  }

  /// A part of a range, all or nothing of which is in the set.
  struct Part {
    std::uint32_t begin;
    std::uint32_t end;
    bool covered;
  };
  /// [begin, end) cut at the borders of the set.
  [[nodiscard]] std::vector<Part> split(std::uint32_t begin, std::uint32_t end) const {
    std::vector<Part> parts;
    auto range = std::ranges::upper_bound(ranges_, begin, {}, &Range::end);
    for (; begin < end && range != ranges_.end() && range->begin < end; ++range) {
      if (begin < range->begin) parts.push_back({begin, range->begin, false});
      const std::uint32_t from = std::max(begin, range->begin);
      begin = std::min(end, range->end);
      parts.push_back({from, begin, true});
    }
    if (begin < end) parts.push_back({begin, end, false});
    return parts;
  }

  /// How many positions below `bound` are in the set.
  [[nodiscard]] std::uint32_t count_below(std::uint32_t bound) const noexcept {
    std::uint32_t count = 0;
    for (const Range& range : ranges_)
      if (range.begin < bound) count += std::min(range.end, bound) - range.begin;
    return count;
  }
  /// The first position that is not in the set.
  [[nodiscard]] std::uint32_t first_hole() const noexcept {
    return ranges_.empty() || ranges_.front().begin > 0 ? 0 : ranges_.front().end;
  }
  /// One after the last position.
  [[nodiscard]] std::uint32_t end() const noexcept {
    return ranges_.empty() ? 0 : ranges_.back().end;
  }

 private:
  struct Range {
    std::uint32_t begin;
    std::uint32_t end;
  };
  std::vector<Range> ranges_;
};

}  // namespace outspan::decode

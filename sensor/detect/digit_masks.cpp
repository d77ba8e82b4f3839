#include "detect/digit_masks.h"

#include "detect/anchor_loops.h"

namespace outspan::detect {

const AnchorLoops kPlainLoops{bridge, find_groups, find_shapes};

namespace {

const AnchorLoops& best_loops() noexcept {
#if defined(__x86_64__)
  static const bool kHaveAvx2 = __builtin_cpu_supports("avx2") != 0;
  if (kHaveAvx2) return kAvx2Loops;
#endif
  return kPlainLoops;
}

void collect(text::MaskWords words, std::size_t size, std::vector<std::uint32_t>& out) {
  for (std::size_t i = 0; i < size; ++i)
    for (std::uint64_t bits = words[i]; bits != 0; bits &= bits - 1)
      out.push_back(
          static_cast<std::uint32_t>(i * 64 + static_cast<std::size_t>(std::countr_zero(bits))));
}

}  // namespace

void NumberAnchors::find(const text::TextMasks& masks, bool letter_shapes) {
  const std::size_t words = masks.words();
  const AnchorLoops& loops = best_loops();
  groups_.clear();
  shapes_.clear();
  digits_ = masks.digits();
  if (found_.size() < words) {
    found_.resize(words);
    bridged_.resize(words + 2);
  }
  std::uint64_t* bridged = bridged_.data() + 1;
  bridged[-1] = bridged[words] = 0;
  const auto count = static_cast<std::ptrdiff_t>(words);
  loops.bridge(digits_, masks.separators(), bridged, count);
  loops.groups(bridged, found_.data(), count);
  collect(found_.data(), words, groups_);
  if (!letter_shapes) return;
  loops.shapes(digits_, masks.letters(), found_.data(), count);
  collect(found_.data(), words, shapes_);
}

}  // namespace outspan::detect

// The loops of digit_masks.h, included by each file that compiles them for a kind of processor.
#include <cstddef>
#include <cstdint>

#include "detect/digit_masks.h"

namespace outspan::detect {
namespace {

/// The word at `i` moved: bit j is what stands `n` (1 to 63) bytes earlier, or later.
inline std::uint64_t earlier(text::MaskWords words, std::ptrdiff_t i, int n) noexcept {
  return words[i] << n | words[i - 1] >> (64 - n);
}
inline std::uint64_t later(text::MaskWords words, std::ptrdiff_t i, int n) noexcept {
  return words[i] >> n | words[i + 1] << (64 - n);
}

void bridge(text::MaskWords d, text::MaskWords s, std::uint64_t* __restrict bridged,
            std::ptrdiff_t words) noexcept {
  for (std::ptrdiff_t i = 0; i < words; ++i) {
    const std::uint64_t one = later(d, i, 1), two = later(s, i, 1) & later(d, i, 2);
    const std::uint64_t three = later(s, i, 1) & later(s, i, 2) & later(d, i, 3);
    const std::uint64_t first = earlier(d, i, 1) & (one | two | three);
    const std::uint64_t second = earlier(s, i, 1) & earlier(d, i, 2) & (one | two);
    const std::uint64_t third = earlier(s, i, 1) & earlier(s, i, 2) & earlier(d, i, 3) & one;
    bridged[i] = d[i] | (s[i] & (first | second | third));
  }
}

void find_groups(text::MaskWords bridged, std::uint64_t* __restrict begins,
                 std::ptrdiff_t words) noexcept {
  for (std::ptrdiff_t i = 0; i < words; ++i) {
    const std::uint64_t here = bridged[i], next = bridged[i + 1];
    const std::uint64_t two = here & (here >> 1 | next << 63), two_next = next & next >> 1;
    const std::uint64_t four = two & (two >> 2 | two_next << 62);
    const std::uint64_t six = four & (two >> 4 | two_next << 60);
    begins[i] = six & ~earlier(bridged, i, 1);
  }
}

void find_shapes(text::MaskWords d, text::MaskWords l, std::uint64_t* __restrict begins,
                 std::ptrdiff_t words) noexcept {
  for (std::ptrdiff_t i = 0; i < words; ++i) {
    const std::uint64_t three = l[i] & later(d, i, 1) & later(d, i, 2) & later(d, i, 3);
    begins[i] = three & (later(l, i, 4) | (later(d, i, 4) & later(l, i, 5)));
  }
}

}  // namespace
}  // namespace outspan::detect

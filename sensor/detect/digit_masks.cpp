#include "detect/digit_masks.h"

#include <bit>

#include "detect/text_span.h"

namespace outspan::detect {
namespace {

/// Three blocks side by side, to look a few bits back and ahead over their borders.
struct Around {
  std::uint64_t before, here, after;

  /// Bit i is what stands `n` bytes earlier (1..63).
  [[nodiscard]] std::uint64_t earlier(int n) const noexcept {
    return here << n | before >> (64 - n);
  }
  [[nodiscard]] std::uint64_t later(int n) const noexcept { return here >> n | after << (64 - n); }
};

constexpr bool is_separator(char c) noexcept {
  return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')' || c == '\xc2' ||
         c == '\xa0';
}

template <class Use>
void each_bit(std::uint64_t bits, std::size_t block, Use use) {
  for (; bits != 0; bits &= bits - 1)
    use(static_cast<std::uint32_t>(block * 64 + static_cast<std::size_t>(std::countr_zero(bits))));
}

}  // namespace

void byte_masks_scalar(std::string_view text, ByteMasks* out) noexcept {
  for (std::size_t begin = 0; begin < text.size(); begin += 64, ++out) {
    *out = {};
    const std::string_view block = text.substr(begin, 64);
    for (std::size_t i = 0; i < block.size(); ++i) {
      out->digits |= static_cast<std::uint64_t>(is_digit(block[i])) << i;
      out->separators |= static_cast<std::uint64_t>(is_separator(block[i])) << i;
      out->letters |= static_cast<std::uint64_t>(is_letter(block[i])) << i;
    }
  }
}

ByteMasksFunction byte_masks() noexcept {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return byte_masks_avx2;
#endif
  return byte_masks_scalar;
}

void NumberAnchors::find(std::string_view text, bool letter_shapes) {
  const std::size_t blocks = (text.size() + 63) / 64;
  groups_.clear();
  shapes_.clear();
  if (masks_.size() < blocks + 2) {
    masks_.resize(blocks + 2);
    bridged_.resize(blocks + 2);
  }
  masks_[0] = {};
  masks_[blocks + 1] = {};
  byte_masks_(text, masks_.data() + 1);
  bridge(blocks);
  collect_groups(blocks);
  if (letter_shapes) collect_shapes(blocks);
}

void NumberAnchors::bridge(std::size_t blocks) noexcept {
  bridged_[0] = bridged_[blocks + 1] = 0;
  for (std::size_t i = 1; i <= blocks; ++i) {
    // Separators at the edge of a block may belong to a digit of its neighbour, but a bridge is at
    // most three bytes, so none crosses a block without digits.
    if (masks_[i].digits == 0) {
      bridged_[i] = 0;
      continue;
    }
    const Around d{masks_[i - 1].digits, masks_[i].digits, masks_[i + 1].digits};
    const Around s{masks_[i - 1].separators, masks_[i].separators, masks_[i + 1].separators};
    const std::uint64_t one = d.later(1), two = s.later(1) & d.later(2);
    const std::uint64_t first = d.earlier(1) & (one | two | (s.later(1) & s.later(2) & d.later(3)));
    const std::uint64_t second = s.earlier(1) & d.earlier(2) & (one | two);
    const std::uint64_t third = s.earlier(1) & s.earlier(2) & d.earlier(3) & one;
    bridged_[i] = d.here | (s.here & (first | second | third));
  }
}

void NumberAnchors::collect_groups(std::size_t blocks) {
  for (std::size_t i = 1; i <= blocks; ++i) {
    const std::uint64_t here = bridged_[i];
    if (here == 0) continue;
    const std::uint64_t next = bridged_[i + 1];
    const std::uint64_t starts = here & ~(here << 1 | bridged_[i - 1] >> 63);
    const std::uint64_t two = here & (here >> 1 | next << 63), two_next = next & next >> 1;
    const std::uint64_t four = two & (two >> 2 | two_next << 62);
    const std::uint64_t six = four & (two >> 4 | two_next << 60);
    each_bit(starts & six, i - 1, [this](std::uint32_t at) { groups_.push_back(at); });
  }
}

void NumberAnchors::collect_shapes(std::size_t blocks) {
  for (std::size_t i = 1; i <= blocks; ++i) {
    const Around d{0, masks_[i].digits, masks_[i + 1].digits};
    if ((d.here | d.after) == 0) continue;
    const std::uint64_t digits = d.later(1) & d.later(2) & d.later(3);
    const Around l{0, masks_[i].letters, masks_[i + 1].letters};
    const std::uint64_t three = digits & l.here;
    if (three == 0) continue;
    const std::uint64_t shapes = three & (l.later(4) | (d.later(4) & l.later(5)));
    each_bit(shapes, i - 1, [this](std::uint32_t at) { shapes_.push_back(at); });
  }
}

}  // namespace outspan::detect

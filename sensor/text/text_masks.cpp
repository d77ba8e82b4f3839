#include "text/text_masks.h"

#include <array>
#include <cstring>

#include "core/bytes.h"
#include "text/byte_classes.h"
#include "text/mask_rules.h"

namespace outspan::text {
namespace {

void classify_plain(std::string_view text, bool all, MaskWriter& out) noexcept {
  static constexpr auto kFirst = class_table<256>(0);
  static constexpr auto kSecond = class_table<256>(8);
  classify_chunks(text, all, out, [](Bytes bytes, ChunkClasses& classes) {
    classes = {};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const auto is = static_cast<std::uint64_t>(kFirst[bytes[i]] | kSecond[bytes[i]] << 8);
      for (std::size_t which = 0; which < kByteClasses; ++which)
        classes.of[which][i / 64] |= (is >> which & 1) << i % 64;
    }
  });
  out.finish(text.find('\0') != std::string_view::npos,
             ascii_bytes_scalar(as_bytes(text)) == text.size());
}

}  // namespace

bool TextMasks::can(Way way) noexcept {
#if defined(__x86_64__)
  if (way == Way::avx2) return __builtin_cpu_supports("avx2") != 0;
  if (way == Way::avx512)
    return __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vbmi") != 0 &&
           __builtin_cpu_supports("bmi") != 0;
#endif
  return way == Way::plain;
}

TextMasks::Way TextMasks::fastest() noexcept {
  static const Way kFastest = can(Way::avx512) ? Way::avx512
                              : can(Way::avx2) ? Way::avx2
                                               : Way::plain;
  return kFastest;
}

void TextMasks::classify(std::string_view text, bool all) {
  size_ = text.size();
  words_ = (size_ + 63) / 64;
  if (stride_ < words_ + 2) {
    stride_ = words_ + 2;
    room_.assign(kClasses * stride_, 0);
  }
  for (std::size_t which = 0; which < kClasses; ++which)
    room_[which * stride_] = room_[which * stride_ + words_ + 1] = 0;
  has_zero_ = false;
  is_ascii_ = true;
  if (text.empty()) return;
  MaskWriter out(*this);
  switch (way_) {
#if defined(__x86_64__)
    case Way::avx512: return classify_avx512(text, all, out);
    case Way::avx2: return classify_avx2(text, all, out);
#endif
    default: return classify_plain(text, all, out);
  }
}

std::size_t next_run(MaskWords words, std::size_t from, std::size_t end,
                     std::size_t length) noexcept {
  if (from >= end) return end;
  RunFinder finder(length);
  std::uint64_t bits = words[from / 64] & ~std::uint64_t{0} << from % 64;
  const std::size_t last = (end - 1) / 64;
  for (std::size_t word = from / 64; word < last; bits = words[++word])
    if (finder.add(bits, word * 64)) return finder.found();
  return finder.finish(end, last * 64, bits & ~std::uint64_t{0} >> (63 - (end - 1) % 64));
}

}  // namespace outspan::text

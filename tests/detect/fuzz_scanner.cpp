// Any bytes as text: hits lie inside the text and the core, in order, and are the same wherever the
// text is cut into windows. Masking gives bounded text. The masks of a text are the same whatever
// the processor can do.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detect/masker.h"
#include "tests/detect/support.h"
#include "text/text_masks.h"

namespace {
void require(bool held) {
  if (!held) std::abort();
}

void require_same_masks(std::string_view text) {
  using outspan::text::MaskWords;
  using outspan::text::TextMasks;
  static TextMasks plain, other;
  plain.use(TextMasks::Way::plain);
  plain.classify_all(text);
  for (const auto way : {TextMasks::Way::avx2, TextMasks::Way::avx512}) {
    if (!TextMasks::can(way)) continue;
    other.use(way);
    other.classify_all(text);
    const auto same = [&](MaskWords one, MaskWords two, std::size_t words) {
      require(std::equal(one, one + words, two));
    };
    same(plain.digits(), other.digits(), other.words());
    same(plain.separators(), other.separators(), other.words());
    same(plain.letters(), other.letters(), other.words());
    same(plain.at_signs(), other.at_signs(), other.words());
    same(plain.base64(), other.base64(), other.words());
    same(plain.escapes(), other.escapes(), other.words());
    same(plain.code_marks(), other.code_marks(), other.words());
    same(plain.dense(), other.dense(), (other.words() + 63) / 64);
    require(plain.has_zero() == other.has_zero() && plain.is_ascii() == other.is_ascii());
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan::detect;
  static const auto signatures = testing::builtin({"US", "GB", "DE", "IT"});
  static testing::Bench bench(signatures);
  static Masker masker(signatures);
  if (size < 2) return 0;
  const std::size_t core = std::size_t{data[0]} * 8 + 16;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);

  require_same_masks(text);
  const auto whole = bench.scan(text);
  std::uint64_t at = 0;
  for (const auto& value : whole) {
    require(value.offset >= at && value.offset + value.text.size() <= text.size());
    require(text.substr(value.offset, value.text.size()) == value.text);
    require(!value.value.empty() && value.confidence >= 1 && value.confidence <= 100);
    at = value.offset;
  }
  require(bench.scan(text, core, 1024) == whole);
  require(masker.mask(text).text().size() <= Masker::kBytesMax);
  return 0;
}

// Any bytes as text: hits lie inside the text and the core, in order, and are the same wherever the
// text is cut into windows. Masking gives bounded text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detect/masker.h"
#include "tests/detect/support.h"

namespace {
void require(bool held) {
  if (!held) std::abort();
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

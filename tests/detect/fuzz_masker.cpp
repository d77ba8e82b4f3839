// A value in any form that the text layer reads, planted into a URL, a name of a file, a host, a
// user or a header: whatever detection finds in the text is gone from what the masker makes of it.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/detect/field_bench.h"
#include "tests/detect/text_forms.h"

namespace {

using namespace outspan;
using namespace outspan::detect;

template <class List>
const auto& pick(const List& list, std::uint8_t byte) {
  return list[byte % std::size(list)];
}

Masked masked(Masker& masker, std::uint8_t byte, std::string_view text) {
  switch (byte % 3) {
    case 0: return masker.mask(text);
    case 1: return masker.mask_url(text);
    default: return masker.mask_address(text, false);
  }
}

}  // namespace

/// Five bytes choose; the rest stands before and after the value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static testing::FieldBench bench(testing::builtin({"US", "GB", "DE"}));
  if (size < 5) return 0;
  const std::string inner = pick(testing::kForms, data[1]).write(pick(testing::kValues, data[0]));
  const std::string planted =
      (data[2] & 0x80) != 0 ? pick(testing::kForms, data[2]).write(inner) : inner;
  const testing::Surroundings& around = pick(testing::kSurroundings, data[3]);
  const std::string_view rest(reinterpret_cast<const char*>(data) + 5, size - 5);
  const std::string_view before = rest.substr(0, rest.size() / 2);
  const std::string text = std::string(before) + std::string(around.before) + planted +
                           std::string(around.after) + std::string(rest.substr(before.size()));

  const auto found = bench.values_of(text);
  const std::string shown = masked(bench.masker, data[4], text).text();
  if (shown.size() > Masker::kBytesMax) std::abort();
  for (const std::string& left : bench.values_of(shown))
    if (found.contains(left)) std::abort();
  return 0;
}

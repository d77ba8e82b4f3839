// Any text: what is found of customers is the same wherever the text is cut into windows, and lies
// in the index.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/fingerprint/finder_bench.h"

namespace {
const std::string kTable =
    "name,email,ticket,phone\n"
    "Ada Lovelace,ada@example.com,TM-20417731,+1 212 555 0101\n"
    "Grace Hopper,grace.hopper@example.com,TM-30558120,+1 212 555 0101\n"
    "Jos\xc3\xa9 N\xc3\xba\xc3\xb1"
    "ez,jose@example.com,TM-91720043,+49 30 901820\n";
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan::fingerprint;
  static const IndexPtr index = [] {
    BuildOptions options = customer_options();
    options.countries = {"US", "DE"};
    return index_of(kTable, options);
  }();
  static FinderBench bench({index});
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  bench.in_binary = (data[0] & 1) != 0;
  const auto whole = bench.find(text);
  for (const auto& [row, columns] : whole)
    if (row >= index->rows() || columns == 0 || columns >= 16) std::abort();
  bench.find(text, std::size_t{data[0]} * 8 + 64);
  return 0;
}

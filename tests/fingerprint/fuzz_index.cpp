// Any bytes as an index: refused in a sentence, or one whose tables, rows and names can be asked
// for anything without reading outside of it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "fingerprint/index/index_set.h"
#include "tests/fingerprint/support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan;
  using namespace outspan::fingerprint;
  static const KeyPtr key = test_key();
  auto loaded = Index::from_bytes({data, size}, key);
  if (!loaded) {
    if (loaded.problems().empty() || loaded.problems()[0].what.empty()) std::abort();
    return 0;
  }
  const Index& index = **loaded;
  static_cast<void>(index.consistent());
  std::uint64_t hash = 0x9e3779b97f4a7c15;
  for (int i = 0; i < 200; ++i) {
    hash = hash * 6364136223846793005u + 1442695040888963407u;
    const ValueHash value{hash, static_cast<std::uint32_t>(hash >> 7)};
    for (std::size_t column = 0; column < index.columns().size(); ++column) {
      index.table(column).prefetch(value);
      std::uint64_t sum = 0;
      for (const RowNumber row : index.table(column).find(value)) sum += row;
      if (sum == 1) static_cast<void>(sum);
    }
    static_cast<void>(index.phones().has(std::to_string(hash).substr(0, 11)));
    if (index.rows() != 0)
      static_cast<void>(index.row(static_cast<RowNumber>(hash % index.rows())));
  }
  static_cast<void>(index.rows_of_records({1, 2, 3}));
  const IndexSet set({{"fuzz", *loaded}});
  static_cast<void>(set.candidates());
  return 0;
}

#include "tests/content/fuzz_support.h"

using namespace outspan;
using namespace outspan::content;

/// Zip and tar as they come; without workers, so that members of other methods are opaque.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz_part(part(protocol::PartKind::body), Bytes(data, size));
  return 0;
}

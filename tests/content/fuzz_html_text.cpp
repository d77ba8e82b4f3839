#include "tests/content/fuzz_support.h"

using namespace outspan;
using namespace outspan::content;

/// HTML whose values are put together again, whole and in pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz_part(part(protocol::PartKind::body, "text/html"), Bytes(data, size));
  return 0;
}

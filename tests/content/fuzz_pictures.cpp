#include "tests/content/fuzz_support.h"

using namespace outspan;
using namespace outspan::content;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz_part(part(protocol::PartKind::body), Bytes(data, size));
  return 0;
}

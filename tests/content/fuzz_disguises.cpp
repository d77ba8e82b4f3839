#include "tests/content/fuzz_support.h"

using namespace outspan;
using namespace outspan::content;

/// Text with the cheap disguises undone, whole and in pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  config::Config config;
  config.inspect_disguises = true;
  fuzz_part(part(protocol::PartKind::body, "text/plain"), Bytes(data, size), config);
  return 0;
}

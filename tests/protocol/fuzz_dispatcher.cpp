// Any bytes on both sides of a flow, with gaps and pauses, through every parser there is.
#include "fuzz_script.h"

using namespace outspan;
using namespace outspan::protocol;
using namespace outspan::protocol::harness;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1 || size > 65536) return 0;
  Flow flow({.inspected = {true, (data[0] & 1) != 0}, .header_kib = 1});
  play_script(flow, Bytes(data, size).subspan(1));
  return 0;
}

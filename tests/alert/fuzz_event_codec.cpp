#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "alert/event/event_codec.h"
#include "alert/format/json_format.h"

/// Any bytes as an event of the spool: refused, or an event that is the same once written again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan;
  using namespace outspan::alert;
  const auto event = decode(Bytes(data, size));
  if (!event) return 0;
  const auto again = decode(encode(*event));
  if (!again || to_json(*again, "s") != to_json(*event, "s")) std::abort();
  return 0;
}

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "alert/net/relp_frame.h"

/// Any bytes from a receiver: frames as they would be written again, then more is wanted or it is
/// broken.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan::alert;
  std::string received(reinterpret_cast<const char*>(data), size);
  for (bool broken = false; !broken;) {
    const std::size_t before = received.size();
    const auto frame = take_relp_frame(received, broken);
    if (!frame) break;
    if (frame->data.size() > before || received.size() >= before) std::abort();
  }
  return 0;
}

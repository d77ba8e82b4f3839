#include "flow/stream_sink.h"

namespace outspan::flow {

std::string_view to_string(CloseReason reason) noexcept {
  static constexpr std::string_view kNames[] = {"fin", "reset", "timeout", "evicted",
                                                "end_of_capture"};
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace outspan::flow

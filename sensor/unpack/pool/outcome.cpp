#include "unpack/pool/outcome.h"

namespace outspan::unpack {

const char* to_string(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::opened: return "opened";
    case Outcome::encrypted: return "encrypted";
    case Outcome::damaged: return "damaged";
    case Outcome::unsupported: return "unsupported";
    case Outcome::entries: return "entries";
    case Outcome::expansion: return "expansion";
    case Outcome::time: return "time";
    case Outcome::memory: return "memory";
    case Outcome::crashed: return "crashed";
    case Outcome::unavailable: return "unavailable";
    case Outcome::stopped: return "stopped";
    case Outcome::nothing: return "nothing";
  }
  return "unknown";
}

}  // namespace outspan::unpack

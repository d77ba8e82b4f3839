#include "alert/event/event_id.h"

#include <fmt/format.h>

#include "alert/event/event_codec.h"
#include "alert/event/names.h"
#include "core/hash.h"

namespace outspan::alert {
namespace {

std::string hash_of(const Event& event, std::string_view sensor) {
  static constexpr SipKey kKey{0x6f757473'70616e00ULL, 0x6576656e'74206964ULL};
  std::vector<std::uint8_t> bytes = encode(event);
  const Bytes name = as_bytes(sensor);
  bytes.insert(bytes.end(), name.begin(), name.end());
  const SipHash128 hash = siphash128(kKey, bytes);
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

}  // namespace

std::string EventIds::next(const Event& event) {
  if (const auto* incident = std::get_if<policy::Incident>(&event.body))
    return fmt::format("{}-{}-{}", incident->id, to_string(incident->state), incident->sequence);
  std::string id = hash_of(event, sensor_);
  const std::uint64_t before = seen_[id]++;
  return before == 0 ? id : fmt::format("{}-{}", id, before);
}

}  // namespace outspan::alert

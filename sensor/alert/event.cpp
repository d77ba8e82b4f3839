#include "alert/event.h"

namespace outspan::alert {

std::string_view type_name(const Event& event) noexcept {
  static constexpr std::string_view kNames[] = {"alert",  "record", "blindspot", "anomaly", "flow",
                                                "object", "ledger", "stats",     "notice"};
  static_assert(std::size(kNames) == std::variant_size_v<EventBody>);
  return kNames[event.body.index()];
}

}  // namespace outspan::alert

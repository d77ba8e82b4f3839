#include "alert/event/event.h"

namespace outspan::alert {

std::string_view type_name(std::size_t body) noexcept {
  static constexpr std::string_view kNames[] = {"alert",  "record", "blindspot", "anomaly", "flow",
                                                "object", "ledger", "stats",     "notice"};
  static_assert(std::size(kNames) == std::variant_size_v<EventBody>);
  return kNames[body];
}

std::string_view type_name(const Event& event) noexcept { return type_name(event.body.index()); }

const policy::FlowLabel* flow_of(const Event& event) noexcept {
  return std::visit(
      [](const auto& body) -> const policy::FlowLabel* {
        if constexpr (requires { body.flow; })
          return &body.flow;
        else
          return nullptr;
      },
      event.body);
}

}  // namespace outspan::alert

#include "alert/output/event_filter.h"

#include <algorithm>

namespace outspan::alert {

EventFilter::EventFilter(const config::Output& output, const config::Config& config)
    : types_(output.wants.events.empty() ? config.events : output.wants.events) {}

bool EventFilter::wants(const Event& event) const noexcept {
  return std::find(types_.begin(), types_.end(), type_name(event)) != types_.end();
}

}  // namespace outspan::alert

#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "alert/event.h"
#include "config/config.h"

namespace outspan::alert {

/// The event types that an output wants: its own list, or the run's.
class EventFilter {
 public:
  EventFilter(const config::Output& output, const config::Config& config)
      : types_(output.events.empty() ? config.events : output.events) {}

  [[nodiscard]] bool wants(const Event& event) const noexcept {
    return std::find(types_.begin(), types_.end(), type_name(event)) != types_.end();
  }

 private:
  std::vector<std::string> types_;
};

}  // namespace outspan::alert

#pragma once

#include <string>
#include <vector>

#include "alert/event.h"
#include "config/config.h"

namespace outspan::alert {

/// The events that an output wants.
class EventFilter {
 public:
  EventFilter(const config::Output& output, const config::Config& config);

  [[nodiscard]] bool wants(const Event& event) const noexcept;

 private:
  std::vector<std::string> types_;  // the output's own list, or the run's
};

}  // namespace outspan::alert

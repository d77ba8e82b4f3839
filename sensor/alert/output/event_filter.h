#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alert/event/event.h"
#include "config/config.h"
#include "policy/glob.h"

namespace outspan::alert {

/// The events that an output wants.
class EventFilter {
 public:
  /// Without types of its own: those of the run.
  EventFilter(const config::EventSelection& wanted, const config::Config& config)
      : EventFilter(wanted, config.events) {}
  /// `types`: where `wanted` names none. Empty: all.
  EventFilter(const config::EventSelection& wanted, std::vector<std::string> types);

  [[nodiscard]] bool wants(const Event& event) const noexcept;

 private:
  [[nodiscard]] bool wants_flow(const policy::FlowLabel& flow) const noexcept;

  config::EventSelection wanted_;
  policy::GlobSet rules_;
};

}  // namespace outspan::alert

#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "alert/event/event.h"

namespace outspan::alert {

/// Names events, the same for every run over the same capture and for any number of workers.
///
/// An alert is `INCIDENT-STATE-NUMBER`, its number counting the incident's events from 0: the same
/// after a restart as well. Any other event is 32 hexadecimal digits of what it says.
/// Thread: delivery's.
class EventIds {
 public:
  explicit EventIds(std::string sensor) : sensor_(std::move(sensor)) {}

  std::string next(const Event& event);
  /// What follows happened at other packets: nothing in it is the same as before.
  void begin_batch() { seen_.clear(); }

 private:
  std::string sensor_;
  /// Events of a batch that say the very same, such as two empty archives in one message.
  std::unordered_map<std::string, std::uint64_t> seen_;
};

}  // namespace outspan::alert

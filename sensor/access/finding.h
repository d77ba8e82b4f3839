#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "access/judgement.h"
#include "access/puller.h"

namespace outspan::access {

enum class Window : std::uint8_t { day, week };

/// An alarm, with everything that it rests on. Names in it may be shown.
struct Finding {
  std::string id;
  std::uint32_t sequence = 0;  ///< 0: it is new
  Identity puller;
  std::string source, program;
  std::string usual_program;  ///< on this source; empty: none is known, or it is the same
  Window window = Window::day;
  Numbers numbers;
  bool estimated = false;
  std::uint32_t own_days = 0;  ///< since the puller is known, at most 28
  bool own_counts = true;      ///< there are enough own days to compare with
  std::string group;
  std::uint64_t members = 0;
  std::uint64_t peers_highest = 0;
  double ratio = 0, needed = 0;
  bool cold = false;  ///< the sensor knows nothing yet: numbers beyond `distinct` mean nothing
  bool machine = false;
  bool new_source = false, new_program = false, new_hour = false;
  std::uint64_t peers_with_source = 0;  ///< members that ever read it
  std::vector<Customer> customers;      ///< of today, so far as they are known one by one
};

/// For people, out of the numbers.
std::string sentence(const Finding& finding);

}  // namespace outspan::access

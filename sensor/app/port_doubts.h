#pragma once

#include <string>
#include <vector>

#include "capture/link_state.h"
#include "config/config.h"
#include "core/ledger.h"
#include "core/stats.h"

namespace outspan::app {

/// A reason to believe that the sensor does not see what it should.
struct Doubt {
  std::string kind;      // "port_one_sided"
  std::string sentence;  // what was seen
  std::string cure;      // what helps: a command where there is one
};

/// An interface that is watched.
struct WatchedPort {
  std::string name;
  capture::LinkSettings settings;
};
std::vector<WatchedPort> watched_ports(const std::vector<std::string>& interfaces);

/// What was seen on interfaces so far, judged: do they carry mirrored traffic, in both directions,
/// without holes, and do the home networks fit it? Empty: no doubts. limits_reached() judges the
/// copies that a mirror makes.
std::vector<Doubt> port_doubts(const Stats& stats, const Ledger& ledger,
                               const config::Config& config, const std::vector<WatchedPort>& ports);

/// The same in figures, a line each, for a person.
std::vector<std::string> port_facts(const Stats& stats, const Ledger& ledger,
                                    const std::vector<WatchedPort>& ports);

}  // namespace outspan::app

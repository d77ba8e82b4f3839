#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "core/result.h"
#include "spool/spool.h"

namespace outspan::app {

/// What the command line of `replay` and `live` said; empty or absent means the configuration
/// decides.
struct RunOptions {
  std::string config_file;
  std::vector<std::string> home_networks;
  std::vector<std::string> signatures;
  std::vector<std::string> fingerprints;  ///< indexes, each with
  std::vector<std::string> keys;          ///< its key
  std::string state_folder;
  std::string directions;
  std::string format;  ///< of standard output; empty: text on a terminal, json otherwise
  std::string output = "-";
  bool truncate = false;
  std::string spool_folder;
  std::string report;  ///< file for a report; empty: none
  std::vector<std::string> syslog_urls;
  unsigned workers = 0;  ///< 0: one a core
  std::string cpus;      ///< to pin them to
  std::string filter;
  std::string events;
  std::string control_socket;  ///< of live; empty: the usual one, if it can be made
  std::string user;            ///< whom live goes on as; empty: who started it
  bool learn_access = false;   ///< only look for what is usual inside, and keep it
  unsigned check_seconds = 0;  ///< not 0: only look at the interfaces for so long
  bool stream_sha256 = false;
  bool fail_on_alert = false;
  bool quiet = false;
  bool verbose = false;
  std::vector<std::string> inputs;  ///< captures, or interfaces
};

/// The configuration file, or the defaults, with the command line on top. Every problem of both is
/// reported at once. `terminal`: standard output is one.
Result<config::Config> effective_config(const RunOptions& options, bool is_live, bool terminal);
/// The same for a live sensor, with the interfaces that are named: it reads them again for a
/// reload.
Result<config::Config> live_config(const RunOptions& options);

/// Of the configuration's section.
spool::Options spool_options(const config::Spool& spool);

}  // namespace outspan::app

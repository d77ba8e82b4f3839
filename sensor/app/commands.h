#pragma once

#include <string>
#include <vector>

#include "app/command_table.h"
#include "app/event_query.h"
#include "app/run_options.h"

/// The sub-commands. Each returns the exit status of the program.
namespace outspan::app {

namespace exit_status {
inline constexpr int kEnd = 0;         ///< ran to the end
inline constexpr int kIncomplete = 1;  ///< ran, but something was not read
inline constexpr int kUsage = 2;       ///< wrong usage or configuration: nothing was run
inline constexpr int kFatal = 3;       ///< a fatal error while running
inline constexpr int kAlerts = 10;     ///< ran to the end with alerts, and --fail-on-alert asked
inline constexpr int kSignal = 128;    ///< a replay was stopped; the number of the signal on top
}  // namespace exit_status

int replay(const RunOptions& options);
/// Replays captures for what is usual in them, and keeps it in the state folder for `live`.
int access_learn(RunOptions options);

/// What the command line of `access` said, except learn.
struct AccessOptions {
  std::string config_file;
  std::string state_folder;  ///< empty: that of the configuration
  std::string incident;
};
/// Print who is known, the days behind an alarm, and what to write so that it is expected.
int access_list(const AccessOptions& options);
int access_explain(const AccessOptions& options);
int access_expect(const AccessOptions& options);

int live(const RunOptions& options);

int events(const EventOptions& options);

/// What the command line of `evidence` said.
struct EvidenceOptions {
  std::string config_file;
  std::string folder;  ///< empty: that of the configuration
  bool json = false;
  std::string file, key_file, passphrase_file;
  std::string output;  ///< "-": standard output
};
/// Print what is there, and open a file for the holder of the key.
int evidence_list(const EvidenceOptions& options);
int evidence_decrypt(const EvidenceOptions& options);

/// What the command line of `report` said.
struct ReportOptions {
  std::vector<std::string> inputs;  ///< folders of spools, and files of events
  std::string spool_folder;         ///< one more
  std::string config_file;
  std::string since, until;
  std::string title;
  std::string output = "-";
};
int report(const ReportOptions& options);

/// What the command line of `trace` said, beside what it shares with `replay`.
struct TraceOptions {
  std::string table;
  std::vector<std::string> columns;    ///< HEADER:TYPE; none: by the words of the first line
  std::vector<std::string> countries;  ///< of phone numbers without a country code
  bool json = false;
};
/// Prints when, from where, to whom and how the people of a table passed. `run`: captures, home
/// networks, filter, workers.
int trace(TraceOptions options, RunOptions run);

/// Of `status` and `reload`.
struct ControlOptions {
  std::string config_file;  ///< says where; empty: nobody
  std::string socket;       ///< empty: that of the configuration, or the usual one
  bool json = false;
  bool watch = false;
};
/// Asks the sensor that runs.
int status(const ControlOptions& options);
int reload(const ControlOptions& options);

int config_check(const std::string& path);
/// Empty path: the defaults.
int config_show(const std::string& path);
/// Writes the starter file to `path`, or to standard output when it is empty. Never overwrites.
int config_init(const std::string& path);

/// `paths` are files or folders; none: the built-in signatures.
int signatures_list(const std::vector<std::string>& paths);
int signatures_test(const std::vector<std::string>& paths);
int signatures_show(const std::vector<std::string>& paths, const std::string& id);

int version();

/// Writes the man pages (`man1`) and the completion for bash and zsh into a folder.
int manual(const CommandEntry& program, const std::string& version, const std::string& to);

}  // namespace outspan::app

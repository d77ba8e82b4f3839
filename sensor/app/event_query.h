#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alert/output/event_filter.h"
#include "core/result.h"
#include "core/time.h"
#include "spool/reader.h"

namespace outspan::app {

/// What the command line of `events` said.
struct EventOptions {
  std::string config_file;
  std::string folder;  ///< the spool; empty: that of the configuration
  std::string since, until;
  std::string types, severity;
  std::vector<std::string> rules, hosts;
  std::string format;
};

/// The spool of a configuration; empty: it has none.
std::string spool_folder_of(const config::Config& config);
/// The same of evidence.
std::string evidence_folder_of(const config::Config& config);
/// The configuration of a file, or without one the defaults.
Result<config::Config> configuration_of(const std::string& file);

/// Which events of a spool are asked for.
class EventQuery {
 public:
  /// `now`: what "2h" counts back from.
  static Result<EventQuery> parse(const EventOptions& options, Timestamp now);

  [[nodiscard]] bool wants(const alert::Event& event) const noexcept;
  /// What the spool can pass over without looking into events.
  [[nodiscard]] spool::Reader::Wanted wanted() const noexcept;
  /// Both of them included.
  [[nodiscard]] Timestamp since() const noexcept { return since_; }
  [[nodiscard]] Timestamp until() const noexcept { return until_; }

 private:
  explicit EventQuery(const config::EventSelection& selection)
      : selection_(selection), filter_(selection, std::vector<std::string>()) {}
  [[nodiscard]] bool wants_host(const alert::Event& event) const noexcept;

  config::EventSelection selection_;
  alert::EventFilter filter_;
  Timestamp since_ = Timestamp::min(), until_ = Timestamp::max();
  PrefixSet addresses_;
  policy::GlobSet names_;
};

}  // namespace outspan::app

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "alert/event/event_codec.h"
#include "alert/format/formatter.h"
#include "app/commands.h"
#include "app/event_query.h"
#include "app/problems.h"
#include "config/output_names.h"

/// `outspan events`: what a spool holds.
namespace outspan::app {
namespace {

/// False: nobody reads any more.
bool print(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

int print_events(const std::string& folder, const EventQuery& query,
                 const alert::Formatter& format) {
  spool::Reader reader(folder);
  reader.look_for(query.wanted());
  std::uint64_t unreadable = 0;
  while (const auto record = reader.next()) {
    const auto event = alert::decode(record->payload);
    if (!event) ++unreadable;
    if (event && query.wants(*event) && !print(format(*event))) return exit_status::kFatal;
  }
  unreadable += reader.damaged();
  if (unreadable == 0) return exit_status::kEnd;
  print_problems({{folder, fmt::format("{} places could not be read", unreadable)}});
  return exit_status::kIncomplete;
}

}  // namespace

int events(const EventOptions& options) {
  Problems problems;
  const auto config = configuration_of(options.config_file);
  if (!config) problems = config.problems();
  const auto now = wall_clock();
  const auto query = EventQuery::parse(options, now);
  if (!query) problems.insert(problems.end(), query.problems().begin(), query.problems().end());
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  config::EventFormat format = terminal ? config::EventFormat::text : config::EventFormat::json;
  if (!options.format.empty())
    config::read_format_name(options.format, "--format", format, problems);
  std::string folder = options.folder;
  if (folder.empty() && config) folder = spool_folder_of(*config);
  if (config && folder.empty())
    problems.push_back({"events", "which spool? Give its folder, or a configuration with -c"});
  if (config && !folder.empty() && spool::list_segments(folder).empty())
    problems.push_back({folder, "holds no events"});
  if (!problems.empty()) return print_problems(problems), exit_status::kUsage;
  const auto colour = terminal ? alert::Colour::ansi : alert::Colour::none;
  return print_events(folder, *query, alert::make_formatter(format, *config, colour));
}

}  // namespace outspan::app

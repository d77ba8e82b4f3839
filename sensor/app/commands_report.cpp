#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

#include "alert/event/event_codec.h"
#include "alert/format/json_format.h"
#include "app/commands.h"
#include "app/problems.h"
#include "core/file_descriptor.h"
#include "report/line_reader.h"
#include "report/report_output.h"

/// `outspan report`: one HTML file for people.
namespace outspan::app {
namespace {

/// Where events are read from, each a spool's folder or a file of JSON lines.
std::vector<std::string> sources_of(const ReportOptions& options, const config::Config& config) {
  std::vector<std::string> sources = options.inputs;
  if (!options.spool_folder.empty()) sources.push_back(options.spool_folder);
  if (!sources.empty()) return sources;
  const std::string spool = spool_folder_of(config);
  return spool.empty() ? sources : std::vector{spool};
}

bool is_folder(const std::string& path) {
  std::error_code missing;
  return std::filesystem::is_directory(path, missing);
}

Problems unusable(const std::vector<std::string>& sources) {
  Problems problems;
  if (sources.empty())
    problems.push_back({"report",
                        "of which events? Give the folder of a spool, files of events in JSON "
                        "lines, - for standard input, or a configuration with -c"});
  for (const std::string& source : sources)
    if (source != "-" && ::access(source.c_str(), R_OK) != 0)
      problems.push_back({source, std::strerror(errno)});
    else if (is_folder(source) && spool::list_segments(source).empty())
      problems.push_back({source, "is no spool: it holds no events"});
  return problems;
}

void read_spool(const std::string& folder, const EventQuery& query, const std::string& sensor,
                report::Collector& collector) {
  spool::Reader reader(folder);
  reader.look_for(query.wanted());
  while (const auto record = reader.next()) {
    const auto event = alert::decode(record->payload);
    if (event)
      collector.add_line(alert::to_json(*event, sensor));
    else
      collector.add_unreadable(1);
  }
  collector.add_unreadable(reader.damaged());
}

Problems read_file(const std::string& path, report::Collector& collector) {
  const FileDescriptor file(path == "-" ? ::dup(STDIN_FILENO)
                                        : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return {{path, std::strerror(errno)}};
  const auto lines = report::read_lines(
      file.get(), [&collector](std::string_view line) { collector.add_line(line); });
  collector.add_unreadable(lines.too_long);
  if (lines.error != 0) return {{path, std::strerror(lines.error)}};
  return {};
}

Result<EventQuery> query_of(const ReportOptions& options) {
  EventOptions times;
  times.since = options.since;
  times.until = options.until;
  const auto now = wall_clock();
  return EventQuery::parse(times, now);
}

int make_report(const ReportOptions& options, const std::vector<std::string>& sources,
                const EventQuery& query, const config::Config& config) {
  report::Collector collector(query.since(), query.until());
  Problems problems;
  for (const std::string& source : sources) {
    if (is_folder(source)) {
      read_spool(source, query, config.sensor, collector);
      continue;
    }
    const Problems failed = read_file(source, collector);
    problems.insert(problems.end(), failed.begin(), failed.end());
  }
  const report::Facts facts = collector.facts();
  if (facts.unreadable != 0)
    problems.push_back({"report", fmt::format("{} entries are no events, or damaged: they are not "
                                              "in the report",
                                              facts.unreadable)});
  print_problems(problems);
  if (const std::string problem = report::write_report(facts, options.title, options.output);
      !problem.empty())
    return print_problems({{"", problem}}), exit_status::kFatal;
  return problems.empty() ? exit_status::kEnd : exit_status::kIncomplete;
}

}  // namespace

int report(const ReportOptions& options) {
  Problems problems;
  const auto config = configuration_of(options.config_file);
  if (!config) problems = config.problems();
  const auto query = query_of(options);
  if (!query) problems.insert(problems.end(), query.problems().begin(), query.problems().end());
  std::vector<std::string> sources;
  if (config) {
    sources = sources_of(options, *config);
    const Problems failed = unusable(sources);
    problems.insert(problems.end(), failed.begin(), failed.end());
  }
  if (!problems.empty()) return print_problems(problems), exit_status::kUsage;
  return make_report(options, sources, *query, *config);
}

}  // namespace outspan::app

#include "app/event_query.h"

#include <algorithm>

#include "alert/output/spool_output.h"
#include "config/config_file.h"
#include "config/duration_text.h"
#include "config/output_names.h"

namespace outspan::app {
namespace {

std::optional<Timestamp> moment(const std::string& text, Timestamp now) {
  if (const auto ago = config::parse_duration(text)) return now - *ago;
  return parse_rfc3339(text);
}

void read_moment(const std::string& text, const char* option, Timestamp now, Timestamp& out,
                 Problems& problems) {
  if (text.empty()) return;
  if (const auto time = moment(text, now))
    out = *time;
  else
    problems.push_back(
        {option,
         "'" + text + "' is neither a time such as 2026-01-31T23:59 nor one ago such as 2h"});
}

config::EventSelection selection_of(const EventOptions& options, Problems& problems) {
  config::EventSelection wanted;
  wanted.rules = options.rules;
  config::read_event_names(options.types, "--type", wanted.events, problems);
  if (!options.severity.empty())
    config::read_severity_name(options.severity, "--severity", wanted.severity, problems);
  return wanted;
}

bool matches(const policy::GlobSet& names, const Masked& text) noexcept {
  return !text.empty() && names.matches(text.text());
}

/// Names of hosts and people in an event.
template <class Body>
bool names_match(const policy::GlobSet& names, const Body& body) noexcept {
  bool found = false;
  if constexpr (requires { body.actor; })
    found = matches(names, body.actor.hostname) || matches(names, body.actor.user) ||
            matches(names, body.actor.email_from) || matches(names, body.destination.hostname) ||
            std::any_of(body.destination.email_to.begin(), body.destination.email_to.end(),
                        [&names](const Masked& to) { return matches(names, to); });
  if constexpr (requires { body.server_name; }) found = found || matches(names, body.server_name);
  return found;
}

}  // namespace

std::string spool_folder_of(const config::Config& config) {
  if (!config.spool.folder.empty()) return config.spool.folder;
  return config.state_folder.empty() ? "" : config.state_folder + "/spool";
}

std::string evidence_folder_of(const config::Config& config) {
  if (!config.evidence.folder.empty()) return config.evidence.folder;
  return config.state_folder.empty() ? "" : config.state_folder + "/evidence";
}

Result<config::Config> configuration_of(const std::string& file) {
  return file.empty() ? config::default_config() : config::load_config(file);
}

Result<EventQuery> EventQuery::parse(const EventOptions& options, Timestamp now) {
  Problems problems;
  EventQuery query(selection_of(options, problems));
  read_moment(options.since, "--since", now, query.since_, problems);
  read_moment(options.until, "--until", now, query.until_, problems);
  std::vector<IpPrefix> prefixes;
  std::vector<std::string> names;
  for (const std::string& host : options.hosts) {
    if (const auto prefix = IpPrefix::parse(host))
      prefixes.push_back(*prefix);
    else
      names.push_back(host);
  }
  query.addresses_ = PrefixSet(std::move(prefixes));
  query.names_ = policy::GlobSet(names);
  if (!problems.empty()) return problems;
  return query;
}

bool EventQuery::wants(const alert::Event& event) const noexcept {
  // Who asks for rules or severities asks for alerts.
  const bool alerts_only = selection_.severity || !selection_.rules.empty();
  if (alerts_only && !std::holds_alternative<policy::Incident>(event.body)) return false;
  return event.time >= since_ && event.time <= until_ && filter_.wants(event) && wants_host(event);
}

bool EventQuery::wants_host(const alert::Event& event) const noexcept {
  if (addresses_.empty() && names_.empty()) return true;
  const policy::FlowLabel* const flow = alert::flow_of(event);
  if (flow == nullptr) return false;
  return addresses_.contains(flow->source.address) ||
         addresses_.contains(flow->destination.address) ||
         std::visit([this](const auto& body) { return names_match(names_, body); }, event.body);
}

spool::Reader::Wanted EventQuery::wanted() const noexcept {
  return {alert::spool_kinds(selection_.events), since_, until_};
}

}  // namespace outspan::app

#include "report/incident_section.h"

#include <fmt/format.h>

#include "alert/event/names.h"
#include "report/advice.h"

namespace outspan::report {
namespace {

/// A list of facts; those that are empty are left out.
class FactList {
 public:
  explicit FactList(Html& html) : html_(html) { html_.open("dl"); }
  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) markup(name, escape(value));
  }
  void markup(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    html_.open("div").element("dt", name).open("dd").markup(value).close().close();
  }
  void end() { html_.close(); }

 private:
  Html& html_;
};

/// The name of what follows where there is something.
std::string labelled(std::string_view label, const std::string& text) {
  return text.empty() ? "" : fmt::format("{}{} {}", ", ", label, text);
}

std::string sender_text(const IncidentFacts& incident) {
  return incident.source + labelled("user", incident.user) + labelled("from", incident.email_from) +
         labelled("host", incident.hostname) + labelled("program", incident.program) +
         labelled("client before the proxy", incident.client_address);
}

std::string receiver_text(const IncidentFacts& incident) {
  std::string text = incident.destination + labelled("host", incident.to_hostname);
  for (const std::string& to : incident.email_to) text += labelled("mail to", to);
  if (incident.email_to_more != 0)
    text += fmt::format(" and {} more", alert::grouped(incident.email_to_more));
  return text;
}

std::string matches_text(const IncidentFacts& incident) {
  std::string text;
  for (const auto& match : incident.matches)
    text += fmt::format("{}{}{} different {} ({} in all){}", text.empty() ? "" : "; ",
                        match.estimated ? "about " : "", alert::grouped(match.distinct),
                        match.signature, alert::grouped(match.count),
                        match.samples.empty() ? "" : ", such as " + match.samples);
  return text;
}

std::string records_text(const IncidentFacts::Records& records) {
  std::string text = fmt::format("{}{} of {}", records.estimated ? "about " : "",
                                 alert::grouped(records.distinct), records.index);
  for (const auto& [column, distinct] : records.columns)
    text += fmt::format(", {} with {}", alert::grouped(distinct), column);
  if (records.canaries != 0) text += fmt::format(", {} planted", alert::grouped(records.canaries));
  return text;
}

std::string unread_text(const IncidentFacts& incident) {
  std::string text;
  for (const auto& unread : incident.unread)
    text += fmt::format("{}{} ({}){}", text.empty() ? "" : "; ", bytes_text(unread.bytes),
                        unread.reason, unread.file_names.empty() ? "" : ": " + unread.file_names);
  return text;
}

std::string object_text(const IncidentFacts& incident) {
  std::string text = incident.path_text();
  if (!incident.media_type.empty()) text += labelled("type", incident.media_type);
  if (incident.object_bytes != 0) text += ", " + bytes_text(incident.object_bytes);
  return text;
}

std::string when_markup(const IncidentFacts& incident) {
  std::string markup = time_markup(incident.first);
  if (incident.last != incident.first) markup += " to " + time_markup(incident.last);
  return markup + (incident.state == "closed" ? "" : ", not closed");
}

void write_facts(Html& html, const IncidentFacts& incident) {
  FactList list(html);
  list.markup("When", when_markup(incident));
  for (const auto& records : incident.records) list.text("Customers", records_text(records));
  list.text("Values", matches_text(incident));
  list.text("Not readable", unread_text(incident));
  list.text("Sent by", sender_text(incident));
  list.text("Sent to", receiver_text(incident));
  list.text("URL", incident.url);
  list.text("Inside", object_text(incident));
  list.text(
      "Protocol",
      incident.app_proto + labelled("direction", incident.direction) +
          (incident.flows > 1 ? fmt::format(", {} flows", alert::grouped(incident.flows)) : ""));
  list.text("SHA-256", incident.sha256);
  list.text("Community ID", incident.community_id);
  list.text("Sensor", incident.sensor);
  list.text("Incident", incident.id);
  list.end();
}

void write_incident(Html& html, const IncidentFacts& incident) {
  const std::string_view severity = config::to_string(incident.severity);
  html.open("article", fmt::format("class=\"incident s-{}\"", severity));
  html.open("h3").markup(fmt::format("<span class=\"badge\">{}</span> ", severity));
  html.text(incident.description.empty() ? incident.rule : incident.description).close();
  html.element("p", "Rule " + incident.rule, "class=\"small\"");
  write_facts(html, incident);
  html.element("h4", "What to do next").open("ol");
  for (const std::string& step : advice_for(incident)) html.element("li", step);
  html.close().close();
}

}  // namespace

void write_incidents(Html& html, const Facts& facts) {
  html.open("section", "id=\"incidents\"").element("h2", "Incidents");
  if (facts.incidents.empty()) html.element("p", "No rule raised an incident.");
  if (!facts.incidents.empty())
    html.element(
        "p",
        "Most serious first. Where people in the European Union are affected, the 72 hours "
        "of Article 33 GDPR run from the moment somebody knows of the breach.");
  for (const IncidentFacts& incident : facts.incidents) write_incident(html, incident);
  if (facts.incidents_left_out != 0)
    html.element("p", fmt::format("Up to {} less serious incidents are left out here and in the "
                                  "figures above; the events have them.",
                                  alert::grouped(facts.incidents_left_out)));
  html.close();
}

}  // namespace outspan::report

#include "alert/format/one_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "alert/event/names.h"
#include "alert/event/utf8.h"

namespace outspan::alert {
namespace {

constexpr std::size_t kMatchesShown = 3;

std::string peers(const policy::FlowLabel& flow) {
  return endpoint_text(flow.source, flow.ip_protocol) + " to " +
         endpoint_text(flow.destination, flow.ip_protocol);
}

std::string in_object(const std::optional<policy::ObjectLabel>& object) {
  return object && !object->path.empty() ? " in " + path_text(object->path) : std::string();
}

/// What a rule found.
std::string finds_text(const policy::Incident& incident) {
  if (!incident.unread.empty()) return unread_text(incident.unread);
  return incident.records.empty() ? matches_text(incident.matches) : records_text(incident.records);
}

struct Line {
  std::string operator()(const policy::Incident& incident) const {
    return fmt::format("{} {} {}", config::to_string(incident.severity), to_string(incident.state),
                       incident_text(incident));
  }
  std::string operator()(const policy::Sighting& sighting) const {
    std::string columns;
    for (const std::string& column : sighting.columns)
      columns += (columns.empty() ? "" : ", ") + column;
    const std::string who = sighting.row != 0 ? fmt::format("row {}", grouped(sighting.row))
                                              : fmt::format("record {:016x}", sighting.pseudonym);
    const std::string where = destination_text(sighting.destination);
    return fmt::format("{} {}{} ({}) from {}{}{}", printable(sighting.index), who,
                       sighting.canary ? ", a canary" : "", columns, peers(sighting.flow),
                       where.empty() ? "" : " (" + where + ")", in_object(sighting.object));
  }
  std::string operator()(const NoticeEvent& notice) const {
    return printable(notice.kind) + (notice.detail.empty() ? "" : ": " + printable(notice.detail));
  }
  std::string operator()(const BlindSpotEvent& spot) const {
    const std::string name = spot.server_name.empty() ? destination_text(spot.destination)
                                                      : printable(spot.server_name.text());
    return fmt::format("{} bytes{} not inspected ({}) from {}{}{}", grouped(spot.bytes),
                       spot.count > 1 ? fmt::format(" in {} places", grouped(spot.count)) : "",
                       printable(spot.reason), peers(spot.flow),
                       name.empty() ? "" : " (" + name + ")", in_object(spot.object));
  }
  std::string operator()(const AnomalyEvent& anomaly) const {
    return fmt::format("{} from {}{}", printable(anomaly.kind), peers(anomaly.flow),
                       anomaly.detail.empty() ? "" : ": " + printable(anomaly.detail));
  }
  std::string operator()(const FlowEvent& flow) const {
    return fmt::format("{} {}, {} and {} bytes, {}", flow.flow.app.name(), peers(flow.flow),
                       grouped(flow.sides[0].bytes.total()), grouped(flow.sides[1].bytes.total()),
                       printable(flow.reason));
  }
  std::string operator()(const ObjectEvent& object) const {
    return fmt::format("{} ({} bytes{}{}) from {}", path_text(object.object.path),
                       grouped(object.object.bytes), object.object.media_type.empty() ? "" : ", ",
                       printable(object.object.media_type), peers(object.flow));
  }
  std::string operator()(const LedgerEvent& ledger) const {
    const Columns& out = ledger.by_direction[index(Direction::outbound)];
    const std::string rest = uninspected_text(out);
    return fmt::format("{} bytes outbound, {} inspected{}{}", grouped(out.total()),
                       percent(out[Column::inspected], out.total()), rest.empty() ? "" : "; ",
                       rest);
  }
  std::string operator()(const StatsEvent& stats) const {
    return fmt::format("{} counters", stats.stats.values().size());
  }
};

}  // namespace

std::string one_line(const Event& event) { return std::visit(Line{}, event.body); }

std::string incident_text(const policy::Incident& incident) {
  if (incident.access)
    return fmt::format("{}: {}", printable(incident.rule_id),
                       printable(incident.access->sentence.text()));
  const std::string actor = actor_text(incident.actor);
  const std::string where = destination_text(incident.destination);
  return fmt::format("{}: {} from {}{} to {}{}{}", printable(incident.rule_id),
                     finds_text(incident),
                     endpoint_text(incident.flow.source, incident.flow.ip_protocol),
                     actor.empty() ? "" : " (" + actor + ")",
                     endpoint_text(incident.flow.destination, incident.flow.ip_protocol),
                     where.empty() ? "" : " (" + where + ")", in_object(incident.object));
}

std::string matches_text(const std::vector<policy::Matches>& matches) {
  std::string text;
  for (std::size_t i = 0; i < matches.size() && i < kMatchesShown; ++i)
    text += fmt::format("{}{}{} {}", text.empty() ? "" : ", ", matches[i].estimated ? "about " : "",
                        grouped(matches[i].distinct), printable(matches[i].signature));
  if (matches.size() > kMatchesShown)
    text += fmt::format(" and {} more kinds", matches.size() - kMatchesShown);
  return text;
}

std::string unread_text(const std::vector<policy::Unread>& all) {
  std::string text;
  for (const policy::Unread& unread : all)
    text += fmt::format("{}{} bytes not inspected ({})", text.empty() ? "" : ", ",
                        grouped(unread.bytes), printable(unread.reason));
  return text;
}

std::string records_text(const std::vector<policy::Records>& all) {
  std::string text;
  for (const policy::Records& records : all)
    text += fmt::format(
        "{}{}{} customers of {}{}", text.empty() ? "" : ", ", records.estimated ? "about " : "",
        grouped(records.distinct), printable(records.index),
        records.canaries != 0 ? fmt::format(" ({} canaries)", grouped(records.canaries)) : "");
  return text;
}

std::string actor_text(const policy::Actor& actor) {
  std::string text;
  const auto add = [&text](std::string_view label, const Masked& value) {
    if (value.empty()) return;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", label, printable(value.text()));
  };
  add("user", actor.user);
  add("from", actor.email_from);
  add("host", actor.hostname);
  add("program", actor.program);
  add("address", actor.address);
  return text;
}

std::string destination_text(const policy::Destination& destination) {
  if (!destination.email_to.empty()) {
    std::string text = printable(destination.email_to.front().text());
    if (destination.email_to.size() > 1)
      text += fmt::format(" and {} more", destination.email_to.size() - 1);
    return text;
  }
  return printable(destination.url.empty() ? destination.hostname.text() : destination.url.text());
}

std::string path_text(const std::vector<Masked>& path) {
  std::string text;
  for (const Masked& element : path) {
    if (!text.empty()) text += " > ";
    text += printable(element.text());
  }
  return text;
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0 || part == 0) return "0.0 %";
  if (part >= whole) return "100.0 %";
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  return fmt::format("{:.1f} %", std::clamp(share, 0.1, 99.9));
}

std::string uninspected_text(const Columns& columns) {
  std::vector<Column> by_bytes;
  for (std::size_t i = 0; i < kColumns; ++i) {
    const auto column = static_cast<Column>(i);
    if (column != Column::inspected && columns[column] != 0) by_bytes.push_back(column);
  }
  std::stable_sort(by_bytes.begin(), by_bytes.end(),
                   [&](Column a, Column b) { return columns[a] > columns[b]; });
  std::string text;
  for (const Column column : by_bytes)
    text += fmt::format("{}{} bytes {} ({})", text.empty() ? "" : ", ", grouped(columns[column]),
                        outspan::to_string(column), percent(columns[column], columns.total()));
  return text;
}

}  // namespace outspan::alert

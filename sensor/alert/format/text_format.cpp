#include "alert/format/text_format.h"

#include <fmt/format.h>

#include <algorithm>

#include "alert/event/names.h"
#include "alert/event/utf8.h"
#include "alert/format/one_line.h"
#include "alert/format/text_ledger.h"
#include "alert/format/text_style.h"

namespace outspan::alert {

std::string pad_right(std::string_view text, std::size_t columns) {
  std::string padded(text);
  padded.append(columns - std::min(columns, width(text)), ' ');
  return padded;
}

std::string pad_left(std::string_view text, std::size_t columns) {
  return std::string(columns - std::min(columns, width(text)), ' ').append(text);
}

namespace {

constexpr std::size_t kRecipientsShown = 5;
constexpr std::size_t kRowsShown = 12;

/// 2026-01-31 23:59:59.000
std::string short_time(Timestamp time) {
  std::string text = to_rfc3339(time);
  text[10] = ' ';
  return text.substr(0, 23);
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

/// The block of an alert.
class AlertText {
 public:
  AlertText(const Event& event, const policy::Incident& incident, Style style)
      : event_(event), incident_(incident), style_(style) {}

  std::string text() {
    headline();
    row("who", who());
    row("to", where());
    for (const std::string& more : recipients()) row("", more);
    records();
    if (incident_.records.empty()) matches();
    row("unread", unread_text(incident_.unread));
    if (incident_.access) row("why", printable(incident_.access->sentence.text()));
    row("files", files());
    if (incident_.object) row("inside", inside(*incident_.object));
    row("flow", flow());
    row("capture", packets());
    row("evidence", evidence());
    return out_ + "\n";
  }

 private:
  void row(std::string_view label, const std::string& value) {
    if (value.empty()) return;
    out_ += fmt::format("  {} {}\n", style_.faint(pad_right(label, 8)), value);
  }

  void headline() {
    out_ += fmt::format("{}  {}  {}  {}\n", short_time(event_.time),
                        style_.severity(incident_.severity,
                                        pad_right(upper(config::to_string(incident_.severity)), 8)),
                        style_.strong(pad_right(upper(to_string(incident_.state)), 6)),
                        style_.strong(printable(incident_.rule_id)));
    if (!incident_.rule_description.empty())
      out_ += fmt::format("  {}\n", printable(incident_.rule_description));
  }

  [[nodiscard]] std::string who() const {
    const std::string actor = actor_text(incident_.actor);
    return endpoint_text(incident_.flow.source, incident_.flow.ip_protocol) +
           (actor.empty() ? "" : "  " + actor);
  }

  [[nodiscard]] std::string where() const {
    std::string text = endpoint_text(incident_.flow.destination, incident_.flow.ip_protocol);
    for (const Masked* part : {&incident_.destination.hostname, &incident_.destination.url})
      if (!part->empty()) text += "  " + printable(part->text());
    return text;
  }

  [[nodiscard]] std::vector<std::string> recipients() const {
    const auto& to = incident_.destination.email_to;
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < to.size() && i < kRecipientsShown; ++i)
      lines.push_back(printable(to[i].text()));
    if (to.size() > kRecipientsShown)
      lines.push_back(fmt::format("and {} more recipients", to.size() - kRecipientsShown));
    return lines;
  }

  void matches() {
    std::size_t name = 0, count = 0, distinct = 0;
    for (const policy::Matches& match : incident_.matches) {
      name = std::max(name, width(match.signature));
      count = std::max(count, grouped(match.count).size());
      distinct = std::max(distinct, different(match).size());
    }
    std::string_view label = "sent";
    for (const policy::Matches& match : incident_.matches) {
      std::string samples;
      for (const Masked& sample : match.samples) samples += "  " + printable(sample.text());
      row(label, fmt::format("{}  {} different in {} found{}",
                             style_.strong(pad_right(printable(match.signature), name)),
                             style_.strong(pad_left(different(match), distinct)),
                             pad_left(grouped(match.count), count), style_.faint(samples)));
      label = "";
    }
  }
  void records() {
    for (const policy::Records& records : incident_.records) {
      std::string columns;
      for (const auto& [column, rows] : records.columns)
        columns +=
            fmt::format("{}{} {}", columns.empty() ? "" : ", ", printable(column), grouped(rows));
      row("sent",
          fmt::format("{} customers of {}{}{}{}",
                      style_.strong((records.estimated ? "~" : "") + grouped(records.distinct)),
                      style_.strong(printable(records.index)),
                      columns.empty() ? "" : ": " + columns,
                      records.canaries != 0
                          ? style_.warning(fmt::format("  {} planted", grouped(records.canaries)))
                          : "",
                      records.by_chance.value_or(0) != 0
                          ? fmt::format(", {} of them by chance", grouped(*records.by_chance))
                          : ""));
      row("rows", rows_text(records));
      row("index", fmt::format("built {}, key {}", records.built_at, records.key_id));
    }
  }
  [[nodiscard]] std::string files() const {
    std::string text;
    for (const policy::Unread& unread : incident_.unread)
      for (const Masked& name : unread.names)
        text += (text.empty() ? "" : ", ") + printable(name.text());
    return text;
  }
  static std::string rows_text(const policy::Records& records) {
    std::string text;
    for (std::size_t i = 0; i < records.rows.size() && i < kRowsShown; ++i)
      text += fmt::format("{}{}", text.empty() ? "" : ", ", records.rows[i]);
    for (std::size_t i = 0; i < records.pseudonyms.size() && i < kRowsShown / 2; ++i)
      text += fmt::format("{}{:016x}", text.empty() ? "" : ", ", records.pseudonyms[i]);
    const bool more = records.rows_truncated || records.rows.size() > kRowsShown ||
                      records.pseudonyms.size() > kRowsShown / 2;
    return text + (more && !text.empty() ? ", ..." : "");
  }
  static std::string different(const policy::Matches& match) {
    return (match.estimated ? "~" : "") + grouped(match.distinct);
  }

  [[nodiscard]] static std::string inside(const policy::ObjectLabel& object) {
    std::string details = printable(object.media_type);
    if (object.bytes != 0)
      details += fmt::format("{}{} bytes", details.empty() ? "" : ", ", grouped(object.bytes));
    return path_text(object.path) + (details.empty() ? "" : "  (" + details + ")");
  }

  [[nodiscard]] std::string flow() const {
    std::string vlans;
    for (const std::uint16_t vlan : incident_.flow.vlan) vlans += fmt::format(", VLAN {}", vlan);
    return fmt::format(
        "{} over {}, {}{}{}", incident_.flow.app.name(),
        ip_protocol_name(incident_.flow.ip_protocol), outspan::to_string(incident_.flow.direction),
        vlans,
        incident_.flows > 1 ? fmt::format(", latest of {} flows", grouped(incident_.flows)) : "");
  }

  [[nodiscard]] std::string packets() const {
    std::string text = printable(event_.capture_file);
    if (event_.first_packet != 0)
      text += fmt::format("{}packets {} to {}", text.empty() ? "" : "  ", event_.first_packet,
                          event_.last_packet);
    return text + (text.empty() ? "" : "  ") + style_.faint("incident " + incident_.id);
  }

  [[nodiscard]] std::string evidence() const {
    if (!event_.evidence) return {};
    return event_.evidence->name.empty() ? "none: " + event_.evidence->missing
                                         : event_.evidence->name;
  }

  const Event& event_;
  const policy::Incident& incident_;
  Style style_;
  std::string out_;
};

struct BodyText {
  const Event& event;
  Style style;
  Incidents incidents;

  std::string operator()(const policy::Incident& incident) const {
    const bool whole = incidents == Incidents::ended
                           ? incident.state == policy::IncidentState::closed
                           : incident.state == policy::IncidentState::opened;
    if (whole) return AlertText(event, incident, style).text();
    if (incidents == Incidents::ended) return {};
    return fmt::format("{}  {}  {}  {}  {}\n", short_time(event.time),
                       style.severity(incident.severity,
                                      pad_right(upper(config::to_string(incident.severity)), 8)),
                       style.strong(pad_right(upper(to_string(incident.state)), 6)),
                       incident_text(incident), style.faint("incident " + incident.id));
  }
  std::string operator()(const LedgerEvent& ledger) const { return ledger_text(ledger, style); }
  std::string operator()(const StatsEvent& stats) const { return stats_text(stats, style); }

  template <class Body>
  std::string operator()(const Body&) const {
    return fmt::format("{}  {}  {}\n", short_time(event.time),
                       style.warning(pad_right(type_name(event), 9)), one_line(event));
  }
};

}  // namespace

std::string to_text(const Event& event, Colour colour, Incidents incidents) {
  return std::visit(BodyText{event, Style(colour), incidents}, event.body);
}

}  // namespace outspan::alert

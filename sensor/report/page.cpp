#include "report/page.h"

#include <fmt/format.h>

#include <array>

#include "alert/event/names.h"
#include "alert/format/one_line.h"
#include "report/charts.h"
#include "report/incident_section.h"
#include "report/style.h"
#include "report/unseen_section.h"

namespace outspan::report {
namespace {

constexpr std::size_t kBarsShown = 12;
constexpr std::string_view kOnce =
    "Where several rules saw the same data, the rule that saw most counts.";

std::string plural(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", alert::grouped(count), count == 1 ? one : many);
}

std::string times_of(const Facts& facts) {
  if (facts.events == 0) return "No events.";
  std::string sensors;
  for (const auto& [name, events] : facts.sensors) sensors += (sensors.empty() ? "" : ", ") + name;
  return fmt::format("{} of {}, {} to {}.", plural(facts.events, "event", "events"),
                     sensors.empty() ? "an unnamed sensor" : sensors, time_text(facts.first),
                     time_text(facts.last));
}

void write_header(Html& html, const Facts& facts, const std::string& title) {
  html.open("header").element("h1", title).element("p", times_of(facts), "class=\"small\"");
  html.open("nav", "aria-label=\"Sections\"").open("ul");
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kSections = {
      {{"left", "What left"},
       {"who", "Who and where to"},
       {"how", "How"},
       {"unseen", "What could not be seen"},
       {"incidents", "Incidents"}}};
  for (const auto& [id, name] : kSections)
    html.open("li").element("a", name, fmt::format("href=\"#{}\"", id)).close();
  html.close().close().close();
}

void write_card(Html& html, std::string_view number, std::string_view what) {
  html.open("li").element("b", number).text(what).close();
}

void write_customer_card(Html& html, const Facts& facts) {
  const IndexFacts* most = nullptr;
  for (const IndexFacts& index : facts.indexes)
    if (most == nullptr || index.distinct > most->distinct) most = &index;
  if (most == nullptr) return;
  write_card(html, (most->at_least ? "at least " : "") + alert::grouped(most->distinct),
             "customers of " + most->index +
                 (facts.indexes.size() > 1
                      ? fmt::format(", and of {} more",
                                    plural(facts.indexes.size() - 1, "index", "indexes"))
                      : ""));
}

/// What matters most, in a few numbers.
void write_cards(Html& html, const Facts& facts) {
  html.open("ul", "class=\"cards\"");
  std::array<std::uint64_t, 4> by_severity{};
  for (const IncidentFacts& incident : facts.incidents)
    ++by_severity[static_cast<std::size_t>(incident.severity)];
  std::string severities;
  for (std::size_t i = by_severity.size(); i-- > 0;)
    if (by_severity[i] != 0)
      severities +=
          fmt::format("{}{} {}", severities.empty() ? ": " : ", ", alert::grouped(by_severity[i]),
                      config::to_string(static_cast<config::Severity>(i)));
  write_card(html, alert::grouped(facts.incidents.size()),
             (facts.incidents.size() == 1 ? "incident" : "incidents") + severities);
  write_customer_card(html, facts);
  if (!facts.senders.empty()) write_card(html, facts.senders.top(1)[0].key, "sent most");
  if (!facts.receivers.empty()) write_card(html, facts.receivers.top(1)[0].key, "received most");
  if (facts.has_ledger) {
    const Columns& outbound = facts.ledger.by_direction[index(Direction::outbound)];
    write_card(html, alert::percent(outbound[Column::inspected], outbound.total()),
               "of the outbound bytes inspected");
    write_card(html, facts.ledger.missing.empty() ? "complete" : "not complete", "the ledger");
  }
  html.close();
}

std::vector<Bar> bars_of(const Ranking& ranking) {
  std::vector<Bar> bars;
  for (const Ranking::Row& row : ranking.top(kBarsShown))
    bars.push_back({row.key, alert::grouped(row.amount), row.amount});
  return bars;
}

/// "customers: email 187, phone 40".
std::string description_of(const Ranking& ranking) {
  std::string text;
  for (const Ranking::Row& row : ranking.top(kBarsShown))
    text += fmt::format("{}{} {}", text.empty() ? "" : "; ", row.key, alert::grouped(row.amount));
  return text + ".";
}

std::string span_text(std::chrono::seconds span) {
  const auto count = static_cast<std::uint64_t>(span.count());
  for (const auto& [seconds, one, many] :
       std::initializer_list<std::tuple<std::uint64_t, const char*, const char*>>{
           {86'400, "day", "days"}, {3'600, "hour", "hours"}, {60, "minute", "minutes"}})
    if (count % seconds == 0) return plural(count / seconds, one, many);
  return plural(count, "second", "seconds");
}

void write_over_time(Html& html, const Facts& facts) {
  std::vector<Bar> bars;
  for (const Bucket& bucket : facts.over_time)
    bars.push_back(
        {time_text(bucket.start).substr(0, 16),
         alert::grouped(bucket.amount) + " in " + plural(bucket.incidents, "incident", "incidents"),
         bucket.amount});
  draw_over_time(html,
                 {"time-chart", "Customers, or different values, by when the incident began",
                  fmt::format("Each bar stands for {}. From {} on, UTC.", span_text(facts.bucket),
                              bars.front().label)},
                 bars);
}

void write_left(Html& html, const Facts& facts) {
  html.open("section", "id=\"left\"").element("h2", "What left");
  if (facts.incidents.empty()) {
    html.element("p", "No customer data that a rule looks for was seen.").close();
    return;
  }
  if (!facts.indexes.empty()) {
    Table table(html, "Different customers, over all incidents",
                {{"index"}, {"customers", true}, {"planted", true}, {"built at"}});
    for (const IndexFacts& index : facts.indexes)
      table.row({escape(index.index),
                 (index.at_least ? "at least " : "") + number_markup(index.distinct),
                 number_markup(index.canaries), escape(index.built_at)});
    table.end();
  }
  if (!facts.columns.empty())
    draw_bars(html, {"columns-chart", "Customers by column", description_of(facts.columns)},
              bars_of(facts.columns));
  if (!facts.values.empty())
    draw_bars(html,
              {"values-chart", "Different values by what found them", description_of(facts.values)},
              bars_of(facts.values));
  html.element("p", kOnce, "class=\"small\"");
  write_over_time(html, facts);
  html.close();
}

void write_who(Html& html, const Facts& facts) {
  html.open("section", "id=\"who\"").element("h2", "Who sent it, and where it went");
  if (facts.ways.empty()) {
    html.element("p", "Nobody sent anything that a rule looks for.").close();
    return;
  }
  const Way& most = facts.ways.front();
  draw_ways(html,
            {"ways-chart", "From senders (left) to receivers (right)",
             fmt::format("{} from senders to receivers. Most went from {} to {}: {}.",
                         plural(facts.ways.size(), "way", "ways"), most.from, most.to,
                         alert::grouped(most.amount))},
            facts.ways);
  write_ranking(html, {"Senders", "sender", "customers or values", "incidents"}, facts.senders);
  write_ranking(html, {"Receivers", "receiver", "customers or values", "incidents"},
                facts.receivers);
  html.element("p", kOnce, "class=\"small\"").close();
}

void write_how(Html& html, const Facts& facts) {
  html.open("section", "id=\"how\"").element("h2", "How it left");
  if (facts.incidents.empty()) html.element("p", "Nothing left.");
  if (!facts.protocols.empty())
    write_ranking(html, {"Protocols", "protocol", "customers or values", "incidents"},
                  facts.protocols);
  if (!facts.paths.empty())
    write_ranking(html,
                  {"Paths, from the message to the place inside it", "path", "customers or values",
                   "incidents"},
                  facts.paths);
  if (!facts.media_types.empty())
    write_ranking(html, {"Media types", "media type", "customers or values", "incidents"},
                  facts.media_types);
  html.close();
}

void write_footer(Html& html, const Facts& facts) {
  html.open("footer");
  if (!facts.anomalies.empty())
    write_ranking(html,
                  {"Anomalies: built to hide, or impossible", "kind", "", "times", 20, false, true},
                  facts.anomalies);
  if (!facts.notices.empty())
    write_ranking(html, {"Notices of the sensor", "kind", "", "times", 20, false, true},
                  facts.notices);
  if (facts.unreadable != 0)
    html.element("p", fmt::format("{} could not be read, and {} not in this report.",
                                  plural(facts.unreadable, "entry", "entries"),
                                  facts.unreadable == 1 ? "is" : "are"));
  html.element(
      "p",
      "Made by Outspan out of its events. No customer's value stands in clear in it: "
      "samples are masked, and rows are numbers in a table that only its holder has. Times "
      "are those of packets, in UTC; kB, MB and so on count in thousands.");
  html.close();
}

}  // namespace

std::string write_page(const Facts& facts, const std::string& wanted) {
  const std::string title = wanted.empty() ? "Data that left the network" : wanted;
  Html html;
  html.markup("<!DOCTYPE html>\n").open("html", "lang=\"en\"").open("head");
  html.markup("<meta charset=\"utf-8\">\n");
  html.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
  html.markup("<meta name=\"color-scheme\" content=\"light dark\">\n");
  html.markup("<meta name=\"referrer\" content=\"no-referrer\">\n");
  html.element("title", title).open("style").markup(style_sheet()).close().close();
  html.open("body");
  write_header(html, facts, title);
  html.open("main");
  if (facts.events == 0)
    html.element("p", "There are no events in the time asked for: nothing is known about it.");
  write_cards(html, facts);
  write_left(html, facts);
  write_who(html, facts);
  write_how(html, facts);
  write_unseen(html, facts);
  write_incidents(html, facts);
  html.close();
  write_footer(html, facts);
  html.close().close();
  return html.take();
}

}  // namespace outspan::report

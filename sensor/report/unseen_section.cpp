#include "report/unseen_section.h"

#include <fmt/format.h>

#include <algorithm>

#include "alert/event/names.h"
#include "alert/format/one_line.h"
#include "report/charts.h"

namespace outspan::report {
namespace {

constexpr std::size_t kAppsShown = 20;
constexpr std::size_t kBarsShown = 12;

std::uint64_t total_of(const Columns& columns) {
  std::uint64_t sum = 0;
  for (const std::uint64_t bytes : columns.bytes) sum = add_capped(sum, bytes);
  return sum;
}

std::vector<std::string> cells(std::string_view name, const Columns& columns) {
  std::vector<std::string> row = {escape(name), bytes_markup(total_of(columns))};
  for (const std::uint64_t bytes : columns.bytes) row.push_back(bytes_markup(bytes));
  return row;
}

Table ledger_table(Html& html, std::string_view caption, std::string_view first) {
  std::vector<Table::Heading> headings = {{first}, {"total", true}};
  for (std::size_t i = 0; i < kColumns; ++i)
    headings.push_back({to_string(static_cast<Column>(i)), true});
  return Table(html, caption, std::move(headings));
}

void write_directions(Html& html, const LedgerFacts& ledger) {
  std::vector<Stack> stacks;
  std::string description;
  for (std::size_t i = 0; i < kDirections; ++i) {
    const Columns& columns = ledger.by_direction[i];
    const std::string name(to_string(static_cast<Direction>(i)));
    const std::uint64_t total = total_of(columns);
    if (total == 0) continue;
    const std::string inspected = alert::percent(columns[Column::inspected], total) + " inspected";
    stacks.push_back({name, bytes_text(total) + ", " + inspected, columns});
    description += fmt::format("{}{}: {}, {}", description.empty() ? "" : "; ", name,
                               bytes_text(total), inspected);
  }
  if (!stacks.empty())
    draw_stacks(
        html,
        {"ledger-chart", "Payload bytes by direction and what became of them", description + "."},
        stacks);
  Table table = ledger_table(html, "Payload bytes by direction", "direction");
  for (std::size_t i = 0; i < kDirections; ++i)
    table.row(cells(to_string(static_cast<Direction>(i)), ledger.by_direction[i]));
  table.end();
}

void write_apps(Html& html, const LedgerFacts& ledger) {
  if (ledger.by_app_proto.empty()) return;
  std::vector<std::pair<std::string, Columns>> apps(ledger.by_app_proto.begin(),
                                                    ledger.by_app_proto.end());
  std::stable_sort(apps.begin(), apps.end(), [](const auto& a, const auto& b) {
    return total_of(a.second) > total_of(b.second);
  });
  Table table = ledger_table(html, "Payload bytes by application, all directions", "application");
  LedgerFacts rest;
  for (std::size_t i = 0; i < apps.size(); ++i) {
    if (i < kAppsShown)
      table.row(cells(apps[i].first, apps[i].second));
    else
      rest.add({{apps[i].second}, {}, {}, {}});
  }
  if (apps.size() > kAppsShown)
    table.row(cells(fmt::format("{} others", apps.size() - kAppsShown), rest.by_direction[0]));
  table.end();
}

void write_missing(Html& html, const LedgerFacts& ledger) {
  if (ledger.missing.empty()) {
    html.element("p", "The ledger is complete: all that was on the wire is in it.");
    return;
  }
  html.element(
      "p",
      "The ledger is not complete. This was on the wire, or in the capture, and is not in it:");
  Table table(html, "What is missing",
              {{"reason"}, {"packets", true}, {"bytes", true}, {"detail"}});
  for (const auto& [reason, missing] : ledger.missing)
    table.row({escape(reason), number_markup(missing.packets),
               missing.bytes == 0 ? "not known" : bytes_markup(missing.bytes),
               escape(missing.detail)});
  table.end();
}

std::vector<Bar> bars_of(const Ranking& ranking) {
  std::vector<Bar> bars;
  for (const Ranking::Row& row : ranking.top(kBarsShown))
    bars.push_back({row.key,
                    bytes_text(row.amount) + ", " + alert::percent(row.amount, ranking.total()),
                    row.amount});
  return bars;
}

void write_blind_spots(Html& html, const Facts& facts) {
  html.element("h3", "Blind spots");
  if (facts.blind_spots.empty()) {
    html.element("p", "No blind spot was reported. Small ones are in the ledger alone.");
    return;
  }
  html.element("p", fmt::format("{} in flows and files that are large enough to be reported one by "
                                "one. They are worth a question, most bytes first.",
                                bytes_text(facts.blind_spots.total())));
  draw_bars(html,
            {"reasons-chart", "Bytes that could not be inspected, by reason",
             "Bars by reason; the table of blind spots has the numbers by destination."},
            bars_of(facts.reasons));
  write_ranking(html,
                {"Blind spots by reason and destination", "reason and destination", "bytes",
                 "events", 20, true, true},
                facts.blind_spots);
  if (facts.server_names.empty()) return;
  draw_bars(html,
            {"names-chart", "Encrypted bytes by server name",
             "Bars by server name, with the share of all bytes that went to named servers."},
            bars_of(facts.server_names));
  write_ranking(html,
                {"Encrypted bytes by server name", "server name", "bytes", "flows", 20, true, true},
                facts.server_names);
}

}  // namespace

void write_ranking(Html& html, const RankingTable& look, const Ranking& ranking) {
  std::vector<Table::Heading> headings = {{look.key_heading}};
  if (!look.amount_heading.empty()) headings.push_back({look.amount_heading, true});
  headings.push_back({look.times_heading, true});
  if (look.has_notes) headings.push_back({"note"});
  Table table(html, look.caption, std::move(headings));
  const auto write = [&](const Ranking::Row& row) {
    std::vector<std::string> cells = {escape(row.key)};
    if (!look.amount_heading.empty())
      cells.push_back(look.is_bytes ? bytes_markup(row.amount) : number_markup(row.amount));
    cells.push_back(number_markup(row.times));
    if (look.has_notes) cells.push_back(escape(row.note));
    table.row(cells);
  };
  for (const Ranking::Row& row : ranking.top(look.rows_max)) write(row);
  Ranking::Row rest = ranking.rest(look.rows_max);
  rest.key = fmt::format(
      "{} others",
      alert::grouped(ranking.keys() - std::min<std::uint64_t>(ranking.keys(), look.rows_max)));
  if (rest.times != 0) write(rest);
  table.end();
}

void write_unseen(Html& html, const Facts& facts) {
  html.open("section", "id=\"unseen\"").element("h2", "What could not be seen");
  if (facts.has_ledger) {
    html.element("p",
                 "Every payload byte stands in one column of the ledger, and the columns add up. "
                 "Bytes count from the start of each run of a sensor.");
    write_directions(html, facts.ledger);
    write_missing(html, facts.ledger);
    write_apps(html, facts.ledger);
  } else {
    html.element("p",
                 "There is no ledger event among these events, so nothing is known about what was "
                 "not inspected.");
  }
  write_blind_spots(html, facts);
  html.close();
}

}  // namespace outspan::report

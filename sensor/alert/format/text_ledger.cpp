#include "alert/format/text_ledger.h"

#include <fmt/format.h>

#include <algorithm>

#include "alert/event/names.h"
#include "alert/event/utf8.h"
#include "alert/format/one_line.h"

namespace outspan::alert {
namespace {

constexpr std::size_t kAppsShown = 12;

/// Right-aligned numbers under their heads, the first column left-aligned.
class Table {
 public:
  explicit Table(std::vector<std::string> head) { add(std::move(head)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  [[nodiscard]] std::string text(const Style& style) const {
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_)
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
    std::string out;
    for (const auto& row : rows_) {
      if (row.size() == 1) {
        out += "  " + style.faint(row[0]) + "\n";
        continue;
      }
      std::string line = pad_right(row[0], widths[0]);
      for (std::size_t i = 1; i < row.size(); ++i) line += "  " + pad_left(row[i], widths[i]);
      out += "  " + (&row == &rows_.front() ? style.faint(line) : line) + "\n";
    }
    return out;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

std::vector<std::string> head(std::string_view first) {
  std::vector<std::string> row{std::string(first), "total"};
  for (std::size_t i = 0; i < kColumns; ++i)
    row.emplace_back(outspan::to_string(static_cast<Column>(i)));
  row.emplace_back("seen");
  return row;
}

std::vector<std::string> columns_row(std::string_view name, const Columns& columns) {
  std::vector<std::string> row{printable(name), grouped(columns.total())};
  for (const std::uint64_t bytes : columns.bytes) row.push_back(bytes == 0 ? "-" : grouped(bytes));
  row.push_back(columns.total() == 0 ? "-" : percent(columns[Column::inspected], columns.total()));
  return row;
}

std::string verdict(const Columns& out, const Style& style) {
  if (out.total() == 0) return "No payload went out.\n";
  const std::string share = percent(out[Column::inspected], out.total());
  const std::uint64_t missed = out.total() - out[Column::inspected];
  if (missed == 0)
    return style.good(
               fmt::format("All {} outbound payload bytes were inspected.", grouped(out.total()))) +
           "\n";
  return fmt::format("{} of {} outbound payload bytes were inspected.\n        {}\n",
                     style.strong(share), grouped(out.total()),
                     style.warning(fmt::format("Not inspected: {}.", uninspected_text(out))));
}

/// The applications with the most bytes, then what is left in one row.
void add_apps(Table& table, const LedgerEvent& ledger) {
  auto apps = ledger.by_app_proto;
  std::stable_sort(apps.begin(), apps.end(), [](const auto& a, const auto& b) {
    return a.second.total() > b.second.total();
  });
  if (!apps.empty()) table.add({"by application"});
  Columns rest;
  for (std::size_t i = 0; i < apps.size(); ++i) {
    if (i < kAppsShown)
      table.add(columns_row(apps[i].first, apps[i].second));
    else
      rest += apps[i].second;
  }
  if (apps.size() > kAppsShown)
    table.add(columns_row(fmt::format("{} others", apps.size() - kAppsShown), rest));
}

}  // namespace

std::string ledger_text(const LedgerEvent& ledger, const Style& style) {
  std::string out = style.strong("Ledger") + "  ";
  out += verdict(ledger.by_direction[index(Direction::outbound)], style);
  for (const Missing& missing : ledger.missing)
    out += "  " + style.warning("Not in here: " + missing.detail + ".") + "\n";
  Table table(head("payload bytes"));
  for (std::size_t i = 0; i < kDirections; ++i)
    table.add(columns_row(outspan::to_string(static_cast<Direction>(i)), ledger.by_direction[i]));
  add_apps(table, ledger);
  return out + table.text(style) + "\n";
}

std::string stats_text(const StatsEvent& stats, const Style& style) {
  std::size_t name_width = 0, value_width = 0;
  for (const auto& [name, value] : stats.stats.values()) {
    if (value == 0) continue;
    name_width = std::max(name_width, width(name));
    value_width = std::max(value_width, grouped(value).size());
  }
  std::string out = style.strong("Counters") + "\n";
  std::size_t column = 0;
  for (const auto& [name, value] : stats.stats.values()) {
    if (value == 0) continue;
    out += fmt::format("  {} {}", style.faint(pad_right(name, name_width)),
                       pad_left(grouped(value), value_width));
    if (++column % 2 == 0) out += "\n";
  }
  if (column % 2 != 0) out += "\n";
  return out + "\n";
}

}  // namespace outspan::alert

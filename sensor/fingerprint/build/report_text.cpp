#include "fingerprint/build/report_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "fingerprint/index/header_text.h"

namespace outspan::fingerprint {
namespace {

constexpr std::size_t kFormatsShown = 8;

std::string table(const std::vector<BuildReport::ColumnReport>& columns) {
  std::size_t width = 6;
  for (const auto& report : columns) width = std::max(width, report.column.name.size());
  std::string out = fmt::format("{:<{}}  {:>13}  {:>11}  {:>11}  {:>13}  {}\n", "column", width,
                                "usable", "empty", "rejected", "distinct", "worth");
  for (const auto& report : columns)
    out += fmt::format(
        "{:<{}}  {:>13}  {:>11}  {:>11}  {:>13}  {}\n", report.column.name, width,
        grouped(report.usable), grouped(report.empty), grouped(report.rejects.total()),
        is_seed(report.column.type) ? grouped(report.column.distinct) : "-", worth(report.column));
  return out;
}

std::string rejects(const BuildReport::ColumnReport& report) {
  std::string out;
  for (std::size_t i = 0; i < kRejects; ++i) {
    const auto& entry = report.rejects[static_cast<Reject>(i)];
    if (entry.count == 0) continue;
    std::string rows;
    for (const std::uint64_t row : entry.rows)
      rows += (rows.empty() ? "" : ", ") + std::to_string(row);
    out += fmt::format("  {:>9}  {}: row{} {}{}\n", grouped(entry.count),
                       to_string(static_cast<Reject>(i)), entry.rows.size() == 1 ? "" : "s", rows,
                       entry.count > entry.rows.size() ? ", ..." : "");
  }
  return out.empty() ? out : fmt::format("rejected in {}:\n", report.column.name) + out;
}

std::string formats(const BuildReport::ColumnReport& report) {
  std::string out;
  for (std::size_t i = 0; i < report.formats.size() && i < kFormatsShown; ++i)
    out += fmt::format("  {:>9}  {}\n", grouped(report.formats[i].cells), report.formats[i].format);
  return out.empty() ? out : fmt::format("formats of {}:\n", report.column.name) + out;
}

}  // namespace

std::string report_text(const BuildReport& report, const std::string& index_path) {
  std::string out = fmt::format("{} rows, {:.1f} MiB, in {:.1f} s\n", grouped(report.rows),
                                mib(report.source_bytes), report.seconds);
  if (report.canaries != 0) out += fmt::format("{} canaries\n", grouped(report.canaries));
  out += "\n" + table(report.columns);
  std::uint64_t cells = 0;
  for (const auto& column : report.columns) {
    out += formats(column) + rejects(column);
    cells += column.usable;
  }
  out += fmt::format("\n{}: {:.1f} MiB, {:.1f} bytes a cell\n", index_path, mib(report.index_bytes),
                     static_cast<double>(report.index_bytes) /
                         static_cast<double>(std::max<std::uint64_t>(cells, 1)));
  return out;
}

}  // namespace outspan::fingerprint

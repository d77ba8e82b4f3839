#include "fingerprint/build/report_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/time.h"
#include "fingerprint/index/key.h"

namespace outspan::fingerprint {
namespace {

constexpr std::size_t kFormatsShown = 8;

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string worth(const Column& column) {
  if (!is_seed(column.type)) return "confirms what stands beside it";
  if (!column.weak) return "strong";
  const double one_in = std::max(1.0, 1 / column.density);
  return fmt::format("weak: 1 in {} that nobody has is in it by chance",
                     grouped(static_cast<std::uint64_t>(std::llround(one_in))));
}

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
    if (report.formats[i].searched)
      out += fmt::format("  {:>9}  {}\n", grouped(report.formats[i].cells), report.formats[i].text);
  return out.empty() ? out : fmt::format("formats of {}:\n", report.column.name) + out;
}

double mib(std::uint64_t bytes) noexcept { return static_cast<double>(bytes) / (1 << 20); }

}  // namespace

std::string built_at_text(std::int64_t seconds) {
  const std::string text = to_rfc3339(timestamp_from_ns(seconds * 1'000'000'000));
  return text.substr(0, 19) + "Z";
}

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

std::string header_text(const Header& header, std::uint64_t file_bytes) {
  std::string out =
      fmt::format("built {}\nkey id {}\nformat {}, forms {} ({})\n{} rows, {:.1f} MiB\n",
                  built_at_text(header.built_at_s), to_hex(header.key_id), kFormatVersion,
                  kFormsVersion, header.libraries, grouped(header.rows), mib(file_bytes));
  if (!header.canary_header.empty())
    out +=
        fmt::format("{} canaries, column '{}'\n", grouped(header.canaries), header.canary_header);
  if (!header.countries.empty()) {
    out += "national phone numbers of";
    for (const std::string& country : header.countries) out += " " + country;
    out += "\n";
  }
  out += fmt::format("\n{:<10}  {:<20}  {:>13}  {:>13}  {}\n", "column", "in the source", "cells",
                     "distinct", "worth");
  for (const Column& column : header.columns) {
    out += fmt::format("{:<10}  {:<20}  {:>13}  {:>13}  {}\n", column.name, column.header,
                       grouped(column.cells), is_seed(column.type) ? grouped(column.distinct) : "-",
                       worth(column));
    for (const std::string& format : column.formats) out += fmt::format("{:<10}  {}\n", "", format);
  }
  return out;
}

}  // namespace outspan::fingerprint

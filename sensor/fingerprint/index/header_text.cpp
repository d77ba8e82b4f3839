#include "fingerprint/index/header_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/time.h"
#include "fingerprint/index/key.h"

namespace outspan::fingerprint {

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

namespace {
std::string one_in(double chance) {
  return grouped(static_cast<std::uint64_t>(std::llround(std::max(1.0, 1 / chance))));
}
}  // namespace

std::string worth(const Column& column) {
  if (!is_seed(column.type)) return "confirms what stands beside it";
  if (!column.weak) return "strong";
  std::string text =
      fmt::format("weak: 1 in {} that nobody has is in it by chance", one_in(column.density));
  if (column.own_density > 2 * column.density)
    text += fmt::format(", 1 in {} near the customers' own", one_in(column.own_density));
  return text;
}

std::string built_at_text(std::int64_t seconds) {
  const std::string text = to_rfc3339(timestamp_from_ns(seconds * 1'000'000'000));
  return text.substr(0, 19) + "Z";
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

#include "report/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace outspan::report {
namespace {

/// "10.0.0.7 (jdoe)": the address, and the best name that is known.
std::string party(const std::string& address, std::initializer_list<std::string> names) {
  for (const std::string& name : names)
    if (!name.empty()) return address + " (" + name + ")";
  return address;
}

/// The host that was asked for, unless that is its address anyway.
std::string asked_host(const Json& event, const std::string& address) {
  std::string name = text_in(object_in(event, "destination"), "hostname");
  return name == address ? "" : name;
}

std::string receiver_names(const Json& event, const std::string& address) {
  std::string names = asked_host(event, address);
  for (const Json& to : array_in(object_in(event, "destination"), "email_to"))
    if (names.size() < kTextBytesMax) names += (names.empty() ? "" : ", ") + text_of(to);
  return names;
}

/// Who sends and who receives. In an answer the actor, who asked, receives.
std::pair<std::string, std::string> parties(const Json& event) {
  const Json& actor = object_in(event, "actor");
  const Json& record = object_in(event, "record");
  const std::string from = text_in(event, "src_ip"), to = text_in(event, "dest_ip");
  const std::string user = text_in(actor, "user"), mail = text_in(actor, "email_from");
  const std::string host = text_in(actor, "hostname");
  if (const auto answer = record.find("answer"); answer != record.end() && *answer == true)
    return {party(from, {asked_host(event, from), mail}), party(to, {user, host})};
  return {party(from, {user, mail, host}), party(to, {receiver_names(event, to)})};
}

/// "http: POST /upload > report.zip > customers.csv".
std::string way_of(const Json& event) {
  std::string way = text_in(event, "app_proto");
  if (way.empty()) way = text_in(event, "proto");
  const char* between = ": ";
  for (const Json& part : array_in(object_in(event, "object"), "path")) {
    way += between + text_of(part);
    between = " > ";
  }
  return way;
}

using Line = std::array<std::string, 6>;

std::string lines_of(const std::vector<Line>& lines) {
  std::array<std::size_t, 6> width{};
  for (const Line& line : lines)
    for (std::size_t i = 0; i + 1 < line.size(); ++i) width[i] = std::max(width[i], line[i].size());
  std::string out;
  for (const Line& line : lines) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i)
      out += fmt::format("{:<{}}  ", line[i], width[i]);
    out += line.back() + "\n";
  }
  return out;
}

}  // namespace

void Trace::add(std::string_view line) {
  const auto event = parse_event(line);
  if (!event) return;
  const std::string type = text_in(*event, "event_type");
  if (type == "record") add_record(*event, *time_in(*event, "timestamp"));
  if (type == "ledger") ledger_.add(text_in(*event, "sensor"), *event);
}

void Trace::add_record(const Json& event, Timestamp time) {
  const Json& record = object_in(event, "record");
  auto [from, to] = parties(event);
  const Way way{number_in(record, "row"), text_in(event, "direction"), std::move(from),
                std::move(to), way_of(event)};
  if (ways_.size() >= kWaysMax && !ways_.contains(way)) return void(++left_out_);
  Seen& seen = ways_[way];
  if (seen.objects++ == 0 || time < seen.first) {
    const Json& capture = object_in(event, "capture");
    seen.first = time;
    seen.file = text_in(capture, "file");
    seen.packet = number_in(capture, "last_packet");
  }
  seen.last = std::max(seen.last, time);
  for (const Json& column : array_in(record, "columns")) seen.columns.insert(text_of(column));
}

std::size_t Trace::rows_seen() const {
  std::set<std::uint64_t> rows;
  for (const auto& [way, seen] : ways_) rows.insert(std::get<0>(way));
  return rows.size();
}

std::map<std::string, std::uint64_t> Trace::unread_bytes() const {
  std::map<std::string, std::uint64_t> bytes;
  for (const Columns& columns : ledger_.sum().by_direction)
    for (std::size_t i = 0; i < kColumns; ++i)
      if (const auto column = static_cast<Column>(i); column != Column::inspected)
        bytes[std::string(to_string(column))] += columns[column];
  std::erase_if(bytes, [](const auto& one) { return one.second == 0; });
  return bytes;
}

std::string Trace::text() const {
  std::vector<Line> lines{{"ROW", "FIRST", "LAST", "FROM", "TO", "HOW"}};
  for (const auto& [way, seen] : ways_) {
    const auto& [row, direction, from, to, how] = way;
    const std::string more = seen.objects > 1 ? fmt::format(" ({} times)", seen.objects) : "";
    lines.push_back({std::to_string(row), to_rfc3339(seen.first), to_rfc3339(seen.last), from, to,
                     direction + ", " + how + more});
  }
  std::string out = ways_.empty() ? "" : lines_of(lines) + "\n";
  const std::size_t seen = rows_seen();
  out += fmt::format("{} of {} rows were seen in clear.\n", seen, rows_);
  if (left_out_ != 0) out += fmt::format("{} sights more are left out.\n", left_out_);
  const auto unread = unread_bytes();
  if (!unread.empty()) {
    out += "Rows that are not listed may have passed in bytes that could not be searched:";
    const char* between = " ";
    for (const auto& [column, bytes] : unread) {
      out += fmt::format("{}{} {}", between, bytes, column);
      between = ", ";
    }
    out += ".\n";
  }
  if (!complete_) out += "Not everything was read: see the messages.\n";
  return out;
}

std::string Trace::json() const {
  Json sights = Json::array();
  for (const auto& [way, seen] : ways_) {
    const auto& [row, direction, from, to, how] = way;
    Json sight{{"row", row},
               {"first", to_rfc3339(seen.first)},
               {"last", to_rfc3339(seen.last)},
               {"direction", direction},
               {"from", from},
               {"to", to},
               {"how", how},
               {"objects", seen.objects},
               {"columns", seen.columns}};
    if (!seen.file.empty()) sight["capture"] = {{"file", seen.file}, {"packet", seen.packet}};
    sights.push_back(std::move(sight));
  }
  const Json all{{"rows", rows_},         {"rows_seen", rows_seen()},
                 {"complete", complete_}, {"sights", std::move(sights)},
                 {"left_out", left_out_}, {"bytes_not_searched", unread_bytes()}};
  return all.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace outspan::report

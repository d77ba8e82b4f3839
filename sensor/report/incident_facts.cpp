#include "report/incident_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "alert/event/names.h"

namespace outspan::report {
namespace {

constexpr std::size_t kRangesMax = 24;
constexpr std::size_t kPathMax = 8;

config::Severity severity_named(const std::string& name) {
  for (const auto severity :
       {config::Severity::medium, config::Severity::high, config::Severity::critical})
    if (config::to_string(severity) == name) return severity;
  return config::Severity::low;
}

std::string endpoint(const std::string& address, std::uint64_t port) {
  if (port == 0) return address;
  const bool is_v6 = address.find(':') != address.npos;
  return is_v6 ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
}

/// The first texts of an array, ", " apart.
std::string texts(const Json& array, std::size_t texts_max) {
  std::string out;
  for (std::size_t i = 0; i < array.size() && i < texts_max; ++i)
    out += (i == 0 ? "" : ", ") + text_of(array[i]);
  if (array.size() > texts_max)
    out += fmt::format(" and {} more", alert::grouped(array.size() - texts_max));
  return out;
}

/// Ascending row numbers as ranges: "2–40, 57".
std::string ranges(const Json& rows, bool truncated) {
  std::string out;
  std::size_t ranges = 0, at = 0;
  while (at < rows.size() && ranges < kRangesMax) {
    const std::uint64_t first = number_of(rows[at]);
    std::uint64_t last = first;
    while (++at < rows.size() && number_of(rows[at]) == last + 1) ++last;
    out += out.empty() ? "" : ", ";
    out += alert::grouped(first);
    if (last != first) out += (last == first + 1 ? ", " : "–") + alert::grouped(last);
    ++ranges;
  }
  if (at < rows.size() || truncated) out += " and more, see the event";
  return out;
}

IncidentFacts::Records read_records(const Json& json) {
  IncidentFacts::Records records;
  records.index = text_in(json, "index");
  records.built_at = text_in(json, "built_at");
  records.distinct = number_in(json, "distinct");
  records.canaries = number_in(json, "canaries");
  records.by_chance = number_in(json, "by_chance");
  records.estimated = flag_in(json, "estimated");
  for (const auto& [column, distinct] : object_in(json, "columns").items())
    if (records.columns.size() < kKindsMax)
      records.columns.emplace_back(text_of(column), number_of(distinct));
  const bool truncated = flag_in(json, "rows_truncated");
  const Json& pseudonyms = array_in(json, "pseudonyms");
  records.has_pseudonyms = !pseudonyms.empty();
  if (records.has_pseudonyms)
    records.rows = texts(pseudonyms, kRangesMax) + (truncated ? " and more, see the event" : "");
  else
    records.rows = ranges(array_in(json, "rows"), truncated);
  return records;
}

IncidentFacts::Match read_match(const Json& json) {
  return {text_in(json, "signature"), number_in(json, "count"), number_in(json, "distinct"),
          flag_in(json, "estimated"), texts(array_in(json, "samples"), 3)};
}

IncidentFacts::Unread read_unread(const Json& json) {
  return {text_in(json, "reason"), texts(array_in(json, "file_names"), 5),
          number_in(json, "bytes")};
}

template <class Read>
auto read_all(const Json& array, Read read) {
  std::vector<decltype(read(array))> all;
  for (std::size_t i = 0; i < array.size() && i < kKindsMax; ++i) all.push_back(read(array[i]));
  return all;
}

void read_people(const Json& event, IncidentFacts& facts) {
  const Json& actor = object_in(event, "actor");
  facts.user = text_in(actor, "user");
  facts.email_from = text_in(actor, "email_from");
  facts.hostname = text_in(actor, "hostname");
  facts.program = text_in(actor, "program");
  facts.client_address = text_in(actor, "address");
  const Json& destination = object_in(event, "destination");
  facts.to_hostname = text_in(destination, "hostname");
  facts.url = text_in(destination, "url");
  const Json& receivers = array_in(destination, "email_to");
  for (std::size_t i = 0; i < receivers.size() && i < kReceiversMax; ++i)
    facts.email_to.push_back(text_of(receivers[i]));
  facts.email_to_more = receivers.size() - facts.email_to.size();
}

void read_flow(const Json& event, IncidentFacts& facts) {
  facts.direction = text_in(event, "direction");
  facts.app_proto = text_in(event, "app_proto");
  facts.community_id = text_in(event, "community_id");
  facts.source_address = text_in(event, "src_ip");
  facts.source = endpoint(facts.source_address, number_in(event, "src_port"));
  facts.destination_address = text_in(event, "dest_ip");
  facts.destination = endpoint(facts.destination_address, number_in(event, "dest_port"));
  facts.flows = std::max<std::uint64_t>(number_in(event, "flows"), 1);
}

void read_object(const Json& event, IncidentFacts& facts) {
  const Json& object = object_in(event, "object");
  const Json& path = array_in(object, "path");
  for (std::size_t i = 0; i < path.size() && i < kPathMax; ++i)
    facts.path.push_back(text_of(path[i]));
  facts.media_type = text_in(object, "media_type");
  facts.sha256 = text_in(object, "sha256");
  facts.object_bytes = number_in(object, "bytes");
  facts.evidence_file = text_in(object_in(event, "evidence"), "file");
  const Json& capture = object_in(event, "capture");
  facts.capture_file = text_in(capture, "file");
  facts.first_packet = number_in(capture, "first_packet");
  facts.last_packet = number_in(capture, "last_packet");
}

/// What follows the last @; all of it where there is none.
std::string domain_of(const std::string& address) {
  const std::size_t at = address.rfind('@');
  return at == address.npos ? address : address.substr(at + 1);
}

}  // namespace

std::uint64_t IncidentFacts::size() const noexcept {
  std::uint64_t most = 0;
  for (const Records& entry : records) most = std::max(most, entry.distinct);
  if (!records.empty()) return most;
  for (const Match& match : matches) most = std::max(most, match.distinct);
  return most;
}

std::string IncidentFacts::sender() const {
  const std::string& address = client_address.empty() ? source_address : client_address;
  const std::string& name = !user.empty() ? user : !email_from.empty() ? email_from : hostname;
  return name.empty() ? address : name + " (" + address + ")";
}

std::string IncidentFacts::receiver() const {
  if (!email_to.empty()) return "mail to " + domain_of(email_to.front());
  return to_hostname.empty() ? destination_address : to_hostname;
}

std::string IncidentFacts::path_text() const {
  std::string text;
  for (const std::string& element : path) text += (text.empty() ? "" : " › ") + element;
  return text;
}

IncidentFacts read_incident(const Json& event) {
  IncidentFacts facts;
  facts.id = text_in(event, "incident_id");
  facts.state = text_in(event, "state");
  facts.sensor = text_in(event, "sensor");
  const Json& rule = object_in(event, "rule");
  facts.rule = text_in(rule, "id");
  facts.description = text_in(rule, "description");
  facts.severity = severity_named(text_in(rule, "severity"));
  facts.first = facts.last = time_in(event, "timestamp").value_or(Timestamp{});
  read_flow(event, facts);
  read_people(event, facts);
  read_object(event, facts);
  facts.matches = read_all(array_in(event, "matches"), read_match);
  facts.records = read_all(array_in(event, "records"), read_records);
  facts.unread = read_all(array_in(event, "blindspots"), read_unread);
  return facts;
}

}  // namespace outspan::report

#include "report/collector.h"

#include <algorithm>
#include <charconv>

#include "report/overlap.h"

namespace outspan::report {
namespace {

constexpr std::size_t kSensorsMax = 64;
constexpr std::size_t kIndexesMax = 64;
constexpr std::size_t kBuckets = 24;
using std::chrono::seconds;
using namespace std::chrono_literals;
constexpr seconds kQuarter = 91 * 24h;

std::uint64_t row_of(const Json& row) {
  if (!row.is_string()) return number_of(row);
  const auto& text = row.get_ref<const std::string&>();
  std::uint64_t pseudonym = 0;
  std::from_chars(text.data(), text.data() + text.size(), pseudonym, 16);
  return pseudonym;
}

/// The shortest of these with at most kBuckets over the whole time.
seconds bucket_for(seconds whole) {
  for (const seconds size : std::initializer_list<seconds>{
           1s, 5s, 15s, 1min, 5min, 15min, 1h, 3h, 6h, 12h, 24h, 7 * 24h, 28 * 24h, kQuarter})
    if (whole / size < static_cast<seconds::rep>(kBuckets)) return size;
  return whole / kBuckets + 1s;
}

/// Full hours and days begin buckets, so that there is one more than kBuckets at most.
std::chrono::sys_seconds first_bucket(std::chrono::sys_seconds begin, seconds size) {
  if (size > kQuarter) return begin;
  const seconds into = begin.time_since_epoch() % size;
  return begin - (into < 0s ? into + size : into);
}

/// Incidents by when they began.
void spread_over_time(Facts& facts) {
  if (facts.incidents.empty()) return;
  const auto earlier = [](const auto& a, const auto& b) { return a.first < b.first; };
  const auto [begin, end] =
      std::minmax_element(facts.incidents.begin(), facts.incidents.end(), earlier);
  // In seconds: centuries of nanoseconds are more than a number holds.
  const auto first = std::chrono::floor<seconds>(begin->first);
  const auto last = std::chrono::floor<seconds>(end->first);
  facts.bucket = bucket_for(last - first);
  const auto start = first_bucket(first, facts.bucket);
  const auto place = [&](Timestamp time) {
    return static_cast<std::size_t>((std::chrono::floor<seconds>(time) - start) / facts.bucket);
  };
  facts.over_time.resize(place(end->first) + 1);
  std::vector<std::map<std::string, std::uint64_t>> by_rule(facts.over_time.size());
  for (const IncidentFacts& incident : facts.incidents) {
    const std::size_t at = place(incident.first);
    ++facts.over_time[at].incidents;
    std::uint64_t& sum = by_rule[at][incident.rule];
    sum = add_capped(sum, incident.size());
    facts.over_time[at].amount = std::max(facts.over_time[at].amount, sum);
  }
  for (std::size_t i = 0; i < facts.over_time.size(); ++i)
    facts.over_time[i].start = start + facts.bucket * static_cast<seconds::rep>(i);
}

void rank_ways(const Overlap& ways, Facts& facts) {
  for (const Ranking::Row& row : ways.ranking().top(SIZE_MAX)) {
    const std::size_t apart = row.key.find('\n');
    facts.ways.push_back({row.key.substr(0, apart), row.key.substr(apart + 1), row.amount});
  }
}

void rank_incidents(Facts& facts) {
  Overlap columns, values, senders, receivers, ways, protocols, paths, media_types;
  for (const IncidentFacts& incident : facts.incidents) {
    const std::uint64_t size = incident.size();
    for (const auto& records : incident.records)
      for (const auto& [column, distinct] : records.columns)
        columns.add(records.index + ": " + column, incident.rule, distinct);
    for (const auto& match : incident.matches)
      values.add(match.signature, incident.rule, match.distinct);
    senders.add(incident.sender(), incident.rule, size);
    receivers.add(incident.receiver(), incident.rule, size);
    // Printable text has no line feed.
    ways.add(incident.sender() + "\n" + incident.receiver(), incident.rule, size);
    protocols.add(incident.app_proto.empty() ? "unknown" : incident.app_proto, incident.rule, size);
    if (!incident.path.empty()) paths.add(incident.path_text(), incident.rule, size);
    if (!incident.media_type.empty()) media_types.add(incident.media_type, incident.rule, size);
  }
  facts.columns = columns.ranking();
  facts.values = values.ranking();
  facts.senders = senders.ranking();
  facts.receivers = receivers.ranking();
  facts.protocols = protocols.ranking();
  facts.paths = paths.ranking();
  facts.media_types = media_types.ranking();
  rank_ways(ways, facts);
}

}  // namespace

Collector::Rank Collector::rank_of(const IncidentFacts& incident) {
  return {incident.severity, incident.size(), incident.id};
}

void Collector::add_line(std::string_view line) {
  if (line.find_first_not_of(" \t\r\n") == line.npos) return;
  if (const auto event = parse_event(line))
    add(*event);
  else
    ++facts_.unreadable;
}

void Collector::add(const Json& event) {
  const Timestamp time = *time_in(event, "timestamp");
  if (time < since_ || time > until_) return;
  facts_.first = facts_.events == 0 ? time : std::min(facts_.first, time);
  facts_.last = facts_.events == 0 ? time : std::max(facts_.last, time);
  ++facts_.events;
  const std::string sensor = text_in(event, "sensor");
  if (facts_.sensors.size() < kSensorsMax || facts_.sensors.contains(sensor))
    ++facts_.sensors[sensor];
  const std::string type = text_in(event, "event_type");
  if (type == "alert") add_alert(event);
  if (type == "blindspot") add_blind_spot(event);
  if (type == "ledger") ledger_.add(sensor, event);
  if (type == "anomaly" || type == "notice") {
    const Json& body = object_in(event, type.c_str());
    Ranking& kinds = type == "anomaly" ? facts_.anomalies : facts_.notices;
    kinds.add(text_in(body, "kind"), 1, 1, text_in(body, "detail"));
  }
}

void Collector::add_alert(const Json& event) {
  IncidentFacts incident = read_incident(event);
  if (incident.id.empty()) {
    ++facts_.unreadable;
    return;
  }
  add_rows(event);
  const auto known = incidents_.find(incident.id);
  if (known != incidents_.end()) {
    ranks_.erase(rank_of(known->second));
    incident.first = std::min(incident.first, known->second.first);
    incident.last = std::max(incident.last, known->second.last);
    if (incident.evidence_file.empty())
      incident.evidence_file = std::move(known->second.evidence_file);
    incidents_.erase(known);
  } else if (incidents_.size() >= kIncidentsMax) {
    if (rank_of(incident) < *ranks_.begin()) {
      facts_.incidents_left_out += incident.state == "new";
      return;
    }
    ++facts_.incidents_left_out;
    incidents_.erase(ranks_.begin()->id);
    ranks_.erase(ranks_.begin());
  }
  ranks_.insert(rank_of(incident));
  incidents_.emplace(incident.id, std::move(incident));
}

void Collector::add_rows(const Json& event) {
  for (const Json& records : array_in(event, "records")) {
    const std::pair build(text_in(records, "index"), text_in(records, "built_at"));
    if (rows_.size() >= kIndexesMax && !rows_.contains(build)) continue;
    Rows& seen = rows_[build];
    seen.most = std::max(seen.most, number_in(records, "distinct"));
    seen.canaries = std::max(seen.canaries, number_in(records, "canaries"));
    seen.at_least |= flag_in(records, "rows_truncated") || flag_in(records, "estimated");
    for (const char* key : {"rows", "pseudonyms"})
      for (const Json& row : array_in(records, key)) {
        const bool full = rows_held_ >= kRowsMax;
        if (full) seen.at_least |= !seen.rows.contains(row_of(row));
        if (!full) rows_held_ += seen.rows.insert(row_of(row)).second;
      }
  }
}

void Collector::add_blind_spot(const Json& event) {
  const std::string reason = text_in(event, "reason");
  const std::uint64_t bytes = number_in(event, "bytes");
  const std::string server_name = text_in(event, "server_name");
  std::string to = server_name;
  if (to.empty()) to = text_in(object_in(event, "destination"), "hostname");
  if (to.empty()) to = text_in(event, "dest_ip");
  facts_.reasons.add(reason, bytes);
  facts_.blind_spots.add(reason + " to " + to, bytes, 1, "last from " + text_in(event, "src_ip"));
  if (!server_name.empty()) facts_.server_names.add(server_name, bytes, 1, reason);
}

Facts Collector::facts() const {
  Facts facts = facts_;
  facts.has_ledger = !ledger_.empty();
  facts.ledger = ledger_.sum();
  for (auto rank = ranks_.rbegin(); rank != ranks_.rend(); ++rank)
    facts.incidents.push_back(incidents_.at(rank->id));
  for (const auto& [build, seen] : rows_) {
    const auto named = static_cast<std::uint64_t>(seen.rows.size());
    facts.indexes.push_back({build.first, build.second, std::max(named, seen.most),
                             seen.at_least || named < seen.most, seen.canaries});
  }
  rank_incidents(facts);
  spread_over_time(facts);
  return facts;
}

}  // namespace outspan::report

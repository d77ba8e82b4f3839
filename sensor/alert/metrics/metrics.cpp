#include "alert/metrics/metrics.h"

#include <algorithm>

#include "core/replace_file.h"

namespace outspan::alert {
namespace {

constexpr std::chrono::seconds kBetweenFiles{5};
constexpr mode_t kFileMode = 0644;  // node_exporter is another user
/// Delivery flushes once a second.
constexpr std::chrono::seconds kStandsStill{15};

double seconds_since(Timestamp time) {
  const auto now = wall_clock();
  return std::max(std::chrono::duration<double>(now - time).count(), 0.0);
}

}  // namespace

Result<std::unique_ptr<Metrics>> Metrics::open(const config::Metrics& options,
                                               std::vector<const Output*> outputs) {
  std::unique_ptr<Metrics> metrics(new Metrics(options, std::move(outputs)));
  if (!options.textfile.empty())
    if (const std::string problem = replace_file(options.textfile, metrics->text(), kFileMode);
        !problem.empty())
      return Problem{"metrics", problem};
  if (options.listen.empty()) return metrics;
  auto port = HttpPort::open(options.listen);
  if (!port) return port.problems();
  metrics->port_ = std::move(*port);
  return metrics;
}

void Metrics::show(std::vector<const Output*> outputs) {
  const std::lock_guard lock(mutex_);
  outputs_ = std::move(outputs);
}

void Metrics::write(const Event& event) noexcept {
  const std::lock_guard lock(mutex_);
  count(event);
}

void Metrics::count(const Event& event) {
  ++events_[std::string(type_name(event))];
  if (const auto* incident = std::get_if<policy::Incident>(&event.body)) {
    count(*incident, event.time);
  } else if (const auto* spot = std::get_if<BlindSpotEvent>(&event.body)) {
    BlindSpots& spots = blind_spots_[spot->reason];
    ++spots.events;
    spots.bytes += spot->bytes;
  } else if (const auto* anomaly = std::get_if<AnomalyEvent>(&event.body)) {
    ++anomalies_[anomaly->kind];
  } else if (const auto* ledger = std::get_if<LedgerEvent>(&event.body)) {
    ledger_ = *ledger;
  } else if (const auto* stats = std::get_if<StatsEvent>(&event.body)) {
    stats_ = stats->stats;
  }
}

void Metrics::count(const policy::Incident& incident, Timestamp time) {
  if (incident.state == policy::IncidentState::opened) {
    ++alerts_[{incident.rule_id, incident.severity}];
    delays_.add(seconds_since(time));
  }
  if (incident.state == policy::IncidentState::closed)
    for (const policy::Records& records : incident.records)
      customers_[{incident.rule_id, records.index}] += records.distinct;
}

void Metrics::flush() noexcept {
  const Clock::time_point now = Clock::now();
  flushed_at_ = now.time_since_epoch().count();
  if (port_ && !answers_) {
    answers_ = true;
    port_->start([this](std::string_view path) { return answer(path); });
  }
  if (now - file_written_at_ < kBetweenFiles) return;
  file_written_at_ = now;
  write_textfile();
}

void Metrics::write_textfile() noexcept {
  if (!options_.textfile.empty())
    file_problem_ = replace_file(options_.textfile, text(), kFileMode);
}

void Metrics::end() noexcept { write_textfile(); }

void Metrics::finish() noexcept {
  if (port_) port_->stop();
  write_textfile();
}

OutputState Metrics::state() const {
  OutputState state;
  state.name = state.type = "metrics";
  state.away = !file_problem_.empty();
  return state;
}

std::vector<NoticeEvent> Metrics::take_notices() {
  if (file_problem_ == file_problem_reported_) return {};
  file_problem_reported_ = file_problem_;
  if (file_problem_.empty()) return {{"output_back", "metrics: are written again"}};
  return {{"output_away", "metrics: " + file_problem_}};
}

std::string Metrics::take_problem() {
  return file_problem_.empty() ? "" : "metrics: " + file_problem_;
}

HttpPort::Answer Metrics::answer(std::string_view path) const {
  if (path == "/metrics") return {200, "text/plain; version=0.0.4; charset=utf-8", text()};
  if (path != "/healthz") return {404, "text/plain", "/metrics and /healthz are here\n"};
  const Clock::time_point flushed_at{Clock::duration(flushed_at_)};
  if (Clock::now() - flushed_at < kStandsStill) return {200, "text/plain", "ok\n"};
  return {503, "text/plain", "delivery stands still\n"};
}

}  // namespace outspan::alert

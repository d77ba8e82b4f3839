#include "app/delivery.h"

#include <algorithm>
#include <utility>

namespace outspan::app {
namespace {

/// Batches that may wait for the receivers: a few seconds of traffic full of alerts.
constexpr std::size_t kReadyBatchesMax = 256;

/// How often outputs are looked after while nothing happens.
constexpr std::chrono::seconds kTick{1};

void add_counters(Stats& stats, const alert::OutputState& state) {
  const std::string prefix = "output." + state.type + ".";
  for (const auto& [name, value] : {std::pair{"written", state.written},
                                    {"resent", state.resent},
                                    {"refused", state.refused},
                                    {"lost", state.lost},
                                    {"waiting", state.waiting},
                                    {"connections", state.connections}})
    stats.add(prefix + name, value);
}

}  // namespace

Delivery::Delivery(Outputs outputs, policy::HostWindows host_windows, const capture::Source& source,
                   std::string sensor, WhenFull when_full, MakeReports make_reports)
    : outputs_(std::move(outputs)),
      host_windows_(std::move(host_windows)),
      source_(source),
      ids_(std::move(sensor)),
      when_full_(when_full),
      make_reports_(std::move(make_reports)),
      thread_([this] { deliver(); }) {}

Delivery::~Delivery() { finish(); }

void Delivery::hand_over(const ShardBatch& shard_batch, std::vector<Record> records,
                         std::unique_ptr<Report> report) {
  std::unique_lock lock(mutex_);
  while (first_batch_ + collecting_.size() <= shard_batch.number) collecting_.emplace_back();
  Batch& batch = collecting_[shard_batch.number - first_batch_];
  batch.clock = shard_batch.clock;
  batch.search = shard_batch.search;
  batch.last = shard_batch.last;
  std::move(records.begin(), records.end(), std::back_inserter(batch.records));
  if (report) {
    if (!batch.report) batch.report = std::make_unique<Report>();
    batch.report->ledger.merge(report->ledger);
    batch.report->stats.merge(report->stats);
    batch.report->senders.insert(batch.report->senders.end(), report->senders.begin(),
                                 report->senders.end());
    batch.report->asked = shard_batch.asked;
  }
  ++batch.shards_done;
  while (!collecting_.empty() && collecting_.front().shards_done == kShards) {
    const bool full = ready_.size() >= kReadyBatchesMax && !collecting_.front().last;
    if (full && when_full_ == WhenFull::wait) {
      // Another worker may have taken the front meanwhile: look again, so that order holds.
      changed_.wait(lock, [this] { return ready_.size() < kReadyBatchesMax; });
      continue;
    }
    if (full)
      dropped_ += collecting_.front().records.size();
    else
      ready_.push_back(std::move(collecting_.front()));
    collecting_.pop_front();
    ++first_batch_;
    changed_.notify_all();
  }
}

void Delivery::tell(alert::NoticeEvent notice) {
  {
    const std::lock_guard lock(mutex_);
    notices_.push_back(std::move(notice));
  }
  changed_.notify_all();
}

void Delivery::change_outputs(const std::function<void(Outputs&)>& change) {
  std::unique_lock lock(mutex_);
  change_ = &change;
  changed_.notify_all();
  changed_.wait(lock, [this] { return change_ == nullptr; });
}

void Delivery::finish() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  if (!thread_.joinable()) return;
  thread_.join();
  for (const auto& output : outputs_) output->end();
  for (const auto& output : outputs_) output->finish();
}

Problems Delivery::take_problems() {
  Problems problems;
  for (const auto& output : outputs_)
    if (std::string problem = output->take_problem(); !problem.empty())
      problems.push_back({"", std::move(problem)});
  return problems;
}

void Delivery::report(Stats& stats) const {
  const std::lock_guard lock(mutex_);
  stats.add("alert.dropped", dropped_);
  host_windows_.report(stats);
  if (access_) access_->report(stats);
  if (keeper_) keeper_->report(stats);
  for (const auto& output : outputs_) {
    add_counters(stats, output->state());
    output->report(stats);
  }
}

std::vector<alert::OutputState> Delivery::output_states() const {
  std::vector<alert::OutputState> states;
  for (const auto& output : outputs_) states.push_back(output->state());
  return states;
}

void Delivery::deliver() noexcept {
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool something = changed_.wait_for(
        lock, kTick, [this] { return ended_ || change_ || !ready_.empty() || !notices_.empty(); });
    if (!something) {
      lock.unlock();
      tick();
      lock.lock();
      continue;
    }
    if (change_ != nullptr) {
      lock.unlock();
      (*change_)(outputs_);
      lock.lock();
      change_ = nullptr;
      changed_.notify_all();
      continue;
    }
    if (!notices_.empty()) {
      alert::NoticeEvent notice = std::move(notices_.front());
      notices_.pop_front();
      lock.unlock();
      write(std::move(notice));
      for (const auto& output : outputs_) output->flush();
      lock.lock();
      continue;
    }
    if (ready_.empty()) break;
    Batch batch = std::move(ready_.front());
    ready_.pop_front();
    changed_.notify_all();
    lock.unlock();
    write_batch(batch);
    lock.lock();
  }
  lock.unlock();
  tick();
}

/// What is due by time, and what the outputs have to say. A replay says that at its end.
void Delivery::tick() {
  for (const auto& output : outputs_) output->flush();
  if (when_full_ == WhenFull::wait) return;
  bool told = false;
  for (const auto& output : outputs_)
    for (alert::NoticeEvent& notice : output->take_notices()) {
      write(std::move(notice));
      told = true;
    }
  if (!told) return;
  for (const auto& output : outputs_) output->flush();
}

void Delivery::write_batch(Batch& batch) {
  ids_.begin_batch();
  std::stable_sort(batch.records.begin(), batch.records.end(),
                   [](const Record& a, const Record& b) { return a.order < b.order; });
  std::vector<policy::Incident> incidents;
  if (batch.search && batch.search != search_) use(batch.search, batch.clock);
  for (Record& record : batch.records) {
    if (auto* event = std::get_if<alert::Event>(&record.body)) {
      write(std::move(*event), record.recording);
    } else {
      count(std::move(std::get<policy::HostHits>(record.body)), record.recording);
    }
  }
  host_windows_.advance(batch.clock, incidents);
  if (access_) access_->advance(batch.clock.time);
  if (batch.last) host_windows_.finish(batch.clock, incidents);
  if (batch.last && access_) access_->finish();
  write(std::move(incidents));
  if (std::string problem = host_windows_.take_problem(); !problem.empty())
    write(alert::NoticeEvent{"state_not_stored", std::move(problem)});
  if (batch.report)
    for (alert::Event& event : make_reports_(*batch.report, batch.clock.time))
      write(std::move(event));
  if (batch.records.empty() && !batch.report) return;
  say_about_evidence();
  tick();
}

/// Over a host's window, or as what somebody pulled.
void Delivery::count(policy::HostHits&& hits, const evidence::RecordingPtr& recording) {
  std::vector<policy::Incident> incidents;
  if (!hits.pulled)
    host_windows_.add(std::move(hits), incidents);
  else if (access_)
    access_->add(hits, incidents);
  write(std::move(incidents), recording);
}

/// The first batch that every shard has worked through with another search.
void Delivery::use(const SearchPtr& search, const Position& now) {
  std::vector<policy::Incident> incidents;
  host_windows_.use(search->basis, now, incidents);
  write(std::move(incidents));
  search_ = search;
  if (!search->notice.kind.empty()) write(search->notice);
  for (const auto& output : outputs_) output->flush();
  if (in_force_) in_force_(*search);
}

void Delivery::write(std::vector<policy::Incident> incidents,
                     const evidence::RecordingPtr& recording) {
  for (policy::Incident& incident : incidents) {
    alert::Event event;
    event.order = incident.order;
    event.time = incident.time;
    event.body = std::move(incident);
    write(std::move(event), recording);
  }
}

void Delivery::write(alert::Event event, const evidence::RecordingPtr& recording) {
  locate(event);
  if (keeper_) prove(event, recording);
  event.id = ids_.next(event);
  if (const auto* incident = std::get_if<policy::Incident>(&event.body)) {
    if (incident->state == policy::IncidentState::opened) ++alerts_;
    customers_.add(*incident);
  }
  for (const auto& output : outputs_) output->write(event);
}

void Delivery::write(alert::NoticeEvent notice) {
  alert::Event event;
  event.time = wall_clock();
  event.body = std::move(notice);
  write(std::move(event));
}

/// Evidence of an incident that is opened. A live sensor that cannot keep up lets the alerts go
/// first: writing a file takes milliseconds.
void Delivery::prove(alert::Event& event, const evidence::RecordingPtr& recording) {
  const auto* incident = std::get_if<policy::Incident>(&event.body);
  if (incident == nullptr || incident->state != policy::IncidentState::opened) return;
  if (!recording)
    event.evidence = keeper_->none("nothing-held");
  else if (is_behind())
    event.evidence = keeper_->none("busy");
  else
    event.evidence = keeper_->write(*recording, {incident->id, incident->rule_id, event.time});
}

bool Delivery::is_behind() const {
  if (when_full_ == WhenFull::wait) return false;
  const std::lock_guard lock(mutex_);
  return ready_.size() > kReadyBatchesMax / 2;
}

void Delivery::say_about_evidence() {
  if (!keeper_) return;
  keeper_->tick();
  for (evidence::Saying& saying : keeper_->take_sayings())
    write(alert::NoticeEvent{std::move(saying.kind), std::move(saying.detail)});
}

void Delivery::locate(alert::Event& event) const {
  if (const auto* sighting = std::get_if<policy::Sighting>(&event.body)) {
    const auto at = source_.origin(sighting->packet);
    event.capture_file = at.name;
    event.first_packet = event.last_packet = at.number;
    return;
  }
  const auto* incident = std::get_if<policy::Incident>(&event.body);
  if (incident == nullptr) return;
  const auto first = source_.origin(incident->first_packet);
  const auto last = source_.origin(incident->last_packet);
  event.capture_file = first.name;
  event.first_packet = first.number;
  event.last_packet = first.name == last.name ? last.number : first.number;
}

}  // namespace outspan::app

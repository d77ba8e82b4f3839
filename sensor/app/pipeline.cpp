#include "app/pipeline.h"

#include <algorithm>
#include <utility>

#include "core/clock.h"

namespace outspan::app {
namespace {

/// How far packet time goes on inside a batch before timeouts are looked at again.
constexpr Duration kAdvanceInterval = std::chrono::milliseconds(100);
/// How long a live sensor that is to end waits for files that workers have open.
constexpr std::chrono::seconds kFilesEndMax{1};

/// Text of opened files that is searched between two batches of packets: less than a millisecond's;
/// more where no packets wait.
constexpr std::uint64_t kFileBytesBusy = 64 << 10;
constexpr std::uint64_t kFileBytesIdle = 4 << 20;

/// Of limits.memory_mib, flow/ has half, and the rules one eighth.
config::Config content_config(const config::Config& config) {
  config::Config share = config;
  share.limits.memory_mib = std::max<std::uint64_t>(1, config.limits.memory_mib * 3 / 8);
  return share;
}

}  // namespace

bool wants(const config::Config& config, std::string_view type) {
  const auto named = [type](const std::vector<std::string>& events) {
    return std::find(events.begin(), events.end(), type) != events.end();
  };
  return named(config.events) ||
         std::any_of(config.outputs.begin(), config.outputs.end(),
                     [&named](const config::Output& output) { return named(output.wants.events); });
}

config::Config shard_config(const config::Config& config) {
  config::Config share = config;
  if (!config.evidence.certificate.empty())
    share.limits.memory_mib -= std::min(config.evidence.memory_mib, config.limits.memory_mib);
  const auto divide = [](std::uint64_t& limit) {
    limit = std::max<std::uint64_t>(1, limit / kShards);
  };
  divide(share.limits.flows);
  // Hosts do not fall into the shards quite evenly, and a table that is a little too small for
  // flows that take turns evicts each of them before its turn.
  share.limits.flows += share.limits.flows / 10;
  divide(share.limits.memory_mib);
  divide(share.limits.reassembly_mib);
  divide(share.limits.classified_flows);
  divide(share.limits.incidents);
  divide(share.evidence.memory_mib);
  return share;
}

Pipeline::Pipeline(const RunContext& context)
    : wants_flows_(wants(context.config, "flow")),
      wants_objects_(wants(context.config, "object")),
      search_(context.search),
      masking_(context.config, search_->all, search_->indexes),
      events_(context.config, masking_),
      engine_(context.config, search_->basis, masking_, *this, wants(context.config, "record")),
      scanner_(std::in_place, search_->signatures, engine_, make_finder()),
      inspector_(content_config(context.config), *scanner_, *this, wants_objects_, context.unpack,
                 !context.live),
      dispatcher_(context.config, inspector_),
      flows_(flow::FlowOptions::from(context.config, 1), ledger_, dispatcher_, *this, *this) {
  if (context.live) unpack_ = context.unpack;
  if (context.live) senders_.emplace();
  if (context.config.evidence.certificate.empty()) return;
  recorder_ = std::make_unique<evidence::Recorder>(context.config.evidence);
  for (const Direction direction : context.config.directions) inspected_[index(direction)] = true;
  if (recorder_->wants_objects()) inspector_.hand_on_bytes();
}

detect::CandidateSink* Pipeline::make_finder() {
  finder_.reset();
  if (!search_->indexes) return nullptr;
  return &finder_.emplace(search_->indexes, search_->all, engine_);
}

/// Something was reloaded. What was before goes when the last pipeline has let go of it.
void Pipeline::use(const SearchPtr& search, const Position& now) {
  const bool same_signatures = search->all == search_->all;
  search_ = search;
  engine_.use(search->basis, now);
  masking_.use(search->all, search->indexes);
  flows_.use_home(search->home_networks);
  if (same_signatures && finder_.has_value() == (search->indexes != nullptr)) {
    if (finder_) finder_->use(search->indexes);
    scanner_->use(search->signatures);
    return;
  }
  // Signatures have other numbers. The inspector knows the scanner by its place, which stays.
  scanner_->report(before_);
  if (finder_) finder_->report(before_);
  scanner_.emplace(search->signatures, engine_, make_finder());
}

std::vector<Record> Pipeline::run(const ShardBatch& batch) noexcept {
  if (batch.search && batch.search != search_) use(batch.search, batch.clock);
  flows_.clock_steps(batch.steps);
  flows_.advance(batch.clock);
  advance_clock(advanced_, batch.clock.time);
  const std::span<const decode::Datagram> all(batch.datagrams);
  std::size_t done = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Duration since = all[i].at.time - advanced_;
    if (since < kAdvanceInterval && since >= -kClockStep) continue;
    process(all.subspan(done, i - done));
    done = i;
    advanced_ = all[i].at.time;
    flows_.advance(all[i].at);
  }
  process(all.subspan(done));
  if (recorder_) recorder_->advance(batch.clock.time);
  if (senders_)
    for (const decode::Datagram& datagram : all)
      if (const std::uint64_t bytes = senders_->due(datagram.payload.size()))
        charge_sender(datagram, bytes);
  take_files(batch.quiet);
  if (batch.last) {
    if (unpack_ != nullptr) unpack_->end_by(std::chrono::steady_clock::now() + kFilesEndMax);
    flows_.finish(batch.clock);
    inspector_.finish_files();
    flows_.end_waiting();
  }
  for (alert::Event& event : events_.small_blind_spots(batch.clock, batch.last))
    keep(std::move(event));
  return std::exchange(records_, {});
}

/// With evidence, a flow's packets up to the one that is worked on are held, and none after it.
void Pipeline::process(std::span<const decode::Datagram> datagrams) noexcept {
  if (!recorder_ || recorder_->wants_objects()) return flows_.process(datagrams);
  for (const decode::Datagram& datagram : datagrams) {
    record(datagram);
    flows_.process(datagram);
  }
}

/// Of flows that something is looked for in, both ways.
void Pipeline::record(const decode::Datagram& datagram) noexcept {
  const bool from_home = search_->home_networks.contains(datagram.source);
  const bool to_home = search_->home_networks.contains(datagram.destination);
  if (inspected_[index(flow::direction_of(from_home, to_home))] ||
      inspected_[index(flow::direction_of(to_home, from_home))])
    recorder_->add(datagram);
}

evidence::RecordingPtr Pipeline::recording_of(const policy::FlowLabel& flow,
                                              std::uint64_t object_number) const {
  if (!recorder_) return nullptr;
  if (recorder_->wants_objects()) return recorder_->object(object_number);
  return recorder_->flow(flow.source, flow.destination, flow.ip_protocol);
}

void Pipeline::on_object_bytes(const content::Object& object, Bytes bytes) noexcept {
  if (!object.flow.branch) recorder_->add(object.number, bytes);
}

void Pipeline::charge_sender(const decode::Datagram& datagram, std::uint64_t bytes) {
  const PrefixSet& home = search_->home_networks;
  if (home.contains(datagram.source) && !home.contains(datagram.destination))
    senders_->add(datagram.source, bytes, datagram.at.time);
}

/// What workers have found in files, in pieces that packets can wait for.
void Pipeline::take_files(bool idle) noexcept {
  inspector_.poll(idle ? kFileBytesIdle : kFileBytesBusy);
  flows_.end_waiting();
}

std::unique_ptr<Report> Pipeline::report() const {
  auto report = std::make_unique<Report>();
  report->ledger = ledger_;
  flows_.report(report->stats);
  dispatcher_.report(report->stats);
  inspector_.report(report->stats);
  report->stats.merge(before_);
  scanner_->report(report->stats);
  if (finder_) finder_->report(report->stats);
  engine_.report(report->stats);
  events_.report(report->stats);
  if (recorder_) recorder_->report(report->stats);
  if (senders_) report->senders = senders_->top();
  report->stats.add("ledger.framing_bytes", ledger_.of(Column::inspected, "framing"));
  report->stats.add("ledger.pending_bytes", ledger_.of(Column::inspected, "pending"));
  report->stats.add("ledger.unclaimed_bytes", ledger_.of(Column::skipped, "unclaimed"));
  return report;
}

void Pipeline::on_anomaly(const FlowContext& flow, Side side, Anomaly anomaly) noexcept {
  keep(events_.anomaly(flow, side, anomaly));
}

void Pipeline::on_blind_spot(const FlowContext& flow, ObjectBlindSpot blind_spot) noexcept {
  // A branch's bytes are nobody's bytes.
  if (flow.branch) return;
  if (auto event = events_.blind_spot(flow, blind_spot)) keep(std::move(*event));
}

void Pipeline::on_flow_end(const flow::FlowEnd& end) noexcept {
  engine_.on_flow_end(end.flow);
  for (alert::Event& event : events_.blind_spots(end)) keep(std::move(event));
  if (wants_flows_) keep(events_.flow(end));
}

void Pipeline::on_object_blind_spot(const content::Object& object, const content::Node& node,
                                    ObjectBlindSpot spot) noexcept {
  // A branch's bytes are nobody's bytes.
  if (object.flow.branch) return;
  engine_.on_object_blind_spot(object, node, spot);
  if (auto event = events_.blind_spot(object, spot)) keep(std::move(*event));
}

void Pipeline::on_object_end(const content::Object& object,
                             const content::ObjectSummary& summary) noexcept {
  engine_.on_object_end(object, summary);
  if (wants_objects_ && !object.flow.branch) keep(events_.object(object, summary));
  if (recorder_) recorder_->end(object.number);
}

void Pipeline::on_incident(policy::Incident&& incident) noexcept {
  incident.order.sequence = ++sequence_;
  const OrderKey order = incident.order;
  evidence::RecordingPtr recording;
  if (incident.state == policy::IncidentState::opened)
    recording = recording_of(incident.flow, incident.object_number);
  alert::Event event;
  event.order = order;
  event.time = incident.time;
  event.body = std::move(incident);
  records_.push_back({order, std::move(event), std::move(recording)});
}

void Pipeline::on_host_hits(policy::HostHits&& hits) noexcept {
  hits.order.sequence = ++sequence_;
  const OrderKey order = hits.order;
  evidence::RecordingPtr recording = recording_of(hits.flow, hits.object_number);
  records_.push_back({order, std::move(hits), std::move(recording)});
}

void Pipeline::on_sighting(policy::Sighting&& sighting) noexcept {
  sighting.order.sequence = ++sequence_;
  const OrderKey order = sighting.order;
  alert::Event event;
  event.order = order;
  event.time = sighting.time;
  event.body = std::move(sighting);
  records_.push_back({order, std::move(event)});
}

void Pipeline::keep(alert::Event event) {
  event.order.sequence = ++sequence_;
  const OrderKey order = event.order;
  records_.push_back({order, std::move(event)});
}

Shards::Shards(const RunContext& context, Delivery& delivery) : delivery_(delivery) {
  for (auto& pipeline : pipelines_) pipeline = std::make_unique<Pipeline>(context);
}

void Shards::run(std::size_t shard, ShardBatch& batch) noexcept {
  Pipeline& pipeline = *pipelines_[shard];
  std::vector<Record> records = pipeline.run(batch);
  std::unique_ptr<Report> report;
  if (batch.report) {
    report = pipeline.report();
    if (batch.reader) report->stats.merge(*batch.reader);
  }
  delivery_.hand_over(batch, std::move(records), std::move(report));
}

}  // namespace outspan::app

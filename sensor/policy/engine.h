#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "content/text.h"
#include "core/stats.h"
#include "detect/hit.h"
#include "fingerprint/find/record_hit.h"
#include "policy/address_set.h"
#include "policy/basis.h"
#include "policy/evidence.h"
#include "policy/hit_path.h"
#include "policy/incident.h"
#include "policy/index_labels.h"
#include "policy/masking.h"
#include "policy/record_filter.h"
#include "policy/rule_filter.h"
#include "policy/sightings.h"

namespace outspan::policy {

/// Judges hits by the rules and keeps one incident per rule and object or flow: `new` with the hit
/// that reaches the threshold, `update` at each further power of ten of distinct values, `closed`
/// with the final counts. Hits of rules within a host go to the sink as HostHits.
///
/// Memory: Limits::incidents open ones, and an eighth of Limits::memory_mib. At either bound the
/// flow that had no hit for longest is closed early, so a new leak is always reported; what was
/// below its threshold there starts from zero if it goes on (`policy.incidents_evicted`).
/// Thread: the pipeline's. `config`, `masking` and `sink` outlive the engine.
class Engine final : public detect::HitSink,
                     public fingerprint::RecordHitSink,
                     public content::ObjectObserver {
 public:
  /// `sightings`: report each record of an object, whatever the rules.
  Engine(const config::Config& config, BasisPtr basis, Masking& masking, RecordSink& sink,
         bool sightings = false);
  /// Judges by the rules of `config`, for good.
  Engine(const config::Config& config, const SignatureNames& names, IndexLabelsPtr labels,
         Masking& masking, RecordSink& sink, bool sightings = false);
  ~Engine() override;

  void on_hits(const content::Object& object, const content::Node& node,
               std::span<const detect::Hit> hits) noexcept override;
  void on_records(const content::Object& object, const content::Node& node,
                  std::span<const fingerprint::RecordHit> records,
                  std::span<const fingerprint::Tried> tried) noexcept override;
  /// Judges by this from now on. Open incidents of rules that count what they counted before go on.
  /// The others are closed; those about customers as well where indexes were refreshed, since row
  /// numbers mean something else: what follows is counted anew.
  void use(BasisPtr basis, const Position& now);

  void on_object_blind_spot(const content::Object& object, const content::Node& node,
                            ObjectBlindSpot spot) noexcept override;
  void on_object_end(const content::Object& object,
                     const content::ObjectSummary& summary) noexcept override;
  /// After the flow's objects have ended. Nothing happens for a branch.
  void on_flow_end(const FlowContext& flow) noexcept;

  /// policy.hits, .incidents, .incidents_open, .incidents_evicted, .branch_repeats,
  /// .values_not_remembered, .memory_bytes
  void report(Stats& stats) const;

 private:
  struct Open;
  struct FlowState;
  struct Call;
  using FlowList = std::list<FlowState>;

  [[nodiscard]] bool counts(const Call& call, std::uint32_t rule, const detect::Hit& hit) noexcept;
  void count(Call& call, std::uint32_t rule, std::span<const detect::Hit> hits);
  void report_growth(Call& call, Open& open);
  void count_for_host(Call& call, std::uint32_t rule, std::span<const detect::Hit> hits);
  void add_for_host(HostHits& batch, const detect::Hit& hit);
  void send_host_hits(Call& call, HostHits&& batch, const AddressSet& matched);
  void count_records_within(Call& call, config::Within within);
  void count_records(Call& call, std::uint32_t rule);
  void count_records_for_host(Call& call, std::uint32_t rule);
  void send_pulled(const Call& call);
  void hand_on_tried(const content::Object& object, std::span<const fingerprint::Tried> tried);
  void hand_on_doubts(Call& call);
  [[nodiscard]] std::vector<std::uint32_t> rules_for_doubts(const Call& call);
  void send_tried(const FlowContext& flow, Side side);
  void describe_for_host(const Call& call, HostHits& batch, const AddressSet& matched);
  [[nodiscard]] bool seen_in_main_version(const Call& call, std::uint32_t rule,
                                          const detect::Hit& hit) const noexcept;
  [[nodiscard]] bool seen_in_main_version(const Call& call, std::uint32_t rule,
                                          const fingerprint::RecordHit& hit) const noexcept;
  Open* find_open(const Call& call, std::uint32_t rule) noexcept;
  /// An incident of another rule reports it already.
  [[nodiscard]] bool told_by_another(const Call& call, std::uint32_t rule) noexcept;
  void remember(FlowState& flow, Open& open);

  FlowState& state_of(Call& call);
  Open& open_for(Call& call, std::uint32_t rule);
  void refresh_context(Open& open, const content::Object& object, std::string_view media_type);
  void describe_object(const Open& open, Incident& incident) const;
  void emit(Open& open, IncidentState state, const Position& now);
  void close(FlowState& flow, std::list<Open>::iterator open, const Position& now);
  void resolve_rules();
  void close_others(const Renumbering& numbers, bool same_labels, const Position& now);
  void renumber(FlowState& flow, const Renumbering& numbers);
  void recharge(FlowState& flow);
  void estimate_in(FlowState& flow);
  void make_room(const Position& now);
  void drop_flow(FlowList::iterator flow, const Position& now);

  const config::Config& config_;
  BasisPtr basis_;
  Masking& masking_;
  RecordSink& sink_;
  std::vector<RuleFilter> rules_;
  std::vector<std::shared_ptr<const RecordFilter>> record_filters_;  // by rule
  std::vector<std::vector<std::uint32_t>> told_by_;                  // by rule: Rule::Except::rules
  std::optional<Sightings> sightings_;
  std::uint64_t memory_max_;
  Evidence object_evidence_, flow_evidence_;
  /// What flows have tried since HostWindows knows of it; only if a rule judges hosts.
  std::unordered_map<std::uint64_t, std::vector<fingerprint::Tried>> unsent_tried_;
  std::uint64_t tried_not_sent_ = 0;
  bool judges_hosts_ = false;
  bool watches_access_ = false;
  std::vector<JudgedHit> judged_;  // of one on_records call

  FlowList flows_;  // flows with hits, the one with the latest hit first
  std::unordered_map<std::uint64_t, FlowList::iterator> flow_by_id_;

  std::uint64_t memory_bytes_ = 0;
  std::uint64_t open_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t reported_ = 0;
  std::uint64_t evicted_ = 0;
  std::uint64_t branch_repeats_ = 0;
  std::uint64_t values_not_remembered_ = 0;
  std::uint64_t records_ = 0;
};

/// Different values or records from which a rule's incident is one.
std::uint64_t threshold(const config::Rule& rule) noexcept;

/// The next number of distinct values worth an update: the smallest power of ten above `distinct`.
std::uint64_t next_power_of_ten(std::uint64_t distinct) noexcept;

}  // namespace outspan::policy

#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "alert/event/event_maker.h"
#include "app/delivery.h"
#include "app/scheduler.h"
#include "app/search.h"
#include "content/field_reader.h"
#include "content/inspector.h"
#include "core/ledger.h"
#include "detect/masker.h"
#include "detect/scanner.h"
#include "evidence/recorder.h"
#include "fingerprint/find/context_values.h"
#include "fingerprint/find/finder.h"
#include "flow/flow_table.h"
#include "policy/engine.h"
#include "policy/masking.h"
#include "protocol/dispatch/dispatcher.h"
#include "unpack/pool/pool.h"

namespace outspan::app {

/// What all pipelines of a run read.
struct RunContext {
  /// Limits are a shard's share (see shard_config).
  config::Config config;
  SearchPtr search;  ///< to begin with
  /// Shared by all; outlives the run. nullptr: no files are opened.
  unpack::Pool* unpack = nullptr;
  /// Packets do not wait for files that workers open.
  bool live = false;
};

/// `config` with everything that is divided among the shards divided.
config::Config shard_config(const config::Config& config);

/// Some output wants events of this type.
bool wants(const config::Config& config, std::string_view type);

/// The masking of policy/ and alert/, done by detect/ with what content/ reads.
class SignatureMasking final : public policy::Masking {
 public:
  SignatureMasking(const config::Config& config, SignatureSetPtr signatures,
                   const fingerprint::IndexSetPtr& indexes)
      : reader_(config) {
    make(std::move(signatures), indexes);
  }
  void use(const SignatureSetPtr& signatures, const fingerprint::IndexSetPtr& indexes) {
    if (signatures == signatures_ && known_.has_value() == (indexes != nullptr)) {
      if (known_) known_->use(indexes);
      return;
    }
    make(signatures, indexes);
  }
  Masked mask(std::string_view wire) noexcept override { return masker_->mask(wire); }
  Masked url(std::string_view wire) noexcept override { return masker_->mask_url(wire); }
  Masked participant(std::string_view wire) noexcept override {
    return masker_->mask_address(wire, true);
  }
  Masked sample(detect::SignatureIndex signature, std::string_view value) noexcept override {
    return masker_->sample(signature, value);
  }
  Masked cell(fingerprint::ColumnType type, std::string_view value) noexcept override {
    switch (type) {
      case fingerprint::ColumnType::email: return masker_->sample_address(value);
      case fingerprint::ColumnType::phone: return masker_->sample_phone(value);
      default: return masker_->sample_ticket(value);
    }
  }

 private:
  void make(SignatureSetPtr signatures, const fingerprint::IndexSetPtr& indexes) {
    masker_.reset();
    known_.reset();
    signatures_ = std::move(signatures);
    masker_.emplace(
        signatures_, indexes ? &known_.emplace(indexes) : nullptr,
        [this](std::string_view text, content::TextSink& sink) { reader_.read(text, sink); });
  }

  SignatureSetPtr signatures_;
  std::optional<fingerprint::ContextValues> known_;
  content::FieldReader reader_;
  std::optional<detect::Masker> masker_;
};

/// One shard of a run: everything between datagrams and records. The one place where the stages are
/// put together. Thread: one at a time.
class Pipeline final : private FlowObserver,
                       private flow::FlowListener,
                       private content::ObjectObserver,
                       private policy::RecordSink {
 public:
  /// `context` outlives the pipeline.
  explicit Pipeline(const RunContext& context);

  /// Works through a batch and gives what there is to say about it.
  std::vector<Record> run(const ShardBatch& batch) noexcept;
  [[nodiscard]] std::unique_ptr<Report> report() const;

 private:
  void on_anomaly(const FlowContext& flow, Side side, Anomaly anomaly) noexcept override;
  void on_blind_spot(const FlowContext& flow, ObjectBlindSpot blind_spot) noexcept override;
  void on_flow_end(const flow::FlowEnd& end) noexcept override;
  void on_object_blind_spot(const content::Object& object, const content::Node& node,
                            ObjectBlindSpot spot) noexcept override;
  void on_object_end(const content::Object& object,
                     const content::ObjectSummary& summary) noexcept override;
  void on_object_bytes(const content::Object& object, Bytes bytes) noexcept override;
  void on_incident(policy::Incident&& incident) noexcept override;
  void on_host_hits(policy::HostHits&& hits) noexcept override;
  void on_sighting(policy::Sighting&& sighting) noexcept override;
  void use(const SearchPtr& search, const Position& now);
  void take_files(bool idle) noexcept;
  void process(std::span<const decode::Datagram> datagrams) noexcept;
  void record(const decode::Datagram& datagram) noexcept;
  [[nodiscard]] evidence::RecordingPtr recording_of(const policy::FlowLabel& flow,
                                                    std::uint64_t object_number) const;
  detect::CandidateSink* make_finder();
  void keep(alert::Event event);

  bool wants_flows_;
  bool wants_objects_;
  SearchPtr search_;
  Ledger ledger_;
  SignatureMasking masking_;
  alert::EventMaker events_;
  // From the end of the way of a byte to its beginning: each stage needs the one after it.
  policy::Engine engine_;
  std::optional<fingerprint::Finder> finder_;  // with indexes
  std::optional<detect::Scanner> scanner_;     // always: another one where signatures have changed
  Stats before_;                               // of scanners and finders that were here before
  content::Inspector inspector_;
  protocol::Dispatcher dispatcher_;
  flow::FlowTable flows_;

  void charge_sender(const decode::Datagram& datagram, std::uint64_t bytes);

  unpack::Pool* unpack_ = nullptr;      // of a live run
  std::optional<ByteSenders> senders_;  // of a live run
  std::array<bool, kDirections> inspected_{};
  std::unique_ptr<evidence::Recorder> recorder_;  // nullptr: no evidence is kept
  Timestamp advanced_{};
  std::vector<Record> records_;
  std::uint64_t sequence_ = 0;
};

/// All pipelines of a run, and where their records go.
class Shards final : public ShardRunner {
 public:
  Shards(const RunContext& context, Delivery& delivery);
  void run(std::size_t shard, ShardBatch& batch) noexcept override;

 private:
  Delivery& delivery_;
  std::array<std::unique_ptr<Pipeline>, kShards> pipelines_;
};

}  // namespace outspan::app

#pragma once

#include <string_view>

#include "config/config.h"
#include "content/inspector.h"
#include "content/text.h"
#include "core/flow_context.h"

namespace outspan::content {

/// Reads a text that stands beside objects (a URL, a name of a file, a header) as the content of
/// objects is read: in every form that content/ knows. For masking.
/// Thread: one object a thread. Memory: that of one small object.
class FieldReader final : private TextSink, private ObjectObserver, private FlowObserver {
 public:
  /// Whether to undo disguises is copied of `config`.
  explicit FieldReader(const config::Config& config);

  /// All windows of the text go to `sink` before it returns.
  void read(std::string_view text, TextSink& sink) noexcept;

 private:
  void read_part(protocol::PartKind kind, std::string_view text) noexcept;
  void on_window(const Object& object, const Node& node, const Window& window) noexcept override {
    sink_->on_window(object, node, window);
  }
  void on_object_end(const Object&, const ObjectSummary&) noexcept override {}
  void on_object_blind_spot(const Object&, const Node&, ObjectBlindSpot) noexcept override {}
  void on_anomaly(const FlowContext&, Side, Anomaly) noexcept override {}
  void on_blind_spot(const FlowContext&, ObjectBlindSpot) noexcept override {}

  Ledger ledger_;
  FlowInfo flow_info_;
  ChargingAccount account_{ledger_, {Direction::outbound, Direction::inbound}, {true, true}};
  FlowContext flow_{flow_info_, account_, *this};
  Inspector inspector_;
  TextSink* sink_ = nullptr;  // of the read that is going on
};

}  // namespace outspan::content

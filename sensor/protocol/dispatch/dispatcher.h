#pragma once

#include <memory>
#include <span>

#include "config/config.h"
#include "core/stats.h"
#include "flow/stream_sink.h"
#include "protocol/object.h"
#include "protocol/parser.h"
#include "protocol/protocols.h"

namespace outspan::protocol {

struct DispatchState;

/// Finds the parser of each flow and hands it the bytes. What no parser claims is scanned raw.
///
/// One a pipeline; its flows' sinks refer to it, so it outlives the flow table.
/// Thread: the pipeline's.
class Dispatcher final : public flow::StreamHandler {
 public:
  /// `config` (limits only), `objects` and `protocols` outlive the dispatcher.
  Dispatcher(const config::Config& config, ObjectSink& objects,
             std::span<const ProtocolEntry> protocols = builtin_protocols());
  ~Dispatcher() override;

  std::unique_ptr<flow::StreamSink> open(FlowContext& flow) noexcept override;
  void report(Stats& stats) const;

 private:
  std::unique_ptr<DispatchState> state_;
};

}  // namespace outspan::protocol

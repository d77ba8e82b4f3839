#include "protocol/dispatch/dispatcher.h"

#include <string>

#include "protocol/dispatch/datagrams.h"
#include "protocol/dispatch/state.h"
#include "protocol/dispatch/streams.h"
#include "protocol/shared/expectations.h"
#include "protocol/shared/file_writer.h"

namespace outspan::protocol {

Dispatcher::Dispatcher(const config::Config& config, ObjectSink& objects,
                       std::span<const ProtocolEntry> protocols)
    : state_(std::make_unique<DispatchState>(config.limits, objects, protocols)) {}

Dispatcher::~Dispatcher() = default;

std::unique_ptr<flow::StreamSink> Dispatcher::open(FlowContext& flow) noexcept {
  if (flow.info.ip_protocol == ip_protocol::kTcp)
    return std::make_unique<StreamDispatch>(*state_, flow);
  ++state_->counters.datagram_flows;
  return std::make_unique<DatagramDispatch>(*state_, flow);
}

void Dispatcher::report(Stats& stats) const {
  const DispatchState::Counters& counters = state_->counters;
  stats.add("protocol.claimed", counters.claimed);
  stats.add("protocol.raw_streams", counters.raw_streams);
  stats.add("protocol.datagram_flows", counters.datagram_flows);
  stats.add("protocol.reclaimed", counters.reclaimed);
  stats.add("protocol.restarts", counters.restarts);
  stats.add("protocol.restarts_refused", counters.restarts_refused);
  stats.add("protocol.fall_backs", counters.fall_backs);
  stats.add("protocol.openings_full", counters.openings_full);
  for (std::size_t i = 0; i < counters.unread_protocols.size(); ++i) {
    const auto& unread = counters.unread_protocols[i];
    if (unread.messages == 0) continue;
    const std::string name = "protocol.unread." + std::to_string(i);
    stats.add(name + ".messages", unread.messages);
    stats.add(name + ".bytes", unread.bytes);
  }
  state_->shared.get<Expectations>().report(stats);
  state_->shared.get<HeldBlocks>().report(stats);
  state_->classifier.report(stats);
}

}  // namespace outspan::protocol

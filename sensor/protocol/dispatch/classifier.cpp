#include "protocol/dispatch/classifier.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <ndpi/ndpi_api.h>
#pragma GCC diagnostic pop

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <mutex>
#include <string>

#include "core/handle.h"
#include "text/ascii.h"

namespace outspan::protocol {
namespace {

/// Most flows are named within 3 packets; the rest is not worth 2.5 us a packet.
constexpr int kPacketsMax = 8;

using NdpiModule = CHandle<ndpi_detection_module_struct, ndpi_exit_detection_module>;

NdpiModule make_module() noexcept {
  // nDPI's set-up writes to globals (ndpi_api.h: calls must not run in parallel).
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  NdpiModule module(ndpi_init_detection_module(ndpi_no_prefs));
  if (!module) return nullptr;
  NDPI_PROTOCOL_BITMASK all;
  NDPI_BITMASK_SET_ALL(all);
  ndpi_set_protocol_detection_bitmask2(module.get(), &all);
  ndpi_finalize_initialization(module.get());
  return module;
}

}  // namespace

struct Classifier::Module {
  NdpiModule handle;
};

struct Classifier::Flow::State {
  ndpi_flow_struct* flow = nullptr;
};

Classifier::Classifier(std::uint64_t flows_max) noexcept : flows_max_(flows_max) {}
Classifier::~Classifier() = default;

std::unique_ptr<Classifier::Flow> Classifier::begin() noexcept {
  if (failed_ || alive_ >= flows_max_) {
    ++refused_;
    return nullptr;
  }
  if (!module_) {
    module_ = std::make_unique<Module>(Module{make_module()});
    failed_ = module_->handle == nullptr;
    if (failed_) return nullptr;
  }
  return std::unique_ptr<Flow>(new Flow(*this));
}

Classifier::Flow::Flow(Classifier& classifier) noexcept
    : classifier_(classifier), state_(new State) {
  ++classifier_.alive_;
  state_->flow = static_cast<ndpi_flow_struct*>(ndpi_flow_malloc(SIZEOF_FLOW_STRUCT));
  if (state_->flow != nullptr) std::memset(state_->flow, 0, SIZEOF_FLOW_STRUCT);
}

Classifier::Flow::~Flow() {
  --classifier_.alive_;
  if (state_->flow != nullptr) ndpi_free_flow(state_->flow);
  delete state_;
}

bool Classifier::Flow::packet(FlowContext& flow) noexcept {
  if (state_->flow == nullptr) return false;
  if (flow.ip_packet.empty()) return true;
  const auto size = static_cast<unsigned short>(
      std::min<std::size_t>(flow.ip_packet.size(), std::numeric_limits<unsigned short>::max()));
  const auto time =
      std::chrono::duration_cast<std::chrono::milliseconds>(flow.now.time.time_since_epoch());
  ndpi_detection_module_struct* const module = classifier_.module_->handle.get();
  const ndpi_protocol found = ndpi_detection_process_packet(
      module, state_->flow, flow.ip_packet.data(), size,
      static_cast<u_int64_t>(std::max<std::int64_t>(time.count(), 0)));
  const std::uint16_t id =
      found.master_protocol != NDPI_PROTOCOL_UNKNOWN ? found.master_protocol : found.app_protocol;
  if (id == NDPI_PROTOCOL_UNKNOWN) {
    if (++packets_ < kPacketsMax) return true;
    ++classifier_.unknown_;
    return false;
  }
  ++classifier_.classified_;
  const std::string name = text::lower_case(ndpi_get_proto_name(module, id));
  flow.account.set_app(AppProtocol::named(name));
  return false;
}

void Classifier::report(Stats& stats) const {
  stats.add("protocol.ndpi.classified", classified_);
  stats.add("protocol.ndpi.unknown", unknown_);
  stats.add("protocol.ndpi.refused", refused_);
}

}  // namespace outspan::protocol

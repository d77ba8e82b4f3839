#include "protocol/dispatch/classifier.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
// The module is an open structure for the library itself only; its caches are emptied by no call.
#define NDPI_LIB_COMPILATION
#include <ndpi/ndpi_api.h>
#pragma GCC diagnostic pop

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <mutex>
#include <string>
#include <vector>

#include "text/ascii.h"

namespace outspan::protocol {
namespace {

/// Most flows are named within 3 packets; the rest is not worth 2.5 us a packet.
constexpr int kPacketsMax = 8;

/// nDPI's tables: one set for each thread that asks at the same time, shared by all classifiers.
/// Made when first needed and never taken down: each costs 20 ms to make and 6 to free.
class NdpiModules {
 public:
  using Module = ndpi_detection_module_struct;

  static NdpiModules& instance() noexcept {
    static auto* const modules = new NdpiModules;  // outlives every thread
    return *modules;
  }

  /// For the caller alone until it is put back; nullptr: nDPI could not start.
  Module* take() noexcept {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return make();
    Module* const module = free_.back();
    free_.pop_back();
    return module;
  }

  void put_back(Module* module) noexcept {
    forget_flows(*module);
    const std::lock_guard lock(mutex_);
    free_.push_back(module);
  }

 private:
  /// Under the lock: nDPI's set-up writes to globals (ndpi_api.h: calls must not run in parallel).
  static Module* make() noexcept {
    Module* const module = ndpi_init_detection_module(ndpi_no_prefs);
    if (module == nullptr) return nullptr;
    // The structure is the one that the library was built with.
    if (module->ndpi_num_supported_protocols != ndpi_get_num_supported_protocols(module))
      return nullptr;
    NDPI_PROTOCOL_BITMASK wanted;
    NDPI_BITMASK_SET_ALL(wanted);
    // Its cache cannot be emptied.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
    NDPI_DEL_PROTOCOL_FROM_BITMASK(wanted, NDPI_PROTOCOL_TINC);
#pragma GCC diagnostic pop
    ndpi_set_protocol_detection_bitmask2(module, &wanted);
    ndpi_finalize_initialization(module);
    return module;
  }

  /// Empties what nDPI remembers of other flows: a name would depend on their order, and so on the
  /// number of threads.
  static void forget_flows(Module& module) noexcept {
    for (ndpi_lru_cache** cache :
         {&module.ookla_cache, &module.bittorrent_cache, &module.zoom_cache, &module.stun_cache,
          &module.tls_cert_cache, &module.mining_cache, &module.msteams_cache}) {
      if (*cache != nullptr) ndpi_lru_free_cache(*cache);
      *cache = nullptr;
    }
  }

  std::mutex mutex_;
  std::vector<Module*> free_;
};

}  // namespace

struct Classifier::Flow::State {
  ndpi_flow_struct* flow = nullptr;
};

std::unique_ptr<Classifier::Flow> Classifier::begin() noexcept {
  if (alive_ >= flows_max_) {
    ++refused_;
    return nullptr;
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
  NdpiModules& modules = NdpiModules::instance();
  NdpiModules::Module* const module = modules.take();
  if (module == nullptr) return false;
  const ndpi_protocol found = ndpi_detection_process_packet(
      module, state_->flow, flow.ip_packet.data(), size,
      static_cast<u_int64_t>(std::max<std::int64_t>(time.count(), 0)));
  const std::uint16_t id =
      found.master_protocol != NDPI_PROTOCOL_UNKNOWN ? found.master_protocol : found.app_protocol;
  const std::string name =
      id == NDPI_PROTOCOL_UNKNOWN ? "" : text::lower_case(ndpi_get_proto_name(module, id));
  modules.put_back(module);
  if (name.empty()) {
    if (++packets_ < kPacketsMax) return true;
    ++classifier_.unknown_;
    return false;
  }
  ++classifier_.classified_;
  flow.account.set_app(AppProtocol::named(name));
  return false;
}

void Classifier::report(Stats& stats) const {
  stats.add("protocol.ndpi.classified", classified_);
  stats.add("protocol.ndpi.unknown", unknown_);
  stats.add("protocol.ndpi.refused", refused_);
}

}  // namespace outspan::protocol

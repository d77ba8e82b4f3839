#include "core/app_protocol.h"

#include <array>
#include <atomic>
#include <mutex>
#include <string>

namespace outspan {
namespace {

constexpr std::size_t kNamesMax = 1024;

/// Names are only ever added; a reader needs no lock once it holds an id.
struct Registry {
  std::mutex adding;
  std::array<std::string, kNamesMax> names{"unknown"};
  std::atomic<std::uint16_t> count{1};
};

Registry& registry() noexcept {
  static Registry instance;
  return instance;
}

}  // namespace

AppProtocol AppProtocol::named(std::string_view name) noexcept {
  Registry& all = registry();
  const std::lock_guard lock(all.adding);
  const std::uint16_t count = all.count.load(std::memory_order_relaxed);
  AppProtocol app;
  for (std::uint16_t id = 0; id < count; ++id) {
    if (all.names[id] == name) {
      app.id_ = id;
      return app;
    }
  }
  if (count == kNamesMax) return app;
  all.names[count] = name;
  app.id_ = count;
  all.count.store(count + 1, std::memory_order_release);
  return app;
}

std::string_view AppProtocol::name() const noexcept { return registry().names[id_]; }

AppProtocol AppProtocol::from_id(std::uint16_t id) noexcept {
  AppProtocol app;
  if (id < registry().count.load(std::memory_order_acquire)) app.id_ = id;
  return app;
}

}  // namespace outspan

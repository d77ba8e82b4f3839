#include "capture/live_port.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace outspan::capture {
namespace {

/// Below, one ring keeps up with what the workers inspect.
constexpr unsigned kCoresForRings = 4;
constexpr unsigned kRingsMax = 8;

/// `asked` 0: as many as there is use for.
unsigned rings_for(unsigned asked) noexcept {
  if (asked != 0) return std::min(asked, kRingsMax);
  const unsigned cores = std::thread::hardware_concurrency();
  return cores < kCoresForRings ? 1 : std::min(cores / 2, kRingsMax);
}

const char* name_of(LinkState state) noexcept {
  switch (state) {
    case LinkState::up: return "up";
    case LinkState::no_carrier: return "without a link: no cable, or nothing at its other end";
    case LinkState::down: return "down";
    case LinkState::gone: break;
  }
  return "gone";
}

}  // namespace

LivePort::LivePort(const std::string& name, const config::Capture& capture)
    : name_(name),
      capture_(capture),
      rings_wanted_(rings_for(capture.rings)),
      kernel_drops_("kernel_drops", name + ": the kernel",
                    "packets come faster than they are inspected, or in bursts that the ring does "
                    "not hold: raise capture.ring_mib, give it more cores, or filter"),
      interface_drops_("interface_drops", name + ": the interface",
                       "see ethtool -S and raise its rings (ethtool -G)") {}

Problems LivePort::open() {
  auto ring = LiveRing::open(name_, capture_);
  if (!ring.ok()) return ring.problems();
  rings_.clear();
  rings_.push_back(std::move(*ring));
  state_ = link_state(name_, index_);
  deciding_ = rings_wanted_ > 1;
  fit_ = {};
  return {};
}

std::uint64_t LivePort::ring_bytes(const config::Capture& capture) noexcept {
  const std::uint64_t ring = std::uint64_t{capture.ring_mib} << 20;
  const std::uint64_t rings = rings_for(capture.rings);
  return ring + (rings - 1) * (ring / rings);
}

void LivePort::fail(const std::string& problem, std::vector<SourceNotice>& notices) {
  leave(notices);
  ++lost_;
  rings_.clear();
  state_ = link_state(name_, index_);
  notices.push_back({"interface_lost", fmt::format("{} can no longer be read and is {}: {}", name_,
                                                   name_of(state_), problem)});
}

void LivePort::shut() noexcept {
  for (const auto& ring : rings_) ring->shut();
}

std::uint64_t LivePort::unread(std::vector<SourceNotice>& notices) {
  watch_drops(std::chrono::steady_clock::now(), notices);
  std::uint64_t packets = 0;
  for (const auto& ring : rings_) packets += ring->unread();
  return packets;
}

void LivePort::leave(std::vector<SourceNotice>& notices) { left_ += unread(notices); }

std::string LivePort::describe() const {
  std::uint64_t bytes = 0;
  for (const auto& ring : rings_) bytes += ring->bytes();
  return fmt::format("{} is read through {} (TPACKET_V3) of {} MiB{}", name_,
                     rings_.size() == 1 ? "one ring" : fmt::format("{} rings", rings_.size()),
                     bytes >> 20, rings_.size() == 1 ? "" : " in all");
}

void LivePort::care(std::chrono::steady_clock::time_point now, std::vector<SourceNotice>& notices) {
  if (rings_.empty()) return come_back(notices);
  if (!std::exchange(said_, true)) notices.push_back({"capture_started", describe()});
  watch_state(notices);
  if (rings_.empty()) return;
  watch_drops(now, notices);
  if (deciding_) decide(notices);
}

void LivePort::watch_state(std::vector<SourceNotice>& notices) {
  unsigned index = 0;
  const LinkState state = link_state(name_, index);
  if (state == LinkState::gone || index != index_)
    return fail("there is another interface of its name, or none", notices);
  if (state == state_) return;
  const char* const kind = state == LinkState::up     ? "interface_up"
                           : state == LinkState::down ? "interface_down"
                                                      : "interface_no_link";
  state_ = state;
  notices.push_back({kind, fmt::format("{} is {}", name_, name_of(state))});
}

void LivePort::come_back(std::vector<SourceNotice>& notices) {
  unsigned index = 0;
  const LinkState state = link_state(name_, index);
  if (state == LinkState::gone || state == LinkState::down) {
    if (state != state_)
      notices.push_back({"interface_down", fmt::format("{} is {}", name_, name_of(state))});
    state_ = state;
    return;
  }
  if (!open().empty()) return;
  notices.push_back({"interface_back", fmt::format("{} is back: {}", name_, describe())});
}

void LivePort::watch_drops(std::chrono::steady_clock::time_point now,
                           std::vector<SourceNotice>& notices) {
  LiveRing::Counts all;
  for (const auto& ring : rings_) {
    const LiveRing::Counts counts = ring->take_counts();
    all.received += counts.received;
    all.kernel_dropped += counts.kernel_dropped;
    all.interface_dropped = std::max(all.interface_dropped, counts.interface_dropped);
  }
  kernel_dropped_ += all.kernel_dropped;
  interface_dropped_ += all.interface_dropped;
  // On Linux those that the kernel dropped were received.
  if (auto notice = kernel_drops_.count(all.received, all.kernel_dropped, now))
    notices.push_back(std::move(*notice));
  if (auto notice =
          interface_drops_.count(all.received + all.interface_dropped, all.interface_dropped, now))
    notices.push_back(std::move(*notice));
}

/// By what was seen: several rings if the kernel's hash keeps connections together, else the one.
void LivePort::decide(std::vector<SourceNotice>& notices) {
  const std::optional<bool> fits = fit_.fits();
  if (!fits) return;
  deciding_ = false;
  if (!*fits)
    notices.push_back({"capture_rings", fmt::format("{}: one ring, since {}", name_, fit_.why())});
  else if (spread(rings_wanted_))
    notices.push_back({"capture_rings", describe()});
  else
    notices.push_back(
        {"capture_rings",
         fmt::format("{}: one ring, since the kernel makes no group of rings, or has no "
                     "memory for more",
                     name_)});
}

/// New rings get every packet until they join the first one's group: what is older is left out.
bool LivePort::spread(unsigned rings) {
  const std::optional<std::uint16_t> group = rings_.front()->begin_group();
  if (!group) return false;
  config::Capture part = capture_;
  part.ring_mib = std::max<std::uint32_t>(1, capture_.ring_mib / rings);
  while (rings_.size() < rings) {
    auto ring = LiveRing::open(name_, part);
    if (!ring.ok()) break;
    (*ring)->since = wall_clock();
    if (!(*ring)->join(*group)) break;
    rings_.push_back(std::move(*ring));
  }
  return rings_.size() > 1;
}

void LivePort::report(Stats& stats) const {
  stats.add("capture.kernel_dropped", kernel_dropped_);
  stats.add("capture.interface_dropped", interface_dropped_);
  stats.add("capture.left_in_ring", left_);
  stats.add("capture.interface_lost", lost_);
}

}  // namespace outspan::capture

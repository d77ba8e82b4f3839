#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "capture/drop_spell.h"
#include "capture/fanout_fit.h"
#include "capture/link_state.h"
#include "capture/live_ring.h"
#include "capture/source.h"
#include "core/stats.h"

namespace outspan::capture {

/// One interface that is watched: its ring, or rings, whether it is up, and what it drops. An
/// interface that goes away is waited for, and opened again when it is back.
/// Thread: the one that reads; report() may be called between its calls.
class LivePort {
 public:
  LivePort(const std::string& name, const config::Capture& capture);

  /// Memory that the rings of an interface may take with these settings.
  [[nodiscard]] static std::uint64_t ring_bytes(const config::Capture& capture) noexcept;

  /// All that is wrong with it; empty: it is read.
  [[nodiscard]] Problems open();

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::vector<std::unique_ptr<LiveRing>>& rings() const noexcept {
    return rings_;
  }
  [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }

  void count(const Packet& packet) noexcept {
    ++packets_;
    if (deciding_) fit_.look(packet);
  }
  /// A ring of it is dead.
  void fail(const std::string& problem, std::vector<SourceNotice>& notices);
  /// Once a second: states, drops, whether to spread, whether it is back.
  void care(std::chrono::steady_clock::time_point now, std::vector<SourceNotice>& notices);
  /// Lets no more packets in.
  void shut() noexcept;
  /// Packets that wait in its rings.
  [[nodiscard]] std::uint64_t unread(std::vector<SourceNotice>& notices);
  /// What waits in its rings is not going to be read.
  void leave(std::vector<SourceNotice>& notices);
  void report(Stats& stats) const;

 private:
  void watch_state(std::vector<SourceNotice>& notices);
  void come_back(std::vector<SourceNotice>& notices);
  void watch_drops(std::chrono::steady_clock::time_point now, std::vector<SourceNotice>& notices);
  void decide(std::vector<SourceNotice>& notices);
  [[nodiscard]] bool spread(unsigned rings);
  [[nodiscard]] std::string describe() const;

  std::string name_;
  config::Capture capture_;
  std::vector<std::unique_ptr<LiveRing>> rings_;
  LinkState state_ = LinkState::up;
  unsigned index_ = 0;
  bool said_ = false;  // how it is read

  unsigned rings_wanted_ = 1;
  bool deciding_ = false;
  FanoutFit fit_;

  DropSpell kernel_drops_;
  DropSpell interface_drops_;
  std::uint64_t packets_ = 0;
  std::uint64_t kernel_dropped_ = 0;
  std::uint64_t interface_dropped_ = 0;
  std::uint64_t left_ = 0;  // in its rings when they were closed
  std::uint64_t lost_ = 0;  // how often it could no longer be read
};

}  // namespace outspan::capture

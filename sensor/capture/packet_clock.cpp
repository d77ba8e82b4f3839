#include "capture/packet_clock.h"

#include <algorithm>
#include <utility>

namespace outspan::capture {
namespace {

constexpr std::size_t kNeighbours = 256;
/// What a packet without any is believed.
constexpr Duration kSilenceMax = std::chrono::days(1);

// Times beyond are nonsense; between these, differences fit into 64 bits.
constexpr Timestamp kEarliest{};
constexpr Timestamp kLatest = kEarliest + std::chrono::years(230);

/// Without a branch, and for times of any century: differences wrap.
bool near(Timestamp one, Timestamp other) noexcept {
  const auto ns = [](Timestamp time) {
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
  };
  constexpr auto kStep = static_cast<std::uint64_t>(kClockStep.count());
  return ns(one) - ns(other) + kStep <= 2 * kStep;
}

}  // namespace

/// A packet of the future may be the first, too.
void PacketClock::start(std::span<const Packet> packets) noexcept {
  clock_ = std::clamp(packets[0].time, kEarliest, kLatest);
  if (packets.size() < 2 || packets[1].time >= *clock_ - kClockStep) return;
  const bool second_is_wrong = packets.size() > 2 && near(packets[0].time, packets[2].time);
  if (!second_is_wrong) clock_ = std::clamp(packets[1].time, kEarliest, kLatest);
}

/// `time` is far from the clock, and so much later than it that time must have come back since, or
/// so much earlier that it must have gone on.
bool PacketClock::misdated(Timestamp time, std::span<const Packet> later) const noexcept {
  const bool forward = time > *clock_;
  if (later.empty()) return !forward || time - *clock_ > kSilenceMax;
  return std::ranges::any_of(
      later.first(std::min(later.size(), kNeighbours)), [&](const Packet& packet) {
        return forward ? packet.time < time - kClockStep : packet.time >= *clock_ - kClockStep;
      });
}

/// The clock is set, forward or back.
void PacketClock::set(Timestamp time) noexcept {
  ++step_count_;
  if (time > *clock_) steps_.push_back({time, time - *clock_});
  clock_ = time;
}

void PacketClock::silence(PacketBatch& batch) noexcept {
  if (batch.clock != Timestamp{}) {
    const Timestamp time = std::clamp(batch.clock, kEarliest, kLatest);
    if (!clock_) clock_ = time;
    if (near(time, *clock_))
      clock_ = std::max(*clock_, time);
    else
      set(time);
  }
  if (clock_) batch.clock = *clock_;
}

void PacketClock::judge(PacketBatch& batch) noexcept {
  steps_.clear();
  const std::span<Packet> packets = batch.packets;
  if (packets.empty()) return silence(batch);
  if (!clock_) start(packets);
  const std::optional<Timestamp> suspect = std::exchange(suspect_, std::nullopt);
  Timestamp clock = *clock_;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    Packet& packet = packets[i];
    if (near(packet.time, clock)) [[likely]] {
      clock = std::max(clock, packet.time);
      continue;
    }
    packet.time = std::clamp(packet.time, kEarliest, kLatest);
    clock_ = clock;
    const std::span<const Packet> later = packets.subspan(i + 1);
    const bool again = i == 0 && suspect && near(*suspect, packet.time);
    if (again || !misdated(packet.time, later)) {
      set(packet.time);
      clock = packet.time;
      continue;
    }
    if (later.empty()) suspect_ = packet.time;
    ++misdated_;
    packet.time = clock;
  }
  clock_ = batch.clock = clock;
}

void PacketClock::report(Stats& stats) const {
  stats.add("capture.misdated", misdated_);
  stats.add("capture.clock_steps", step_count_);
}

}  // namespace outspan::capture

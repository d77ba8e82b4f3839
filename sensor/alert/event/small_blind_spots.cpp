#include "alert/event/small_blind_spots.h"

#include <algorithm>
#include <utility>

#include "policy/flow_label.h"

namespace outspan::alert {

void SmallBlindSpots::add(const FlowContext& flow, Side side, const char* reason,
                          std::uint64_t bytes) noexcept {
  const Key key{flow.info.ends[index(side)].address, flow.info.ends[index(opposite(side))].address,
                reason};
  auto sum = sums_.find(key);
  if (sum == sums_.end()) {
    if (sums_.size() >= kSumsMax) {
      ++refused_;
      refused_bytes_ += bytes;
      return;
    }
    if (sums_.empty()) since_ = flow.now.time;
    BlindSpotEvent spot;
    spot.flow = policy::label(flow, side);
    spot.reason = reason;
    Event event;
    event.body = std::move(spot);
    sum = sums_.emplace(key, std::move(event)).first;
  }
  auto& spot = std::get<BlindSpotEvent>(sum->second.body);
  spot.bytes += bytes;
  ++spot.count;
}

std::vector<Event> SmallBlindSpots::take(const Position& now, bool last) noexcept {
  std::vector<Event> events;
  if (sums_.empty() || (!last && now.time - since_ < kInterval)) return events;
  for (auto& [key, event] : std::exchange(sums_, {})) {
    event.order = {now.packet, std::get<BlindSpotEvent>(event.body).flow.flow_id, 0};
    event.time = now.time;
    events.push_back(std::move(event));
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.order < b.order; });
  return events;
}

void SmallBlindSpots::report(Stats& stats) const {
  stats.add("alert.small_blindspots.sums", sums_.size());
  stats.add("alert.small_blindspots.refused", refused_);
  stats.add("alert.small_blindspots.refused_bytes", refused_bytes_);
}

}  // namespace outspan::alert

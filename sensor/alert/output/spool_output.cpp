#include "alert/output/spool_output.h"

#include <fmt/format.h>

#include <algorithm>

#include "alert/event/event_codec.h"

namespace outspan::alert {

spool::Priority spool_priority(const Event& event) noexcept {
  using spool::Priority;
  if (const auto* incident = std::get_if<policy::Incident>(&event.body))
    return incident->state == policy::IncidentState::updated ? Priority::middle : Priority::high;
  if (std::holds_alternative<NoticeEvent>(event.body)) return Priority::high;
  const bool low = std::holds_alternative<StatsEvent>(event.body) ||
                   std::holds_alternative<FlowEvent>(event.body) ||
                   std::holds_alternative<ObjectEvent>(event.body) ||
                   std::holds_alternative<policy::Sighting>(event.body);
  return low ? Priority::low : Priority::middle;
}

std::uint8_t spool_kind(const Event& event) noexcept {
  return static_cast<std::uint8_t>(event.body.index());
}

std::uint64_t spool_kinds(const std::vector<std::string>& types) noexcept {
  if (types.empty()) return ~std::uint64_t{0};
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < std::variant_size_v<EventBody>; ++i)
    if (std::find(types.begin(), types.end(), type_name(i)) != types.end())
      bits |= std::uint64_t{1} << i;
  return bits;
}

SpoolOutput::SpoolOutput(spool::Spool& spool, const config::Config& config) : spool_(spool) {
  keep_for(config);
}

void SpoolOutput::keep_for(const config::Config& config) {
  types_ = config.events;
  for (const config::Output& output : config.outputs)
    types_.insert(types_.end(), output.wants.events.begin(), output.wants.events.end());
}

void SpoolOutput::write(const Event& event) noexcept {
  if (std::find(types_.begin(), types_.end(), type_name(event)) == types_.end()) return;
  const std::vector<std::uint8_t> bytes = encode(event);
  const auto now = wall_clock();
  spool_.append({spool_kind(event), event.time, now, bytes}, spool_priority(event));
}

void SpoolOutput::flush() noexcept {
  spool_.commit();
  const auto now = std::chrono::steady_clock::now();
  if (now - ticked_ < std::chrono::seconds(1)) return;
  ticked_ = now;
  spool_.tick();
}

OutputState SpoolOutput::state() const {
  OutputState state;
  state.name = spool_.folder();
  state.type = "spool";
  state.away = spool_.room() == spool::Spool::Room::none;
  return state;
}

std::vector<NoticeEvent> SpoolOutput::take_notices() {
  std::vector<NoticeEvent> notices;
  const std::string problem = spool_.take_problem();
  const spool::Spool::Room room = spool_.room();
  if (room != said_) {
    static constexpr std::string_view kDetails[] = {
        "there is room again",
        "little room is left: stats, flow, object and record events are dropped",
        "no room is left: only new and closed alerts and notices are kept"};
    const char* kind = room == spool::Spool::Room::enough ? "spool_recovered" : "spool_full";
    notices.push_back(
        {kind, fmt::format("{}: {}{}{}", spool_.folder(), kDetails[static_cast<std::size_t>(room)],
                           problem.empty() ? "" : "; ", problem)});
    said_ = room;
  } else if (!problem.empty()) {
    notices.push_back({"spool_damaged", problem});
  }
  return notices;
}

std::string SpoolOutput::take_problem() {
  Stats stats;
  spool_.report(stats);
  const std::uint64_t lost = stats.value("spool.refused.high");
  if (lost == 0) return {};
  return fmt::format("{}: {} alerts and notices were lost for want of room", spool_.folder(), lost);
}

}  // namespace outspan::alert

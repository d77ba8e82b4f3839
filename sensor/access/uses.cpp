#include "access/uses.h"

#include <algorithm>

namespace outspan::access {

Uses::New Uses::add(NameNumber source, NameNumber program, DayNumber today) {
  std::erase_if(uses_, [today](const Use& use) { return use.last + kMemoryDays < today; });
  const auto day = static_cast<std::uint16_t>(today);
  bool source_known = false;
  Use* mine = nullptr;
  for (Use& use : uses_) {
    if (use.source != source) continue;
    source_known = source_known || use.first < day;
    if (use.program == program) mine = &use;
  }
  if (mine == nullptr) {
    if (uses_.size() >= kMax)
      uses_.erase(std::min_element(uses_.begin(), uses_.end(),
                                   [](const Use& a, const Use& b) { return a.last < b.last; }));
    mine = &uses_.emplace_back(Use{source, program, day, day, 1});
  } else if (mine->last < day) {
    mine->last = day;
    ++mine->days;
  }
  return {!source_known, mine->first == day};
}

void Uses::renumber(const std::function<void(NameNumber&)>& change) {
  for (Use& use : uses_) {
    change(use.source);
    change(use.program);
  }
}

DayNumber Uses::last_day() const noexcept {
  DayNumber last = 0;
  for (const Use& use : uses_) last = std::max<DayNumber>(last, use.last);
  return last;
}

const Uses::Use* Uses::usual() const noexcept {
  std::uint32_t all = 0;
  const Use* most = nullptr;
  for (const Use& use : uses_) {
    all += use.days;
    if (most == nullptr || use.days > most->days) most = &use;
  }
  return most != nullptr && most->days * 5 >= all * 4 ? most : nullptr;
}

const Uses::Use* Uses::usual_program(NameNumber source, DayNumber today) const noexcept {
  const Use* most = nullptr;
  for (const Use& use : uses_)
    if (use.source == source && use.first < today && (most == nullptr || use.days > most->days))
      most = &use;
  return most;
}

}  // namespace outspan::access

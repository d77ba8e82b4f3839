#include "access/puller.h"

#include <algorithm>

namespace outspan::access {

std::string Identity::key() const {
  switch (kind) {
    case IdentityKind::user: return "user\n" + user;
    case IdentityKind::user_at_host: return "user at host\n" + user + '\n' + address.to_string();
    case IdentityKind::host: return "host\n" + host;
    case IdentityKind::address: break;
  }
  return "address\n" + address.to_string();
}

void HoursOfWeek::add(unsigned hour, DayNumber today) {
  if (since + History::kLookBackDays <= today) {
    before = since + 2 * History::kLookBackDays > today ? now : Hours();
    now.reset();
    since = today;
  }
  now.set(hour);
}

HoursOfWeek::Hours HoursOfWeek::all(DayNumber today) const {
  return since + 2 * History::kLookBackDays > today ? now | before : Hours();
}

std::uint64_t Puller::memory_bytes() const noexcept {
  constexpr std::uint64_t kEntries = 256;
  // A name of its own is in the identity and in the key.
  return sizeof(Puller) + kEntries + 2 * (identity.user.size() + identity.host.size()) +
         window.memory_bytes() + history.days().capacity() * sizeof(History::Day) +
         uses.all().capacity() * sizeof(Uses::Use) + today.customers.capacity() * sizeof(Customer);
}

unsigned Puller::slot_of(NameNumber source) noexcept {
  for (unsigned slot = 0; slot < today.sources_used; ++slot)
    if (today.sources[slot] == source) return slot;
  if (today.sources_used == PullWindow::kSources) return PullWindow::kSources - 1;
  today.sources[today.sources_used] = source;
  return today.sources_used++;
}

bool Puller::strange_lately(DayNumber today_number) const noexcept {
  const auto& days = history.days();
  for (std::size_t i = days.size(); i-- > 0;) {
    if (today_number - days[i].day >= PullWindow::kWeekDays) return false;
    if (days[i].out_of_ordinary) return true;
  }
  return false;
}

}  // namespace outspan::access

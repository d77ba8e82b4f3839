#include "access/watch.h"

#include <algorithm>
#include <bit>

#include "policy/incident_id.h"

namespace outspan::access {
namespace {

constexpr Duration kMeasureInterval = std::chrono::minutes(15);
/// A new alarm of the same kind while one goes on has twice as many customers.
constexpr std::uint64_t kTellAgain = 2;
/// What is new is news if at most one peer in ten does it.
constexpr std::uint64_t kRareShare = 10;
/// What goes on for so long is the new usual.
constexpr DayNumber kAcceptedDays = 28;
/// Hours of the week are known after four of them.
constexpr DayNumber kHoursKnownDays = 28;

}  // namespace

Watch::Watch(WatchOptions options)
    : options_(std::move(options)),
      peers_(options_.groups),
      budget_(options_.alarms_per_week, options_.ratio),
      needed_(options_.ratio) {
  for (const ExpectedPull& one : options_.expected)
    expected_.push_back({policy::GlobSet({one.puller}), policy::GlobSet({one.source}), one.until});
}

/// Days never go back by less than two, which is packets that overtake one another at midnight.
void Watch::go_on_to(Timestamp time) {
  const DayNumber day = options_.calendar.day(time);
  if (day + 1 < today_) {
    today_ = day;
    first_day_ = std::min(first_day_, day);
    budget_.forget_after(day);
  }
  if (first_day_ == 0) first_day_ = day;
  const bool next_day = day > today_, the_next = day == today_ + 1;
  today_ = std::max(today_, day);
  if (!next_day && time - measured_ < kMeasureInterval && measured_ <= time) return;
  measured_ = time;
  if (next_day) {
    needed_ = budget_.ratio(today_, first_day_);
    // A jump may be a wrong clock.
    if (the_next) forget_silent();
    if (names_.half_full()) forget_unused_names();
  }
  take_measure();
}

void Watch::take_measure() {
  std::vector<Puller*> all;
  all.reserve(pullers_.size());
  for (auto& [key, puller] : pullers_) {
    open_day(puller);
    all.push_back(&puller);
  }
  peers_.take_measure(all, names_, today_);
}

/// Nothing that is kept of them says anything any more.
void Watch::forget_silent() {
  for (auto one = pullers_.begin(); one != pullers_.end();) {
    const auto next = std::next(one);
    if (one->second.uses.last_day() + History::kMemoryDays < today_) forget(one);
    one = next;
  }
}

/// Groups, which have numbers of names as well, are made anew by take_measure.
void Watch::forget_unused_names() {
  names_.forget_unused([this](const std::function<void(NameNumber&)>& change) {
    for (auto& [key, puller] : pullers_) {
      puller.uses.renumber(change);
      for (std::uint8_t i = 0; i < puller.today.sources_used; ++i) change(puller.today.sources[i]);
    }
  });
}

void Watch::open_day(Puller& puller) {
  if (puller.window.today() == today_) return;
  if (puller.window.today() > today_) {
    // The clock was wrong before: what it dated into the future is not used.
    puller.history.forget_after(today_);
    puller.window = {};
    puller.today = {};
  }
  if (puller.window.day() != 0) close_day(puller);
  puller.today = {};
  puller.window.advance(today_);
  Puller::Alarm& alarm = puller.alarm;
  if (!alarm.id.empty() && today_ - alarm.opened > kAcceptedDays &&
      today_ - std::max(alarm.day, alarm.week) < PullWindow::kWeekDays) {
    puller.history.accept_all();
    alarm = {};
  }
  puller.normal = puller.history.normal(today_);
  puller.changed = true;
  recharge(puller);
}

void Watch::close_day(Puller& puller) {
  const DayNumber day = puller.window.today();
  budget_.add(day, puller.today.ratio);
  const auto number = [](std::uint64_t count) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(count, UINT32_MAX));
  };
  puller.history.add({static_cast<std::uint16_t>(day),
                      static_cast<std::uint8_t>(std::popcount(puller.today.hours)),
                      puller.today.out_of_ordinary, number(puller.window.day()),
                      number(puller.window.week())});
}

bool Watch::is_expected(const Pull& pull, const Identity& who) const {
  return std::any_of(expected_.begin(), expected_.end(), [&](const Expected& one) {
    return pull.time < one.until && one.source.matches(pull.source) &&
           (one.puller.matches(who.address.to_string()) ||
            (!who.user.empty() && one.puller.matches(who.user)) ||
            (!who.host.empty() && one.puller.matches(who.host)));
  });
}

Puller& Watch::puller_for(const Identity& who) {
  const auto [entry, fresh] = pullers_.try_emplace(who.key());
  Puller& puller = entry->second;
  const std::uint32_t group = puller.identity.named_group;
  puller.identity = who;
  if (who.named_group == 0) puller.identity.named_group = group;
  if (fresh) {
    puller.first_day = today_;
    puller.group = who.named_group;
    puller.by_silence = by_silence_.insert(by_silence_.end(), &entry->first);
    puller.window.advance(today_);
  } else {
    touch(puller);
    open_day(puller);
  }
  return puller;
}

void Watch::touch(Puller& puller) {
  by_silence_.splice(by_silence_.end(), by_silence_, puller.by_silence);
}

void Watch::add(const Pull& pull, std::vector<Finding>& out) {
  if (pull.customers.empty()) return;
  go_on_to(pull.time);
  Identity said = pull.puller;
  said.named_group = peers_.named_group_of(said);
  const bool expected = is_expected(pull, said);
  if (options_.pseudonym && !said.user.empty()) said.user = options_.pseudonym(said.user);
  const Identity who = identities_.resolve(std::move(said), today_);
  if (expected || is_expected(pull, who)) {
    ++expected_pulls_;
    return;
  }
  Puller& puller = puller_for(who);
  const NameNumber source = names_.number(pull.source);
  const NameNumber program = names_.number(pull.program);
  note_news(puller, pull, source, program);
  count(puller, pull, source);
  judge(puller, pull, source, program, out);
  puller.changed = true;
  recharge(puller);
  make_room(puller);
}

void Watch::count(Puller& puller, const Pull& pull, NameNumber source) {
  const unsigned slot = puller.slot_of(source);
  for (const Customer& customer : pull.customers)
    if (puller.window.add(customer.id, slot) &&
        puller.today.customers.size() < options_.customers_max)
      puller.today.customers.push_back(customer);
}

/// What is new for the puller, and rare among its peers.
void Watch::note_news(Puller& puller, const Pull& pull, NameNumber source, NameNumber program) {
  const unsigned hour = options_.calendar.hour_of_week(pull.time);
  const Peers::Group& group = peers_.of(puller);
  const auto rare = [&group](NameNumber its_source, NameNumber its_program) {
    const auto found = group.uses.find({its_source, its_program});
    return found == group.uses.end() || found->second * kRareShare <= group.members;
  };
  const Uses::New fresh = puller.uses.add(source, program, today_);
  const DayNumber age = today_ - first_day_;
  Puller::Today& today = puller.today;
  today.hours |= 1u << hour % 24;
  if (age >= kColdDays) {
    today.new_source = today.new_source || (fresh.source && rare(source, kAnyProgram));
    today.new_program =
        today.new_program || (!fresh.source && fresh.program && rare(source, program));
  }
  if (age >= kHoursKnownDays && puller.known() && !group.hours.test(hour) &&
      !puller.hours.all(today_).test(hour))
    today.new_hour = true;
  puller.hours.add(hour, today_);
}

Numbers Watch::numbers_of(const Puller& puller, Window window) const {
  const Peers::Group& group = peers_.of(puller);
  const bool day = window == Window::day;
  Numbers numbers;
  numbers.distinct = day ? puller.window.day() : puller.window.week();
  const bool alone = puller.normal.machine || group.members < Peers::kMembersMin;
  if (puller.known() || alone)
    numbers.own_high = day ? puller.normal.day_high : puller.normal.week_high;
  if (alone) return numbers;
  numbers.peers_high = day ? group.day_p90 : group.week_p90;
  numbers.busy = day ? group.day_busy : group.week_busy;
  return numbers;
}

/// There is a finished week that this one does not overlap.
bool Watch::week_counts(const Puller& puller) const noexcept {
  const DayNumber since = puller.normal.machine ? puller.first_day : first_day_;
  return today_ - since >= 2 * PullWindow::kWeekDays;
}

void Watch::judge(Puller& puller, const Pull& pull, NameNumber source, NameNumber program,
                  std::vector<Finding>& out) {
  if (today_ - first_day_ < kColdDays) {
    if (puller.window.day() < kColdFloor) return;
    note_excess(puller, Window::day);
    if (tell(puller, Window::day, puller.window.day(), pull.time))
      out.push_back(finding(puller, Window::day, source, program));
    return;
  }
  const unsigned facts = static_cast<unsigned>(puller.today.new_source) +
                         static_cast<unsigned>(puller.today.new_program) +
                         static_cast<unsigned>(puller.today.new_hour);
  bool told = false;
  for (const Window window : {Window::day, Window::week}) {
    const bool day = window == Window::day;
    const Scale& scale = day ? kDayScale : kWeekScale;
    const Numbers numbers = numbers_of(puller, window);
    if (numbers.distinct < scale.floor || (!day && !week_counts(puller))) continue;
    const double times = ratio(numbers, scale);
    // A fact takes the root of what is needed, which is the same as squaring what there is. A day
    // in a row of such, or a week for the same day's sake, would be no alarm of its own.
    if (!puller.strange_lately(today_))
      puller.today.ratio = std::max(puller.today.ratio, std::pow(times, 1u << facts));
    if (times < needed_ratio(needed_, facts)) continue;
    note_excess(puller, window);
    if (!tell(puller, window, numbers.distinct, pull.time)) continue;
    if (!told) out.push_back(finding(puller, window, source, program));
    told = true;
  }
}

void Watch::note_excess(Puller& puller, Window window) {
  Puller::Alarm& alarm = puller.alarm;
  if (today_ - std::max(alarm.day, alarm.week) >= PullWindow::kWeekDays) alarm = {};
  if (window == Window::day) {
    // After an ordinary day there is something to report again.
    const auto& days = puller.history.days();
    if (alarm.day != today_ && (days.empty() || !days.back().out_of_ordinary)) alarm.day_most = 0;
    alarm.day = today_;
    puller.today.out_of_ordinary = true;
    return;
  }
  alarm.week = today_;
  // A strange day before explains the week; else today is as strange as a day of it can be.
  if (!puller.strange_lately(today_)) puller.today.out_of_ordinary = true;
}

/// Once, and again when it has doubled. An alarm after it was quiet is another one.
bool Watch::tell(Puller& puller, Window window, std::uint64_t distinct, Timestamp time) {
  Puller::Alarm& alarm = puller.alarm;
  std::uint64_t& most = window == Window::day ? alarm.day_most : alarm.week_most;
  if (distinct < most * kTellAgain) return false;
  const bool day_after_quiet = window == Window::day && most == 0 && alarm.opened != today_;
  if (alarm.id.empty() || day_after_quiet) {
    alarm.id =
        policy::incident_id("access " + puller.identity.key(), puller.identity.address, time);
    alarm.sequence = 0;
    alarm.opened = today_;
    ++alarms_;
  } else {
    ++alarm.sequence;
  }
  most = distinct;
  // What a day's alarm says of the week is not said again.
  if (window == Window::day) alarm.week_most = std::max(alarm.week_most, puller.window.week());
  if (window == Window::day) alarm.week = today_;
  return true;
}

Finding Watch::finding(const Puller& puller, Window window, NameNumber source,
                       NameNumber program) const {
  const Peers::Group& group = peers_.of(puller);
  const bool day = window == Window::day;
  Finding found;
  found.id = puller.alarm.id;
  found.sequence = puller.alarm.sequence;
  found.puller = puller.identity;
  found.source = names_.text(source);
  found.program = names_.text(program);
  const Uses::Use* usual = puller.uses.usual_program(source, today_);
  if (usual != nullptr && usual->program != program)
    found.usual_program = names_.text(usual->program);
  found.window = window;
  found.numbers = numbers_of(puller, window);
  found.estimated = puller.window.estimated();
  found.own_days = std::min(today_ - puller.first_day, History::kLookBackDays);
  found.own_counts = puller.known() || group.members < Peers::kMembersMin;
  found.group = group.name;
  found.members = group.members;
  const auto& high = day ? group.day_high : group.week_high;
  const std::uint64_t own = day ? puller.normal.day_ordinary : puller.normal.week_ordinary;
  found.peers_highest = own == high[0] ? high[1] : high[0];
  found.ratio = ratio(found.numbers, day ? kDayScale : kWeekScale);
  const Puller::Today& today = puller.today;
  found.new_source = today.new_source;
  found.new_program = today.new_program;
  found.new_hour = today.new_hour;
  found.needed = needed_ratio(needed_, static_cast<unsigned>(today.new_source) +
                                           static_cast<unsigned>(today.new_program) +
                                           static_cast<unsigned>(today.new_hour));
  found.cold = today_ - first_day_ < kColdDays;
  found.machine = puller.normal.machine;
  const auto with_source = group.uses.find({source, kAnyProgram});
  found.peers_with_source = with_source == group.uses.end() ? 0 : with_source->second;
  found.customers = today.customers;
  return found;
}

void Watch::forget_rows() {
  for (auto& [key, puller] : pullers_) puller.today.customers.clear();
}

void Watch::recharge(Puller& puller) {
  const std::uint64_t bytes = puller.memory_bytes();
  memory_bytes_ += bytes - puller.charged_bytes;
  puller.charged_bytes = bytes;
}

void Watch::make_room(const Puller& keep) {
  while ((pullers_.size() > options_.pullers_max || memory_bytes_ > options_.memory_max_bytes) &&
         pullers_.size() > 1) {
    sort_restored();
    const auto victim = pullers_.find(*by_silence_.front());
    if (&victim->second == &keep) break;
    forget(victim);
    ++forgotten_;
  }
}

/// Those who came from the store came in the order of their keys. Who pulled since then is behind.
void Watch::sort_restored() {
  if (!std::exchange(unsorted_, false)) return;
  by_silence_.sort([this](const std::string* a, const std::string* b) {
    return pullers_.at(*a).uses.last_day() < pullers_.at(*b).uses.last_day();
  });
}

void Watch::forget(Pullers::iterator one) {
  if (one->second.stored) forgotten_keys_.push_back(one->first);
  memory_bytes_ -= one->second.charged_bytes;
  by_silence_.erase(one->second.by_silence);
  pullers_.erase(one);
}

std::vector<const Puller*> Watch::pullers() const {
  std::vector<const Puller*> all;
  for (const auto& [key, puller] : pullers_) all.push_back(&puller);
  return all;
}

void Watch::report(Stats& stats) const {
  stats.add("access.pullers", pullers_.size());
  stats.add("access.pullers_forgotten", forgotten_);
  stats.add("access.alarms", alarms_);
  stats.add("access.expected", expected_pulls_);
  stats.add("access.not_restored", not_restored_);
  stats.add("access.names_left_out", names_.left_out() + identities_.left_out());
  stats.add("access.memory_bytes", memory_bytes_);
  stats.add("access.learned_days", first_day_ == 0 ? 0 : today_ - first_day_);
}

}  // namespace outspan::access

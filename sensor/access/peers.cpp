#include "access/peers.h"

#include <algorithm>

namespace outspan::access {
namespace {

constexpr std::uint32_t kEverybody = 0;
/// So that few compared with fewer are not many times as busy.
constexpr double kBusyConstant = 5;
/// Different learned groups; further pullers are compared with everybody.
constexpr std::size_t kLearnedMax = 4096;

/// What the measure of a group is taken from.
struct Sample {
  std::vector<std::uint64_t> day_highs, week_highs;
  std::vector<double> day_busy, week_busy;

  void add(const Puller& puller, DayNumber today) {
    const History::Normal& normal = puller.normal;
    if (normal.days == 0) return;
    day_highs.push_back(normal.day_ordinary);
    if (normal.week_median > 0) week_highs.push_back(normal.week_ordinary);
    if (puller.window.today() != today || puller.window.day() == 0 || puller.today.out_of_ordinary)
      return;
    const auto times = [](std::uint64_t now, double usual) {
      return (static_cast<double>(now) + kBusyConstant) / (usual + kBusyConstant);
    };
    day_busy.push_back(times(puller.window.day(), normal.day_median));
    if (normal.week_median > 0)
      week_busy.push_back(times(puller.window.week(), normal.week_median));
  }
};

/// Nine in ten are not above it.
std::uint64_t p90(std::vector<std::uint64_t>& values) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>((values.size() * 9 + 9) / 10 - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

void two_highest(const std::vector<std::uint64_t>& values, std::uint64_t (&high)[2]) {
  for (const std::uint64_t value : values) {
    if (value > high[0])
      high[1] = std::exchange(high[0], value);
    else
      high[1] = std::max(high[1], value);
  }
}

double busy(std::vector<double>& times) {
  if (times.size() < Peers::kMembersMin) return 1;
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>((times.size() - 1) / 2);
  std::nth_element(times.begin(), middle, times.end());
  return std::max(1.0, *middle);
}

void take(Sample& sample, Peers::Group& group) {
  two_highest(sample.day_highs, group.day_high);
  two_highest(sample.week_highs, group.week_high);
  group.day_p90 = p90(sample.day_highs);
  group.week_p90 = p90(sample.week_highs);
  group.day_busy = busy(sample.day_busy);
  group.week_busy = busy(sample.week_busy);
}

void count_uses(const Puller& puller, DayNumber today, Peers::Group& group) {
  std::vector<NameNumber> sources;
  for (const Uses::Use& use : puller.uses.all()) {
    if (use.first >= today) continue;
    ++group.uses[{use.source, use.program}];
    if (std::find(sources.begin(), sources.end(), use.source) != sources.end()) continue;
    sources.push_back(use.source);
    ++group.uses[{use.source, kAnyProgram}];
  }
}

}  // namespace

Peers::Peers(std::vector<NamedGroup> named) : named_(std::move(named)) {
  for (const NamedGroup& group : named_) users_.emplace_back(group.users);
  groups_.resize(1);
  groups_[kEverybody].name = "everybody";
}

std::uint32_t Peers::named_group_of(const Identity& identity) const {
  for (std::uint32_t i = 0; i < named_.size(); ++i) {
    if (named_[i].networks.contains(identity.address) ||
        (!identity.user.empty() && users_[i].matches(identity.user)))
      return i + 1;
  }
  return kEverybody;
}

std::uint32_t Peers::group_for(const Puller& puller, const Names& names) {
  if (puller.identity.named_group != kEverybody) return puller.identity.named_group;
  if (const std::uint32_t named = named_group_of(puller.identity); named != kEverybody)
    return named;
  const Uses::Use* usual = puller.uses.usual();
  if (usual == nullptr) return kEverybody;
  const std::pair key{usual->source, usual->program};
  const auto found = learned_.find(key);
  if (found != learned_.end()) return found->second;
  if (learned_.size() >= kLearnedMax) return kEverybody;
  const auto number = static_cast<std::uint32_t>(groups_.size());
  groups_.emplace_back().name =
      "those who use " + names.text(usual->source) +
      (names.text(usual->program).empty() ? "" : " with " + names.text(usual->program));
  return learned_[key] = number;
}

void Peers::take_measure(const std::vector<Puller*>& pullers, const Names& names, DayNumber today) {
  groups_.clear();
  learned_.clear();
  groups_.emplace_back().name = "everybody";
  for (const NamedGroup& group : named_) groups_.emplace_back().name = group.name;
  for (Puller* puller : pullers) puller->group = group_for(*puller, names);
  std::vector<Sample> samples(groups_.size());
  for (const Puller* puller : pullers) {
    if (puller->normal.machine) continue;
    const HoursOfWeek::Hours hours = puller->hours.all(today);
    for (const std::uint32_t number : {kEverybody, puller->group}) {
      Group& group = groups_[number];
      ++group.members;
      group.hours |= hours;
      samples[number].add(*puller, today);
      count_uses(*puller, today, group);
      if (puller->group == kEverybody) break;
    }
  }
  for (std::size_t i = 0; i < groups_.size(); ++i) take(samples[i], groups_[i]);
}

const Peers::Group& Peers::of(const Puller& puller) const {
  const std::uint32_t number = puller.group < groups_.size() ? puller.group : kEverybody;
  return groups_[number].members >= kMembersMin ? groups_[number] : groups_[kEverybody];
}

}  // namespace outspan::access

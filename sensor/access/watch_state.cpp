#include <algorithm>

#include "access/watch.h"

/// What the watch knows as bytes, to survive a restart. There are names in it as events show them,
/// and hashes of record ids; no value.
namespace outspan::access {
namespace {

constexpr std::string_view kMetaKey = "meta";
constexpr std::string_view kPullerKey = "puller\n";
constexpr std::uint8_t kFormat = 1;
constexpr double kNeededMax = 1e6, kRatioMax = 1e9;

void write_identity(const Identity& identity, ByteWriter& out) {
  out.number(static_cast<std::uint64_t>(identity.kind), 1);
  out.bytes(identity.address.bytes());
  out.text(identity.user);
  out.text(identity.host);
}

/// No longer than texts in events are.
std::string read_text(ByteCursor& in) {
  constexpr std::size_t kBytesMax = 512;
  return std::string(as_text(in.take(in.u16_le())).substr(0, kBytesMax));
}

Identity read_identity(ByteCursor& in) {
  Identity identity;
  identity.kind = static_cast<IdentityKind>(in.u8() % 4);
  identity.address = IpAddress::from_bytes(in.take(16));
  identity.user = read_text(in);
  identity.host = read_text(in);
  return identity;
}

void write_uses(const Uses& uses, const Names& names, ByteWriter& out) {
  out.number(uses.all().size(), 1);
  for (const Uses::Use& use : uses.all()) {
    out.text(names.text(use.source));
    out.text(names.text(use.program));
    for (const std::uint16_t number : {use.first, use.last, use.days}) out.number(number, 2);
  }
}

void read_uses(ByteCursor& in, Names& names, Uses& uses) {
  for (std::uint8_t left = in.u8(); left > 0 && in.ok(); --left) {
    Uses::Use use;
    use.source = names.number(read_text(in));
    use.program = names.number(read_text(in));
    use.first = in.u16_le();
    use.last = in.u16_le();
    use.days = in.u16_le();
    if (in.ok() && uses.all().size() < Uses::kMax) uses.restore(use);
  }
}

void write_hours(const HoursOfWeek& hours, ByteWriter& out) {
  out.number(hours.since, 4);
  for (const HoursOfWeek::Hours* each : {&hours.now, &hours.before})
    for (std::size_t first = 0; first < each->size(); first += 8) {
      std::uint64_t byte = 0;
      for (std::size_t i = 0; i < 8; ++i) byte |= std::uint64_t{each->test(first + i)} << i;
      out.number(byte, 1);
    }
}

void read_hours(ByteCursor& in, HoursOfWeek& hours) {
  hours.since = in.u32_le();
  for (HoursOfWeek::Hours* each : {&hours.now, &hours.before})
    for (std::size_t first = 0; first < each->size(); first += 8) {
      const std::uint8_t byte = in.u8();
      for (std::size_t i = 0; i < 8; ++i) each->set(first + i, (byte >> i & 1) != 0);
    }
}

void write_today(const Puller::Today& today, const Names& names, ByteWriter& out) {
  out.number(today.hours, 4);
  unsigned flags = 0;
  for (const bool flag :
       {today.out_of_ordinary, today.new_source, today.new_program, today.new_hour})
    flags = flags << 1 | static_cast<unsigned>(flag);
  out.number(flags, 1);
  out.number(static_cast<std::uint64_t>(std::min(today.ratio, kRatioMax) * 1000), 8);
  out.number(today.sources_used, 1);
  for (std::uint8_t i = 0; i < today.sources_used; ++i) out.text(names.text(today.sources[i]));
}

bool read_today(ByteCursor& in, Names& names, Puller::Today& today) {
  today.hours = in.u32_le();
  const unsigned flags = in.u8();
  today.out_of_ordinary = (flags & 8) != 0;
  today.new_source = (flags & 4) != 0;
  today.new_program = (flags & 2) != 0;
  today.new_hour = (flags & 1) != 0;
  today.ratio = std::min(static_cast<double>(in.u64_le()) / 1000, kRatioMax);
  today.sources_used = in.u8();
  if (today.sources_used > today.sources.size()) return false;
  for (std::uint8_t i = 0; i < today.sources_used; ++i)
    today.sources[i] = names.number(read_text(in));
  return in.ok();
}

void write_alarm(const Puller::Alarm& alarm, ByteWriter& out) {
  out.text(alarm.id);
  for (const std::uint32_t number : {alarm.sequence, alarm.opened, alarm.day, alarm.week})
    out.number(number, 4);
  out.number(alarm.day_most, 8);
  out.number(alarm.week_most, 8);
}

void read_alarm(ByteCursor& in, Puller::Alarm& alarm) {
  alarm.id = read_text(in);
  for (std::uint32_t* number : {&alarm.sequence, &alarm.opened, &alarm.day, &alarm.week})
    *number = in.u32_le();
  alarm.day_most = in.u64_le();
  alarm.week_most = in.u64_le();
}

void write_puller(const Puller& puller, const Names& names, ByteWriter& out) {
  out.number(kFormat, 1);
  write_identity(puller.identity, out);
  out.number(puller.first_day, 4);
  puller.window.write(out);
  puller.history.write(out);
  write_uses(puller.uses, names, out);
  write_hours(puller.hours, out);
  write_today(puller.today, names, out);
  write_alarm(puller.alarm, out);
}

bool read_puller(ByteCursor& in, Names& names, Puller& puller) {
  if (in.u8() != kFormat) return false;
  puller.identity = read_identity(in);
  puller.first_day = in.u32_le();
  if (!puller.window.read(in) || !puller.history.read(in)) return false;
  read_uses(in, names, puller.uses);
  read_hours(in, puller.hours);
  if (!read_today(in, names, puller.today)) return false;
  read_alarm(in, puller.alarm);
  const auto& days = puller.history.days();
  return in.ok() && in.left() == 0 && puller.window.today() <= Calendar::kLastDay &&
         (days.empty() || days.back().day <= puller.window.today());
}

}  // namespace

void Watch::take_changes(const std::function<void(std::string_view key, Bytes value)>& put,
                         const std::function<void(std::string_view key)>& remove) {
  for (const std::string& key : std::exchange(forgotten_keys_, {}))
    if (!pullers_.contains(key)) remove(std::string(kPullerKey) + key);
  bool any = false;
  for (auto& [key, puller] : pullers_) {
    if (!std::exchange(puller.changed, false)) continue;
    any = puller.stored = true;
    ByteWriter out;
    write_puller(puller, names_, out);
    put(std::string(kPullerKey) + key, out.out());
  }
  if (!any) return;
  ByteWriter out;
  write_meta(out);
  put(kMetaKey, out.out());
}

void Watch::write_meta(ByteWriter& out) const {
  out.number(kFormat, 1);
  out.number(first_day_, 4);
  out.number(today_, 4);
  out.number(static_cast<std::uint64_t>(needed_ * 1e6), 8);
  budget_.write(out);
  out.number(identities_.shared_accounts().size(), 4);
  for (const std::string& user : identities_.shared_accounts()) out.text(user);
}

bool Watch::read_meta(ByteCursor& in) {
  if (in.u8() != kFormat) return false;
  const DayNumber first_day = in.u32_le();
  const DayNumber today = in.u32_le();
  const double needed = static_cast<double>(in.u64_le()) / 1e6;
  AlarmBudget budget = budget_;
  if (!budget.read(in)) return false;
  std::vector<std::string> shared;
  for (std::uint32_t left = in.u32_le(); left > 0 && in.ok(); --left)
    shared.push_back(read_text(in));
  if (!in.ok() || today > Calendar::kLastDay || first_day > today || needed < kRatioMin ||
      needed > kNeededMax)
    return false;
  first_day_ = first_day;
  today_ = today;
  needed_ = needed;
  budget_ = std::move(budget);
  for (const std::string& user : shared)
    identities_.share(options_.pseudonym ? options_.pseudonym(user) : user);
  return true;
}

bool Watch::restore(std::string_view key, Bytes value) {
  ByteCursor in(value);
  if (key == kMetaKey) return read_meta(in);
  Puller puller;
  if (!key.starts_with(kPullerKey) || pullers_.size() >= options_.pullers_max ||
      !read_puller(in, names_, puller) || puller.identity.key() != key.substr(kPullerKey.size()) ||
      memory_bytes_ + puller.memory_bytes() > options_.memory_max_bytes) {
    ++not_restored_;
    return false;
  }
  std::string& user = puller.identity.user;
  if (options_.pseudonym && !user.empty()) {
    user = options_.pseudonym(user);
    // Stored before there were to be pseudonyms: the name goes.
    puller.changed = puller.identity.key() != key.substr(kPullerKey.size());
  }
  const auto [entry, fresh] = pullers_.try_emplace(puller.identity.key(), std::move(puller));
  if (!fresh) return false;
  if (entry->second.changed) forgotten_keys_.emplace_back(key.substr(kPullerKey.size()));
  unsorted_ = true;
  entry->second.stored = true;
  entry->second.by_silence = by_silence_.insert(by_silence_.end(), &entry->first);
  entry->second.normal = entry->second.history.normal(entry->second.window.today());
  recharge(entry->second);
  return true;
}

}  // namespace outspan::access

#include "access/pull_window.h"

#include <algorithm>
#include <utility>

#include "core/hash.h"

namespace outspan::access {
namespace {

constexpr std::size_t kSlotsMin = 8;
constexpr int kHashShift = 24;
constexpr int kDayShift = 8;
constexpr std::uint64_t kDayMask = 0xffff;

constexpr std::uint64_t make_entry(std::uint64_t hash, DayNumber day, unsigned source) noexcept {
  return hash << kHashShift | (day & kDayMask) << kDayShift | std::uint64_t{1} << source;
}
/// One in eight is free.
constexpr std::size_t slots_for(std::size_t entries) noexcept { return entries + entries / 7 + 1; }

constexpr std::uint64_t hash_in(std::uint64_t entry) noexcept { return entry >> kHashShift; }
constexpr std::uint64_t day_in(std::uint64_t entry) noexcept {
  return entry >> kDayShift & kDayMask;
}

}  // namespace

std::uint64_t& PullWindow::slot_of(std::uint64_t hash) noexcept {
  // Not a power of two of slots: there are many pullers, and room for twice as many is dear.
  std::size_t at = hash % slots_.size();
  while (slots_[at] != 0 && hash_in(slots_[at]) != hash)
    if (++at == slots_.size()) at = 0;
  return slots_[at];
}

/// In days, which are kept modulo 2^16.
std::uint64_t PullWindow::age(std::uint64_t entry) const noexcept {
  return (today_ - day_in(entry)) & kDayMask;
}

/// Only what is of the seven days stays.
void PullWindow::rebuild(std::size_t room_for) {
  const Slots before = std::exchange(slots_, Slots());
  slots_.assign(std::max(kSlotsMin, slots_for(room_for)), 0);
  entries_ = 0;
  for (const std::uint64_t entry : before) {
    if (entry == 0 || age(entry) >= kWeekDays) continue;
    slot_of(hash_in(entry)) = entry;
    ++entries_;
  }
}

void PullWindow::advance(DayNumber today) {
  if (today <= today_) return;
  today_ = today;
  day_ = 0;
  sources_ = {};
  if (sketches_) return advance_sketches();
  std::size_t stay = 0;
  for (const std::uint64_t entry : slots_)
    if (entry != 0 && age(entry) < kWeekDays) ++stay;
  if (stay == 0)
    slots_ = Slots(), entries_ = 0;
  else
    rebuild(stay);
  week_ = entries_;
}

void PullWindow::advance_sketches() {
  sketches_->week = {};
  bool any = false;
  for (auto& [day, sketch] : sketches_->days) {
    if (sketch && today_ - day >= kWeekDays) sketch.reset();
    if (sketch) sketches_->week.merge(*sketch);
    any = any || sketch;
  }
  for (Sketch& sketch : sketches_->sources) sketch.reset();
  week_ = any ? sketches_->week.estimate() : 0;
  if (!any) sketches_.reset();  // seven days of nothing: exact again
}

bool PullWindow::add(std::uint64_t id, unsigned source) {
  const std::uint64_t hash = mix64(id) >> kHashShift;
  if (sketches_) return add_estimated(hash, source);
  if (slots_.size() < slots_for(entries_ + 1)) rebuild(entries_ + entries_ / 4 + 1);
  std::uint64_t& entry = slot_of(hash);
  const bool fresh = count_exact(entry, hash, source);
  if (entries_ > kExactMax) estimate_from_now_on();
  return fresh;
}

bool PullWindow::count_exact(std::uint64_t& entry, std::uint64_t hash, unsigned source) {
  const std::uint64_t bit = std::uint64_t{1} << source;
  if (entry == 0) {
    ++entries_;
    ++week_;
  } else if (age(entry) == 0) {
    if ((entry & bit) == 0) ++sources_[source];
    entry |= bit;
    return false;
  }
  entry = make_entry(hash, today_, source);
  ++day_;
  ++sources_[source];
  return true;
}

policy::HyperLogLog& PullWindow::sketch_of(DayNumber day) {
  auto& [its_day, sketch] = sketches_->days[day % kWeekDays];
  if (!sketch || its_day != day) sketch = std::make_unique<policy::HyperLogLog>();
  its_day = day;
  return *sketch;
}

/// Earlier days keep those customers of theirs that were not seen again: the union of the seven is
/// what it was.
void PullWindow::estimate_from_now_on() {
  sketches_ = std::make_unique<Sketches>();
  for (unsigned source = 0; source < kSources; ++source)
    if (sources_[source] != 0) sketches_->sources[source] = std::make_unique<policy::HyperLogLog>();
  for (const std::uint64_t entry : slots_) {
    if (entry == 0 || age(entry) >= kWeekDays) continue;
    sketch_of(today_ - static_cast<DayNumber>(age(entry))).add(hash_in(entry));
    sketches_->week.add(hash_in(entry));
    for (unsigned source = 0; source < kSources && age(entry) == 0; ++source)
      if ((entry >> source & 1) != 0) sketches_->sources[source]->add(hash_in(entry));
  }
  slots_ = Slots();
  entries_ = 0;
}

bool PullWindow::add_estimated(std::uint64_t hash, unsigned source) {
  policy::HyperLogLog& day = sketch_of(today_);
  const bool fresh = day.add(hash);
  if (fresh) day_ = day.estimate();
  if (sketches_->week.add(hash)) week_ = sketches_->week.estimate();
  Sketch& mine = sketches_->sources[source];
  if (!mine) mine = std::make_unique<policy::HyperLogLog>();
  if (mine->add(hash)) sources_[source] = mine->estimate();
  return fresh;
}

std::uint64_t PullWindow::memory_bytes() const noexcept {
  std::uint64_t bytes = slots_.capacity() * sizeof(std::uint64_t);
  if (!sketches_) return bytes;
  bytes += sizeof(Sketches);
  for (const auto& [day, sketch] : sketches_->days)
    bytes += sketch ? sizeof(policy::HyperLogLog) : 0;
  for (const Sketch& sketch : sketches_->sources) bytes += sketch ? sizeof(policy::HyperLogLog) : 0;
  return bytes;
}

void PullWindow::write(ByteWriter& out) const {
  out.number(today_, 4);
  out.number(sketches_ ? 1 : 0, 1);
  if (sketches_) return write_sketches(out);
  out.number(entries_, 4);
  for (const std::uint64_t entry : slots_)
    if (entry != 0) out.number(entry, 8);
}

void PullWindow::write_sketches(ByteWriter& out) const {
  for (const auto& [day, sketch] : sketches_->days) {
    out.number(sketch ? day : 0, 4);
    if (sketch) out.bytes(sketch->registers());
  }
  for (const Sketch& sketch : sketches_->sources) {
    out.number(sketch ? 1 : 0, 1);
    if (sketch) out.bytes(sketch->registers());
  }
}

bool PullWindow::read(ByteCursor& in) {
  today_ = in.u32_le();
  if (in.u8() != 0) return read_sketches(in);
  const std::uint32_t entries = in.u32_le();
  if (entries > kExactMax) return false;
  rebuild(entries);
  for (std::uint32_t i = 0; i < entries && in.ok(); ++i) {
    const std::uint64_t entry = in.u64_le();
    if (entry == 0 || age(entry) >= kWeekDays) continue;
    std::uint64_t& slot = slot_of(hash_in(entry));
    if (slot != 0) return false;
    slot = entry;
    ++entries_;
    ++week_;
    if (age(entry) != 0) continue;
    ++day_;
    for (unsigned source = 0; source < kSources; ++source) sources_[source] += entry >> source & 1;
  }
  return in.ok();
}

bool PullWindow::read_sketches(ByteCursor& in) {
  sketches_ = std::make_unique<Sketches>();
  for (DayNumber i = 0; i < kWeekDays; ++i) {
    const DayNumber day = in.u32_le();
    if (day == 0) continue;
    if (day > today_ || today_ - day >= kWeekDays || day % kWeekDays != i) return false;
    sketch_of(day).merge_registers(in.take(policy::HyperLogLog::kRegisters));
    sketches_->week.merge(sketch_of(day));
    if (day == today_) day_ = sketch_of(day).estimate();
  }
  for (unsigned source = 0; source < kSources; ++source) {
    if (in.u8() == 0) continue;
    sketches_->sources[source] = std::make_unique<policy::HyperLogLog>();
    sketches_->sources[source]->merge_registers(in.take(policy::HyperLogLog::kRegisters));
    sources_[source] = sketches_->sources[source]->estimate();
  }
  week_ = sketches_->week.estimate();
  return in.ok();
}

}  // namespace outspan::access

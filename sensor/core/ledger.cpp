#include "core/ledger.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace outspan {
namespace {

constexpr const char* kUnclaimed = "unclaimed";
/// Of a column. Reasons stand in the code, and there are fewer.
constexpr std::size_t kReasonsMax = 64;

}  // namespace

std::string_view to_string(Direction direction) noexcept {
  static constexpr std::string_view kNames[] = {"outbound", "inbound", "internal", "transit"};
  return kNames[index(direction)];
}

std::string_view to_string(Column column) noexcept {
  static constexpr std::string_view kNames[] = {"inspected", "encrypted", "opaque",
                                                "lost",      "truncated", "skipped"};
  return kNames[static_cast<std::size_t>(column)];
}

Columns Ledger::of(AppProtocol app) const noexcept {
  return app.id() < by_app_.size() ? by_app_[app.id()] : Columns{};
}

std::vector<AppProtocol> Ledger::apps() const {
  std::vector<AppProtocol> apps;
  for (std::uint16_t id = 0; id < by_app_.size(); ++id)
    if (by_app_[id].total() != 0) apps.push_back(AppProtocol::from_id(id));
  return apps;
}

void Ledger::merge(const Ledger& other) {
  for (std::size_t i = 0; i < kDirections; ++i) by_direction_[i] += other.by_direction_[i];
  if (by_app_.size() < other.by_app_.size()) by_app_.resize(other.by_app_.size());
  for (std::size_t i = 0; i < other.by_app_.size(); ++i) by_app_[i] += other.by_app_[i];
  pending_ += other.pending_;
  framing_ += other.framing_;
  for (std::size_t i = 0; i < kColumns; ++i)
    for (const Entry& entry : other.by_reason_[i])
      reason_bytes(static_cast<Column>(i), entry.reason) += entry.bytes;
}

std::uint64_t Ledger::total(Column column) const noexcept {
  std::uint64_t bytes = 0;
  for (const Columns& columns : by_direction_) bytes += columns[column];
  return bytes;
}

std::vector<ReasonBytes> Ledger::by_reason(Column column) const {
  std::vector<ReasonBytes> all;
  std::uint64_t rest = total(column);
  const auto add = [&](std::string_view reason, std::uint64_t bytes) {
    rest -= bytes;
    if (bytes != 0) all.push_back({reason, bytes});
  };
  for (const Entry& entry : by_reason_[static_cast<std::size_t>(column)])
    add(entry.reason, entry.bytes);
  if (column == Column::inspected) {
    add("pending", pending_);
    add("framing", framing_);
  }
  add(column == Column::inspected ? "searched" : "direction", rest);
  std::sort(all.begin(), all.end(),
            [](const ReasonBytes& a, const ReasonBytes& b) { return a.reason < b.reason; });
  return all;
}

std::uint64_t Ledger::of(Column column, std::string_view reason) const {
  for (const ReasonBytes& each : by_reason(column))
    if (each.reason == reason) return each.bytes;
  return 0;
}

/// Looked for by address first: nearly always it is the same literal.
std::uint64_t& Ledger::reason_bytes(Column column, const char* reason) noexcept {
  std::vector<Entry>& entries = by_reason_[static_cast<std::size_t>(column)];
  for (Entry& entry : entries)
    if (entry.reason == reason) return entry.bytes;
  if (entries.size() >= kReasonsMax) reason = "other";
  for (Entry& entry : entries)
    if (std::string_view(entry.reason) == reason) return entry.bytes;
  return entries.emplace_back(Entry{reason}).bytes;
}

Columns& Ledger::app_columns(AppProtocol app) noexcept {
  if (app.id() >= by_app_.size()) by_app_.resize(app.id() + 1u);
  return by_app_[app.id()];
}

std::uint64_t FlowAccount::claimed_twice([[maybe_unused]] Side side,
                                         [[maybe_unused]] std::uint64_t bytes) const noexcept {
  if (!inspected(side)) return 0;
#ifdef OUTSPAN_STRICT_LEDGER
  std::fprintf(stderr, "ledger: %llu bytes are claimed of %s, and %llu are pending\n",
               static_cast<unsigned long long>(bytes), std::string(app_.name()).c_str(),
               static_cast<unsigned long long>(pending(side)));
  std::abort();
#endif
  return pending(side);
}

void FlowAccount::shift(Side side, Column from, Column to, std::uint64_t bytes) noexcept {
  Columns& by_direction = ledger_->by_direction_[index(direction(side))];
  Columns& by_app = ledger_->app_columns(app_);
  for (Columns* columns : {&columns_[index(side)], &by_direction, &by_app}) {
    (*columns)[from] -= bytes;
    (*columns)[to] += bytes;
  }
}

std::uint64_t FlowAccount::claim(Side side, Column to, const char* reason,
                                 std::uint64_t bytes) noexcept {
  return hand_over(side, to, reason, take_pending(side, bytes));
}

std::uint64_t FlowAccount::move(Side side, Column to, const char* reason,
                                std::uint64_t bytes) noexcept {
  if (!inspected(side)) return 0;
  const std::uint64_t searched =
      columns(side)[Column::inspected] - pending(side) - framing_bytes(side);
  return hand_over(side, to, reason, std::min(bytes, searched));
}

std::uint64_t FlowAccount::hand_over(Side side, Column to, const char* reason,
                                     std::uint64_t bytes) noexcept {
  if (bytes == 0) return 0;
  if (to == Column::skipped) claimed_as_skipped_[index(side)] += bytes;
  ledger_->reason_bytes(to, reason) += bytes;
  shift(side, Column::inspected, to, bytes);
  return bytes;
}

std::uint64_t FlowAccount::reopen(Side side, Column from, const char* reason,
                                  std::uint64_t bytes) noexcept {
  if (!inspected(side)) return 0;
  std::uint64_t there = columns(side)[from];
  if (from == Column::inspected) there -= pending(side) + framing_bytes(side);
  bytes = std::min(bytes, there);
  if (from != Column::inspected && bytes != 0) {
    std::uint64_t& with_reason = ledger_->reason_bytes(from, reason);
    bytes = std::min(bytes, with_reason);
    with_reason -= bytes;
    shift(side, from, Column::inspected, bytes);
  }
  pending_[index(side)] += bytes;
  ledger_->pending_ += bytes;
  return bytes;
}

void ChargingAccount::charge(Side side, Column column, const char* reason,
                             std::uint64_t bytes) noexcept {
  if (bytes == 0) return;
  add(side, column, bytes);
  if (column != Column::skipped || inspected(side)) ledger_->reason_bytes(column, reason) += bytes;
}

std::uint64_t ChargingAccount::settle(Side side) noexcept {
  const std::uint64_t bytes = take_pending(side, pending(side));
  if (bytes == 0) return 0;
  unclaimed_[index(side)] += bytes;
  ledger_->reason_bytes(Column::skipped, kUnclaimed) += bytes;
  shift(side, Column::inspected, Column::skipped, bytes);
  return bytes;
}

void FlowAccount::set_app(AppProtocol app) noexcept {
  if (app == app_) return;
  for (const Columns& columns : columns_) {
    Columns& before = ledger_->app_columns(app_);
    for (std::size_t i = 0; i < kColumns; ++i) before.bytes[i] -= columns.bytes[i];
    ledger_->app_columns(app) += columns;
  }
  app_ = app;
}

}  // namespace outspan

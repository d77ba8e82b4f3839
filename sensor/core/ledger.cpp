#include "core/ledger.h"

#include <algorithm>

namespace outspan {

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
}

Columns& Ledger::app_columns(AppProtocol app) noexcept {
  if (app.id() >= by_app_.size()) by_app_.resize(app.id() + 1u);
  return by_app_[app.id()];
}

FlowAccount::FlowAccount(Ledger& ledger, std::array<Direction, 2> direction,
                         std::array<bool, 2> inspected) noexcept
    : ledger_(&ledger), direction_(direction), inspected_(inspected) {
  for (std::size_t side = 0; side < 2; ++side)
    current_[side] = inspected[side] ? Column::inspected : Column::skipped;
}

void FlowAccount::charge(Side side, Column column, std::uint64_t bytes) noexcept {
  if (bytes == 0) return;
  columns_[index(side)][column] += bytes;
  ledger_->by_direction_[index(direction(side))][column] += bytes;
  ledger_->app_columns(app_)[column] += bytes;
}

std::uint64_t FlowAccount::move(Side side, Column from, Column to, std::uint64_t bytes) noexcept {
  Columns& mine = columns_[index(side)];
  const std::uint64_t moved = inspected(side) && from != to ? std::min(bytes, mine[from]) : 0;
  if (moved == 0) return 0;
  if (to == Column::skipped) moved_to_skipped_[index(side)] += moved;
  Columns& by_direction = ledger_->by_direction_[index(direction(side))];
  Columns& by_app = ledger_->app_columns(app_);
  for (Columns* columns : {&mine, &by_direction, &by_app}) {
    (*columns)[from] -= moved;
    (*columns)[to] += moved;
  }
  return moved;
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

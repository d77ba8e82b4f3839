#include "report/ledger_sum.h"

namespace outspan::report {
namespace {

constexpr std::size_t kAppsMax = 1024;
constexpr std::size_t kMissingMax = 64;

Columns read_columns(const Json& json) {
  Columns columns;
  for (std::size_t i = 0; i < kColumns; ++i) {
    const auto column = static_cast<Column>(i);
    columns[column] = number_in(json, std::string(to_string(column)).c_str());
  }
  return columns;
}

void add_columns(Columns& sum, const Columns& more) {
  for (std::size_t i = 0; i < kColumns; ++i) sum.bytes[i] = add_capped(sum.bytes[i], more.bytes[i]);
}

/// Where there are too many names, the rest share one.
template <class Value>
Value& bounded(std::map<std::string, Value>& map, const std::string& key, std::size_t keys_max) {
  return map.size() < keys_max || map.contains(key) ? map[key] : map["others"];
}

LedgerFacts read_ledger(const Json& event) {
  LedgerFacts ledger;
  ledger.time = time_in(event, "timestamp").value_or(Timestamp{});
  const Json& bytes = object_in(event, "bytes");
  for (std::size_t i = 0; i < kDirections; ++i) {
    const std::string name(to_string(static_cast<Direction>(i)));
    ledger.by_direction[i] = read_columns(object_in(bytes, name.c_str()));
  }
  for (const auto& [app, columns] : object_in(event, "by_app_proto").items())
    add_columns(bounded(ledger.by_app_proto, text_of(app), kAppsMax), read_columns(columns));
  for (const Json& missing : array_in(event, "missing")) {
    auto& sum =
        bounded(ledger.missing, text_in(missing, "reason") + " " + text_in(missing, "subject"),
                kMissingMax);
    sum.packets = add_capped(sum.packets, number_in(missing, "packets"));
    sum.bytes = add_capped(sum.bytes, number_in(missing, "bytes"));
    sum.detail = text_in(missing, "detail");
  }
  return ledger;
}

/// The bytes of a run never become fewer, and its time does not go back.
bool is_new_run(const LedgerFacts& before, const LedgerFacts& now) {
  if (now.time < before.time) return true;
  for (std::size_t i = 0; i < kDirections; ++i)
    if (now.by_direction[i].total() < before.by_direction[i].total()) return true;
  return false;
}

}  // namespace

void LedgerFacts::add(const LedgerFacts& other) {
  for (std::size_t i = 0; i < kDirections; ++i) add_columns(by_direction[i], other.by_direction[i]);
  for (const auto& [app, columns] : other.by_app_proto)
    add_columns(bounded(by_app_proto, app, kAppsMax), columns);
  for (const auto& [reason, more] : other.missing) {
    Missing& sum = bounded(missing, reason, kMissingMax);
    sum.packets = add_capped(sum.packets, more.packets);
    sum.bytes = add_capped(sum.bytes, more.bytes);
    sum.detail = more.detail;
  }
}

void LedgerSum::add(const std::string& sensor, const Json& event) {
  ++events_;
  LedgerFacts ledger = read_ledger(event);
  const auto found = now_.find(sensor);
  if (found == now_.end() && now_.size() >= kSensorsMax) return ended_.add(ledger);
  LedgerFacts& before = now_[sensor];
  if (is_new_run(before, ledger)) ended_.add(before);
  before = std::move(ledger);
}

LedgerFacts LedgerSum::sum() const {
  LedgerFacts sum = ended_;
  for (const auto& [sensor, ledger] : now_) sum.add(ledger);
  return sum;
}

}  // namespace outspan::report

#include "policy/evidence.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/hash.h"

namespace outspan::policy {
namespace {

using fingerprint::ColumnMask;
using fingerprint::RecordHit;
using fingerprint::Tried;

/// Nothing is impossible: other people may have the values of a table as well.
constexpr double kChanceMin = 1e-12;
/// Of more, Chernoff's bound is good enough.
constexpr std::uint64_t kFewHits = 32;

/// How likely a well-formed value of nobody's gives such a hit.
double chance_of(const RecordHit& hit, std::size_t column, const IndexLabel& label) noexcept {
  const IndexLabel::Column& looked_up = label.columns[column];
  // A list of tickets is nobody else's: its numbers are not compared with those beside them.
  const bool anywhere = looked_up.type == fingerprint::ColumnType::ticket && !hit.bare;
  double chance = anywhere ? looked_up.density : looked_up.own_density;
  bool alone = true;
  for (std::size_t i = 0; i < label.columns.size(); ++i) {
    if (i == column || (hit.columns >> i & 1) == 0) continue;
    chance *= std::min(1.0, Evidence::kNeighbours * label.columns[i].own_density);
    alone = false;
  }
  if (!alone) chance *= std::max<std::uint32_t>(hit.rows_of_value, 1);
  return std::clamp(chance, kChanceMin, 1.0);
}

Tried tried_of(const std::vector<Tried>& tried, std::uint16_t index, std::uint8_t column,
               bool bare) noexcept {
  for (const Tried& one : tried)
    if (one.index == index && one.column == column && one.bare == bare) return one;
  return {};
}

}  // namespace

double log_tail(std::uint64_t hits, std::uint64_t tried, double chance) noexcept {
  const auto k = static_cast<double>(hits), n = static_cast<double>(std::max(tried, hits));
  if (k <= n * chance || chance >= 1) return 0;
  const double missed = k < n ? (n - k) * std::log((n - k) / (n * (1 - chance))) : 0;
  const double chernoff = -(k * std::log(k / (n * chance)) + missed);
  if (hits > kFewHits) return chernoff;
  double boole = 0;  // (n * chance)^k / k!
  for (std::uint64_t i = 1; i <= hits; ++i) boole += std::log(n * chance / static_cast<double>(i));
  return std::min(chernoff, boole);
}

void Evidence::drop_old(const Position& now) noexcept {
  if (lifetime_ == Duration(0)) return;
  for (auto entry = scopes_.begin(); entry != scopes_.end();) {
    const bool over = now.time - entry->second.begin.time > lifetime_;
    if (over) drop(entry->second);
    entry = over ? scopes_.erase(entry) : std::next(entry);
  }
}

Evidence::Scope* Evidence::scope_of(std::uint64_t id, const Position& now) {
  auto found = scopes_.find(id);
  if (found == scopes_.end()) {
    if (scopes_.size() >= kScopesMax) drop_old(now);
    if (scopes_.size() >= kScopesMax) {
      ++not_judged_;
      return nullptr;
    }
    found = scopes_.try_emplace(id).first;
    found->second.begin = now;
  }
  Scope& scope = found->second;
  if (lifetime_ != Duration(0) && now.time - scope.begin.time > lifetime_) {
    drop(scope);
    scope = {};
    scope.begin = now;
  }
  return &scope;
}

void add_tried(std::vector<Tried>& sum, std::span<const Tried> more) {
  for (const Tried& one : more) {
    const auto same = [&one](const Tried& other) {
      return other.index == one.index && other.column == one.column && other.bare == one.bare;
    };
    const auto known = std::find_if(sum.begin(), sum.end(), same);
    if (known != sum.end()) {
      known->count += one.count;
      known->strangers += one.strangers;
    } else {
      sum.push_back(one);
    }
  }
}

void Evidence::add_tried(std::uint64_t id, const Position& now, std::span<const Tried> tried) {
  if (Scope* scope = scope_of(id, now)) policy::add_tried(scope->tried, tried);
}

Evidence::Kind Evidence::kind_of(const RecordHit& hit, const IndexLabel& label) noexcept {
  Kind kind;
  kind.index = hit.index;
  kind.bare = hit.bare;
  kind.alone = std::has_single_bit(hit.columns);
  kind.name = hit.name_chance > 0;
  if (kind.name) {
    kind.column = static_cast<std::uint8_t>(std::countr_zero(hit.columns));
    return kind;
  }
  for (std::size_t i = 0; i < label.columns.size(); ++i)
    if ((hit.columns >> i & 1) != 0 && fingerprint::is_seed(label.columns[i].type)) {
      kind.column = static_cast<std::uint8_t>(i);
      break;
    }
  return kind;
}

Evidence::Count& Evidence::count_of(Scope& scope, const Kind& kind) {
  for (Count& count : scope.counts)
    if (count.kind == kind) return count;
  scope.counts.emplace_back().kind = kind;
  return scope.counts.back();
}

/// True: it is the first one of its row and kind.
bool Evidence::add(Scope& scope, const RecordHit& hit, const IndexLabel& label) {
  if (scope.rows.size() >= kRowsMax) return false;
  const Kind kind = kind_of(hit, label);
  const std::uint64_t what = std::uint64_t{kind.index} << 16 | std::uint64_t{kind.column} << 8 |
                             (kind.name ? 4u : 0u) | (kind.bare ? 2u : 0u) | (kind.alone ? 1u : 0u);
  if (!scope.rows.insert(mix64(std::uint64_t{hit.row} << 32 | what)).second) return false;
  Count& count = count_of(scope, kind);
  if (kind.name) {
    add_name(count, hit);
    return true;
  }
  count.values += hit.repeats_value ? 0 : 1;
  count.chance = std::max(count.chance, chance_of(hit, kind.column, label));
  return true;
}

void Evidence::add_name(Count& count, const RecordHit& hit) noexcept {
  if (hit.repeats_value) return;
  ++count.values;
  const double chance = std::clamp(hit.name_chance, kNameChanceMin, 1.0);
  for (std::size_t i = 0; i < kShares.size(); ++i)
    count.for_share[i] += std::log(1 - kShares[i] + kShares[i] / chance);
}

void Evidence::judge(const Scope& scope, Count& count) noexcept {
  if (count.kind.name)
    judge_names(scope, count);
  else
    judge_numbers(scope, count);
}

/// How many of a list are strangers', those who are nobody's say: for each of them chance finds
/// some that are somebody's.
void Evidence::judge_names(const Scope& scope, Count& count) noexcept {
  const Tried nobodys = tried_of(scope.tried, count.kind.index, count.kind.column, false);
  count.explained = std::min(
      1.0, nobodys.strangers / static_cast<double>(std::max<std::uint64_t>(count.values, 1)));
  if (count.believed) return;
  double ratio = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < kShares.size(); ++i)
    ratio = std::max(
        ratio, count.for_share[i] + static_cast<double>(nobodys.count) * std::log(1 - kShares[i]));
  // The best of several shares: as if each had been tried by itself.
  ratio -= std::log(static_cast<double>(kShares.size()));
  count.believed = count.values >= kNamesMin && count.explained <= kByChanceMax &&
                   ratio >= -std::log(kSinglesByChance);
}

void Evidence::judge_numbers(const Scope& scope, Count& count) noexcept {
  const Kind& kind = count.kind;
  const std::uint64_t tried =
      std::max(count.values, tried_of(scope.tried, kind.index, kind.column, kind.bare).count);
  count.explained =
      std::min(1.0, static_cast<double>(tried) * count.chance /
                        static_cast<double>(std::max<std::uint64_t>(count.values, 1)));
  if (count.believed) return;
  const std::uint64_t values_min = !kind.alone ? 1 : kind.bare ? kBareSinglesMin : kSinglesMin;
  const double limit = std::log(kind.alone ? kSinglesByChance : kPairsByChance);
  count.believed = count.values >= values_min && count.explained <= kByChanceMax &&
                   log_tail(count.values, tried, std::min(1.0, kDenserMax * count.chance)) <= limit;
}

void Evidence::hold(Scope& scope, const JudgedHit& judged, const Kind& kind) {
  if (held_ >= kHeldMax) {
    ++not_judged_;
    return;
  }
  Held& held = scope.held.emplace_back(Held{judged.hit, kind, judged.seen});
  held.hit.cells = {};
  ++held_;
}

/// Of namesakes one at most is meant.
void Evidence::believe(RecordHit& hit, const Count& count) noexcept {
  const double one_of = count.kind.name ? std::max<std::uint32_t>(hit.rows_of_value, 1) : 1;
  hit.weak = false;
  hit.by_chance = 1 - (1 - count.explained) / one_of;
}

void Evidence::release(Scope& scope, const Count& count, std::vector<JudgedHit>& hits) {
  std::erase_if(scope.held, [&](const Held& held) {
    if (!(held.kind == count.kind)) return false;
    JudgedHit& released = hits.emplace_back(JudgedHit{held.hit, held.seen});
    believe(released.hit, count);
    --held_;
    return true;
  });
}

void Evidence::judge(std::uint64_t id, const Position& now, const IndexLabels& labels,
                     std::vector<JudgedHit>& hits) {
  const auto is_weak = [](const JudgedHit& judged) { return judged.hit.weak; };
  if (std::none_of(hits.begin(), hits.end(), is_weak)) return;
  Scope* scope = scope_of(id, now);
  if (scope == nullptr) return;
  std::vector<bool> fresh;
  for (const JudgedHit& judged : hits)
    fresh.push_back(judged.hit.weak && add(*scope, judged.hit, labels[judged.hit.index]));
  const std::size_t own = hits.size();
  for (Count& count : scope->counts) {
    const bool before = count.believed;
    judge(*scope, count);
    if (count.believed && !before) release(*scope, count, hits);
  }
  for (std::size_t i = 0; i < own; ++i) {
    JudgedHit& judged = hits[i];
    if (!judged.hit.weak) continue;
    const Kind kind = kind_of(judged.hit, labels[judged.hit.index]);
    const Count& count = count_of(*scope, kind);
    if (count.believed) {
      believe(judged.hit, count);
    } else if (fresh[i]) {
      hold(*scope, judged, kind);
    }
  }
}

void Evidence::end_of(std::uint64_t id) noexcept {
  const auto found = scopes_.find(id);
  if (found == scopes_.end()) return;
  drop(found->second);
  scopes_.erase(found);
}

void Evidence::forget() noexcept {
  scopes_.clear();
  held_ = 0;
}

}  // namespace outspan::policy

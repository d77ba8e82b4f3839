#include "decode/fragments.h"

#include <algorithm>
#include <cstring>

#include "core/clock.h"
#include "decode/fragment_versions.h"

namespace outspan::decode {
namespace {

/// Node, index entry and vectors of one set, roughly; the same for one piece and one trace.
constexpr std::uint64_t kSetCost = 512;
constexpr std::uint64_t kPieceCost = 96;
/// More than the worst useful case (64 KiB over a path of 576 bytes); keeps work per fragment
/// small.
constexpr std::size_t kMaxPieces = 1024;

void copy_piece(std::vector<std::uint8_t>& into, std::uint32_t offset, Bytes bytes) {
  if (offset >= into.size()) return;
  const std::size_t size = std::min(bytes.size(), into.size() - offset);
  if (size > 0) std::memcpy(into.data() + offset, bytes.data(), size);
}

}  // namespace

std::size_t FragmentTable::KeyHash::operator()(const Key& key) const noexcept {
  std::array<std::uint8_t, 38> flat{};
  std::uint8_t* to = flat.data();
  const auto put = [&to](const void* from, std::size_t size) {
    std::memcpy(to, from, size);
    to += size;
  };
  put(key.source.bytes().data(), 16);
  put(key.destination.bytes().data(), 16);
  put(&key.id, sizeof key.id);
  put(&key.protocol, 1);
  put(&key.v6, 1);
  return siphash(secret, flat);
}

FragmentTable::FragmentTable(std::uint64_t budget_bytes, Duration timeout)
    : budget_(budget_bytes),
      timeout_(timeout),
      secret_(random_sip_key()),
      by_key_(16, KeyHash{secret_}) {}

FragmentTable::Trace FragmentTable::trace(const Fragment& fragment) const noexcept {
  return {fragment.offset, siphash(secret_, fragment.bytes) ^ (fragment.more ? 1 : 0)};
}

void FragmentTable::add(const Fragment& fragment, Timestamp clock, std::vector<Reassembled>& out) {
  ++fragments_;
  Sets::iterator set = find_or_make(fragment, clock);
  if (set->finished) {
    const Trace seen = trace(fragment);
    if (std::ranges::find(set->traces, seen) != set->traces.end()) {
      ++duplicates_;
      return;
    }
    erase(set);  // the sender counted its identifications once around
    set = find_or_make(fragment, clock);
  }
  // The index may not move while room is made: `set` is the youngest and goes last.
  const std::uint64_t cost = kPieceCost + fragment.bytes.size();
  const std::uint64_t first_cost = set->charged == 0 ? kSetCost : 0;
  if (!charge(*set, first_cost + cost, out) || set->pieces.size() == kMaxPieces) {
    store(*set, fragment);  // what it brings is told with the rest
    ++evictions_;
    return give_up(set, out);
  }
  store(*set, fragment);
  const bool complete = set->total.has_value() && set->announced.first_hole() >= *set->total;
  if (complete) finish(*set, out);
}

FragmentTable::Sets::iterator FragmentTable::find_or_make(const Fragment& fragment,
                                                          Timestamp clock) {
  // Not by network: the pieces may have gone through different ones.
  const Key key{.source = fragment.ip.source,
                .destination = fragment.ip.destination,
                .id = fragment.id,
                .protocol = fragment.v6 ? std::uint8_t{0} : fragment.protocol,
                .v6 = fragment.v6};
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) return found->second;
  sets_.emplace_back();
  Set& set = sets_.back();
  set.key = key;
  set.since = clock;
  set.ip = {fragment.ip.source, fragment.ip.destination, {}};
  set.scope = fragment.scope;
  set.protocol = fragment.protocol;
  by_key_.emplace(key, std::prev(sets_.end()));
  return std::prev(sets_.end());
}

/// Gives up older sets until the budget allows it. False: even alone it is too much.
bool FragmentTable::charge(Set& set, std::uint64_t amount, std::vector<Reassembled>& out) {
  while (!budget_.take(amount)) {
    auto oldest = sets_.begin();
    if (&*oldest == &set) ++oldest;
    if (oldest == sets_.end()) return false;
    ++evictions_;
    give_up(oldest, out);
  }
  set.charged += amount;
  return true;
}

void FragmentTable::store(Set& set, const Fragment& fragment) {
  const std::uint32_t begin = fragment.offset;
  const auto size = static_cast<std::uint32_t>(fragment.bytes.size());
  const std::uint32_t announced = size + fragment.scope.cut + fragment.scope.lost;
  set.last = fragment.at;
  if (begin == 0) set.protocol = fragment.protocol;
  set.announced.add(begin, begin + announced);
  if (set.captured.add(begin, begin + size)) set.overlapped = true;
  set.pieces.push_back({begin, {fragment.bytes.begin(), fragment.bytes.end()}});
  set.traces.push_back(trace(fragment));
  if (fragment.more) return;
  const std::uint32_t total = begin + announced;
  if (set.total.has_value() && *set.total != total) set.overlapped = true;
  if (!set.total.has_value()) set.total = total;
  set.last_total = total;
}

void FragmentTable::build(const Set& set, std::vector<Reassembled>& out) {
  const std::uint32_t total = set.total.value_or(set.announced.end());
  const std::uint32_t usable = std::min(set.captured.first_hole(), total);
  Reassembled made{.ip = set.ip,
                   .protocol = set.protocol,
                   .v6 = set.key.v6,
                   .scope = set.scope,
                   .at = set.last,
                   .bytes = std::vector<std::uint8_t>(usable),
                   .others = {}};
  made.scope.cut = set.announced.count_below(total) - set.captured.count_below(total);
  made.scope.lost = total - usable - made.scope.cut;
  for (auto piece = set.pieces.rbegin(); piece != set.pieces.rend(); ++piece)
    copy_piece(made.bytes, piece->offset, piece->bytes);
  if (set.overlapped) add_others(set, total, made);
  out.push_back(std::move(made));
}

void FragmentTable::add_others(const Set& set, std::uint32_t total, Reassembled& made) {
  const std::uint32_t other_total = set.total.has_value() ? set.last_total : total;
  FragmentVersions versions(std::min(set.captured.first_hole(), other_total));
  for (const Piece& piece : set.pieces) versions.add(piece.offset, piece.bytes);
  for (std::vector<std::uint8_t>& version : versions.take())
    if (version != made.bytes) made.others.push_back(std::move(version));
  versions_refused_ += versions.refused();
  if (!made.others.empty()) ++overlaps_;
}

void FragmentTable::finish(Set& set, std::vector<Reassembled>& out) {
  build(set, out);
  ++reassembled_;
  set.finished = true;
  const std::uint64_t kept = kSetCost + set.traces.size() * sizeof(Trace);
  std::vector<Piece>().swap(set.pieces);
  budget_.give(set.charged);
  set.charged = std::min(set.charged, kept);
  static_cast<void>(budget_.take(set.charged));  // less than was just given back
}

void FragmentTable::give_up(Sets::iterator set, std::vector<Reassembled>& out) {
  if (!set->finished) build(*set, out);
  erase(set);
}

void FragmentTable::erase(Sets::iterator set) {
  budget_.give(set->charged);
  by_key_.erase(set->key);
  sets_.erase(set);
}

void FragmentTable::expire(Timestamp clock, std::vector<Reassembled>& out) {
  // Of a clock that was set back, the time is not known: that is long enough.
  const auto overdue = [&](const Set& set) {
    return clock - set.since > timeout_ || set.since - clock > kClockStep;
  };
  while (!sets_.empty() && overdue(sets_.front())) {
    if (!sets_.front().finished) ++timeouts_;
    give_up(sets_.begin(), out);
  }
}

void FragmentTable::flush(std::vector<Reassembled>& out) {
  while (!sets_.empty()) {
    if (!sets_.front().finished) ++timeouts_;
    give_up(sets_.begin(), out);
  }
}

void FragmentTable::report(Stats& stats) const {
  stats.add("decode.fragments", fragments_);
  stats.add("decode.fragments_duplicate", duplicates_);
  stats.add("decode.fragments_reassembled", reassembled_);
  stats.add("decode.fragment_timeouts", timeouts_);
  stats.add("decode.fragment_evictions", evictions_);
  stats.add("decode.fragment_overlap", overlaps_);
  stats.add("decode.fragment_versions_refused", versions_refused_);
  stats.add("decode.fragment_memory_peak", budget_.peak());
}

}  // namespace outspan::decode

#include <algorithm>

#include "flow/tcp_order.h"

namespace outspan::flow {
namespace {

// A hole that the other side acknowledged is given up after either; a SPAN port reorders less.
constexpr std::uint32_t kHolePackets = 64;
constexpr Duration kHoleTime = std::chrono::seconds(2);
// Nobody acknowledges in a one-sided capture: long enough for several retransmissions.
constexpr Duration kHoleTimeOneSided = std::chrono::seconds(10);
// So many packets of one side without one of the other: the capture shows one side only.
constexpr std::uint64_t kOneSidedPackets = 8;
// A stream joined in the middle is held this long to see whether its first segments came reordered.
constexpr std::size_t kGuessSegments = 8;
constexpr std::uint64_t kGuessBytes = 65536;
// Ranges of a side that is only counted; beyond, its oldest hole is given up.
constexpr std::size_t kCountedRangesMax = 16;
constexpr std::size_t kAlternativesMax = 64;

}  // namespace

bool TcpOrder::wants_data(const FlowRecord& flow, Side side) const noexcept {
  if (flow.inspection) return flow.inspection->wants(side);
  return services_.options.stream_sha256 || flow.inspected();
}

bool TcpOrder::blocked(const FlowRecord& flow, Side side, std::uint64_t needs) noexcept {
  const TcpSide& their = flow.sides[index(opposite(side))];
  if (needs == 0 || their.start != TcpSide::Start::fixed || their.reached(needs)) return false;
  return their.packets != 0 || flow.sides[index(side)].packets < kOneSidedPackets;
}

void TcpOrder::accept(FlowRecord& flow, Side side, Run run) noexcept {
  TcpSide& mine = flow.side(side);
  if (mine.start == TcpSide::Start::guessed) {
    if (!wants_data(flow, side)) {
      if (run.position < mine.next) mine.advance(run.position - mine.next);
      fix_start(flow, side);
    } else if (run.position == mine.next && !mine.waiting() && !mine.own_guess &&
               !flow.info.opened_by_syn) {
      fix_start(flow, side);  // an earlier packet of either side expects exactly this
    } else {
      fill(flow, side, run);
      if (mine.start == TcpSide::Start::guessed && mine.waiting() &&
          (mine.store->size() >= kGuessSegments ||
           mine.store->end() - mine.store->begin() >= kGuessBytes))
        fix_start(flow, side);
      return;
    }
  }
  if (run.position == mine.next && !mine.waiting() &&
      (run.needs == 0 || !wants_data(flow, side) || !blocked(flow, side, run.needs)))
    return deliver(flow, side, run, true);

  if (run.position < mine.next) {
    const std::uint64_t old_end = std::min(run.end(), mine.next);
    const Run old = run.until(old_end);
    services_.count.retransmitted_bytes += old.length;
    if (run.data != nullptr && flow.inspection && flow.account.inspected(side))
      compare(flow, side, old, run);
    if (run.end() <= mine.next) return;
    run = run.from(mine.next);
  }
  fill(flow, side, run);
}

// `old` is what was delivered before of the places of `whole`. If that is another version, the tail
// belongs to it: a branch reads on without a seam.
void TcpOrder::compare(FlowRecord& flow, Side side, const Run& old, const Run& whole) noexcept {
  const std::uint64_t offset = old.position - flow.side(side).origin;
  const Bytes bytes(old.data, old.length);
  const Comparison found = flow.inspection->compare(side, offset, bytes);
  if (found.differs)
    flow.inspection->alternative(side, offset, {whole.data, whole.length});
  else if (found.unknown_bytes != 0)
    flow.inspection->refuse_alternative(side, offset, bytes.first(found.unknown_bytes));
}

// Puts the parts of `run` that nothing covers yet where they belong.
void TcpOrder::fill(FlowRecord& flow, Side side, Run run) noexcept {
  TcpSide& mine = flow.side(side);
  if (run.data != nullptr && mine.waiting() && flow.account.inspected(side) &&
      mine.store->differs(run.position, {run.data, run.length}))
    keep_alternative(flow, side, run);
  const std::uint64_t end = run.end();
  while (run.length != 0) {
    const bool delivered_meanwhile =
        mine.start == TcpSide::Start::fixed && run.position < mine.next;
    std::uint64_t covered_to = delivered_meanwhile ? mine.next : run.position;
    std::uint64_t free_to = end;
    if (mine.waiting()) {
      const auto covering = mine.store->at_or_after(covered_to);
      if (covering != mine.store->segments().end()) {
        if (covering->first <= covered_to)
          covered_to = covering->first + covering->second.length;
        else
          free_to = std::min(free_to, covering->first);
      }
    }
    if (covered_to > run.position) {
      services_.count.retransmitted_bytes += std::min(end, covered_to) - run.position;
      if (covered_to >= end) return;
      run = run.from(covered_to);
      continue;
    }
    const Run piece = run.until(free_to);
    if (piece.position == mine.next && mine.start == TcpSide::Start::fixed &&
        (!wants_data(flow, side) || !blocked(flow, side, piece.needs)))
      deliver(flow, side, piece, true);
    else
      keep(flow, side, piece);
    if (free_to == end) return;
    run = run.from(free_to);
  }
}

void TcpOrder::keep(FlowRecord& flow, Side side, Run run) noexcept {
  TcpSide& mine = flow.side(side);
  const bool data = run.data != nullptr && wants_data(flow, side);
  const std::uint64_t cost = SegmentStore::cost(data ? run.length : 0);
  const bool too_many = !data && mine.store && mine.store->size() >= kCountedRangesMax;
  if (too_many) give_up(flow, side, false);
  while (flow.stored_bytes + cost > services_.options.flow_reassembly_bytes ||
         !services_.reassembly.take(cost)) {
    if (mine.start != TcpSide::Start::fixed) {
      if (!mine.waiting()) mine.advance(run.position - mine.next);
      fix_start(flow, side);
      if (early(flow, side, run)) return;
    }
    if (mine.waiting()) {
      give_up(flow, side, false);
      continue;
    }
    // Nothing of this side waits, and still no room: deliver at once, behind a gap if need be.
    if (run.end() <= mine.next) return;
    const Run rest = run.position < mine.next ? run.from(mine.next) : run;
    if (rest.position > mine.next) gap(flow, side, rest.position - mine.next, Column::lost);
    deliver(flow, side, rest, true);
    return;
  }
  if (mine.start == TcpSide::Start::fixed && run.position < mine.next) {
    // Making room passed this place by.
    services_.reassembly.give(cost);
    if (run.end() > mine.next) fill(flow, side, run.from(mine.next));
    return;
  }
  ++services_.count.out_of_order;
  flow.stored_bytes += cost;
  flow.stirred = true;
  if (!mine.store) mine.store = std::make_unique<SegmentStore>();
  mine.store->put(run.position, run.length, data ? run.data : nullptr, run.data == nullptr,
                  run.needs);
}

void TcpOrder::keep_alternative(FlowRecord& flow, Side side, const Run& run) noexcept {
  SegmentStore& store = *flow.side(side).store;
  const std::uint64_t cost = SegmentStore::cost(run.length);
  if (store.alternatives.size() >= kAlternativesMax ||
      flow.stored_bytes + cost > services_.options.flow_reassembly_bytes ||
      !services_.reassembly.take(cost)) {
    if (flow.inspection)
      flow.inspection->refuse_alternative(side, run.position - flow.side(side).origin,
                                          {run.data, run.length});
    else
      ++services_.count.branches_refused;
    return;
  }
  flow.stored_bytes += cost;
  store.alternatives.push_back({run.position, {run.data, run.data + run.length}});
}

void TcpOrder::fix_start(FlowRecord& flow, Side side) noexcept {
  TcpSide& mine = flow.side(side);
  if (mine.waiting()) {
    // The guess stands if it is a little before the first segment: then there is a real hole.
    const std::uint64_t first = mine.store->begin();
    if (first < mine.next || first - mine.next > static_cast<std::uint64_t>(TcpSide::kWindowBytes))
      mine.advance(first - mine.next);
  }
  mine.origin = mine.floor = mine.next;
  mine.start = TcpSide::Start::fixed;
}

bool TcpOrder::drain(FlowRecord& flow, Side side) noexcept {
  TcpSide& mine = flow.side(side);
  bool progress = false;
  while (mine.start == TcpSide::Start::fixed && mine.waiting() &&
         mine.store->begin() <= mine.next) {
    if (wants_data(flow, side) && blocked(flow, side, mine.store->first().needs)) break;
    deliver_first(flow, side);
    progress = true;
  }
  return progress;
}

void TcpOrder::deliver_first(FlowRecord& flow, Side side) noexcept {
  TcpSide& mine = flow.side(side);
  const std::uint64_t position = mine.store->begin();
  const SegmentStore::Segment segment = mine.store->take_first();
  const std::uint64_t cost = SegmentStore::cost(segment.data ? segment.length : 0);
  services_.reassembly.give(cost);
  flow.stored_bytes -= cost;
  const Run run{position, segment.length, segment.data.get(), 0};
  if (run.end() <= mine.next) return;
  const Run rest = position < mine.next ? run.from(mine.next) : run;
  if (segment.charged)
    mine.advance(rest.length);
  else if (segment.truncated)
    gap(flow, side, rest.length, Column::truncated);
  else
    deliver(flow, side, rest, false);
}

// `run` starts at next. Alternatives that wait for a place in it open their branch on the way.
void TcpOrder::deliver(FlowRecord& flow, Side side, const Run& run, bool live) noexcept {
  TcpSide& mine = flow.side(side);
  if (live && run.data == nullptr) return gap(flow, side, run.length, Column::truncated);
  Run rest = run;
  while (mine.store && !mine.store->alternatives.empty()) {
    auto& waiting = mine.store->alternatives;
    const auto first =
        std::min_element(waiting.begin(), waiting.end(),
                         [](const auto& a, const auto& b) { return a.position < b.position; });
    if (first->position >= rest.end()) break;
    const SegmentStore::Alternative alternative = std::move(*first);
    waiting.erase(first);
    const std::uint64_t cost = SegmentStore::cost(alternative.bytes.size());
    services_.reassembly.give(cost);
    flow.stored_bytes -= cost;
    if (alternative.position > rest.position) {
      deliver_part(flow, side, rest.until(alternative.position), live);
      rest = rest.from(alternative.position);
    }
    if (flow.inspection && alternative.position >= mine.origin)
      flow.inspection->alternative(side, alternative.position - mine.origin, alternative.bytes);
  }
  deliver_part(flow, side, rest, live);
}

void TcpOrder::deliver_part(FlowRecord& flow, Side side, const Run& run, bool live) noexcept {
  TcpSide& mine = flow.side(side);
  const std::uint64_t offset = mine.next - mine.origin;
  mine.advance(run.length);
  mine.presumed_fin = false;
  if (mine.fin != 0 && mine.fin < mine.next) mine.fin = 0;  // a forged FIN: the stream goes on
  if (!flow.inspection && (services_.options.stream_sha256 || flow.inspected())) {
    flow.inspection = std::make_unique<Inspection>(flow.info, flow.account, services_);
    flow.inspection->open();
  }
  flow.account.deliver(side, run.length);
  if (!flow.inspection) return;
  flow.stirred = true;
  if (run.data != nullptr)
    flow.inspection->deliver(side, offset, {run.data, run.length}, live);
  else  // kept without its bytes while the side was unwanted: nothing to show
    flow.inspection->left_out(side, run.length);
}

void TcpOrder::gap(FlowRecord& flow, Side side, std::uint64_t missing_bytes,
                   Column column) noexcept {
  if (missing_bytes == 0) return;
  TcpSide& mine = flow.side(side);
  const std::uint64_t offset = mine.next - mine.origin;
  mine.advance(missing_bytes);
  if (column != Column::truncated) {
    ++mine.gaps;
    ++services_.count.gaps;
  }
  if (column == Column::lost) services_.count.lost_bytes += missing_bytes;
  if (column != Column::skipped)
    flow.account.charge(side, column, column == Column::lost ? "loss" : "truncated", missing_bytes);
  if (!flow.inspection && flow.inspected()) {
    flow.inspection = std::make_unique<Inspection>(flow.info, flow.account, services_);
    flow.inspection->open();
  }
  flow.stirred = true;
  if (flow.inspection) flow.inspection->gap(side, offset, missing_bytes);
}

void TcpOrder::settle(FlowRecord& flow) noexcept {
  const auto idle = [](const TcpSide& side) { return !side.waiting() && side.reached(side.acked); };
  if (idle(flow.sides[0]) && idle(flow.sides[1])) return;
  for (int round = 0; round < 4; ++round) {
    while (drain(flow, Side::client) || drain(flow, Side::server)) {
    }
    bool gave_up = false;
    for (const Side side : {Side::client, Side::server}) {
      if (round == 0) watch(flow, side);
      if (!due(flow, side)) continue;
      give_up(flow, side, true);
      gave_up = true;
    }
    if (!gave_up) return;
  }
}

void TcpOrder::watch(FlowRecord& flow, Side side) noexcept {
  TcpSide& mine = flow.side(side);
  if (!mine.has_hole()) {
    mine.hole = 0;
  } else if (mine.hole != mine.next) {
    mine.hole = mine.next;
    mine.hole_since = services_.now.time;
    mine.hole_packets = 0;
  } else {
    ++mine.hole_packets;
  }
}

bool TcpOrder::due(const FlowRecord& flow, Side side) const noexcept {
  const TcpSide& mine = flow.sides[index(side)];
  if (mine.packets == 0 || !mine.has_hole() || mine.hole != mine.next) return false;
  const Duration age = services_.now.time - mine.hole_since;
  if (!mine.reached(mine.acked)) return mine.hole_packets >= kHolePackets || age >= kHoleTime;
  return flow.sides[index(opposite(side))].packets == 0 && age >= kHoleTimeOneSided;
}

// Leaves the first hole of the side behind, or stops waiting for the other side.
void TcpOrder::give_up(FlowRecord& flow, Side side, bool only_acknowledged) noexcept {
  TcpSide& mine = flow.side(side);
  if (mine.start == TcpSide::Start::guessed) fix_start(flow, side);
  const std::uint64_t acked = mine.acked_bytes();
  if (!mine.waiting()) {
    // One acknowledged number with nothing behind it is a FIN that we missed, not a lost byte.
    if (acked == mine.next + 1 && mine.highest <= mine.next && mine.fin == 0)
      mine.presumed_fin = true;
    else if (acked > mine.next)
      gap(flow, side, acked - mine.next, Column::lost);
    if (!mine.reached(mine.acked)) mine.acked = mine.next;  // beyond the FIN: nothing is there
    return;
  }
  const std::uint64_t first = mine.store->begin();
  if (first <= mine.next) return deliver_first(flow, side);
  const bool partly = only_acknowledged && acked > mine.next && acked < first;
  gap(flow, side, (partly ? acked : first) - mine.next, Column::lost);
  while (mine.waiting() && mine.store->begin() <= mine.next) deliver_first(flow, side);
}

void TcpOrder::pause(FlowRecord& flow) noexcept {
  for (const Side side : {Side::client, Side::server}) {
    TcpSide& mine = flow.side(side);
    if (mine.start == TcpSide::Start::guessed && mine.waiting()) fix_start(flow, side);
  }
  settle(flow);
  for (const Side side : {Side::client, Side::server}) {
    TcpSide& mine = flow.side(side);
    if (flow.side(opposite(side)).packets == 0)
      while (mine.waiting() && mine.store->begin() <= mine.next) deliver_first(flow, side);
    if (mine.packets != 0 && mine.has_hole() && !mine.reached(mine.acked))
      give_up(flow, side, true);
  }
  settle(flow);
}

void TcpOrder::flush_side(FlowRecord& flow, Side side) noexcept {
  while (flow.side(side).waiting()) give_up(flow, side, false);
}

void TcpOrder::flush(FlowRecord& flow) noexcept {
  for (const Side side : {Side::client, Side::server}) {
    TcpSide& mine = flow.side(side);
    if (mine.start == TcpSide::Start::guessed && mine.waiting()) fix_start(flow, side);
  }
  // Answers wait for questions to the end: holes go first, order last.
  for (;;) {
    while (drain(flow, Side::client) || drain(flow, Side::server)) {
    }
    TcpSide& client = flow.side(Side::client);
    TcpSide& server = flow.side(Side::server);
    if (!client.waiting() && !server.waiting()) break;
    const auto hole = [](const TcpSide& side) {
      return side.packets != 0 && !(side.waiting() && side.store->begin() <= side.next) &&
             (side.waiting() || !side.reached(side.acked));
    };
    if (hole(client))
      give_up(flow, Side::client, false);
    else if (hole(server))
      give_up(flow, Side::server, false);
    else
      give_up(flow, client.waiting() ? Side::client : Side::server, false);
  }
  for (const Side side : {Side::client, Side::server}) {
    TcpSide& mine = flow.side(side);
    if (mine.packets == 0 || mine.start != TcpSide::Start::fixed) continue;
    if (!mine.reached(mine.acked)) give_up(flow, side, false);
    const std::uint64_t announced = std::max(mine.highest, mine.fin);
    if (announced > mine.next) gap(flow, side, announced - mine.next, Column::lost);
  }
  forget(flow);
}

void TcpOrder::forget(FlowRecord& flow) noexcept {
  services_.reassembly.give(flow.stored_bytes);
  flow.stored_bytes = 0;
  for (TcpSide& side : flow.sides) side.store.reset();
}

}  // namespace outspan::flow

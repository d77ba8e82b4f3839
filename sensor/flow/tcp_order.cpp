#include "flow/tcp_order.h"

#include <algorithm>

namespace outspan::flow {
namespace {

using decode::Datagram;
namespace flag = decode::tcp_flag;

constexpr std::uint8_t kSuspectsToResynchronise = 3;
constexpr std::int32_t kSuspectDistance = 1 << 20;
// A jump forward is believed as loss up to here, if the other side acknowledges beyond it.
constexpr std::uint64_t kLossBytesMax = 1ull << 30;
constexpr std::uint64_t kRewindPackets = 16;
constexpr std::uint64_t kRewindBytes = 65536;

}  // namespace

void TcpOrder::segment(FlowRecord& flow, Side side, const Datagram& datagram) noexcept {
  TcpSide& mine = flow.side(side);
  ++mine.packets;
  const bool syn = (datagram.tcp_flags & flag::kSyn) != 0;
  learn_start(flow, side, datagram);
  if (datagram.tcp_flags & flag::kAck)
    note_acknowledgment(flow, opposite(side), datagram.tcp_acknowledgment, syn);

  const std::uint32_t sequence = datagram.tcp_sequence + (syn ? 1 : 0);
  const std::size_t announced =
      datagram.payload.size() + datagram.truncated_bytes + datagram.lost_bytes;
  if (announced != 0) payload(flow, side, sequence, datagram);
  if (datagram.tcp_flags & flag::kFin)
    note_fin(flow, side, sequence + static_cast<std::uint32_t>(announced));
  // Blind resets are cheap to send: the flow then only moves under the short timeout, which any
  // further packet of it renews.
  if ((datagram.tcp_flags & flag::kRst) != 0 && plausible(mine, sequence)) flow.reset = true;
  settle(flow);
}

void TcpOrder::alternative(FlowRecord& flow, Side side, const Datagram& datagram) noexcept {
  TcpSide& mine = flow.side(side);
  const std::uint32_t sequence =
      datagram.tcp_sequence + ((datagram.tcp_flags & flag::kSyn) != 0 ? 1 : 0);
  if (datagram.payload.empty() || mine.start == TcpSide::Start::unknown ||
      !plausible(mine, sequence) || !flow.account.inspected(side))
    return;
  const Run run{mine.position(sequence), static_cast<std::uint32_t>(datagram.payload.size()),
                datagram.payload.data(), 0};
  if (flow.inspection && mine.start == TcpSide::Start::fixed && run.position >= mine.origin &&
      run.position < mine.next) {
    compare(flow, side, run, run);
  } else if (mine.waiting() && mine.store->differs(run.position, datagram.payload)) {
    keep_alternative(flow, side, run);
  }
}

bool TcpOrder::plausible(const TcpSide& side, std::uint32_t sequence) noexcept {
  if (side.start == TcpSide::Start::unknown) return true;
  const auto distance = static_cast<std::int32_t>(sequence - side.next_sequence);
  return distance >= -TcpSide::kWindowBytes && distance <= TcpSide::kWindowBytes;
}

void TcpOrder::learn_start(FlowRecord& flow, Side side, const Datagram& datagram) noexcept {
  TcpSide& mine = flow.side(side);
  const bool syn = (datagram.tcp_flags & flag::kSyn) != 0;
  mine.own_guess = mine.start == TcpSide::Start::unknown;
  if (mine.start == TcpSide::Start::unknown) {
    // A SYN fixes the start; anything else is a guess that earlier segments may still correct.
    mine.begin_at(datagram.tcp_sequence + (syn ? 1 : 0),
                  syn ? TcpSide::Start::fixed : TcpSide::Start::guessed);
    mine.exact = syn;
    return;
  }
  if (syn && mine.start == TcpSide::Start::guessed) mine.correct_start(datagram.tcp_sequence + 1);
}

void TcpOrder::note_acknowledgment(FlowRecord& flow, Side acked, std::uint32_t ack,
                                   bool with_syn) noexcept {
  TcpSide& their = flow.side(acked);
  if (their.start == TcpSide::Start::unknown) {
    // A SYN+ACK names the first byte it expects; any other ACK names the next one.
    their.begin_at(ack, with_syn ? TcpSide::Start::fixed : TcpSide::Start::guessed);
    their.exact = with_syn;
    return;
  }
  if (with_syn && their.start == TcpSide::Start::guessed) return their.correct_start(ack);
  const std::uint64_t position = their.position(ack);
  const std::uint64_t known = std::max(their.next, their.waiting() ? their.store->end() : 0);
  if (position > known + static_cast<std::uint64_t>(TcpSide::kWindowBytes)) {
    their.far_ack = ack;
    if (their.packets == 0 && position < known + (1ull << 31)) {
      // A side that the capture does not show: follow it, in case it ever does.
      services_.count.unseen_acked_bytes += position - their.next;
      their.begin_at(ack, TcpSide::Start::guessed);
      their.acked = 0;
      their.exact = false;
    }
    return;
  }
  if (their.start == TcpSide::Start::guessed) {
    if (their.waiting()) {
      // Where a SYN was seen, the other one tells the start better, if only the capture is late.
      if (position > their.store->begin() && !flow.info.opened_by_syn) fix_start(flow, acked);
    } else if (position > their.next) {
      if (their.packets == 0) services_.count.unseen_acked_bytes += position - their.next;
      their.begin_at(ack, TcpSide::Start::guessed);
    }
    return;
  }
  their.acked = std::max(their.acked, position);
}

void TcpOrder::payload(FlowRecord& flow, Side side, std::uint32_t sequence,
                       const Datagram& datagram) noexcept {
  TcpSide& mine = flow.side(side);
  const TcpSide& their = flow.side(opposite(side));
  if (mine.start == TcpSide::Start::guessed && !mine.waiting() && !plausible(mine, sequence)) {
    mine.begin_at(sequence, TcpSide::Start::guessed);  // the guess was an ACK's, and wrong
  }
  Run run{mine.position(sequence), static_cast<std::uint32_t>(datagram.payload.size()),
          datagram.payload.data(), 0};
  if (!plausible(mine, sequence)) return out_of_window(flow, side, sequence, datagram);
  mine.suspects = 0;
  if (run.length + datagram.truncated_bytes <= 1 && run.position + 1 == mine.next &&
      mine.start == TcpSide::Start::fixed && (their.packets == 0 || mine.acked >= mine.next) &&
      keeps_alive(flow, side, run)) {
    ++services_.count.keep_alives;
    return;
  }
  if (run.position < mine.origin && mine.start == TcpSide::Start::fixed) {
    rewind(flow, side, run);
    if (early(flow, side, run)) return;
  }
  if ((datagram.tcp_flags & flag::kAck) != 0 && their.start == TcpSide::Start::fixed)
    run.needs = std::min(their.position(datagram.tcp_acknowledgment), their.acked);
  const Run cut{run.end(), datagram.truncated_bytes, nullptr, run.needs};
  mine.highest = std::max(mine.highest, cut.end() + datagram.lost_bytes);
  if (run.length != 0) accept(flow, side, run);
  if (cut.length != 0) accept(flow, side, cut);
}

// RFC 9293, 3.8.4: a keep-alive repeats the last byte, once all is acknowledged. Some stacks send
// a zero instead; anything else is another version of the byte.
bool TcpOrder::keeps_alive(const FlowRecord& flow, Side side, const Run& run) noexcept {
  if (run.length == 0 || run.data == nullptr || *run.data == 0 || !flow.inspection) return true;
  const TcpSide& mine = flow.sides[index(side)];
  const Comparison found =
      flow.inspection->compare(side, run.position - mine.origin, {run.data, 1});
  return !found.differs && found.unknown_bytes == 0;
}

// A side that is only counted starts with its first segment. Where that one had overtaken others,
// the start moves back: no offset was told to anybody.
void TcpOrder::rewind(FlowRecord& flow, Side side, const Run& run) noexcept {
  TcpSide& mine = flow.side(side);
  if (mine.exact || mine.packets > kRewindPackets || mine.origin - run.position > kRewindBytes ||
      flow.inspection || flow.inspected() || mine.origin != mine.floor)
    return;
  const auto counted = static_cast<std::uint32_t>(mine.next - mine.origin);
  if (counted > 0) {
    if (!services_.reassembly.take(SegmentStore::cost(0))) return;
    flow.stored_bytes += SegmentStore::cost(0);
    if (!mine.store) mine.store = std::make_unique<SegmentStore>();
    mine.store->put(mine.origin, counted, nullptr, false, 0);
    mine.store->first().charged = true;
  }
  mine.advance(run.position - mine.next);
  mine.origin = mine.floor = mine.next;
}

// Bytes before a stream that was joined in the middle, and that was under way when they came.
bool TcpOrder::early(FlowRecord& flow, Side side, Run& run) noexcept {
  TcpSide& mine = flow.side(side);
  if (run.position < mine.floor) {
    const std::uint64_t bytes = std::min(run.end(), mine.floor) - run.position;
    flow.account.charge(side, Column::skipped, "early", bytes);
    services_.count.early_bytes += bytes;
    mine.floor = run.position;
  }
  if (run.position >= mine.origin) return false;
  if (run.end() <= mine.origin) return true;
  run = run.from(mine.origin);
  return false;
}

void TcpOrder::note_fin(FlowRecord& flow, Side side, std::uint32_t sequence) noexcept {
  TcpSide& mine = flow.side(side);
  if (!plausible(mine, sequence)) return;
  const std::uint64_t position = mine.position(sequence);
  if (position < mine.next) return;
  mine.fin = position;
  mine.presumed_fin = false;
}

void TcpOrder::out_of_window(FlowRecord& flow, Side side, std::uint32_t sequence,
                             const Datagram& datagram) noexcept {
  TcpSide& mine = flow.side(side);
  const auto bytes = static_cast<std::uint32_t>(datagram.payload.size() + datagram.truncated_bytes);
  const auto distance = static_cast<std::int32_t>(sequence - mine.suspect_sequence);
  const bool follows = mine.suspects != 0 && distance >= 0 && distance <= kSuspectDistance;
  if (!follows) mine.suspects = 0;
  if (mine.suspects + 1 >= kSuspectsToResynchronise && resynchronise(flow, side, sequence)) {
    const Run run{mine.next, static_cast<std::uint32_t>(datagram.payload.size()),
                  datagram.payload.data(), 0};
    if (run.length != 0) accept(flow, side, run);
    const Run cut{run.end(), datagram.truncated_bytes, nullptr, 0};
    if (cut.length != 0) accept(flow, side, cut);
    return;
  }
  ++services_.count.out_of_window;
  flow.account.charge(side, Column::skipped, "out-of-window", bytes);
  mine.suspect_bytes = mine.suspects == 0 ? bytes : mine.suspect_bytes + bytes;
  mine.suspect_sequence = sequence + bytes;
  ++mine.suspects;
}

// Several segments in a row agree on a place far away: the stream really is there now. How much
// lies between is known only if the other side acknowledges that place.
bool TcpOrder::resynchronise(FlowRecord& flow, Side side, std::uint32_t sequence) noexcept {
  TcpSide& mine = flow.side(side);
  if (mine.start != TcpSide::Start::fixed) fix_start(flow, side);
  flush_side(flow, side);
  const std::uint64_t jump = mine.position(sequence) - mine.next;
  const auto ack_distance = static_cast<std::int32_t>(mine.far_ack - sequence);
  const bool acknowledged = jump <= kLossBytesMax && jump > mine.suspect_bytes &&
                            ack_distance >= -kSuspectDistance &&
                            ack_distance <= TcpSide::kWindowBytes;
  // The suspects themselves were charged already.
  const std::uint64_t lost = acknowledged ? jump - mine.suspect_bytes : 0;
  flow.account.charge(side, Column::lost, "loss", lost);
  services_.count.lost_bytes += lost;
  ++services_.count.resynchronised;
  gap(flow, side, lost + mine.suspect_bytes, Column::skipped);
  mine.next_sequence = sequence;
  mine.acked = mine.fin = mine.highest = 0;
  mine.presumed_fin = false;
  mine.suspects = 0;
  return true;
}

}  // namespace outspan::flow

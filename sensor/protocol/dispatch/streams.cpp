#include "protocol/dispatch/streams.h"

#include <algorithm>
#include <utility>

#include "core/held_memory.h"
#include "protocol/shared/expectations.h"

namespace outspan::protocol {

StreamDispatch::StreamDispatch(DispatchState& state, FlowContext& flow) noexcept
    : state_(state), flow_(flow) {
  const ExpectedParser expected = state.shared.get<Expectations>().claim(flow.info, flow.now.time);
  if (!expected.stream) return;
  ++state_.counters.claimed;
  parser_ = expected.stream(*this);
}

void StreamDispatch::on_data(Side side, std::uint64_t, Bytes bytes) noexcept {
  if (bytes.empty()) return;
  if (parser_) {
    to_parser(side, bytes);
  } else if (raw_) {
    raw_data(side, bytes);
  } else {
    opening_data(side, bytes);
  }
}

void StreamDispatch::on_gap(Side side, std::uint64_t, std::uint64_t missing_bytes) noexcept {
  if (!parser_ && !raw_) {
    if (!holds()) {
      after_gap_[index(side)] = true;
      return;
    }
    decide(true);
  }
  if (parser_) {
    parser_->on_gap(side, missing_bytes);
    after_parser();
    // A parser that gave up over the hole left only what was before it.
    if (!parser_ && raw_) raw_->gap(side, missing_bytes);
  } else if (raw_) {
    raw_->gap(side, missing_bytes);
    asks_left_ = std::max<std::uint8_t>(asks_left_, 1);
  }
}

void StreamDispatch::on_pause() noexcept {
  if (parser_) {
    parser_->on_pause();
    after_parser();
    return;
  }
  if (!raw_ && holds()) decide(true);
  if (parser_) {
    parser_->on_pause();
    after_parser();
  } else if (raw_) {
    raw_->pause();
  }
}

void StreamDispatch::on_close(flow::CloseReason reason) noexcept {
  if (!parser_ && !raw_ && holds()) decide(true);
  // A parser may leave bytes behind even now; each round uses up one of the flow's restarts.
  while (parser_) {
    parser_->on_close(reason);
    if (leaving_ == Leaving::stays) break;
    after_parser();
    if (!parser_ && !raw_ && holds()) decide(true);
  }
  if (raw_)
    raw_->close(reason == flow::CloseReason::fin ? ObjectEnd::complete : ObjectEnd::cut_short);
  parser_.reset();
  raw_.reset();
  classifier_.reset();
}

std::uint64_t StreamDispatch::held_bytes() const noexcept {
  const std::uint64_t held =
      held_ ? sizeof *held_ + heap_bytes((*held_)[0]) + heap_bytes((*held_)[1]) : 0;
  return sizeof *this + held + (parser_ ? parser_->held_bytes() : 0) +
         (raw_ ? raw_->held_bytes() : 0);
}

void StreamDispatch::opening_data(Side side, Bytes bytes) noexcept {
  const bool first = !holds();
  if (first) {
    first_ = side;
    std::array<Bytes, 2> seen{};
    seen[index(side)] = bytes;
    bool wait = false;
    if (const ProtocolEntry* entry = ask(seen, wait)) {
      begin_parsing(*entry);
      to_parser(side, bytes);
      return;
    }
    if (!wait) {
      begin_raw();
      raw_data(side, bytes);
      return;
    }
  }
  std::vector<std::uint8_t>& opening = held()[index(side)];
  opening.insert(opening.end(), bytes.begin(), bytes.end());
  const bool full = opening.size() > state_.header_bytes();
  state_.counters.openings_full += full ? 1 : 0;
  if (!first || full) decide(full);
}

const ProtocolEntry* StreamDispatch::ask(const std::array<Bytes, 2>& bytes,
                                         bool& wait) const noexcept {
  const Opening opening{flow_, bytes, after_gap_};
  for (const ProtocolEntry& entry : state_.protocols) {
    if (entry.streams.recognise == nullptr) continue;
    const Claim claim = entry.streams.recognise(opening);
    // A later parser may be sure already, but the order of the table is the order of trust: it
    // claims only what the earlier ones would not.
    if (claim == Claim::mine) return &entry;
    if (claim == Claim::need_more) wait = true;
  }
  return nullptr;
}

void StreamDispatch::decide(bool must) noexcept {
  bool wait = false;
  if (const ProtocolEntry* entry = ask({held()[0], held()[1]}, wait)) {
    begin_parsing(*entry);
  } else if (must || !wait) {
    begin_raw();
  } else {
    return;
  }
  flush_held();
}

void StreamDispatch::begin_parsing(const ProtocolEntry& entry) noexcept {
  ++state_.counters.claimed;
  classifier_.reset();
  parser_ = entry.streams.make(*this);
}

void StreamDispatch::begin_raw() noexcept {
  ++state_.counters.raw_streams;
  raw_ = std::make_unique<RawScan>(flow_, objects(), "tcp stream");
  for (const Side side : {Side::client, Side::server})
    if (!flow_.inspected(side)) flow_.unwanted[index(side)] = true;
  if (!flow_.branch && !flow_.account.app().known()) classifier_ = state_.classifier.begin();
}

/// Gives what was held to whoever has the flow now, the side that spoke first first.
void StreamDispatch::flush_held() noexcept {
  const std::unique_ptr<Held> held = std::exchange(held_, nullptr);
  if (!held) return;
  for (const Side side : {first_, opposite(first_)}) {
    const std::vector<std::uint8_t>& bytes = (*held)[index(side)];
    if (!bytes.empty()) on_data(side, 0, bytes);
  }
}

void StreamDispatch::to_parser(Side side, Bytes bytes) noexcept {
  parser_->on_data(side, bytes);
  after_parser();
}

void StreamDispatch::leave(Leaving how, std::array<Bytes, 2> rest) noexcept {
  leaving_ = how;
  for (std::size_t side = 0; side < 2; ++side)
    held()[side].insert(held()[side].end(), rest[side].begin(), rest[side].end());
}

void StreamDispatch::carries(const Actor& actor, const Destination& destination) noexcept {
  if (!carried_) carried_ = std::make_unique<CarriedObjects>(state_.objects);
  carried_->add(actor, destination);
}

void StreamDispatch::after_parser() noexcept {
  if (leaving_ == Leaving::stays) return;
  const Leaving how = std::exchange(leaving_, Leaving::stays);
  parser_.reset();
  flow_.unwanted = {};
  after_gap_ = {};
  first_ = !held_ || (*held_)[0].empty() ? Side::server : Side::client;
  if (how == Leaving::restarts && restarts_left_ > 0) {
    --restarts_left_;
    ++state_.counters.restarts;
    if (holds()) decide(false);
    return;
  }
  ++(how == Leaving::restarts ? state_.counters.restarts_refused : state_.counters.fall_backs);
  asks_left_ = 0;
  begin_raw();
  flush_held();
}

void StreamDispatch::raw_data(Side side, Bytes bytes) noexcept {
  classify();
  if (asks_left_ > 0 && reclaim(side, bytes)) return;
  raw_->data(side, bytes);
}

bool StreamDispatch::reclaim(Side side, Bytes bytes) noexcept {
  --asks_left_;
  std::array<Bytes, 2> seen{};
  seen[index(side)] = bytes;
  after_gap_[index(side)] = true;
  bool wait = false;
  const ProtocolEntry* const entry = ask(seen, wait);
  if (entry == nullptr) return false;
  ++state_.counters.reclaimed;
  raw_->close(ObjectEnd::cut_short);
  raw_.reset();
  begin_parsing(*entry);
  to_parser(side, bytes);
  return true;
}

void StreamDispatch::classify() noexcept {
  if (classifier_ && !classifier_->packet(flow_)) classifier_.reset();
}

}  // namespace outspan::protocol

#include "flow/flow_table.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "flow/connection.h"

namespace outspan::flow {
namespace {

using decode::Datagram;

// A flow moves to the end of its list only after this part of its timeout, so that most packets
// touch no other flow's memory. Flows then end up to this much late.
constexpr int kTouchParts = 16;
// How far ahead of the datagram in work to fetch the index slot and the record. Measured: a record
// from memory takes about as long as four datagrams.
constexpr std::size_t kFetchSlot = 16;
constexpr std::size_t kFetchRecord = 8;

// How long connections may take to go on behind a step of the clock.
constexpr Duration kPatience = std::chrono::seconds(10);
constexpr std::size_t kStepsMax = 64;
// More than any timeout; clocks that jump to and fro must not add up to more than 64 bits hold.
constexpr Duration kJumpMax = std::chrono::days(8);
constexpr Timestamp kJumpsEnd = Timestamp{} + std::chrono::years(280);
// Flows between the same ports over other networks (tags, tunnels) that are told apart.
constexpr int kPathsMax = 8;
// Bits of FlowInfo::id that count packets; it stays a number that every JSON parser holds exactly.
constexpr int kPacketBits = 49;

bool same_path(const FlowInfo& info, const Datagram& datagram) noexcept {
  return info.vlan_count == datagram.vlan_count && info.vlan == datagram.vlan &&
         info.tunnel == datagram.tunnel;
}

/// Once a packet and flow in its way: two words each, no call.
bool is(const Endpoint& end, const IpAddress& address, std::uint16_t port) noexcept {
  std::array<std::uint64_t, 2> mine;
  std::array<std::uint64_t, 2> other;
  std::memcpy(mine.data(), end.address.bytes().data(), sizeof mine);
  std::memcpy(other.data(), address.bytes().data(), sizeof other);
  return ((mine[0] ^ other[0]) | (mine[1] ^ other[1])) == 0 && end.port == port;
}

/// Which side of `flow` sends the datagram, whatever networks either went through; nullopt: it is
/// of another flow.
std::optional<Side> sender_in(const FlowRecord& flow, const Datagram& datagram) noexcept {
  const auto& [client, server] = flow.info.ends;
  if (flow.info.ip_protocol != datagram.ip_protocol) return std::nullopt;
  if (is(client, datagram.source, datagram.source_port) &&
      is(server, datagram.destination, datagram.destination_port))
    return Side::client;
  if (datagram.one_way || flow.one_way || !is(server, datagram.source, datagram.source_port) ||
      !is(client, datagram.destination, datagram.destination_port))
    return std::nullopt;
  return Side::server;
}

CloseReason how_it_ended(const FlowRecord& flow, CloseReason otherwise) noexcept {
  if (flow.reset) return CloseReason::reset;
  return flow.flow_class == FlowClass::tcp_closed ? CloseReason::fin : otherwise;
}

}  // namespace

FlowTable::FlowTable(const FlowOptions& options, Ledger& ledger, StreamHandler& handler,
                     FlowObserver& observer, FlowListener& listener)
    : services_(options, ledger, handler, observer),
      listener_(listener),
      order_(services_),
      index_(options.flows_max) {}

FlowTable::~FlowTable() {
  for (const auto& [flow, reason] : waiting_) pool_.destroy(*flow);
  while (FlowRecord* const flow = oldest()) {
    ages_[static_cast<std::size_t>(flow->flow_class)].remove(*flow);
    pool_.destroy(*flow);
  }
}

void FlowTable::set_clock(Position clock) noexcept {
  const Duration moved = clock.time - packet_time(clock_);
  if (moved < -kClockStep || moved > kJumpMax) [[unlikely]]
    jump(moved);
  clock_ = std::max(clock_, clock.time + ahead_);
  if (!steps_.empty()) [[unlikely]]
    make_steps(clock.time);
  services_.now = {packet_time(clock_), clock.packet};
}

/// The first time there is, a clock that was set back, or one that was set very far forward.
void FlowTable::jump(Duration moved) noexcept {
  if (clock_ == Timestamp{})
    clock_ += moved;
  else if (moved < Duration::zero())
    ahead_ -= moved;
  else
    ahead_ -= moved - (clock_ < kJumpsEnd ? kJumpMax : kClockStep);
}

void FlowTable::make_steps(Timestamp time) noexcept {
  while (!steps_.empty() && steps_.front().to <= time) {
    jump_ = std::min(steps_.front().length, kJumpMax);
    patient_until_ = clock_ + kPatience;
    steps_.erase(steps_.begin());
  }
}

void FlowTable::clock_steps(std::span<const ClockStep> steps) noexcept {
  steps_.insert(steps_.end(), steps.begin(), steps.end());
  // Those that a clock set back left over will not come.
  if (steps_.size() > kStepsMax)
    steps_.erase(steps_.begin(), steps_.end() - static_cast<std::ptrdiff_t>(kStepsMax));
}

void FlowTable::process(std::span<const Datagram> datagrams) noexcept {
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    if (i + kFetchSlot < datagrams.size()) index_.prefetch(datagrams[i + kFetchSlot].flow_hash);
    if (i + kFetchRecord < datagrams.size()) {
      const std::uint32_t id = index_.guess(datagrams[i + kFetchRecord].flow_hash);
      if (id != FlowIndex::kNone) FlowRecord::prefetch(pool_.place(id));
    }
    process(datagrams[i]);
  }
}

void FlowTable::process(const Datagram& datagram) noexcept {
  set_clock(datagram.at);
  services_.ip_packet = datagram.ip_packet;
  const bool tcp = datagram.ip_protocol == ip_protocol::kTcp;
  Side sender = Side::client;
  FlowRecord* flow = find(datagram, sender);
  if (datagram.alternative) {
    if (flow != nullptr) alternative(*flow, sender, datagram);
    return;
  }
  if (flow != nullptr && is_too_old(*flow, sender, datagram)) {
    close(*flow, how_it_ended(*flow, CloseReason::timeout));
    flow = nullptr;
  }
  if (flow != nullptr && tcp && opens_another(*flow, sender, datagram)) {
    ++services_.count.tuples_reused;
    close(*flow, how_it_ended(*flow, CloseReason::timeout));
    flow = nullptr;
  }
  if (flow == nullptr) flow = &open(datagram, sender);
  flow->last_seen = clock_;
  if (tcp) {
    if (!flow->info.opened_by_syn) learn_client(*flow, sender, datagram);
    order_.segment(*flow, sender, datagram);
  } else {
    ++flow->side(sender).packets;
    message(*flow, sender, datagram);
  }
  touch(*flow);
  services_.ip_packet = {};
}

// Just after the clock made a step, a connection that goes on where it stood is the same one.
bool FlowTable::is_too_old(const FlowRecord& flow, Side sender,
                           const Datagram& datagram) const noexcept {
  const Duration limit = timeout(flow.flow_class);
  if (clock_ - flow.last_seen < limit) return false;
  return clock_for(flow.flow_class) - flow.last_seen >= limit || !goes_on(flow, sender, datagram);
}

// A stream may go through a tunnel one way and beside it the other, or through another tunnel with
// each packet. So a flow over another path is taken for the same one where its numbers say so.
FlowRecord* FlowTable::find(const Datagram& datagram, Side& sender) const noexcept {
  FlowRecord* elsewhere = nullptr;
  int paths = 0;
  const std::uint32_t id = index_.find(datagram.flow_hash, [&](std::uint32_t candidate) {
    FlowRecord& flow = pool_.at(candidate);
    const std::optional<Side> side = sender_in(flow, datagram);
    if (!side) return false;
    const bool here = same_path(flow.info, datagram);
    const bool last = ++paths >= kPathsMax;
    if (here || last || (elsewhere == nullptr && goes_on(flow, *side, datagram))) {
      elsewhere = &flow;
      sender = *side;
    }
    return here || last;
  });
  return id == FlowIndex::kNone ? elsewhere : &pool_.at(id);
}

ChargingAccount FlowTable::account_of(const FlowInfo& info) const noexcept {
  const bool client_home = services_.home.contains(info.ends[0].address);
  const bool server_home = services_.home.contains(info.ends[1].address);
  const std::array<Direction, 2> directions{direction_of(client_home, server_home),
                                            direction_of(server_home, client_home)};
  const auto& inspected = services_.options.inspected;
  return {services_.ledger,
          directions,
          {inspected[index(directions[0])], inspected[index(directions[1])]}};
}

FlowRecord& FlowTable::open(const Datagram& datagram, Side& sender) noexcept {
  while (active_ >= services_.options.flows_max) close(*oldest(), CloseReason::evicted);
  const std::uint32_t in_the_way = index_.in_the_way(datagram.flow_hash);
  if (in_the_way != FlowIndex::kNone) close(pool_.at(in_the_way), CloseReason::evicted);

  sender = datagram.one_way ? Side::client : sender_side(datagram);
  FlowInfo info;
  info.id = datagram.at.packet | std::uint64_t{datagram.part} << kPacketBits;
  info.ends[index(sender)] = {datagram.source, datagram.source_port};
  info.ends[index(opposite(sender))] = {datagram.destination, datagram.destination_port};
  info.ip_protocol = datagram.ip_protocol;
  info.vlan_count = datagram.vlan_count;
  info.vlan = datagram.vlan;
  info.tunnel = datagram.tunnel;
  info.first_seen = datagram.at.time;
  info.opened_by_syn = datagram.ip_protocol == ip_protocol::kTcp &&
                       (datagram.tcp_flags & decode::tcp_flag::kSyn) != 0;

  FlowRecord& flow = pool_.create(info, account_of(info));
  flow.hash = datagram.flow_hash;
  flow.one_way = datagram.one_way;
  flow.flow_class = class_of(flow);
  index_.insert(flow.hash, flow.id_in_pool);
  ages_[static_cast<std::size_t>(flow.flow_class)].push(flow, clock_);
  ++active_;
  ++services_.count.opened;
  return flow;
}

// A SYN that the capture shows late still says who the client is, while no byte was told of.
void FlowTable::learn_client(FlowRecord& flow, Side& sender, const Datagram& datagram) noexcept {
  if ((datagram.tcp_flags & decode::tcp_flag::kSyn) == 0) return;
  if (sender_side(datagram) != sender) {
    const bool told = flow.inspection || flow.account.columns(Side::client).total() != 0 ||
                      flow.account.columns(Side::server).total() != 0;
    if (told) return;
    std::swap(flow.info.ends[0], flow.info.ends[1]);
    std::swap(flow.sides[0], flow.sides[1]);
    flow.account = account_of(flow.info);
    sender = opposite(sender);
  }
  flow.info.opened_by_syn = true;
}

void FlowTable::message(FlowRecord& flow, Side side, const Datagram& datagram) noexcept {
  flow.account.charge(side, Column::truncated, "truncated", datagram.truncated_bytes);
  flow.account.charge(side, Column::lost, "loss", datagram.lost_bytes);
  services_.count.lost_bytes += datagram.lost_bytes;
  if (datagram.lost_bytes != 0) {
    ++flow.side(side).gaps;
    ++services_.count.gaps;
  }
  if (datagram.payload.empty()) return;
  if (!flow.inspection && (services_.options.stream_sha256 || flow.inspected())) {
    flow.inspection = std::make_unique<Inspection>(flow.info, flow.account, services_);
    flow.inspection->open();
  }
  flow.account.deliver(side, datagram.payload.size());
  if (flow.inspection) flow.inspection->datagram(side, datagram.payload);
  flow.stirred = flow.inspection != nullptr;
}

// Never counted, and never the reason to open a flow: the version before it did that.
void FlowTable::alternative(FlowRecord& flow, Side side, const Datagram& datagram) noexcept {
  if (flow.info.ip_protocol == ip_protocol::kTcp)
    order_.alternative(flow, side, datagram);
  else if (flow.inspection && !datagram.payload.empty())
    flow.inspection->alternative_datagram(side, datagram.payload);
}

void FlowTable::touch(FlowRecord& flow) noexcept {
  const FlowClass now_class = class_of(flow);
  if (now_class != flow.flow_class) {
    ages_[static_cast<std::size_t>(flow.flow_class)].remove(flow);
    flow.flow_class = now_class;
    ages_[static_cast<std::size_t>(now_class)].push(flow, clock_);
  } else if (clock_ - flow.age.at >= timeout(now_class) / kTouchParts) {
    ages_[static_cast<std::size_t>(now_class)].move_to_end(flow, clock_);
  }
  if (flow.stirred) {
    flow.stirred = false;
    flow.stirred_packet = services_.now.packet;
    if (std::exchange(flow.idle, false)) idle_.remove(flow);
    quiet_.move_to_end(flow, clock_);
    weigh(flow);
    if (services_.held.over()) [[unlikely]]
      make_room(&flow);
  }
}

void FlowTable::weigh(FlowRecord& flow) noexcept {
  const std::uint64_t now = flow.inspection ? flow.inspection->held_bytes() : 0;
  services_.held.change(std::exchange(flow.held_bytes, now), now);
}

// Flows that have been silent for longest give way; what they have pending is searched.
void FlowTable::make_room(const FlowRecord* keep) noexcept {
  while (services_.held.over()) {
    FlowRecord* flow = idle_.oldest();
    if (flow == nullptr) flow = quiet_.oldest();
    if (flow == nullptr || flow == keep) return;
    ++services_.count.evicted_for_memory;
    close(*flow, CloseReason::evicted);
  }
}

Duration FlowTable::timeout(FlowClass flow_class) const noexcept {
  const config::Timeouts& timeouts = services_.options.timeouts;
  switch (flow_class) {
    case FlowClass::tcp_opening: return timeouts.tcp_opening;
    case FlowClass::tcp_established: return timeouts.tcp_established;
    case FlowClass::tcp_closed: return timeouts.tcp_closed;
    case FlowClass::udp: return timeouts.udp;
    case FlowClass::other: break;
  }
  return timeouts.other;
}

void FlowTable::advance(Position clock) noexcept {
  set_clock(clock);
  services_.ip_packet = {};
  while (FlowRecord* const flow = quiet_.oldest()) {
    const Duration pause = services_.options.timeouts.pause;
    if (clock_ - flow->quiet.at < pause) break;
    // What is found now was there when the flow fell silent: a clock that jumps over days, as from
    // one capture to the next, does not make it younger.
    services_.now = {packet_time(flow->quiet.at + pause), flow->stirred_packet};
    quiet_.remove(*flow);
    order_.pause(*flow);
    flow->stirred = false;
    if (!flow->inspection) continue;
    flow->inspection->pause();
    weigh(*flow);
    flow->idle = true;
    idle_.push(*flow, clock_);
    make_room(flow);
  }
  services_.now = {packet_time(clock_), clock.packet};
  for (std::size_t i = 0; i < kFlowClasses; ++i) {
    const Duration limit = timeout(static_cast<FlowClass>(i));
    while (FlowRecord* const flow = ages_[i].oldest()) {
      if (clock_for(flow->flow_class) - flow->age.at < limit + limit / kTouchParts) break;
      close(*flow, how_it_ended(*flow, CloseReason::timeout));
    }
  }
}

FlowRecord* FlowTable::oldest() const noexcept {
  FlowRecord* oldest = nullptr;
  for (const auto& list : ages_) {
    FlowRecord* const flow = list.oldest();
    if (flow != nullptr && (oldest == nullptr || flow->age.at < oldest->age.at)) oldest = flow;
  }
  return oldest;
}

void FlowTable::count_sides(const FlowRecord& flow) noexcept {
  if (flow.account.columns(Side::client).total() + flow.account.columns(Side::server).total() == 0)
    return;
  ++services_.count.tcp_with_payload;
  const bool one_sided = flow.sides[0].packets == 0 || flow.sides[1].packets == 0;
  services_.count.tcp_one_sided += one_sided ? 1 : 0;
}

void FlowTable::close(FlowRecord& flow, CloseReason reason) noexcept {
  const Bytes ip_packet = std::exchange(services_.ip_packet, {});
  if (flow.info.ip_protocol == ip_protocol::kTcp) {
    order_.flush(flow);
    count_sides(flow);
  }
  ++services_.count.closed[static_cast<std::size_t>(reason)];
  if (flow.inspection) flow.inspection->close(reason);
  services_.ip_packet = ip_packet;
  index_.erase(flow.hash, flow.id_in_pool);
  ages_[static_cast<std::size_t>(flow.flow_class)].remove(flow);
  (flow.idle ? idle_ : quiet_).remove(flow);
  services_.held.change(std::exchange(flow.held_bytes, 0), 0);
  --active_;
  if (flow.inspection && flow.inspection->waits())
    waiting_.emplace_back(&flow, reason);
  else
    end(flow, reason);
}

void FlowTable::end(FlowRecord& flow, CloseReason reason) noexcept {
  if (flow.inspection) flow.inspection->settle();
  std::optional<FlowContext> plain;
  if (!flow.inspection) {
    plain.emplace(flow.info, flow.account, services_.observer);
    plain->now = services_.now;
  }
  FlowEnd end{flow.inspection ? flow.inspection->context() : *plain,
              reason,
              packet_time(flow.last_seen),
              {flow.sides[0].packets, flow.sides[1].packets},
              {flow.sides[0].gaps, flow.sides[1].gaps},
              {}};
  if (services_.options.stream_sha256 && flow.inspection)
    end.sha256 = {flow.inspection->sha256(Side::client), flow.inspection->sha256(Side::server)};
  listener_.on_flow_end(end);
  pool_.destroy(flow);
}

void FlowTable::end_waiting() noexcept {
  std::erase_if(waiting_, [this](const auto& waiting) {
    const auto& [flow, reason] = waiting;
    if (flow->inspection->waits()) return false;
    end(*flow, reason);
    return true;
  });
}

void FlowTable::finish(Position clock) noexcept {
  set_clock(clock);
  services_.ip_packet = {};
  std::vector<FlowRecord*> flows;
  flows.reserve(active_);
  for (const auto& list : ages_)
    for (FlowRecord* flow = list.oldest(); flow != nullptr; flow = flow->age.next)
      flows.push_back(flow);
  std::sort(flows.begin(), flows.end(),
            [](const FlowRecord* a, const FlowRecord* b) { return a->info.id < b->info.id; });
  for (FlowRecord* const flow : flows)
    close(*flow, how_it_ended(*flow, CloseReason::end_of_capture));
}

void FlowTable::report(Stats& stats) const {
  const FlowCounters& count = services_.count;
  stats.add("flow.opened", count.opened);
  stats.add("flow.active", active_);
  for (std::size_t i = 0; i < count.closed.size(); ++i)
    stats.add("flow.closed." + std::string(to_string(static_cast<CloseReason>(i))),
              count.closed[i]);
  stats.add("flow.evicted", count.closed[static_cast<std::size_t>(CloseReason::evicted)]);
  stats.add("flow.tuples_reused", count.tuples_reused);
  stats.add("flow.retransmitted_bytes", count.retransmitted_bytes);
  stats.add("flow.out_of_order", count.out_of_order);
  stats.add("flow.out_of_window", count.out_of_window);
  stats.add("flow.resynchronised", count.resynchronised);
  stats.add("flow.keep_alives", count.keep_alives);
  stats.add("flow.early_bytes", count.early_bytes);
  stats.add("flow.gaps", count.gaps);
  stats.add("flow.lost_bytes", count.lost_bytes);
  stats.add("flow.overlap_differs", count.overlap_differs);
  stats.add("flow.branches", count.branches);
  stats.add("flow.branches_refused", count.branches_refused);
  stats.add("flow.overlap_uninspected_bytes", count.overlap_uninspected_bytes);
  stats.add("flow.unseen_acked_bytes", count.unseen_acked_bytes);
  stats.add("flow.tcp_with_payload", count.tcp_with_payload);
  stats.add("flow.tcp_one_sided", count.tcp_one_sided);
  stats.add("flow.table_bytes", table_bytes());
  stats.add("flow.evicted_for_memory", count.evicted_for_memory);
  stats.add("flow.held_bytes", services_.held.used());
  stats.add("flow.held_bytes_peak", services_.held.peak());
  stats.add("flow.reassembly_bytes", services_.reassembly.used());
  stats.add("flow.reassembly_bytes_peak", services_.reassembly.peak());
  stats.add("flow.reassembly_refusals", services_.reassembly.refusals());
  stats.add("flow.history_bytes", services_.history.budget.used());
  stats.add("flow.history_bytes_peak", services_.history.budget.peak());
  stats.add("flow.history_refusals", services_.history.budget.refusals());
}

}  // namespace outspan::flow

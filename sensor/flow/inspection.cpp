#include "flow/inspection.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "core/hash.h"

namespace outspan::flow {
namespace {
// A version that comes again must not open a branch again; more versions than these are an attack
// that branches_max bounds.
constexpr std::size_t kAlternativesRemembered = 64;
}  // namespace

Inspection::Inspection(const FlowInfo& info, ChargingAccount& account,
                       FlowServices& services) noexcept
    : services_(services),
      account_(account),
      context_(info, account, services.observer),
      sides_{SideState(services.history), SideState(services.history)} {}

void Inspection::open() noexcept {
  stamp(context_, true);
  if (account_.inspected(Side::client) || account_.inspected(Side::server))
    sink_ = services_.handler.open(context_);
}

void Inspection::left_out(Side side, std::uint64_t bytes) noexcept {
  if (account_.inspected(side)) account_.claim(side, Column::skipped, "unwanted", bytes);
}

void Inspection::stamp(FlowContext& context, bool live) const noexcept {
  context.now = services_.now;
  context.ip_packet = live ? services_.ip_packet : Bytes{};
}

void Inspection::deliver(Side side, std::uint64_t offset, Bytes bytes, bool live) noexcept {
  SideState& state = sides_[index(side)];
  if (services_.options.stream_sha256) state.hash.update(bytes);
  if (!sink_ || context_.unwanted[index(side)]) return left_out(side, bytes.size());
  delivered = true;
  stamp(context_, live);
  sink_->on_data(side, offset, bytes);
  context_.ip_packet = {};
  if (!keeps_history(side)) return;
  if (!branches_.empty()) feed_branches(side, offset, bytes);
  state.history.append(offset, bytes);
}

void Inspection::gap(Side side, std::uint64_t offset, std::uint64_t missing_bytes) noexcept {
  if (!sink_) return;
  for (const auto& branch : branches_) {
    if (branch->side != side) continue;
    catch_up(*branch, offset);
    give_gap(*branch, offset + missing_bytes);
  }
  sides_[index(side)].history.restart(offset + missing_bytes);
  if (context_.unwanted[index(side)]) return;
  delivered = true;
  stamp(context_, false);
  sink_->on_gap(side, offset, missing_bytes);
}

void Inspection::datagram(Side side, Bytes bytes) noexcept {
  if (services_.options.stream_sha256) sides_[index(side)].hash.update(bytes);
  if (!sink_ || context_.unwanted[index(side)]) return left_out(side, bytes.size());
  delivered = true;
  stamp(context_, true);
  sink_->on_datagram(side, bytes);
  context_.ip_packet = {};
}

void Inspection::alternative_datagram(Side side, Bytes bytes) noexcept {
  if (!keeps_history(side) || !is_new(side, 0, bytes)) return;
  ++services_.count.overlap_differs;
  stamp(context_, true);
  if (!std::exchange(overlaps(side).reported, true))
    services_.observer.on_anomaly(
        context_, side, {"ip_fragments_differ", "fragments gave different bytes for one message"});
  Branch* const branch = open_branch(side);
  if (branch == nullptr) return refuse(side, bytes.size());
  branch->account.deliver(side, bytes.size());
  branch->sink->on_datagram(side, bytes);
  // A message has no context that a later one could need.
  branch->sink->on_close(CloseReason::fin);
  branch->sink.reset();
  settle(branch->account);
  if (branch->context.objects_waiting == 0) branches_.pop_back();
}

Inspection::Overlaps& Inspection::overlaps(Side side) {
  if (!overlaps_) overlaps_ = std::make_unique<std::array<Overlaps, 2>>();
  return (*overlaps_)[index(side)];
}

bool Inspection::is_new(Side side, std::uint64_t offset, Bytes bytes) noexcept {
  std::vector<std::uint64_t>& seen = overlaps(side).seen;
  const SipKey& secret = services_.history.key;
  const std::uint64_t hash = siphash({secret.k0 ^ offset, secret.k1 ^ bytes.size()}, bytes);
  if (std::find(seen.begin(), seen.end(), hash) != seen.end()) return false;
  if (seen.size() >= kAlternativesRemembered) seen.erase(seen.begin());
  seen.push_back(hash);
  return true;
}

void Inspection::alternative(Side side, std::uint64_t offset, Bytes bytes) noexcept {
  if (!keeps_history(side) || !is_new(side, offset, bytes)) return;
  ++services_.count.overlap_differs;
  stamp(context_, true);
  if (!std::exchange(overlaps(side).reported, true)) {
    services_.observer.on_anomaly(context_, side,
                                  {"tcp_overlap_differs",
                                   "two segments gave different bytes for the same place, first at "
                                   "stream offset " +
                                       std::to_string(offset)});
  }
  Branch* into = nullptr;
  for (const auto& branch : branches_)
    if (branch->side == side && branch->position <= offset && into == nullptr) into = branch.get();
  if (into == nullptr) into = open_branch(side);
  if (into == nullptr) return refuse(side, bytes.size());
  catch_up(*into, offset);
  give_gap(*into, offset);  // what the history no longer had
  give(*into, offset, bytes);
}

void Inspection::refuse_alternative(Side side, std::uint64_t offset, Bytes bytes) noexcept {
  if (keeps_history(side) && is_new(side, offset, bytes)) refuse(side, bytes.size());
}

void Inspection::refuse(Side side, std::uint64_t bytes) noexcept {
  Overlaps& others = overlaps(side);
  ++services_.count.branches_refused;
  others.uninspected_bytes += bytes;
  if (std::exchange(others.refusal_reported, true)) return;
  stamp(context_, true);
  const bool tcp = context_.info.ip_protocol == ip_protocol::kTcp;
  services_.observer.on_anomaly(
      context_, side,
      {tcp ? "tcp_overlap_uninspected" : "ip_fragments_uninspected",
       "other versions of the same bytes were not inspected: there are more than the limits allow, "
       "or what was there is no longer known"});
}

Inspection::Branch* Inspection::open_branch(Side side) noexcept {
  if (branches_.size() >= services_.options.branches_max) return nullptr;
  auto branch = std::make_unique<Branch>(context_.info, account_, services_, side);
  stamp(branch->context, true);
  branch->sink = services_.handler.open(branch->context);
  if (!branch->sink) return nullptr;
  ++services_.count.branches;
  branches_.push_back(std::move(branch));
  return branches_.back().get();
}

void Inspection::give(Branch& branch, std::uint64_t offset, Bytes bytes) noexcept {
  if (offset + bytes.size() <= branch.position || bytes.empty()) return;
  if (offset < branch.position) bytes = bytes.subspan(branch.position - offset);
  stamp(branch.context, false);
  branch.account.deliver(branch.side, bytes.size());
  const std::uint64_t at = branch.position;
  branch.position += bytes.size();
  if (!branch.context.unwanted[index(branch.side)]) branch.sink->on_data(branch.side, at, bytes);
}

void Inspection::give_gap(Branch& branch, std::uint64_t to) noexcept {
  if (to <= branch.position) return;
  stamp(branch.context, false);
  const std::uint64_t missing_bytes = to - branch.position;
  branch.account.charge(branch.side, Column::lost, "loss", missing_bytes);
  branch.sink->on_gap(branch.side, branch.position, missing_bytes);
  branch.position = to;
}

void Inspection::catch_up(Branch& branch, std::uint64_t to) noexcept {
  const History& history = sides_[index(branch.side)].history;
  to = std::min(to, history.end());
  if (branch.position >= to) return;
  give_gap(branch, std::min(history.begin(), to));
  std::uint64_t offset = branch.position;
  for (const Bytes run : history.read(offset, to)) {
    give(branch, offset, run);
    offset += run.size();
  }
}

void Inspection::feed_branches(Side side, std::uint64_t offset, Bytes bytes) noexcept {
  const std::uint64_t kept_from = sides_[index(side)].history.make_room(bytes.size());
  for (const auto& branch : branches_) {
    if (branch->side != side || branch->position >= kept_from) continue;
    catch_up(*branch, kept_from);
    if (kept_from > offset) give(*branch, offset, bytes.first(kept_from - offset));
  }
}

void Inspection::pause() noexcept {
  stamp(context_, false);
  if (sink_) sink_->on_pause();
  for (const auto& branch : branches_) {
    catch_up(*branch, UINT64_MAX);
    stamp(branch->context, false);
    if (branch->sink) branch->sink->on_pause();
  }
}

void Inspection::close(CloseReason reason) noexcept {
  stamp(context_, false);
  if (sink_) sink_->on_close(reason);
  for (const auto& branch : branches_) {
    catch_up(*branch, UINT64_MAX);
    stamp(branch->context, false);
    if (branch->sink) branch->sink->on_close(reason);
    branch->sink.reset();
    settle(branch->account);
  }
  std::erase_if(branches_, [](const auto& branch) { return branch->context.objects_waiting == 0; });
  sink_.reset();
  for (const Side side : {Side::client, Side::server}) move_uninspected(side);
}

/// As many bytes as there were in other versions that nobody read.
void Inspection::move_uninspected(Side side) noexcept {
  constexpr const char* kReason = "overlap-uninspected";
  if (!overlaps_) return;
  const std::uint64_t bytes =
      account_.move(side, Column::skipped, kReason, overlaps(side).uninspected_bytes);
  services_.count.overlap_uninspected_bytes += bytes;
  if (bytes != 0) services_.observer.on_blind_spot(context_, {kReason, side, bytes, {}});
}

void Inspection::settle(ChargingAccount& account) noexcept {
  [[maybe_unused]] std::uint64_t bytes = 0;
  for (const Side side : {Side::client, Side::server}) bytes += account.settle(side);
#ifdef OUTSPAN_STRICT_LEDGER
  if (bytes == 0) return;
  std::fprintf(stderr, "ledger: nobody claims %llu bytes of %s\n",
               static_cast<unsigned long long>(bytes), std::string(account.app().name()).c_str());
  std::abort();
#endif
}

std::uint64_t Inspection::held_bytes() const noexcept {
  std::uint64_t bytes = sizeof *this + kAllocationBytes;
  if (sink_) bytes += sink_->held_bytes();
  for (const auto& branch : branches_)
    bytes += sizeof(Branch) + (branch->sink ? branch->sink->held_bytes() : 0);
  if (overlaps_)
    for (const Overlaps& side : *overlaps_) bytes += sizeof side + heap_bytes(side.seen);
  return bytes;
}

bool Inspection::waits() const noexcept {
  return context_.objects_waiting > 0 ||
         std::any_of(branches_.begin(), branches_.end(),
                     [](const auto& branch) { return branch->context.objects_waiting > 0; });
}

}  // namespace outspan::flow

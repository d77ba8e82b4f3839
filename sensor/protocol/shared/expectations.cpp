#include "protocol/shared/expectations.h"

#include <utility>

namespace outspan::protocol {
namespace {

/// Servers wait a minute at most for the data connection (vsftpd: 60 s, ProFTPD: 300 s idle).
constexpr Duration kLifetime = std::chrono::minutes(5);

}  // namespace

void Expectations::announce(const ExpectedEnd& end, std::shared_ptr<FileTransfer> transfer,
                            Timestamp now) noexcept {
  drop_old(now);
  entries_[end] = {std::move(transfer), now, ++announced_};
  by_age_.emplace_back(announced_, end);
}

std::shared_ptr<FileTransfer> Expectations::claim(const FlowInfo& flow, Timestamp now) noexcept {
  if (entries_.empty() || flow.ip_protocol != ip_protocol::kTcp) return nullptr;
  if (auto transfer = take({flow.ends[1], flow.ends[0].address}, now)) return transfer;
  return take({flow.ends[0], flow.ends[1].address}, now);
}

std::shared_ptr<FileTransfer> Expectations::take(const ExpectedEnd& end, Timestamp now) noexcept {
  const auto found = entries_.find(end);
  if (found == entries_.end()) return nullptr;
  std::shared_ptr<FileTransfer> transfer;
  if (now - found->second.announced <= kLifetime) transfer = std::move(found->second.transfer);
  entries_.erase(found);
  if (transfer) ++claimed_;
  return transfer;
}

void Expectations::drop_old(Timestamp now) noexcept {
  while (!by_age_.empty()) {
    const auto& [number, end] = by_age_.front();
    const auto found = entries_.find(end);
    const bool current = found != entries_.end() && found->second.number == number;
    if (current) {
      const bool expired = now - found->second.announced > kLifetime;
      const bool full = by_age_.size() >= entries_max_;
      if (!expired && !full) return;
      if (!expired) ++evicted_;
      entries_.erase(found);
    }
    by_age_.pop_front();
  }
}

void Expectations::report(Stats& stats) const {
  stats.add("protocol.expected.announced", announced_);
  stats.add("protocol.expected.claimed", claimed_);
  stats.add("protocol.expected.evicted", evicted_);
}

}  // namespace outspan::protocol

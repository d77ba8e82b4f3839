#include "protocol/shared/expectations.h"

#include <utility>

namespace outspan::protocol {
namespace {

/// Servers wait a minute at most for the data connection (vsftpd: 60 s, ProFTPD: 300 s idle).
constexpr Duration kLifetime = std::chrono::minutes(5);

}  // namespace

void Expectations::announce(const ExpectedEnd& end, ExpectedParser parser, Timestamp now) noexcept {
  for (const Entry* oldest = entries_.oldest();
       oldest != nullptr && now - oldest->announced > kLifetime; oldest = entries_.oldest())
    entries_.drop_oldest();
  ++announced_;
  if (entries_.put(end, {std::move(parser), now})) ++evicted_;
}

ExpectedParser Expectations::claim(const FlowInfo& flow, Timestamp now) noexcept {
  ExpectedParser parser;
  if (entries_.empty()) return parser;
  if (!take({flow.ends[1], flow.ends[0].address, flow.ip_protocol}, now, parser))
    take({flow.ends[0], flow.ends[1].address, flow.ip_protocol}, now, parser);
  return parser;
}

bool Expectations::take(const ExpectedEnd& end, Timestamp now, ExpectedParser& parser) noexcept {
  std::optional<Entry> entry = entries_.take(end);
  if (!entry || now - entry->announced > kLifetime) return false;
  ++claimed_;
  parser = std::move(entry->parser);
  return true;
}

void Expectations::report(Stats& stats) const {
  stats.add("protocol.expected.announced", announced_);
  stats.add("protocol.expected.claimed", claimed_);
  stats.add("protocol.expected.evicted", evicted_);
}

}  // namespace outspan::protocol

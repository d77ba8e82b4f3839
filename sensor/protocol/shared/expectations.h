#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/address.h"
#include "core/flow_context.h"
#include "core/stats.h"
#include "core/time.h"
#include "protocol/parser.h"
#include "protocol/shared/bounded_table.h"

namespace outspan::protocol {

/// A flow that was announced: who will listen where, and whose it is.
struct ExpectedEnd {
  Endpoint listener;
  IpAddress peer;  ///< from any port
  std::uint8_t ip_protocol = ip_protocol::kTcp;
  auto operator<=>(const ExpectedEnd& other) const noexcept {
    if (const auto order = listener.address <=> other.listener.address; order != 0) return order;
    if (const auto order = listener.port <=> other.listener.port; order != 0) return order;
    if (const auto order = ip_protocol <=> other.ip_protocol; order != 0) return order;
    return peer <=> other.peer;
  }
  bool operator==(const ExpectedEnd&) const noexcept = default;
};

/// Who parses the announced flow. One of them, as the end's protocol is.
struct ExpectedParser {
  std::function<std::unique_ptr<StreamParser>(StreamHost&)> stream{};
  std::function<std::unique_ptr<DatagramParser>(ParserHost&)> datagrams{};
};

/// Flows announced by another one: FTP's data connections, TFTP's transfers. Both have the same
/// pair of hosts, so the same pipeline sees them: one table a pipeline (SharedState), no lock.
/// Nothing in the bytes of such a flow says what it is, so it is claimed before any parser is
/// asked.
/// Bound: `entries_max` announcements; the oldest goes first. Each is good for one flow.
class Expectations {
 public:
  static constexpr std::size_t kDefaultEntries = 4096;
  explicit Expectations(std::size_t entries_max = kDefaultEntries) noexcept
      : entries_(entries_max) {}

  void announce(const ExpectedEnd& end, ExpectedParser parser, Timestamp now) noexcept;
  /// The parser that this flow was announced for; both empty: none.
  ExpectedParser claim(const FlowInfo& flow, Timestamp now) noexcept;

  void report(Stats& stats) const;

 private:
  struct Entry {
    ExpectedParser parser;
    Timestamp announced{};
  };
  bool take(const ExpectedEnd& end, Timestamp now, ExpectedParser& parser) noexcept;

  BoundedTable<ExpectedEnd, Entry> entries_;
  std::uint64_t announced_ = 0;
  std::uint64_t claimed_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace outspan::protocol

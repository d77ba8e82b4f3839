#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "core/address.h"
#include "core/flow_context.h"
#include "core/stats.h"
#include "core/time.h"

namespace outspan::protocol {

/// What a control connection knows of a transfer. Shared with the data connection, because either
/// may be seen first.
struct FileTransfer {
  std::string verb;  ///< STOR, RETR, LIST ...; empty: not told yet
  std::string file_name;
  std::string user;
  std::string client_name;
  std::string server_name;
};

/// A connection that was announced: who will listen where, and whose it is.
struct ExpectedEnd {
  Endpoint listener;
  IpAddress peer;
  auto operator<=>(const ExpectedEnd& other) const noexcept {
    if (const auto order = listener.address <=> other.listener.address; order != 0) return order;
    if (const auto order = listener.port <=> other.listener.port; order != 0) return order;
    return peer <=> other.peer;
  }
  bool operator==(const ExpectedEnd&) const noexcept = default;
};

/// Connections announced by another one (FTP). Both have the same pair of hosts, so the same
/// pipeline sees them: one table a pipeline, no lock.
/// Bound: `entries_max` announcements; the oldest goes first. Each is good for one connection.
class Expectations {
 public:
  static constexpr std::size_t kDefaultEntries = 4096;
  explicit Expectations(std::size_t entries_max = kDefaultEntries) noexcept
      : entries_max_(entries_max) {}

  void announce(const ExpectedEnd& end, std::shared_ptr<FileTransfer> transfer,
                Timestamp now) noexcept;
  /// The transfer that this TCP flow was announced for; nullptr: none.
  std::shared_ptr<FileTransfer> claim(const FlowInfo& flow, Timestamp now) noexcept;

  void report(Stats& stats) const;

 private:
  struct Entry {
    std::shared_ptr<FileTransfer> transfer;
    Timestamp announced{};
    std::uint64_t number = 0;
  };
  std::shared_ptr<FileTransfer> take(const ExpectedEnd& end, Timestamp now) noexcept;
  void drop_old(Timestamp now) noexcept;

  std::size_t entries_max_;
  std::map<ExpectedEnd, Entry> entries_;
  std::deque<std::pair<std::uint64_t, ExpectedEnd>> by_age_;
  std::uint64_t announced_ = 0;
  std::uint64_t claimed_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace outspan::protocol

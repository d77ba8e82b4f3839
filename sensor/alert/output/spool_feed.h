#pragma once

#include <algorithm>
#include <atomic>
#include <deque>
#include <limits>
#include <string>

#include "alert/output/feed.h"
#include "spool/cursor.h"
#include "spool/spool.h"

namespace outspan::alert {

/// The events of a spool from an output's cursor on. What is not confirmed is given again after a
/// restart.
class SpoolFeed final : public Feed {
 public:
  /// `cursor`: nullptr for an output that begins with what is new and remembers nothing.
  /// `spool` outlives the feed.
  SpoolFeed(spool::Spool& spool, std::string name, std::unique_ptr<spool::Cursor> cursor);
  ~SpoolFeed() override;

  void add(const Event&) override {}  // it is in the spool
  void close() noexcept override { end_max_ = spool_.end(); }
  std::optional<Item> next() override;
  [[nodiscard]] std::uint64_t position() const override { return reader_.position().number; }
  void confirm(std::uint64_t number) override;
  void rewind(std::uint64_t number) override;
  [[nodiscard]] std::uint64_t waiting() const override;
  /// Records that were damaged or that this version cannot read, a segment counted as one.
  [[nodiscard]] std::uint64_t lost() const override { return lost_; }
  [[nodiscard]] bool durable() const noexcept override { return cursor_ != nullptr; }

 private:
  [[nodiscard]] std::uint64_t end() const { return std::min(spool_.end(), end_max_.load()); }

  spool::Spool& spool_;
  std::string name_;
  std::atomic<std::uint64_t> end_max_{std::numeric_limits<std::uint64_t>::max()};
  std::unique_ptr<spool::Cursor> cursor_;
  spool::Reader reader_;
  std::deque<spool::Position> given_;  // not confirmed
  std::atomic<std::uint64_t> confirmed_;
  std::uint64_t unreadable_ = 0;
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace outspan::alert

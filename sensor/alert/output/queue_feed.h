#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

#include "alert/output/feed.h"

namespace outspan::alert {

/// Keeps events in memory until they are confirmed, for runs without a spool. When it is full, a
/// replay waits for a receiver that makes progress and a live sensor does not; what finds no room
/// is lost and counted.
class QueueFeed final : public Feed {
 public:
  enum class WhenFull : std::uint8_t { wait, drop };
  struct Room {
    std::uint64_t bytes_max = std::uint64_t{8} << 20;
    WhenFull when_full = WhenFull::drop;
    /// How long a receiver is waited for that makes no progress; then not again until it does.
    std::chrono::milliseconds patience{2000};
  };
  explicit QueueFeed(Room room) : room_(room) {}

  void add(const Event& event) override;
  std::optional<Item> next() override;
  [[nodiscard]] std::uint64_t position() const override;
  void confirm(std::uint64_t number) override;
  void rewind(std::uint64_t number) override;
  [[nodiscard]] std::uint64_t waiting() const override;
  [[nodiscard]] std::uint64_t lost() const override;
  [[nodiscard]] bool durable() const noexcept override { return false; }

 private:
  bool wait_for_room(std::unique_lock<std::mutex>& lock, std::size_t bytes);

  const Room room_;
  mutable std::mutex mutex_;
  std::condition_variable confirmed_;
  struct Waiting {
    std::vector<std::uint8_t> bytes;  // encoded
    Timestamp added;
  };
  std::deque<Waiting> events_;  // from first_ on
  std::uint64_t first_ = 1, next_ = 1;
  std::uint64_t bytes_ = 0;
  bool stalled_ = false;
  std::uint64_t lost_ = 0;
};

}  // namespace outspan::alert

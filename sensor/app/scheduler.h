#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "alert/event/event.h"
#include "capture/packet_clock.h"
#include "capture/source.h"
#include "core/clock.h"
#include "core/stats.h"
#include "decode/datagram.h"
#include "decode/decoder.h"

namespace outspan::app {

struct Search;

/// A run is cut into this many pipelines by the pair of hosts. It is a constant and not the number
/// of workers, so that every budget, table and eviction is the same for any number of workers.
inline constexpr std::size_t kShards = 8;

/// What one pipeline gets of one read: its datagrams, and the clock, which every pipeline gets.
struct ShardBatch {
  std::uint64_t number = 0;  ///< counts reads from 0
  Position clock;            ///< at the start of the batch
  std::vector<decode::Datagram> datagrams;
  std::vector<ClockStep> steps;  ///< of all packets of the read
  /// What to look for from here on; the same for all shards. nullptr: as before.
  std::shared_ptr<const Search> search;
  /// Keeps the packets alive that the datagrams borrow from.
  std::shared_ptr<const void> memory;
  bool last = false;    ///< nothing follows: close every flow
  bool shed = false;    ///< the payload was left out
  bool quiet = false;   ///< there were no packets to read, for no shard
  bool report = false;  ///< hand over ledger and counters with the records
  bool asked = false;   ///< with `report`: somebody wants to see them, it is not time for events
  /// With `report`, in the batch of shard 0: what source and decoder counted.
  std::unique_ptr<Stats> reader;
};

class ShardRunner {
 public:
  virtual ~ShardRunner() = default;
  /// Called with the batches of a shard in order, by one thread at a time.
  virtual void run(std::size_t shard, ShardBatch& batch) noexcept = 0;
};

/// Shares the work of a run among threads. Any idle thread reads and decodes the next packets (one
/// at a time does, in the order of the capture) or runs a shard that has batches waiting (one
/// thread a shard). Locks are taken once a batch, never for a packet. The number of batches that
/// wait is bounded: in a replay a slow stage slows reading down. Live, a shard that is still full
/// after a while sheds its own packets, so that one sender cannot blind the sensor for all others:
/// their payload is left out, and lost in the ledger. Where all shards are full, packets wait in
/// the kernel's ring.
class Scheduler {
 public:
  enum class WhenFull : std::uint8_t { wait, shed };
  /// For what the reader notices. Called by the thread that reads.
  using Tell = std::function<void(alert::NoticeEvent)>;

  /// `report_interval`: packet time between batches that ask for a report besides the last one;
  /// zero: only the last.
  Scheduler(capture::Source& source, decode::Decoder& decoder, ShardRunner& runner,
            Duration report_interval, WhenFull when_full = WhenFull::wait, Tell tell = {});

  /// From the next read on, shards look for this. Thread: any.
  void search_for(std::shared_ptr<const Search> search) {
    const std::lock_guard lock(mutex_);
    search_ = std::move(search);
  }

  /// Runs to the end of the source with `workers` threads, the caller's included, pinned to `cpus`
  /// in turn if there are any.
  void run(unsigned workers, const std::vector<unsigned>& cpus = {});

  /// The next batch asks for a report, which is not for events. Thread: any.
  void ask_for_report() noexcept { report_asked_.store(true, std::memory_order_relaxed); }
  struct Load {
    std::size_t waiting = 0;    ///< batches
    std::uint64_t busy_ns = 0;  ///< since the start
  };
  /// Of each shard, as it is now. Thread: any.
  [[nodiscard]] std::vector<Load> loads();

  /// How often packets were read, and how often a shard has worked, so far. Thread: any.
  [[nodiscard]] std::uint64_t reads() const noexcept {
    return reads_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t shard_runs() const noexcept {
    return shard_runs_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t packets() const noexcept {
    return packets_.load(std::memory_order_relaxed);
  }

 private:
  struct Shard {
    std::deque<ShardBatch> waiting;
    bool running = false;
    std::uint64_t busy_ns = 0;
    std::size_t shed_datagrams = 0;  ///< among those that wait
  };

  void work() noexcept;
  /// The waiting shard whose next batch is the oldest; kShards: none.
  [[nodiscard]] std::size_t next_shard() const noexcept;
  [[nodiscard]] bool may_read() noexcept;
  [[nodiscard]] bool is_full(const Shard& shard) const noexcept {
    return shard.waiting.size() >= reads_waiting_max_;
  }
  void shed(Shard& shard, ShardBatch& batch) noexcept;
  void end_shedding() noexcept;
  [[nodiscard]] bool finished() const noexcept;
  void run_shard(std::size_t shard, std::unique_lock<std::mutex>& lock) noexcept;
  void read_batch(std::unique_lock<std::mutex>& lock) noexcept;
  std::array<ShardBatch, kShards> cut(capture::PacketBatch& packets, bool last);

  capture::Source& source_;
  decode::Decoder& decoder_;
  ShardRunner& runner_;
  Duration report_interval_;
  WhenFull when_full_;
  Tell tell_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::array<Shard, kShards> shards_;
  std::vector<std::vector<decode::Datagram>> spare_;  // emptied vectors, to be filled again
  std::shared_ptr<const Search> search_;
  std::size_t reads_waiting_max_ = 1;
  std::chrono::steady_clock::time_point full_since_{};  // some shard is
  bool reading_ = false;
  bool ended_ = false;

  // Only the thread that reads touches these.
  capture::PacketClock times_;
  Position clock_;
  Timestamp reported_{};
  std::uint64_t batches_ = 0;
  std::uint64_t shed_packets_ = 0;
  std::uint64_t shed_bytes_ = 0;
  std::uint64_t shed_before_ = 0;  // packets, when this spell of shedding began
  std::chrono::steady_clock::time_point last_shed_{};
  bool shedding_ = false;
  std::atomic<bool> report_asked_{false};
  std::atomic<std::uint64_t> packets_{0};
  std::atomic<std::uint64_t> reads_{0};
  std::atomic<std::uint64_t> shard_runs_{0};
};

}  // namespace outspan::app

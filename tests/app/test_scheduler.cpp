#include "app/scheduler.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "config/config.h"

namespace outspan::app {
namespace {

using namespace std::chrono_literals;

/// UDP datagrams of many pairs of hosts, ten a read, as fast as they are read, until it is stopped.
class EndlessSource final : public capture::Source {
 public:
  capture::ReadStatus read(capture::PacketBatch& batch) noexcept override {
    if (stopped_) return capture::ReadStatus::end;
    std::this_thread::sleep_for(1ms);
    const auto storage = std::make_shared<Storage>();
    for (int i = 0; i < 10; ++i) {
      std::array<std::uint8_t, 32>& packet = storage->packets[static_cast<std::size_t>(i)];
      packet = {0x45, 0, 0,   32, 0,    1,    0, 0, 64, 17, 0, 0, 10,  0,   0,   1,
                203,  0, 113, 1,  0x9c, 0x40, 2, 2, 0,  12, 0, 0, 't', 'e', 'x', 't'};
      packet[15] = static_cast<std::uint8_t>(++packets);
      batch.packets.push_back({.time = Timestamp(std::chrono::milliseconds(packets)),
                               .number = packets,
                               .bytes = packet,
                               .wire_bytes = 32,
                               .link = capture::LinkType::raw_ip});
    }
    batch.storage = storage;
    batch.last_number = packets;
    return capture::ReadStatus::packets;
  }
  [[nodiscard]] bool ready() const noexcept override { return true; }
  void stop() noexcept override { stopped_ = true; }
  [[nodiscard]] const Problems& problems() const noexcept override { return none_; }
  [[nodiscard]] Origin origin(std::uint64_t number) const override { return {"test", number}; }
  [[nodiscard]] Progress progress() const noexcept override { return {}; }
  void report(Stats&) const override {}

  std::uint64_t packets = 0;  // read after the run

 private:
  struct Storage final : capture::PacketStorage {
    std::array<std::array<std::uint8_t, 32>, 10> packets{};
  };
  std::atomic<bool> stopped_{false};
  Problems none_;
};

/// Shard 3 stands still from its first batch until it is let go; the others only count.
class StuckRunner final : public ShardRunner {
 public:
  void run(std::size_t shard, ShardBatch& batch) noexcept override {
    if (shard == 3) {
      std::unique_lock lock(mutex_);
      stuck = true;
      let_go_.wait(lock, [this] { return free_; });
    }
    for (const decode::Datagram& datagram : batch.datagrams) {
      payload_bytes += datagram.payload.size();
      lost_bytes += datagram.lost_bytes;
      if (shard != 3) ++others;
    }
    if (batch.reader) shed_packets = batch.reader->value("run.shed_packets");
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    free_ = true;
    let_go_.notify_all();
  }

  std::atomic<bool> stuck{false};
  std::atomic<std::uint64_t> others{0}, payload_bytes{0}, lost_bytes{0}, shed_packets{0};

 private:
  std::mutex mutex_;
  std::condition_variable let_go_;
  bool free_ = false;
};

struct Outcome {
  std::uint64_t others = 0;  ///< datagrams of other shards while one was stuck
  std::uint64_t packets = 0, payload_bytes = 0, lost_bytes = 0, shed_packets = 0;
  std::vector<std::string> notices;
};

Outcome run_with_a_stuck_shard(Scheduler::WhenFull when_full) {
  const config::Config config;
  EndlessSource source;
  decode::Decoder decoder(config);
  StuckRunner runner;
  Outcome outcome;
  std::mutex mutex;
  Scheduler scheduler(source, decoder, runner, Duration::zero(), when_full,
                      [&](const alert::NoticeEvent& notice) {
                        const std::lock_guard lock(mutex);
                        outcome.notices.push_back(notice.kind);
                      });
  std::thread run([&] { scheduler.run(3); });
  while (!runner.stuck) std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(500ms);  // past its patience
  const std::uint64_t before = runner.others;
  std::this_thread::sleep_for(500ms);
  outcome.others = runner.others - before;
  source.stop();
  std::this_thread::sleep_for(50ms);
  runner.let_go();
  run.join();
  outcome.packets = source.packets;
  outcome.payload_bytes = runner.payload_bytes;
  outcome.lost_bytes = runner.lost_bytes;
  outcome.shed_packets = runner.shed_packets;
  return outcome;
}

TEST(Scheduler, LiveAStuckShardShedsItsOwnPacketsOnly) {
  const Outcome outcome = run_with_a_stuck_shard(Scheduler::WhenFull::shed);
  EXPECT_GT(outcome.others, 100u);
  EXPECT_GT(outcome.shed_packets, 10u);
  EXPECT_EQ(outcome.lost_bytes, outcome.shed_packets * 4);
  EXPECT_EQ(outcome.payload_bytes + outcome.lost_bytes, outcome.packets * 4) << "every byte";
  EXPECT_THAT(outcome.notices, testing::ElementsAre("overload"));
}

TEST(Scheduler, AReplayWaits) {
  const Outcome outcome = run_with_a_stuck_shard(Scheduler::WhenFull::wait);
  EXPECT_EQ(outcome.others, 0u);
  EXPECT_EQ(outcome.lost_bytes, 0u);
  EXPECT_EQ(outcome.payload_bytes, outcome.packets * 4);
  EXPECT_TRUE(outcome.notices.empty());
}

}  // namespace
}  // namespace outspan::app

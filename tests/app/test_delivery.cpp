#include "app/delivery.h"

#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include "config/config_file.h"

namespace outspan::app {
namespace {

class NoSource final : public capture::Source {
 public:
  capture::ReadStatus read(capture::PacketBatch&) noexcept override {
    return capture::ReadStatus::end;
  }
  [[nodiscard]] bool ready() const noexcept override { return true; }
  void stop() noexcept override {}
  [[nodiscard]] const Problems& problems() const noexcept override { return none_; }
  [[nodiscard]] Origin origin(std::uint64_t number) const override { return {"test", number}; }
  [[nodiscard]] Progress progress() const noexcept override { return {}; }
  void report(Stats&) const override {}

 private:
  Problems none_;
};

/// Remembers the order in which events came, and takes its time.
class SlowOutput final : public alert::Output {
 public:
  SlowOutput(std::vector<OrderKey>& seen, std::atomic<int>& notices,
             std::chrono::microseconds pause)
      : seen_(seen), notices_(notices), pause_(pause) {}
  void write(const alert::Event& event) noexcept override {
    if (std::holds_alternative<alert::NoticeEvent>(event.body))
      ++notices_;
    else
      seen_.push_back(event.order);
    std::this_thread::sleep_for(pause_);
  }
  void flush() noexcept override {}
  [[nodiscard]] alert::OutputState state() const override { return {}; }

 private:
  std::vector<OrderKey>& seen_;
  std::atomic<int>& notices_;
  std::chrono::microseconds pause_;
};

class DeliveryTest : public testing::Test {
 protected:
  std::unique_ptr<Delivery> delivery(Delivery::WhenFull when_full,
                                     std::chrono::microseconds pause) {
    std::vector<std::unique_ptr<alert::Output>> outputs;
    outputs.push_back(std::make_unique<SlowOutput>(seen_, notices_, pause));
    return std::make_unique<Delivery>(
        std::move(outputs), policy::HostWindows(config_, names_), source_, "sensor", when_full,
        [](const Report&, Timestamp) { return std::vector<alert::Event>(); });
  }

  /// Each worker hands over the batches of its shards in order, at its own speed.
  static void work(Delivery& to, std::size_t first_shard, std::size_t workers,
                   std::uint64_t batches) {
    std::mt19937 chance(static_cast<unsigned>(first_shard));
    for (std::uint64_t number = 0; number < batches; ++number) {
      for (std::size_t shard = first_shard; shard < kShards; shard += workers) {
        ShardBatch batch;
        batch.number = number;
        batch.last = number + 1 == batches;
        std::vector<Record> records;
        alert::Event event;
        event.order = {number, kShards - shard, 1};
        event.body = alert::AnomalyEvent{};
        const OrderKey order = event.order;
        records.push_back({order, std::move(event)});
        to.hand_over(batch, std::move(records), nullptr);
      }
      if (chance() % 8 == 0) std::this_thread::yield();
    }
  }

  void run(Delivery& to, std::uint64_t batches) {
    constexpr std::size_t kWorkers = 4;
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < kWorkers; ++i)
      workers.emplace_back([&to, i, batches] { work(to, i, kWorkers, batches); });
    for (std::thread& worker : workers) worker.join();
    to.finish();
  }

  const config::Config config_ = config::default_config();
  const policy::SignatureNames names_{"email", "phone", "ticket", "payment-card", "iban", "us-ssn"};
  NoSource source_;
  std::vector<OrderKey> seen_;
  std::atomic<int> notices_{0};
};

TEST_F(DeliveryTest, ASlowReceiverGetsEverythingInOrder) {
  constexpr std::uint64_t kBatches = 1500;
  const auto to = delivery(Delivery::WhenFull::wait, std::chrono::microseconds(20));
  run(*to, kBatches);
  EXPECT_EQ(seen_.size(), kBatches * kShards);
  EXPECT_TRUE(std::is_sorted(seen_.begin(), seen_.end()));
}

TEST_F(DeliveryTest, ANoticeDoesNotWaitForTraffic) {
  const auto to = delivery(Delivery::WhenFull::drop, std::chrono::microseconds(0));
  to->tell({"fingerprints_refreshed", "crm"});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (notices_ == 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(notices_, 1);
  to->tell({"fingerprints_refused", "crm"});
  to->finish();
  EXPECT_EQ(notices_, 2) << "what was told before the end is written";
}

TEST_F(DeliveryTest, ALiveSensorDropsAndCountsWhatAReceiverDoesNotTake) {
  constexpr std::uint64_t kBatches = 1500;
  const auto to = delivery(Delivery::WhenFull::drop, std::chrono::microseconds(200));
  run(*to, kBatches);
  Stats stats;
  to->report(stats);
  EXPECT_GT(stats.value("alert.dropped"), 0u);
  EXPECT_EQ(seen_.size() + stats.value("alert.dropped"), kBatches * kShards);
  EXPECT_TRUE(std::is_sorted(seen_.begin(), seen_.end()));
}

}  // namespace
}  // namespace outspan::app

#include "alert/output/worker.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <poll.h>

#include <numeric>
#include <set>

#include "alert/output/queue_feed.h"
#include "alert/output/spool_feed.h"
#include "tests/alert/outputs.h"

/// Outputs with a thread of their own, their feeds, and a receiver that behaves as it is told.
namespace outspan::alert {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

std::string number_of(const Event& event) { return event.id.substr(0, 6); }

/// What a receiver got, and how it behaves.
struct Receiver {
  std::mutex mutex;
  std::vector<std::string> got;
  bool away = false;     // takes nothing
  bool confirms = true;  // says that it has what it got
  int break_after = 0;   // events on a connection; 0: never
  std::size_t lost_with_a_break = 0;
  std::uint64_t again_with_a_break = 0;  // events before those, confirmed ones as well
  bool never_ends = false;

  std::size_t count() {
    const std::lock_guard lock(mutex);
    return got.size();
  }
};

class FakeSink final : public Sink {
 public:
  FakeSink(Receiver& receiver, OutputCounters& counters)
      : receiver_(receiver), counters_(counters) {}

  Offer offer(const Event& event, std::uint64_t number) override {
    const std::lock_guard lock(receiver_.mutex);
    if (receiver_.away || again_) return Offer::later;
    under_way_.push_back(number);
    receiver_.got.push_back(number_of(event));
    ++counters_.written;
    if (receiver_.break_after != 0 && ++on_connection_ >= receiver_.break_after) {
      on_connection_ = 0;
      const std::size_t lost = std::min(receiver_.lost_with_a_break, under_way_.size());
      receiver_.got.resize(receiver_.got.size() - lost);
      again_ = under_way_[under_way_.size() - std::max<std::size_t>(lost, 1)];
      *again_ -= std::min(receiver_.again_with_a_break, *again_ - 1);
      under_way_.clear();
    }
    sent_ = number + 1;
    return Offer::taken;
  }
  void work(int wake, milliseconds timeout) override {
    {
      const std::lock_guard lock(receiver_.mutex);
      if (receiver_.confirms) under_way_.clear();
    }
    pollfd ready{wake, POLLIN, 0};
    ::poll(&ready, 1, static_cast<int>(std::min(timeout, milliseconds(5)).count()));
  }
  [[nodiscard]] std::optional<std::uint64_t> unconfirmed() const override {
    const std::lock_guard lock(receiver_.mutex);
    return under_way_.empty() ? std::nullopt : std::optional(under_way_.front());
  }
  [[nodiscard]] std::uint64_t sent() const override { return sent_; }
  std::optional<std::uint64_t> take_break() override { return std::exchange(again_, {}); }
  bool finish(Clock::time_point) override { return !receiver_.never_ends; }
  [[nodiscard]] std::string trouble() const override {
    const std::lock_guard lock(receiver_.mutex);
    return receiver_.away ? "nobody is there" : "";
  }

 private:
  Receiver& receiver_;
  OutputCounters& counters_;
  std::vector<std::uint64_t> under_way_;
  std::optional<std::uint64_t> again_;
  std::uint64_t sent_ = 0;
  int on_connection_ = 0;
};

class WorkerTest : public testing::Test {
 protected:
  std::unique_ptr<Output> worker(std::unique_ptr<Feed> feed) {
    config::Output its;
    its.wants.events = {"alert"};
    OutputWorker::Options options{"siem", "syslog", milliseconds(300), milliseconds(400)};
    auto started = OutputWorker::start(
        options, EventFilter(its.wants, config_), std::move(feed),
        [this](OutputCounters& counters) -> Result<std::unique_ptr<Sink>> {
          return std::unique_ptr<Sink>(std::make_unique<FakeSink>(receiver_, counters));
        });
    return std::move(*started);
  }
  std::unique_ptr<Output> with_queue(QueueFeed::Room room = {}) {
    return worker(std::make_unique<QueueFeed>(room));
  }
  std::unique_ptr<Output> with_spool(SpoolOf& spool) {
    auto cursor = spool::Cursor::open(spool.spool->folder(), "siem", spool.spool->newest());
    return worker(std::make_unique<SpoolFeed>(*spool.spool, "siem", std::move(*cursor)));
  }
  /// Numbers that arrived, each once.
  std::set<std::string> arrived() {
    const std::lock_guard lock(receiver_.mutex);
    return {receiver_.got.begin(), receiver_.got.end()};
  }
  void be_away(bool away) {
    const std::lock_guard lock(receiver_.mutex);
    receiver_.away = away;
  }

  config::Config config_;
  Receiver receiver_;
  TemporaryFolder folder_;
};

std::vector<std::string> numbers(int first, int last) {
  std::vector<std::string> all;
  for (int i = first; i <= last; ++i) all.push_back(std::to_string(100000 + i));
  return all;
}

TEST_F(WorkerTest, EventsArriveInOrderAndOthersThanWantedDoNot) {
  auto output = with_queue();
  for (int i = 0; i < 100; ++i) {
    output->write(numbered(i));
    output->write(sample_ledger());
  }
  EXPECT_EQ(ended(*output), "");
  EXPECT_EQ(receiver_.got, numbers(0, 99));
  EXPECT_EQ(output->state().written, 100u);
  EXPECT_EQ(output->state().waiting, 0u);
}

std::uint64_t counted(const Delays& delays) {
  return std::accumulate(delays.counts.begin(), delays.counts.end(), std::uint64_t{0});
}

TEST_F(WorkerTest, EachEventHasTheDelayOfItsDelivery) {
  be_away(true);
  auto output = with_queue();
  for (int i = 0; i < 20; ++i) output->write(numbered(i));
  std::this_thread::sleep_for(milliseconds(120));
  EXPECT_EQ(counted(output->state().delays), 0u) << "nothing has arrived";
  be_away(false);
  EXPECT_EQ(ended(*output), "");
  const Delays delays = output->state().delays;
  EXPECT_EQ(counted(delays), 20u);
  EXPECT_EQ(delays.counts[0] + delays.counts[1] + delays.counts[2], 0u) << "all waited for 120 ms";
  EXPECT_GE(delays.sum, 20 * 0.12);
}

TEST_F(WorkerTest, AnEventThatIsSentAgainIsDelayedOnce) {
  receiver_.break_after = 20;
  receiver_.lost_with_a_break = 3;
  receiver_.again_with_a_break = 9;
  SpoolOf spool(folder_.path() / "spool", config_);
  auto output = with_spool(spool);
  for (int i = 0; i < 15; ++i) spool.write(numbered(i));
  EXPECT_TRUE(within(kPatience, [&] { return output->state().waiting == 0; }));
  for (int i = 15; i < 100; ++i) spool.write(numbered(i));
  EXPECT_TRUE(within(kPatience, [&] { return output->state().waiting == 0; }));
  ended(*output);
  EXPECT_EQ(arrived().size(), 100u);
  EXPECT_GT(receiver_.got.size(), 100u);
  EXPECT_EQ(counted(output->state().delays), 100u);
}

TEST_F(WorkerTest, AFullQueueLosesInALiveSensorAndSaysSo) {
  be_away(true);
  auto output = with_queue({20'000, QueueFeed::WhenFull::drop, milliseconds(100)});
  for (int i = 0; i < 200; ++i) output->write(numbered(i));
  const std::uint64_t lost = output->state().lost;
  EXPECT_GT(lost, 100u);
  EXPECT_EQ(output->state().waiting, 200 - lost);
  be_away(false);
  EXPECT_THAT(ended(*output), HasSubstr(fmt::format("siem: {} events not delivered", lost)));
  EXPECT_EQ(receiver_.got, numbers(0, static_cast<int>(199 - lost))) << "the first ones are there";
}

TEST_F(WorkerTest, AReplayWaitsForAReceiverThatMakesProgress) {
  auto output = with_queue({2'000, QueueFeed::WhenFull::wait, milliseconds(1000)});
  for (int i = 0; i < 300; ++i) output->write(numbered(i));
  EXPECT_EQ(ended(*output), "");
  EXPECT_EQ(receiver_.got, numbers(0, 299));
}

TEST_F(WorkerTest, AReplayWaitsOnceForAReceiverThatDoesNot) {
  be_away(true);
  auto output = with_queue({2'000, QueueFeed::WhenFull::wait, milliseconds(200)});
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i) output->write(numbered(i));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(1500));
  EXPECT_THAT(ended(*output), HasSubstr("1000 events not delivered: nobody is there"));
}

TEST_F(WorkerTest, ABreakCostsNothingButRepeats) {
  receiver_.break_after = 7;
  receiver_.lost_with_a_break = 3;
  auto output = with_queue();
  for (int i = 0; i < 200; ++i) output->write(numbered(i));
  EXPECT_EQ(ended(*output), "");
  EXPECT_EQ(arrived().size(), 200u);
}

TEST_F(WorkerTest, AReceiverThatIsAwayIsToldOnceAndSoIsItsReturn) {
  be_away(true);
  auto output = with_queue();
  std::vector<NoticeEvent> notices;
  const auto told = [&] {
    for (NoticeEvent& notice : output->take_notices()) notices.push_back(std::move(notice));
    return notices.size();
  };
  EXPECT_TRUE(within(kPatience, [&] { return told() == 1; }));
  for (int i = 0; i < 10; ++i) {
    be_away(false);
    std::this_thread::sleep_for(milliseconds(20));
    be_away(true);
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_EQ(told(), 1u) << "it comes and goes";
  EXPECT_TRUE(output->state().away);
  be_away(false);
  EXPECT_TRUE(within(kPatience, [&] { return told() == 2; }));
  EXPECT_EQ(notices[0].kind, "output_away");
  EXPECT_EQ(notices[0].detail, "siem: nobody is there");
  EXPECT_EQ(notices[1].kind, "output_back");
  EXPECT_FALSE(output->state().away);
}

TEST_F(WorkerTest, ASpoolOutlivesReceiverAndSensor) {
  be_away(true);
  for (int run = 0; run < 3; ++run) {
    SpoolOf spool(folder_.path() / "spool", config_);
    auto output = with_spool(spool);
    for (int i = 0; i < 50; ++i) spool.write(numbered(run * 50 + i));
    EXPECT_EQ(ended(*output), "") << "nothing is lost";
    EXPECT_EQ(output->state().waiting, static_cast<std::uint64_t>(run + 1) * 50);
  }
  be_away(false);
  SpoolOf spool(folder_.path() / "spool", config_);
  auto output = with_spool(spool);
  EXPECT_EQ(ended(*output), "");
  EXPECT_EQ(receiver_.got, numbers(0, 149));
}

TEST_F(WorkerTest, WhatWasConfirmedIsNotSentAfterARestart) {
  for (int run = 0; run < 5; ++run) {
    SpoolOf spool(folder_.path() / "spool", config_);
    auto output = with_spool(spool);
    for (int i = 0; i < 20; ++i) {
      spool.write(sample_ledger());  // not wanted
      spool.write(numbered(run * 20 + i));
    }
    ended(*output);
  }
  EXPECT_EQ(receiver_.got, numbers(0, 99));
}

TEST_F(WorkerTest, WhatWasNotConfirmedIsSentAgain) {
  receiver_.confirms = false;
  receiver_.never_ends = true;
  {
    SpoolOf spool(folder_.path() / "spool", config_);
    auto output = with_spool(spool);
    for (int i = 0; i < 10; ++i) spool.write(numbered(i));
    ended(*output);
  }
  EXPECT_EQ(receiver_.got, numbers(0, 9));
  SpoolOf spool(folder_.path() / "spool", config_);
  auto output = with_spool(spool);
  EXPECT_TRUE(within(kPatience, [&] { return receiver_.count() == 20; }));
}

TEST_F(WorkerTest, ANewOutputBeginsWithWhatIsNew) {
  SpoolOf spool(folder_.path() / "spool", config_);
  for (int i = 0; i < 10; ++i) spool.write(numbered(i));
  auto output = with_spool(spool);
  spool.write(numbered(10));
  ended(*output);
  EXPECT_EQ(receiver_.got, numbers(10, 10));
}

TEST_F(WorkerTest, ACursorBeyondTheEndBeginsAtTheEnd) {
  SpoolOf spool(folder_.path() / "spool", config_);
  auto cursor = spool::Cursor::open(spool.spool->folder(), "siem", {1000, 1, 5000});
  auto output = worker(std::make_unique<SpoolFeed>(*spool.spool, "siem", std::move(*cursor)));
  for (int i = 0; i < 3; ++i) spool.write(numbered(i));
  ended(*output);
  EXPECT_EQ(receiver_.got, numbers(0, 2));
}

TEST_F(WorkerTest, ManyBreaksOverManySegments) {
  receiver_.break_after = 13;
  receiver_.lost_with_a_break = 5;
  spool::Options options;
  options.segment_bytes = 5'000;
  options.bytes_max = std::uint64_t{1} << 30;
  SpoolOf spool(folder_.path() / "spool", config_, options);
  auto output = with_spool(spool);
  for (int i = 0; i < 2000; ++i) spool.write(numbered(i));
  EXPECT_TRUE(within(kPatience, [&] { return output->state().waiting == 0; }));
  ended(*output);
  EXPECT_EQ(arrived().size(), 2000u);
}

}  // namespace
}  // namespace outspan::alert

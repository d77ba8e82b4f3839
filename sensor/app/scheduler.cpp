#include "app/scheduler.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace outspan::app {
namespace {

/// What the datagrams of one read borrow from.
struct ReadMemory {
  std::shared_ptr<capture::PacketStorage> packets;
  decode::DatagramBatch decoded;
};

}  // namespace

Scheduler::Scheduler(capture::Source& source, decode::Decoder& decoder, ShardRunner& runner,
                     Duration report_interval)
    : source_(source), decoder_(decoder), runner_(runner), report_interval_(report_interval) {}

void Scheduler::run(unsigned workers) {
  // With one thread, what was read is best worked on while it is still in the cache. With more,
  // some reads ahead keep the others busy.
  reads_waiting_max_ = workers <= 1 ? 1 : 2 + workers / 2;
  std::vector<std::thread> others;
  for (unsigned i = 1; i < workers; ++i) others.emplace_back([this] { work(); });
  work();
  for (std::thread& other : others) other.join();
}

void Scheduler::work() noexcept {
  std::unique_lock lock(mutex_);
  while (!finished()) {
    if (may_read())
      read_batch(lock);
    else if (const std::size_t shard = next_shard(); shard != kShards)
      run_shard(shard, lock);
    else
      // The timeout is for a source that becomes ready without telling us.
      changed_.wait_for(lock, std::chrono::milliseconds(20));
  }
  changed_.notify_all();
}

bool Scheduler::finished() const noexcept {
  return ended_ && !reading_ && std::all_of(shards_.begin(), shards_.end(), [](const Shard& shard) {
           return !shard.running && shard.waiting.empty();
         });
}

bool Scheduler::may_read() const noexcept {
  if (reading_ || ended_ || !source_.ready()) return false;
  return std::all_of(shards_.begin(), shards_.end(), [this](const Shard& shard) {
    return shard.waiting.size() < reads_waiting_max_;
  });
}

std::size_t Scheduler::next_shard() const noexcept {
  std::size_t best = kShards;
  for (std::size_t i = 0; i < kShards; ++i) {
    if (shards_[i].running || shards_[i].waiting.empty()) continue;
    if (best == kShards || shards_[i].waiting.front().number < shards_[best].waiting.front().number)
      best = i;
  }
  return best;
}

void Scheduler::run_shard(std::size_t index, std::unique_lock<std::mutex>& lock) noexcept {
  Shard& shard = shards_[index];
  ShardBatch batch = std::move(shard.waiting.front());
  shard.waiting.pop_front();
  shard.running = true;
  lock.unlock();
  runner_.run(index, batch);
  batch.memory.reset();
  batch.datagrams.clear();
  lock.lock();
  shard.running = false;
  spare_.push_back(std::move(batch.datagrams));
  changed_.notify_all();
}

void Scheduler::read_batch(std::unique_lock<std::mutex>& lock) noexcept {
  reading_ = true;
  lock.unlock();
  capture::PacketBatch packets;
  const bool last = source_.read(packets) == capture::ReadStatus::end;
  auto batches = cut(packets, last);
  lock.lock();
  for (std::size_t i = 0; i < kShards; ++i) shards_[i].waiting.push_back(std::move(batches[i]));
  reading_ = false;
  ended_ = last;
  changed_.notify_all();
}

std::array<ShardBatch, kShards> Scheduler::cut(capture::PacketBatch& packets, bool last) {
  const auto memory = std::make_shared<ReadMemory>();
  memory->packets = std::move(packets.storage);
  packets_.fetch_add(packets.packets.size(), std::memory_order_relaxed);
  times_.judge(packets);
  Position start = clock_;
  if (!packets.packets.empty()) advance_clock(start.time, packets.packets.front().time);
  decoder_.decode(packets, memory->decoded);
  clock_.time = start.time;
  advance_clock(clock_.time, packets.clock);
  clock_.packet = std::max(packets.last_number, clock_.packet);
  decoder_.expire(clock_.time, memory->decoded);
  if (last) decoder_.finish(memory->decoded);

  if (reported_ == Timestamp{} || clock_.time < reported_) reported_ = clock_.time;
  const bool due =
      report_interval_ > Duration::zero() && clock_.time - reported_ >= report_interval_;
  if (due) reported_ = clock_.time;

  std::array<ShardBatch, kShards> batches;
  {
    const std::lock_guard lock(mutex_);
    for (ShardBatch& batch : batches) batch.search = search_;
    for (ShardBatch& batch : batches) {
      if (spare_.empty()) break;
      batch.datagrams = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  for (const decode::Datagram& datagram : memory->decoded.datagrams)
    batches[datagram.host_pair_hash % kShards].datagrams.push_back(datagram);
  for (ShardBatch& batch : batches) {
    batch.number = batches_;
    batch.clock = last ? clock_ : start;
    batch.steps = times_.steps();
    batch.memory = memory;
    batch.last = last;
    batch.quiet = memory->decoded.datagrams.empty();
    batch.report = last || due;
  }
  if (batches.front().report) {
    batches.front().reader = std::make_unique<Stats>();
    source_.report(*batches.front().reader);
    times_.report(*batches.front().reader);
    decoder_.report(*batches.front().reader);
  }
  ++batches_;
  return batches;
}

}  // namespace outspan::app

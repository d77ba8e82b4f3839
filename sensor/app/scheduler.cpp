#include "app/scheduler.h"

#include <pthread.h>
#include <sched.h>

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

/// How long a shard may be full before it sheds: less than what the ring holds at full speed.
constexpr auto kPatience = std::chrono::milliseconds(200);
/// Without shedding for so long, a spell of it is over.
constexpr auto kSpellEnd = std::chrono::seconds(5);
/// Batches that were shed wait for their turn: each is small. Beyond these bounds nothing is read,
/// or not even headers are kept.
constexpr std::size_t kShedBatchesMax = 16'384;
constexpr std::size_t kShedDatagramsMax = 250'000;

}  // namespace

Scheduler::Scheduler(capture::Source& source, decode::Decoder& decoder, ShardRunner& runner,
                     Duration report_interval, WhenFull when_full, Tell tell)
    : source_(source),
      decoder_(decoder),
      runner_(runner),
      report_interval_(report_interval),
      when_full_(when_full),
      tell_(std::move(tell)) {}

void Scheduler::run(unsigned workers, const std::vector<unsigned>& cpus) {
  // With one thread, what was read is best worked on while it is still in the cache. With more,
  // some reads ahead keep the others busy.
  reads_waiting_max_ = workers <= 1 ? 1 : 2 + workers / 2;
  std::vector<std::thread> others;
  const auto pin = [&cpus](unsigned worker) {
    if (cpus.empty()) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpus[worker % cpus.size()], &one);
    // A core that went away since it was checked: then the system chooses.
    static_cast<void>(pthread_setaffinity_np(pthread_self(), sizeof one, &one));
  };
  for (unsigned i = 1; i < workers; ++i)
    others.emplace_back([this, i, &pin] {
      pin(i);
      work();
    });
  pin(0);
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

bool Scheduler::may_read() noexcept {
  if (reading_ || ended_ || !source_.ready()) return false;
  const auto full = std::count_if(shards_.begin(), shards_.end(),
                                  [this](const Shard& shard) { return is_full(shard); });
  if (full == 0) {
    full_since_ = {};
    return true;
  }
  if (when_full_ == WhenFull::wait || full == kShards) return false;
  // The ring holds a burst; what is longer than that is no burst.
  const auto now = std::chrono::steady_clock::now();
  if (full_since_ == std::chrono::steady_clock::time_point{}) full_since_ = now;
  if (now - full_since_ < kPatience) return false;
  return std::none_of(shards_.begin(), shards_.end(),
                      [](const Shard& shard) { return shard.waiting.size() >= kShedBatchesMax; });
}

/// The shard is told that there were packets, and that their payload is lost.
void Scheduler::shed(Shard& shard, ShardBatch& batch) noexcept {
  if (batch.datagrams.empty()) return;
  last_shed_ = std::chrono::steady_clock::now();
  if (!std::exchange(shedding_, true)) {
    shed_before_ = shed_packets_;
    if (tell_)
      tell_({"overload",
             "some hosts send what takes longer to inspect than there is time: the payload of "
             "their packets is left out, and lost in the ledger, until it is worked through"});
  }
  for (decode::Datagram& datagram : batch.datagrams) {
    const std::uint64_t bytes = datagram.payload.size();
    shed_packets_ += bytes != 0 && !datagram.alternative ? 1 : 0;
    shed_bytes_ += datagram.alternative ? 0 : bytes;
    datagram.lost_bytes += static_cast<std::uint32_t>(bytes) + datagram.truncated_bytes;
    datagram.truncated_bytes = 0;
    datagram.payload = {};
    datagram.ip_packet = {};
  }
  batch.memory.reset();
  if (shard.shed_datagrams > kShedDatagramsMax) batch.datagrams.clear();
  shard.shed_datagrams += batch.datagrams.size();
  batch.shed = true;
}

void Scheduler::end_shedding() noexcept {
  if (!shedding_ || std::chrono::steady_clock::now() - last_shed_ < kSpellEnd) return;
  shedding_ = false;
  if (tell_)
    tell_({"overload_over", "nothing is left out any more; " +
                                std::to_string(shed_packets_ - shed_before_) +
                                " packets were since the overload began"});
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
  if (batch.shed) shard.shed_datagrams -= batch.datagrams.size();
  shard.running = true;
  lock.unlock();
  const auto begin = std::chrono::steady_clock::now();
  runner_.run(index, batch);
  const auto busy = std::chrono::steady_clock::now() - begin;
  shard_runs_.fetch_add(1, std::memory_order_relaxed);
  batch.memory.reset();
  batch.datagrams.clear();
  lock.lock();
  shard.running = false;
  shard.busy_ns += static_cast<std::uint64_t>(std::chrono::nanoseconds(busy).count());
  spare_.push_back(std::move(batch.datagrams));
  changed_.notify_all();
}

std::vector<Scheduler::Load> Scheduler::loads() {
  const std::lock_guard lock(mutex_);
  std::vector<Load> loads;
  for (const Shard& shard : shards_) loads.push_back({shard.waiting.size(), shard.busy_ns});
  return loads;
}

void Scheduler::read_batch(std::unique_lock<std::mutex>& lock) noexcept {
  reading_ = true;
  lock.unlock();
  capture::PacketBatch packets;
  const bool last = source_.read(packets) == capture::ReadStatus::end;
  if (tell_)
    for (capture::SourceNotice& notice : source_.take_notices())
      tell_({std::move(notice.kind), std::move(notice.detail)});
  auto batches = cut(packets, last);
  reads_.fetch_add(1, std::memory_order_relaxed);
  lock.lock();
  for (std::size_t i = 0; i < kShards; ++i) {
    if (when_full_ == WhenFull::shed && !last && is_full(shards_[i])) shed(shards_[i], batches[i]);
    shards_[i].waiting.push_back(std::move(batches[i]));
  }
  end_shedding();
  reading_ = false;
  ended_ = last;
  changed_.notify_all();
}

std::array<ShardBatch, kShards> Scheduler::cut(capture::PacketBatch& packets, bool last) {
  const auto memory = std::make_shared<ReadMemory>();
  memory->packets = packets.storage;
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
  const bool asked = report_asked_.exchange(false, std::memory_order_relaxed) && !due && !last;

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
    batch.report = last || due || asked;
    batch.asked = asked;
  }
  if (batches.front().report) {
    batches.front().reader = std::make_unique<Stats>();
    source_.report(*batches.front().reader);
    times_.report(*batches.front().reader);
    batches.front().reader->add("run.shed_packets", shed_packets_);
    batches.front().reader->add("run.shed_bytes", shed_bytes_);
    decoder_.report(*batches.front().reader);
  }
  ++batches_;
  return batches;
}

}  // namespace outspan::app

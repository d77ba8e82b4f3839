#include "capture/live.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>

#include "capture/block_pool.h"
#include "capture/live_port.h"
#include "capture/ring_memory.h"
#include "capture/stop_signal.h"

namespace outspan::capture {
namespace {

constexpr int kPollMs = 100;
/// Runs of packets from one interface that origin() remembers.
constexpr std::size_t kMaxRuns = 65'536;
constexpr std::chrono::seconds kCareInterval{1};
/// After stop(): how long what waits in the rings is read, and after how many waits for nothing a
/// ring is empty (the kernel hands over what it has after kPollMs at most).
constexpr std::chrono::milliseconds kDrainMax{1500};
constexpr int kIdleReadsMax = 3;

class LiveSource : public Source {
 public:
  LiveSource(std::vector<std::unique_ptr<LivePort>> ports, std::size_t snaplen_bytes)
      : ports_(std::move(ports)), snaplen_bytes_(snaplen_bytes) {}

  ReadStatus read(PacketBatch& batch) noexcept override;
  [[nodiscard]] bool ready() const noexcept override { return pool_.has_free(); }
  void stop() noexcept override { stop_.raise(); }
  [[nodiscard]] const Problems& problems() const noexcept override { return problems_; }
  [[nodiscard]] std::vector<SourceNotice> take_notices() override {
    return std::exchange(notices_, {});
  }
  [[nodiscard]] Origin origin(std::uint64_t packet_number) const override;
  [[nodiscard]] Progress progress() const noexcept override { return {}; }
  void report(Stats& stats) const override;

 private:
  struct Run {
    std::uint64_t first_number;
    const LivePort* port;
    std::uint64_t first_there;
  };
  /// What a packet callback of libpcap needs.
  struct Copy {
    LiveSource* source;
    LivePort* port;
    LiveRing* ring;
    PacketBatch* batch;
    std::span<std::uint8_t> room;
  };

  ReadStatus read_ports(PacketBatch& batch);
  ReadStatus end_reading(PacketBatch& batch);
  [[nodiscard]] bool may_drain();
  void wait();
  void read_port(LivePort& port, Copy& copy);
  static void on_packet(unsigned char* user, const pcap_pkthdr* header,
                        const unsigned char* bytes) noexcept;
  void begin_run(const LivePort& port);

  std::vector<std::unique_ptr<LivePort>> ports_;
  std::size_t snaplen_bytes_;
  StopSignal stop_;
  BlockPool pool_;
  Problems problems_;
  std::vector<SourceNotice> notices_;
  mutable std::mutex runs_mutex_;  // origin() is asked by another thread than read()
  std::deque<Run> runs_;
  std::size_t turn_ = 0;  // whose port, and whose ring of it, is read first
  std::chrono::steady_clock::time_point cared_{};
  // Once it is stopped.
  std::optional<std::chrono::steady_clock::time_point> drained_by_;
  int idle_reads_ = 0;

  std::uint64_t packets_ = 0;
  std::uint64_t captured_bytes_ = 0;
  std::uint64_t wire_bytes_ = 0;
  Timestamp clock_{};
};

ReadStatus LiveSource::read(PacketBatch& batch) noexcept {
  batch.packets.clear();
  batch.storage.reset();
  try {
    return read_ports(batch);
  } catch (const std::exception& error) {
    problems_.push_back({"", error.what()});
    return ReadStatus::end;
  }
}

/// Until packets wait somewhere, or for the poll interval.
void LiveSource::wait() {
  std::vector<pollfd> waited;
  for (const auto& port : ports_)
    for (const auto& ring : port->rings()) waited.push_back({ring->descriptor(), POLLIN, 0});
  if (!drained_by_) waited.push_back({stop_.descriptor(), POLLIN, 0});
  poll(waited.data(), waited.size(), kPollMs);  // interrupted or failed: like a timeout
}

/// After stop(): nothing new gets into the rings, and what is in them is read, for a while.
bool LiveSource::may_drain() {
  const auto now = std::chrono::steady_clock::now();
  if (!drained_by_) {
    drained_by_ = now + kDrainMax;
    for (const auto& port : ports_) port->shut();
  }
  std::uint64_t unread = 0;
  for (const auto& port : ports_) unread += port->unread(notices_);
  if (unread == 0 || idle_reads_ >= kIdleReadsMax) return false;
  if (now < *drained_by_) return true;
  for (const auto& port : ports_) port->leave(notices_);
  return false;
}

ReadStatus LiveSource::end_reading(PacketBatch& batch) {
  batch.last_number = packets_;
  batch.clock = clock_;
  return ReadStatus::end;
}

ReadStatus LiveSource::read_ports(PacketBatch& batch) {
  if (stop_.raised() && !may_drain()) return end_reading(batch);
  const std::shared_ptr<Block> block = pool_.take();
  if (block != nullptr) {
    wait();
    Copy copy{this, nullptr, nullptr, &batch, block->bytes()};
    // Whoever filled the block goes last next time.
    for (std::size_t i = 0; i < ports_.size(); ++i)
      read_port(*ports_[(turn_ + i) % ports_.size()], copy);
    ++turn_;
  }
  const auto time = std::chrono::steady_clock::now();
  if (time - cared_ >= kCareInterval) {
    cared_ = time;
    for (const auto& port : ports_) port->care(time, notices_);
  }

  const bool idle = batch.packets.empty();
  if (idle) {
    clock_ = wall_clock();
  } else {
    batch.storage = block;
  }
  if (drained_by_) idle_reads_ = idle ? idle_reads_ + 1 : 0;
  batch.last_number = packets_;
  batch.clock = clock_;
  return idle ? ReadStatus::idle : ReadStatus::packets;
}

void LiveSource::read_port(LivePort& port, Copy& copy) {
  begin_run(port);
  copy.port = &port;
  const auto& rings = port.rings();
  for (std::size_t i = 0; i < rings.size(); ++i) {
    if (copy.room.size() < snaplen_bytes_) return;
    LiveRing& ring = *rings[(turn_ / ports_.size() + i) % rings.size()];
    copy.ring = &ring;
    if (!ring.read(&LiveSource::on_packet, &copy)) return port.fail(ring.problem(), notices_);
  }
}

void LiveSource::on_packet(unsigned char* user, const pcap_pkthdr* header,
                           const unsigned char* bytes) noexcept {
  Copy& copy = *reinterpret_cast<Copy*>(user);
  LiveSource& source = *copy.source;
  const Timestamp time = copy.ring->time(header->ts);
  copy.ring->count_read();
  if (time < copy.ring->since) return;
  const std::size_t size = std::min<std::size_t>(header->caplen, copy.room.size());
  std::memcpy(copy.room.data(), bytes, size);
  copy.batch->packets.push_back({.time = time,
                                 .number = ++source.packets_,
                                 .bytes = Bytes(copy.room.data(), size),
                                 .wire_bytes = std::max(header->len, header->caplen),
                                 .link = copy.ring->link()});
  copy.port->count(copy.batch->packets.back());
  source.captured_bytes_ += size;
  source.wire_bytes_ += header->len;
  source.clock_ = std::max(source.clock_, time);
  copy.room = copy.room.subspan(size);
  if (copy.room.size() < source.snaplen_bytes_) copy.ring->stop_reading();
}

void LiveSource::begin_run(const LivePort& port) {
  const std::lock_guard lock(runs_mutex_);
  if (!runs_.empty() && runs_.back().first_number == packets_ + 1) runs_.pop_back();
  if (!runs_.empty() && runs_.back().port == &port) return;
  runs_.push_back({packets_ + 1, &port, port.packets() + 1});
  if (runs_.size() > kMaxRuns) runs_.pop_front();
}

Source::Origin LiveSource::origin(std::uint64_t packet_number) const {
  const std::lock_guard lock(runs_mutex_);
  const auto after = std::ranges::upper_bound(runs_, packet_number, {}, &Run::first_number);
  if (after == runs_.begin()) return {};
  const Run& run = *std::prev(after);
  return {run.port->name(), packet_number - run.first_number + run.first_there};
}

void LiveSource::report(Stats& stats) const {
  stats.add("capture.packets", packets_);
  stats.add("capture.bytes", captured_bytes_);
  stats.add("capture.wire_bytes", wire_bytes_);
  for (const auto& port : ports_) port->report(stats);
  stats.add("capture.problems", problems_.size());
}

}  // namespace

Result<std::unique_ptr<Source>> open_live(const config::Capture& capture) {
  config::Capture bounded = capture;
  // A block must hold several packets of the largest size.
  bounded.snaplen_bytes = std::clamp<std::uint32_t>(capture.snaplen_bytes, 1, kBlockBytes / 4);
  Problems problems;
  const std::uint64_t ring_bytes = LivePort::ring_bytes(capture) * capture.interfaces.size();
  if (std::string problem = ring_memory_problem(ring_bytes, available_memory()); !problem.empty())
    problems.push_back({"capture.ring_mib", std::move(problem)});
  if (capture.interfaces.empty()) problems.push_back({"capture.interfaces", "names no interface"});
  if (!problems.empty()) return problems;

  std::vector<std::unique_ptr<LivePort>> ports;
  for (const std::string& name : bounded.interfaces) {
    auto port = std::make_unique<LivePort>(name, bounded);
    if (const Problems failed = port->open(); !failed.empty())
      problems.insert(problems.end(), failed.begin(), failed.end());
    ports.push_back(std::move(port));
  }
  if (!problems.empty()) return problems;
  return std::unique_ptr<Source>(new LiveSource(std::move(ports), bounded.snaplen_bytes));
}

}  // namespace outspan::capture

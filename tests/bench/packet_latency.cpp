// How long packets take through a sensor's pipelines, from the moment when they are due: with
// documents in the traffic that worker processes open, and without. As in `live`: packets do not
// wait for files. Prints one JSON object.
//
//   packet-latency PROGRAMS GBIT TRAFFIC [DOCUMENTS]
//
// PROGRAMS: folder of the worker programs. TRAFFIC is played at GBIT a second, one thread for all
// pipelines, in reads of 32 packets; the packets of DOCUMENTS are spread evenly over it and are not
// counted.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "app/pipeline.h"
#include "capture/files.h"
#include "config/config_file.h"
#include "decode/decoder.h"

namespace {

using namespace outspan;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadPackets = 32;
/// One part in so many comes before measuring begins: nDPI, tables and workers start then.
constexpr std::size_t kWarmUpShare = 5;

/// A capture, decoded, in memory of its own: the source's is bounded.
struct Traffic {
  std::vector<decode::Datagram> datagrams;
  std::deque<std::vector<std::uint8_t>> packets;
};

void keep(Traffic& traffic, decode::Datagram datagram) {
  const Bytes packet = datagram.ip_packet;
  if (packet.empty()) return;  // a fragment's; there are none in generated captures
  const auto payload_at = static_cast<std::size_t>(datagram.payload.data() - packet.data());
  const Bytes copy = traffic.packets.emplace_back(packet.begin(), packet.end());
  datagram.ip_packet = copy;
  if (!datagram.payload.empty())
    datagram.payload = copy.subspan(payload_at, datagram.payload.size());
  traffic.datagrams.push_back(datagram);
}

Traffic read_traffic(const std::string& path, const config::Config& config) {
  Traffic traffic;
  auto source = capture::open_files({path}, {});
  if (!source) return traffic;
  decode::Decoder decoder(config);
  capture::PacketBatch packets;
  decode::DatagramBatch decoded;
  for (auto status = capture::ReadStatus::packets; status != capture::ReadStatus::end;) {
    status = (*source)->read(packets);
    decoded.clear();
    decoder.decode(packets, decoded);
    for (const decode::Datagram& datagram : decoded.datagrams) keep(traffic, datagram);
    packets.packets.clear();
    packets.storage.reset();
  }
  return traffic;
}

struct Packet {
  const decode::Datagram* datagram;
  bool is_document;
};

/// The packets of `documents` spread over those of `traffic`.
std::vector<Packet> interleave(const Traffic& traffic, const Traffic& documents) {
  std::vector<Packet> all;
  const std::size_t ours = traffic.datagrams.size(), theirs = documents.datagrams.size();
  std::size_t next = 0;
  for (std::size_t i = 0; i < ours; ++i) {
    all.push_back({&traffic.datagrams[i], false});
    for (; next < theirs * (i + 1) / ours; ++next)
      all.push_back({&documents.datagrams[next], true});
  }
  return all;
}

double thread_cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// All pipelines, played to by one thread.
class Player {
 public:
  explicit Player(const app::RunContext& context) {
    for (auto& pipeline : pipelines_) pipeline = std::make_unique<app::Pipeline>(context);
  }

  /// Of the packets that are no documents' packets, in nanoseconds.
  struct Times {
    std::vector<double> latency;  ///< from when they are due until they are through
    std::vector<double> cpu;      ///< what their read took of the thread: not what others took
    double files_end = 0;         ///< from the last packet until all files are done
  };
  Times play(const std::vector<Packet>& packets, double gbit_per_s) {
    Times times;
    std::uint64_t bits = 0;
    const auto start = Clock::now();
    for (std::size_t at = 0; at < packets.size(); at += kReadPackets) {
      const std::size_t size = std::min(kReadPackets, packets.size() - at);
      const std::span<const Packet> read = std::span(packets).subspan(at, size);
      for (const Packet& packet : read) bits += packet.datagram->ip_packet.size() * 8;
      const auto due = start + std::chrono::nanoseconds(static_cast<std::int64_t>(
                                   static_cast<double>(bits) / gbit_per_s));
      std::this_thread::sleep_until(due);
      const bool last = at + size == packets.size();
      const double cpu_before = thread_cpu_ns();
      run(read, last);
      const std::chrono::duration<double, std::nano> took = Clock::now() - due;
      if (last) {  // it waited for the files that were still open
        times.files_end = took.count();
        break;
      }
      if (at < packets.size() / kWarmUpShare) continue;
      for (const Packet& packet : read) {
        if (packet.is_document) continue;
        times.latency.push_back(took.count());
        times.cpu.push_back(thread_cpu_ns() - cpu_before);
      }
    }
    return times;
  }

 private:
  void run(std::span<const Packet> read, bool last) {
    std::array<app::ShardBatch, app::kShards> batches;
    for (const Packet& packet : read) {
      batches[packet.datagram->host_pair_hash % app::kShards].datagrams.push_back(*packet.datagram);
      // One clock for both captures.
      time_ += std::chrono::microseconds(5);
    }
    for (std::size_t shard = 0; shard < app::kShards; ++shard) {
      app::ShardBatch& batch = batches[shard];
      for (decode::Datagram& datagram : batch.datagrams) {
        datagram.at = {time_, ++number_};
      }
      batch.number = reads_;
      batch.clock = {time_, number_};
      batch.last = last;
      pipelines_[shard]->run(batch);
    }
    ++reads_;
  }

  std::array<std::unique_ptr<app::Pipeline>, app::kShards> pipelines_;
  Timestamp time_{std::chrono::seconds(1'767'225'600)};
  std::uint64_t reads_ = 0, number_ = 0;
};

void print_quantiles(const char* name, std::vector<double>& times) {
  std::sort(times.begin(), times.end());
  const auto at = [&times](double share) {
    return times[static_cast<std::size_t>(static_cast<double>(times.size() - 1) * share)] / 1e3;
  };
  std::printf(
      "\"%s\":{\"p50_us\":%.0f,\"p99_us\":%.0f,\"p999_us\":%.0f,\"max_us\":%.0f,\"histogram\":{",
      name, at(0.5), at(0.99), at(0.999), at(1));
  // Up to 2^n µs, and above the one before.
  auto from = times.begin();
  for (double limit_us = 16; from != times.end(); limit_us *= 2) {
    const auto to = std::upper_bound(from, times.end(), limit_us * 1e3);
    std::printf("%s\"%.0f\":%td", limit_us == 16 ? "" : ",", limit_us, to - from);
    from = to;
  }
  std::printf("}},");
}

void print(Player::Times times, const unpack::Pool& pool) {
  Stats stats;
  pool.report(stats);
  std::printf("{");
  print_quantiles("latency", times.latency);
  print_quantiles("cpu", times.cpu);
  const auto count = [&stats](const char* name) {
    return static_cast<unsigned long long>(stats.value(name));
  };
  std::printf(
      "\"packets\":%zu,\"files\":%llu,\"files_opened\":%llu,\"workers_started\":%llu,"
      "\"files_end_ms\":%.0f}\n",
      times.latency.size(), count("unpack.files"), count("unpack.opened"),
      count("unpack.workers_started"), times.files_end / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) return 2;
  const std::string programs = argv[1];
  const config::Config config = config::default_config();
  auto loader = app::SearchLoader::open(config);
  if (!loader) return 1;
  auto search = loader->load();
  if (!search) return 1;
  unpack::PoolOptions options;
  options.program = programs + "/outspan-unpack";
  options.pdf_program = programs + "/outspan-unpack-pdf";
  options.give_way = true;
  unpack::Pool pool(options);
  const app::RunContext context{app::shard_config(config), *search, &pool, true};
  const Traffic traffic = read_traffic(argv[3], config);
  const Traffic documents = argc == 5 ? read_traffic(argv[4], config) : Traffic();
  if (traffic.datagrams.empty() || (argc == 5 && documents.datagrams.empty())) return 1;
  Player::Times times;
  {
    Player player(context);
    times = player.play(interleave(traffic, documents), std::atof(argv[2]));
  }
  print(std::move(times), pool);
  return 0;
}

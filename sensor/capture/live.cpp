#include "capture/live.h"

#include <fmt/format.h>
#include <pcap/pcap.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <deque>
#include <exception>
#include <mutex>

#include "capture/block_pool.h"
#include "capture/link_type.h"
#include "capture/stop_signal.h"
#include "core/handle.h"

namespace outspan::capture {
namespace {

using PcapHandle = CHandle<pcap_t, pcap_close>;

constexpr int kPollMs = 100;
/// Under load pcap_dispatch() without a bound may never return.
constexpr int kPacketsADispatch = 4096;
/// Runs of packets from one interface that origin() remembers.
constexpr std::size_t kMaxRuns = 65'536;
/// libpcap counts drops in 32 bits, which a fast link wraps in a few minutes.
constexpr std::chrono::seconds kStatsInterval{1};

Timestamp now() noexcept {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

/// One interface that is being read.
class Interface {
 public:
  static Result<std::unique_ptr<Interface>> open(const std::string& name,
                                                 const config::Capture& capture);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] pcap_t* handle() const noexcept { return handle_.get(); }
  [[nodiscard]] int descriptor() const noexcept { return pcap_get_selectable_fd(handle()); }
  [[nodiscard]] LinkType link() const noexcept { return link_; }
  [[nodiscard]] Timestamp time(const timeval& tv) const noexcept {
    const std::int64_t ns = std::int64_t{tv.tv_usec} * (nanoseconds_ ? 1 : 1000);
    return timestamp_from_ns(std::int64_t{tv.tv_sec} * 1'000'000'000 + ns);
  }

  void update_drops() noexcept {
    pcap_stat current{};
    if (pcap_stats(handle(), &current) != 0) return;
    // Differences of the 32-bit counters are right across a wrap.
    kernel_dropped += current.ps_drop - last_.ps_drop;
    interface_dropped += current.ps_ifdrop - last_.ps_ifdrop;
    last_ = current;
  }

  std::uint64_t packets = 0;
  std::uint64_t kernel_dropped = 0;
  std::uint64_t interface_dropped = 0;
  bool gone = false;

 private:
  Interface(std::string name, PcapHandle handle)
      : name_(std::move(name)), handle_(std::move(handle)) {}

  std::string name_;
  PcapHandle handle_;
  LinkType link_ = LinkType::ethernet;
  bool nanoseconds_ = false;
  pcap_stat last_{};
};

std::string why_not_activated(int code, const char* detail) {
  switch (code) {
    case PCAP_ERROR_NO_SUCH_DEVICE: return "there is no such interface";
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      return "may not be read: run as root, or give the program CAP_NET_RAW "
             "(setcap cap_net_raw+ep)";
    case PCAP_ERROR_IFACE_NOT_UP: return "is down (ip link set dev ... up)";
    default:
      return fmt::format("cannot be read: {}{}{}", pcap_statustostr(code),
                         *detail == '\0' ? "" : ": ", detail);
  }
}

Result<std::unique_ptr<Interface>> Interface::open(const std::string& name,
                                                   const config::Capture& capture) {
  const std::string where = "interface " + name;
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  PcapHandle handle(pcap_create(name.c_str(), error.data()));
  if (handle == nullptr) return Problem{where, error.data()};
  pcap_t* pcap = handle.get();

  pcap_set_snaplen(pcap, static_cast<int>(capture.snaplen_bytes));
  pcap_set_promisc(pcap, 1);
  // Not the immediate mode: it would fall back to the old, slower ring (TPACKET_V2).
  pcap_set_timeout(pcap, kPollMs);
  const std::uint64_t ring_bytes = std::uint64_t{capture.ring_mib} << 20;
  pcap_set_buffer_size(pcap, static_cast<int>(std::min<std::uint64_t>(ring_bytes, 0x7fff'0000)));
  const bool nanoseconds = pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO) == 0;

  const int code = pcap_activate(pcap);
  if (code < 0) return Problem{where, why_not_activated(code, pcap_geterr(pcap))};
  // pcap_dispatch() ignores its timeout on a silent link; waiting is done by poll() here.
  if (pcap_setnonblock(pcap, 1, error.data()) != 0) return Problem{where, error.data()};

  bpf_program program{};
  if (pcap_compile(pcap, &program, capture.filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
    return Problem{"filter", fmt::format("\"{}\": {}", capture.filter, pcap_geterr(pcap))};
  const int filtered = capture.filter.empty() ? 0 : pcap_setfilter(pcap, &program);
  pcap_freecode(&program);
  if (filtered != 0) return Problem{"filter", pcap_geterr(pcap)};

  std::unique_ptr<Interface> opened(new Interface(name, std::move(handle)));
  opened->link_ = from_dlt(pcap_datalink(pcap));
  opened->nanoseconds_ =
      nanoseconds && pcap_get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO;
  return opened;
}

class LiveSource : public Source {
 public:
  explicit LiveSource(std::vector<std::unique_ptr<Interface>> interfaces, std::size_t snaplen_bytes)
      : interfaces_(std::move(interfaces)), snaplen_bytes_(snaplen_bytes) {}

  ReadStatus read(PacketBatch& batch) noexcept override;
  [[nodiscard]] bool ready() const noexcept override { return pool_.has_free(); }
  void stop() noexcept override { stop_.raise(); }
  [[nodiscard]] const Problems& problems() const noexcept override { return problems_; }
  [[nodiscard]] Origin origin(std::uint64_t packet_number) const override;
  [[nodiscard]] Progress progress() const noexcept override { return {}; }
  void report(Stats& stats) const override;

 private:
  struct Run {
    std::uint64_t first_number;
    const Interface* interface;
    std::uint64_t first_there;
  };
  /// What a packet callback of libpcap needs.
  struct Copy {
    LiveSource* source;
    Interface* interface;
    PacketBatch* batch;
    std::span<std::uint8_t> room;
  };

  ReadStatus read_interfaces(PacketBatch& batch);
  std::vector<pollfd> wait();
  void read_interface(Interface& interface, Copy& copy);
  static void on_packet(unsigned char* user, const pcap_pkthdr* header,
                        const unsigned char* bytes) noexcept;
  void begin_run(const Interface& interface);
  void update_drops() noexcept;

  std::vector<std::unique_ptr<Interface>> interfaces_;
  std::size_t snaplen_bytes_;
  StopSignal stop_;
  BlockPool pool_;
  Problems problems_;
  mutable std::mutex runs_mutex_;  // origin() is asked by another thread than read()
  std::deque<Run> runs_;
  std::size_t first_turn_ = 0;
  std::chrono::steady_clock::time_point drops_updated_{};

  std::uint64_t packets_ = 0;
  std::uint64_t captured_bytes_ = 0;
  std::uint64_t wire_bytes_ = 0;
  Timestamp clock_{};
};

ReadStatus LiveSource::read(PacketBatch& batch) noexcept {
  batch.packets.clear();
  batch.storage.reset();
  try {
    return read_interfaces(batch);
  } catch (const std::exception& error) {
    problems_.push_back({"", error.what()});
    return ReadStatus::end;
  }
}

std::vector<pollfd> LiveSource::wait() {
  std::vector<pollfd> waited;
  for (const auto& interface : interfaces_)
    waited.push_back({interface->gone ? -1 : interface->descriptor(), POLLIN, 0});
  waited.push_back({stop_.descriptor(), POLLIN, 0});
  poll(waited.data(), waited.size(), kPollMs);  // interrupted or failed: like a timeout
  return waited;
}

ReadStatus LiveSource::read_interfaces(PacketBatch& batch) {
  const bool any = std::ranges::any_of(interfaces_, [](const auto& i) { return !i->gone; });
  if (stop_.raised() || !any) return ReadStatus::end;
  const std::shared_ptr<Block> block = pool_.take();
  if (block != nullptr) {
    const std::vector<pollfd> waited = wait();
    if (stop_.raised()) return ReadStatus::end;
    Copy copy{this, nullptr, &batch, block->bytes()};
    // Whoever filled the block goes last next time.
    for (std::size_t i = 0; i < interfaces_.size(); ++i) {
      const std::size_t turn = (first_turn_ + i) % interfaces_.size();
      if (waited[turn].revents != 0) read_interface(*interfaces_[turn], copy);
    }
    first_turn_ = (first_turn_ + 1) % interfaces_.size();
  }
  if (std::chrono::steady_clock::now() - drops_updated_ >= kStatsInterval) update_drops();

  const bool idle = batch.packets.empty();
  if (idle) {
    clock_ = now();
  } else {
    batch.storage = block;
  }
  batch.last_number = packets_;
  batch.clock = clock_;
  return idle ? ReadStatus::idle : ReadStatus::packets;
}

void LiveSource::read_interface(Interface& interface, Copy& copy) {
  if (copy.room.size() < snaplen_bytes_) return;
  copy.interface = &interface;
  begin_run(interface);
  const int code = pcap_dispatch(interface.handle(), kPacketsADispatch, &LiveSource::on_packet,
                                 reinterpret_cast<unsigned char*>(&copy));
  if (code >= 0 || code == PCAP_ERROR_BREAK) return;
  interface.update_drops();
  interface.gone = true;
  problems_.push_back({"interface " + interface.name(),
                       fmt::format("can no longer be read: {}", pcap_geterr(interface.handle()))});
}

void LiveSource::on_packet(unsigned char* user, const pcap_pkthdr* header,
                           const unsigned char* bytes) noexcept {
  Copy& copy = *reinterpret_cast<Copy*>(user);
  LiveSource& source = *copy.source;
  const std::size_t size = std::min<std::size_t>(header->caplen, copy.room.size());
  std::memcpy(copy.room.data(), bytes, size);
  const Timestamp time = copy.interface->time(header->ts);
  copy.batch->packets.push_back({.time = time,
                                 .number = ++source.packets_,
                                 .bytes = Bytes(copy.room.data(), size),
                                 .wire_bytes = std::max(header->len, header->caplen),
                                 .link = copy.interface->link()});
  ++copy.interface->packets;
  source.captured_bytes_ += size;
  source.wire_bytes_ += header->len;
  source.clock_ = std::max(source.clock_, time);
  copy.room = copy.room.subspan(size);
  if (copy.room.size() < source.snaplen_bytes_) pcap_breakloop(copy.interface->handle());
}

void LiveSource::begin_run(const Interface& interface) {
  const std::lock_guard lock(runs_mutex_);
  if (!runs_.empty() && runs_.back().first_number == packets_ + 1) runs_.pop_back();
  if (!runs_.empty() && runs_.back().interface == &interface) return;
  runs_.push_back({packets_ + 1, &interface, interface.packets + 1});
  if (runs_.size() > kMaxRuns) runs_.pop_front();
}

Source::Origin LiveSource::origin(std::uint64_t packet_number) const {
  const std::lock_guard lock(runs_mutex_);
  const auto after = std::ranges::upper_bound(runs_, packet_number, {}, &Run::first_number);
  if (after == runs_.begin()) return {};
  const Run& run = *std::prev(after);
  return {run.interface->name(), packet_number - run.first_number + run.first_there};
}

void LiveSource::update_drops() noexcept {
  drops_updated_ = std::chrono::steady_clock::now();
  for (const auto& interface : interfaces_)
    if (!interface->gone) interface->update_drops();
}

void LiveSource::report(Stats& stats) const {
  stats.add("capture.packets", packets_);
  stats.add("capture.bytes", captured_bytes_);
  stats.add("capture.wire_bytes", wire_bytes_);
  for (const auto& interface : interfaces_) {
    if (!interface->gone) interface->update_drops();
    stats.add("capture.kernel_dropped", interface->kernel_dropped);
    stats.add("capture.interface_dropped", interface->interface_dropped);
  }
  stats.add("capture.problems", problems_.size());
}

}  // namespace

Result<std::unique_ptr<Source>> open_live(const config::Capture& capture) {
  config::Capture bounded = capture;
  // A block must hold several packets of the largest size.
  bounded.snaplen_bytes = std::clamp<std::uint32_t>(capture.snaplen_bytes, 1, kBlockBytes / 4);
  Problems problems;
  std::vector<std::unique_ptr<Interface>> interfaces;
  for (const std::string& name : bounded.interfaces) {
    Result<std::unique_ptr<Interface>> opened = Interface::open(name, bounded);
    if (opened.ok()) {
      interfaces.push_back(std::move(*opened));
    } else {
      problems.insert(problems.end(), opened.problems().begin(), opened.problems().end());
    }
  }
  if (interfaces.empty() && problems.empty())
    problems.push_back({"capture.interfaces", "names no interface"});
  if (!problems.empty()) return problems;
  return std::unique_ptr<Source>(new LiveSource(std::move(interfaces), bounded.snaplen_bytes));
}

}  // namespace outspan::capture

#include "capture/live_ring.h"

#include <fmt/format.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "capture/link_type.h"
#include "capture/ring_memory.h"

namespace outspan::capture {
namespace {

constexpr int kPollMs = 100;
/// Under load pcap_dispatch() without a bound may never return.
constexpr int kPacketsADispatch = 4096;

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

bool set_fanout(pcap_t* pcap, int group, int more_flags) noexcept {
  const int fanout = group | (PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG | more_flags) << 16;
  return setsockopt(pcap_fileno(pcap), SOL_PACKET, PACKET_FANOUT, &fanout, sizeof fanout) == 0;
}

}  // namespace

Result<std::unique_ptr<LiveRing>> LiveRing::open(const std::string& interface,
                                                 const config::Capture& capture) {
  const std::string where = "interface " + interface;
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  CHandle<pcap_t, pcap_close> handle(pcap_create(interface.c_str(), error.data()));
  if (handle == nullptr) return Problem{where, error.data()};
  pcap_t* const pcap = handle.get();

  pcap_set_snaplen(pcap, static_cast<int>(capture.snaplen_bytes));
  pcap_set_promisc(pcap, 1);
  // Not the immediate mode: it would fall back to the old, slower ring (TPACKET_V2).
  pcap_set_timeout(pcap, kPollMs);
  const std::uint64_t ring_bytes = std::uint64_t{capture.ring_mib} << 20;
  pcap_set_buffer_size(pcap, static_cast<int>(std::min<std::uint64_t>(ring_bytes, 0x7fff'0000)));
  const bool nanoseconds = pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO) == 0;

  const std::uint64_t mapped = mapped_ring_bytes();
  const int code = pcap_activate(pcap);
  if (code < 0) return Problem{where, why_not_activated(code, pcap_geterr(pcap))};
  // pcap_dispatch() ignores its timeout on a silent link; waiting is done by poll() elsewhere.
  if (pcap_setnonblock(pcap, 1, error.data()) != 0) return Problem{where, error.data()};

  bpf_program program{};
  if (pcap_compile(pcap, &program, capture.filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
    return Problem{"filter", fmt::format("\"{}\": {}", capture.filter, pcap_geterr(pcap))};
  const int filtered = capture.filter.empty() ? 0 : pcap_setfilter(pcap, &program);
  pcap_freecode(&program);
  if (filtered != 0) return Problem{"filter", pcap_geterr(pcap)};

  std::unique_ptr<LiveRing> opened(new LiveRing(std::move(handle)));
  opened->link_ = from_dlt(pcap_datalink(pcap));
  opened->bytes_ = mapped_ring_bytes() - mapped;
  opened->nanoseconds_ =
      nanoseconds && pcap_get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO;
  return opened;
}

Timestamp LiveRing::time(const timeval& tv) const noexcept {
  const std::int64_t ns = std::int64_t{tv.tv_usec} * (nanoseconds_ ? 1 : 1000);
  return timestamp_from_ns(std::int64_t{tv.tv_sec} * 1'000'000'000 + ns);
}

bool LiveRing::read(OnPacket on_packet, void* user) noexcept {
  const int code =
      pcap_dispatch(handle_.get(), kPacketsADispatch, on_packet, static_cast<unsigned char*>(user));
  return code >= 0 || code == PCAP_ERROR_BREAK;
}

std::optional<std::uint16_t> LiveRing::begin_group() noexcept {
  if (!set_fanout(handle_.get(), 0, PACKET_FANOUT_FLAG_UNIQUEID)) return std::nullopt;
  int chosen = 0;
  socklen_t size = sizeof chosen;
  if (getsockopt(pcap_fileno(handle_.get()), SOL_PACKET, PACKET_FANOUT, &chosen, &size) != 0)
    return std::nullopt;
  return static_cast<std::uint16_t>(chosen & 0xffff);
}

bool LiveRing::join(std::uint16_t group) noexcept { return set_fanout(handle_.get(), group, 0); }

LiveRing::Counts LiveRing::take_counts() noexcept {
  pcap_stat now{};
  if (pcap_stats(handle_.get(), &now) != 0) return {};
  // Differences of the 32-bit counters are right across a wrap, which a fast link makes in minutes.
  const Counts counts{now.ps_recv - last_.ps_recv, now.ps_drop - last_.ps_drop,
                      now.ps_ifdrop - last_.ps_ifdrop};
  last_ = now;
  // On Linux those that the kernel dropped were received.
  kept_ += counts.received - std::min(counts.received, counts.kernel_dropped);
  return counts;
}

void LiveRing::shut() noexcept {
  // Not through libpcap, which would apply it to what is in the ring as well.
  sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
  const sock_fprog program{1, &nothing};
  // Where it fails, the reader's limit holds.
  static_cast<void>(setsockopt(pcap_fileno(handle_.get()), SOL_SOCKET, SO_ATTACH_FILTER, &program,
                               sizeof program));
}

}  // namespace outspan::capture

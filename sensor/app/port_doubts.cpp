#include "app/port_doubts.h"

#include <fmt/format.h>

#include <algorithm>

namespace outspan::app {
namespace {

/// So much must have been seen to be judged.
constexpr std::uint64_t kBytesEnough = 10'000;
constexpr std::uint64_t kFlowsEnough = 5;
constexpr unsigned kJumbo = 9000;

std::uint64_t total(const Ledger& ledger, Direction direction) {
  return ledger.of(direction).total();
}

std::uint64_t total(const Ledger& ledger) {
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < kDirections; ++i) bytes += total(ledger, static_cast<Direction>(i));
  return bytes;
}

std::uint64_t total(const Ledger& ledger, Column column) {
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < kDirections; ++i)
    bytes += ledger.of(static_cast<Direction>(i))[column];
  return bytes;
}

/// Rounded up, so that a little is not nothing.
std::uint64_t percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : (part * 100 + whole - 1) / whole;
}

std::string names(const std::vector<WatchedPort>& ports) {
  std::string all;
  for (const WatchedPort& port : ports) all += (all.empty() ? "" : ", ") + port.name;
  return all;
}

void doubt_home_networks(const Ledger& ledger, const config::Config& config,
                         std::vector<Doubt>& doubts) {
  const std::uint64_t all = total(ledger);
  const std::uint64_t transit = total(ledger, Direction::transit);
  if (config.home_networks.empty())
    doubts.push_back({"home_networks_empty",
                      "no home network is configured, so nothing counts as leaving",
                      "set home_networks, or --home-net 192.0.2.0/24"});
  else if (all >= kBytesEnough && transit * 2 > all)
    doubts.push_back({"home_networks_do_not_fit",
                      fmt::format("{} % of the payload is between addresses that are in no home "
                                  "network",
                                  percent(transit, all)),
                      "set home_networks to the networks behind this port; "
                      "`tcpdump -nq -c 50 -i IFACE` shows addresses"});
  else if (all >= kBytesEnough && total(ledger, Direction::outbound) == 0)
    doubts.push_back({"nothing_leaves", "no payload goes from a home network to another one",
                      "mirror the port towards the Internet, or correct home_networks if what is "
                      "outside is taken for inside"});
}

void doubt_mirror(const Stats& stats, const Ledger& ledger, std::vector<Doubt>& doubts) {
  const std::uint64_t flows = stats.value("flow.tcp_with_payload");
  const std::uint64_t one_sided = stats.value("flow.tcp_one_sided");
  if (flows >= kFlowsEnough && one_sided * 2 > flows)
    doubts.push_back(
        {"port_one_sided",
         fmt::format("{} of {} TCP connections show packets of one side only", one_sided, flows),
         "mirror both directions (Cisco: `monitor session 1 source interface IFACE "
         "both`), or give both legs of the TAP with -i"});
  const std::uint64_t all = total(ledger);
  const std::uint64_t lost = total(ledger, Column::lost);
  const bool dropped_here = stats.value("capture.kernel_dropped") +
                                stats.value("capture.interface_dropped") +
                                stats.value("run.shed_packets") !=
                            0;
  if (all >= kBytesEnough && lost * 1000 > all && !dropped_here && one_sided * 2 <= flows)
    doubts.push_back({"port_holes",
                      fmt::format("{} % of the payload is missing, though nothing was dropped on "
                                  "this machine: the mirror itself loses packets",
                                  percent(lost, all)),
                      "mirror fewer ports or VLANs to this one, or use a faster port"});
  const std::uint64_t truncated = total(ledger, Column::truncated);
  if (all >= kBytesEnough && truncated * 1000 > all)
    doubts.push_back({"port_truncated",
                      fmt::format("{} % of the payload is cut off", percent(truncated, all)),
                      "set capture.snaplen to 65535, and switch off truncation at the mirror or "
                      "packet broker"});
  const std::uint64_t encrypted = ledger.of(Direction::outbound)[Column::encrypted];
  const std::uint64_t outbound = total(ledger, Direction::outbound);
  if (outbound >= kBytesEnough && encrypted * 20 > outbound * 19)
    doubts.push_back({"port_encrypted",
                      fmt::format("{} % of what leaves is encrypted: there is little to inspect",
                                  percent(encrypted, outbound)),
                      "mirror a place where it is in clear: behind the proxy or load balancer that "
                      "ends TLS, or between servers and databases"});
}

void doubt_machine(const Stats& stats, const config::Config& config,
                   const std::vector<WatchedPort>& ports, std::vector<Doubt>& doubts) {
  const std::uint64_t packets = stats.value("capture.packets");
  const std::uint64_t kernel = stats.value("capture.kernel_dropped");
  const std::uint64_t interface = stats.value("capture.interface_dropped");
  if (kernel * 1000 > packets)
    doubts.push_back({"port_kernel_drops",
                      fmt::format("the kernel dropped {} of {} packets: the ring was full", kernel,
                                  packets + kernel),
                      fmt::format("set capture.ring_mib above {}, give the sensor more cores, or "
                                  "leave traffic out with --filter",
                                  config.capture.ring_mib)});
  const std::uint64_t shed = stats.value("run.shed_packets");
  if (shed * 1000 > packets)
    doubts.push_back(
        {"port_overload",
         fmt::format("the sensor left out {} of {} packets: it had no time", shed, packets),
         "give it more cores, or leave traffic out with --filter"});
  if (interface * 1000 > packets)
    doubts.push_back({"port_interface_drops",
                      fmt::format("the interface dropped {} packets", interface),
                      fmt::format("`ethtool -G {} rx 4096`; `ethtool -S {}` shows where",
                                  ports.front().name, ports.front().name)});
  for (const WatchedPort& port : ports)
    if (port.settings.merges_segments)
      doubts.push_back({"port_offloads",
                        port.name + " merges segments before they are captured: packets are not "
                                    "as they were on the wire",
                        "`ethtool -K " + port.name + " gro off lro off`"});
}

}  // namespace

std::vector<WatchedPort> watched_ports(const std::vector<std::string>& interfaces) {
  std::vector<WatchedPort> ports;
  for (const std::string& name : interfaces) ports.push_back({name, capture::link_settings(name)});
  return ports;
}

std::vector<Doubt> port_doubts(const Stats& stats, const Ledger& ledger,
                               const config::Config& config,
                               const std::vector<WatchedPort>& ports) {
  std::vector<Doubt> doubts;
  if (ports.empty()) return doubts;
  if (stats.value("capture.packets") == 0) {
    doubts.push_back({"port_silent", "no packet came on " + names(ports),
                      "`ip -s link show dev " + ports.front().name +
                          "`; check the mirror's destination at the switch, and --filter"});
  } else if (total(ledger) == 0) {
    doubts.push_back({"port_no_payload",
                      "packets came on " + names(ports) +
                          ", but none with payload over IP: "
                          "the port is not mirrored to",
                      "check the mirror's sources at the switch"});
  }
  doubt_home_networks(ledger, config, doubts);
  doubt_mirror(stats, ledger, doubts);
  doubt_machine(stats, config, ports, doubts);
  return doubts;
}

std::vector<std::string> port_facts(const Stats& stats, const Ledger& ledger,
                                    const std::vector<WatchedPort>& ports) {
  std::vector<std::string> lines;
  for (const WatchedPort& port : ports)
    lines.push_back(fmt::format("{}: MTU {}{}", port.name, port.settings.mtu,
                                port.settings.mtu >= kJumbo
                                    ? ""
                                    : "; larger frames do not arrive (`ip link set dev " +
                                          port.name + " mtu 9000` lets them)"));
  const std::uint64_t all = total(ledger);
  lines.push_back(fmt::format("packets: {}, dropped by the kernel {}, by the interface {}",
                              stats.value("capture.packets"), stats.value("capture.kernel_dropped"),
                              stats.value("capture.interface_dropped")));
  std::string directions;
  for (std::size_t i = 0; i < kDirections; ++i) {
    const auto direction = static_cast<Direction>(i);
    directions += fmt::format("{}{} {} %", i == 0 ? "" : ", ", to_string(direction),
                              percent(total(ledger, direction), all));
  }
  lines.push_back(fmt::format("payload: {} bytes; {}", all, directions));
  lines.push_back(fmt::format(
      "encrypted {} %, missing {} %, cut off {} %", percent(total(ledger, Column::encrypted), all),
      percent(total(ledger, Column::lost), all), percent(total(ledger, Column::truncated), all)));
  lines.push_back(fmt::format("TCP connections with payload: {}, of them with one side only {}",
                              stats.value("flow.tcp_with_payload"),
                              stats.value("flow.tcp_one_sided")));
  lines.push_back(fmt::format("copies made by the mirror: {} of {} packets",
                              stats.value("decode.duplicates"), stats.value("decode.compared")));
  return lines;
}

}  // namespace outspan::app

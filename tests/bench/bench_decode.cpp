// Decoding by kind of frame: time per packet from bytes to Datagram, hashes included.
#include <benchmark/benchmark.h>

#include "decode/decoder.h"
#include "tests/decode/packet_builder.h"

namespace {

using namespace outspan;
using namespace outspan::decode::test;

constexpr std::size_t kFrames = 1024;

void run(benchmark::State& state, const std::vector<Octets>& frames) {
  capture::PacketBatch batch;
  std::vector<Octets> stored;
  for (std::size_t i = 0; i < kFrames; ++i) stored.push_back(frames[i % frames.size()]);
  std::uint64_t bytes = 0;
  for (const Octets& frame : stored) {
    batch.packets.push_back({.time = timestamp_from_ns(1'000'000'000),
                             .number = batch.packets.size() + 1,
                             .bytes = frame,
                             .wire_bytes = static_cast<std::uint32_t>(frame.size()),
                             .link = capture::LinkType::ethernet});
    bytes += frame.size();
  }
  decode::Decoder decoder{config::Config{}};
  decode::DatagramBatch out;
  for (auto _ : state) {
    out.clear();
    decoder.decode(batch, out);
    benchmark::DoNotOptimize(out.datagrams.data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kFrames));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes));
}

/// As many hosts as a batch has packets.
std::vector<Octets> hosts(Octets (*frame)(const Ip4& with)) {
  std::vector<Octets> frames;
  for (std::uint32_t host = 0; host < kFrames; ++host)
    frames.push_back(frame({.source = be32(0x0a000000 + host)}));
  return frames;
}

Octets tcp4(const Ip4& with) { return ip4(6, tcp(40000, 80, Octets(512, 'x')), with); }

void ethernet_ipv4_tcp(benchmark::State& state) {
  run(state, hosts([](const Ip4& with) { return eth(0x0800, tcp4(with)); }));
}
BENCHMARK(ethernet_ipv4_tcp);

void ethernet_ipv4_udp(benchmark::State& state) {
  run(state, hosts([](const Ip4& with) {
        return eth(0x0800, ip4(17, udp(40000, 53, Octets(64, 'x')), with));
      }));
}
BENCHMARK(ethernet_ipv4_udp);

void ethernet_ipv6_tcp(benchmark::State& state) {
  run(state, {eth(0x86dd, ip6(6, tcp(40000, 80, Octets(512, 'x'))))});
}
BENCHMARK(ethernet_ipv6_tcp);

void vlan_ipv4_tcp(benchmark::State& state) {
  run(state, hosts([](const Ip4& with) { return eth(0x8100, vlan(5, 0x0800, tcp4(with))); }));
}
BENCHMARK(vlan_ipv4_tcp);

void vxlan_ipv4_tcp(benchmark::State& state) {
  run(state, hosts([](const Ip4& with) {
        const Octets inner = hex("08000000 00002a00") + eth(0x0800, tcp4(with));
        return eth(0x0800, ip4(17, udp(50000, 4789, inner)));
      }));
}
BENCHMARK(vxlan_ipv4_tcp);

void erspan_ipv4_tcp(benchmark::State& state) {
  run(state, hosts([](const Ip4& with) {
        const Octets inner = hex("1005 0009 00000000") + eth(0x0800, tcp4(with));
        return eth(0x0800, ip4(47, gre(0x1000, 0x88be, hex("00000001"), inner)));
      }));
}
BENCHMARK(erspan_ipv4_tcp);

/// Two fragments a datagram, each datagram with an identification of its own.
void ipv4_fragments(benchmark::State& state) {
  std::vector<Octets> frames;
  const Octets upper = udp(40000, 53, Octets(1000, 'x'));
  for (std::uint16_t id = 0; id < kFrames / 2; ++id) {
    const Octets first(upper.begin(), upper.begin() + 504);
    const Octets second(upper.begin() + 504, upper.end());
    frames.push_back(eth(0x0800, ip4(17, first, {.id = id, .flags_offset = 0x2000})));
    frames.push_back(eth(0x0800, ip4(17, second, {.id = id, .flags_offset = 504 / 8})));
  }
  run(state, frames);
}
BENCHMARK(ipv4_fragments);

}  // namespace

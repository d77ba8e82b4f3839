// Packets of any link type: link type (2 bytes), length (2 bytes, the top bit: the snap length cut
// something off), bytes; as many as there are, so that fragments can meet.
#include <cstdlib>
#include <vector>

#include "decode/decoder.h"

namespace {

using outspan::Bytes;
namespace capture = outspan::capture;

void check(const outspan::decode::DatagramBatch& batch, std::uint64_t payload_bound) {
  std::uint64_t payload = 0;
  volatile unsigned sum = 0;  // read for the sanitizer's eyes
  for (const auto& datagram : batch.datagrams) {
    if (datagram.payload.size() > payload_bound) std::abort();
    if (!datagram.alternative) payload += datagram.payload.size();
    for (const std::uint8_t byte : datagram.payload) sum = sum + byte;
    for (const std::uint8_t byte : datagram.ip_packet) sum = sum + byte;
  }
  // No byte of the input may come out twice, but for the second versions of fragments.
  if (payload > payload_bound) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  outspan::config::Config config;
  config.limits.fragments_mib = 1;
  outspan::decode::Decoder decoder(config);
  capture::PacketBatch batch;
  outspan::ByteCursor in(Bytes(data, size));
  std::vector<std::vector<std::uint8_t>> copies;  // so that every packet's end is guarded
  while (in.left() >= 4) {
    const std::uint16_t link = in.u16();
    const std::uint16_t length = in.u16();
    const Bytes bytes = in.take(std::min<std::size_t>(length & 0x7fff, in.left()));
    copies.emplace_back(bytes.begin(), bytes.end());
    copies.back().shrink_to_fit();
    const auto captured = static_cast<std::uint32_t>(bytes.size());
    batch.packets.push_back({.time = outspan::timestamp_from_ns(
                                 static_cast<std::int64_t>(copies.size()) * 2'000'000'000),
                             .number = copies.size(),
                             .bytes = copies.back(),
                             .wire_bytes = captured + ((length & 0x8000) != 0 ? 100 : 0),
                             .link = static_cast<capture::LinkType>(link)});
  }
  outspan::decode::DatagramBatch out;
  decoder.decode(batch, out);
  decoder.finish(out);
  check(out, size);
  return 0;
}

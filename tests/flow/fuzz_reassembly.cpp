// A script of datagrams over a few flows; whatever it says, the account adds up and sinks are told
// of each offset once.
#include <cstdio>

#include "tests/flow/flow_harness.h"

namespace {

using namespace outspan;
using namespace outspan::flow;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

decode::Datagram next_datagram(ByteCursor& in, const std::vector<std::uint8_t>& bytes) {
  const std::uint8_t kind = in.u8();
  decode::Datagram datagram =
      between((kind & 1) != 0, (kind & 0x0e) == 0 ? ip_protocol::kUdp : ip_protocol::kTcp);
  (datagram.source_port == 80 ? datagram.destination_port : datagram.source_port) =
      static_cast<std::uint16_t>(40000 + (kind >> 4) % 4);
  datagram.flow_hash = test_hash(datagram);
  datagram.tcp_flags = in.u8();
  // Mostly near one another, sometimes anywhere; 0xffffff00 so that numbers wrap around.
  const auto number = [&] {
    const std::uint16_t near = in.u16();
    return near < 0xf000 ? 0xffff'ff00u + near : static_cast<std::uint32_t>(near) << 20;
  };
  datagram.tcp_sequence = number();
  datagram.tcp_acknowledgment = number();
  const std::uint8_t shape = in.u8();
  const std::size_t size = (shape & 1) != 0 ? in.u8() : in.u16() % 3000;
  datagram.payload = Bytes(bytes).subspan(in.u8(), size);
  if ((shape & 0x30) == 0x30) datagram.truncated_bytes = in.u8();
  if ((shape & 0xc0) == 0xc0) datagram.lost_bytes = in.u8();
  return datagram;
}

void check(const Harness& harness, const FlowOptions& options) {
  Columns sum;
  std::uint64_t not_counted = 0;  // of what was delivered
  for (const Ended& end : harness.ended) {
    for (std::size_t side = 0; side < 2; ++side) sum += end.columns[side];
    for (const auto& told : harness.sinks(false)) {
      if (told->info.id != end.info.id || end.info.ip_protocol != ip_protocol::kTcp) continue;
      require(told->closes == 1, "one close");
      for (std::size_t side = 0; side < 2; ++side) {
        const Columns& columns = end.columns[side];
        const bool inspected = options.inspected[index(end.directions[side])];
        if (inspected) {
          require(columns[Column::inspected] <= told->stream[side].size(),
                  "inspected is delivered");
          not_counted += told->stream[side].size() - columns[Column::inspected];
        }
        const std::uint64_t beside = columns.total() - told->end[side];
        require(told->end[side] <= columns.total() && beside <= columns[Column::skipped],
                "what no offset has was skipped");
      }
    }
  }
  require(not_counted == harness.stat("flow.overlap_uninspected_bytes"),
          "only places of other versions are skipped");
  for (const auto& told : harness.told) require(told->contiguous, told->problem.c_str());
  require(sum == harness.columns(), "flows add up to the ledger");
  require(harness.stat("flow.reassembly_bytes") == 0, "all memory is given back");
  require(harness.stat("flow.history_bytes") == 0, "all history is given back");
  require(harness.stat("flow.active") == 0, "no flow is left");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::uint8_t> bytes = [] {
    std::vector<std::uint8_t> all(4096);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>('a' + i % 23);
    return all;
  }();
  ByteCursor in({data, size});
  const std::uint8_t choice = in.u8();
  FlowOptions options = Harness::options();
  options.flows_max = 3;
  options.inspected = {true, (choice & 1) != 0, true, false};
  options.flow_reassembly_bytes = (choice & 2) != 0 ? 2000 : 1 << 20;
  options.reassembly_bytes = (choice & 4) != 0 ? 3000 : 1 << 20;
  options.stream_sha256 = (choice & 8) != 0;
  Harness harness(options);
  harness.unwanted = {false, (choice & 16) != 0 && (choice & 1) == 0};
  for (int steps = 0; in.left() != 0 && steps < 2000; ++steps) {
    if (in.rest()[0] == 0xff) {
      in.skip(1);
      harness.wait(std::chrono::milliseconds(in.u16()));
      continue;
    }
    harness.feed(next_datagram(in, bytes));
  }
  harness.finish();
  if (harness.unwanted[1]) return 0;  // counted only: told nothing to compare with
  check(harness, options);
  return 0;
}

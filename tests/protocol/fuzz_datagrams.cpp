// Datagrams, each after two bytes of length, and once more as a single one, through every parser;
// and once more as payloads of pings.
#include <cstdlib>
#include <utility>

#include "dispatch_harness.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan;
  using namespace outspan::protocol;
  const harness::Setting udp{.ip_protocol = ip_protocol::kUdp};
  const harness::Setting pings{.ip_protocol = ip_protocol::kIcmp, .ports = {8, 0}};
  for (const auto& [setting, whole] :
       {std::pair(udp, true), std::pair(udp, false), std::pair(pings, false)}) {
    harness::Flow flow(setting);
    ByteCursor in({data, size});
    std::size_t sent = 0;
    for (int i = 0; in.left() > 0 && i < 64; ++i) {
      const std::size_t wanted = whole ? in.left() : in.u16();
      const Bytes taken = in.take(std::min(wanted, in.left()));
      flow.datagram(i % 3 == 2 ? Side::server : Side::client, as_text(taken));
      sent += taken.size();
    }
    flow.close();
    if (flow.account().columns(Side::client).total() +
            flow.account().columns(Side::server).total() !=
        sent)
      std::abort();
  }
  return 0;
}

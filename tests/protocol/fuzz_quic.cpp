#include <string>

#include "protocol/vpn/encrypted_datagrams.h"
#include "tests/protocol/fuzz_host.h"

/// The input is datagrams, each behind two bytes of length; and once more as a single one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan;
  for (const bool whole : {true, false}) {
    protocol::fuzz::Host host(ip_protocol::kUdp);
    protocol::vpn::EncryptedDatagrams encrypted;
    ByteCursor in({data, size});
    std::size_t sent = 0;
    for (int i = 0; in.left() > 0 && i < 64; ++i) {
      const std::size_t wanted = whole ? in.left() : in.u16();
      const Bytes taken = in.take(std::min(wanted, in.left()));
      const std::string copy(as_text(taken));
      const Side side = i % 3 == 2 ? Side::server : Side::client;
      host.account.deliver(side, copy.size());
      encrypted.take(host.context, side, as_bytes(copy));
      sent += copy.size();
    }
    if (host.account.columns(Side::client).total() + host.account.columns(Side::server).total() !=
        sent)
      std::abort();
  }
  return 0;
}

#include "protocol/proxy/proxy_header.h"
#include "protocol/proxy/socks.h"
#include "tests/protocol/fuzz_conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan::protocol;
  fuzz::converse(proxy::recognise_header, proxy::make_header, {data, size});
  fuzz::converse(proxy::recognise_socks, proxy::make_socks, {data, size});
  return 0;
}

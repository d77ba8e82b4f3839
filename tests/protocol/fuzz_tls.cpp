#include "protocol/tls/tls.h"

#include "tests/protocol/fuzz_conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  outspan::protocol::fuzz::converse(outspan::protocol::recognise_tls, outspan::protocol::make_tls,
                                    {data, size});
  return 0;
}

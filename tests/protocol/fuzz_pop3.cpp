#include "protocol/pop3/pop3.h"
#include "tests/protocol/fuzz_conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  outspan::protocol::fuzz::converse(outspan::protocol::pop3::recognise,
                                    outspan::protocol::pop3::make, {data, size});
  return 0;
}

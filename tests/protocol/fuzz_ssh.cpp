#include "protocol/ssh/ssh.h"

#include "tests/protocol/fuzz_conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  outspan::protocol::fuzz::converse(outspan::protocol::ssh::recognise, outspan::protocol::ssh::make,
                                    {data, size});
  return 0;
}

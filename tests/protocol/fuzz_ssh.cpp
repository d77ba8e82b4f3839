#include "protocol/ssh/ssh.h"

#include "tests/protocol/fuzz_conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  outspan::protocol::fuzz::converse(outspan::protocol::recognise_ssh, outspan::protocol::make_ssh,
                                    {data, size});
  return 0;
}

#include "protocol/smb/smb.h"
#include "tests/protocol/fuzz_conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  outspan::protocol::fuzz::converse(outspan::protocol::smb::recognise, outspan::protocol::smb::make,
                                    {data, size});
  return 0;
}

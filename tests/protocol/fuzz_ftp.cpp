#include "protocol/ftp/ftp.h"

#include "tests/protocol/fuzz_conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  outspan::protocol::fuzz::converse(outspan::protocol::ftp::recognise, outspan::protocol::ftp::make,
                                    {data, size});
  return 0;
}

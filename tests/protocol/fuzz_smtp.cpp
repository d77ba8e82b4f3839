#include "protocol/smtp/smtp.h"

#include "tests/protocol/fuzz_conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  outspan::protocol::fuzz::converse(outspan::protocol::smtp::recognise,
                                    outspan::protocol::smtp::make, {data, size});
  return 0;
}

#include "protocol/smtp/smtp.h"

#include "tests/protocol/fuzz_conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  outspan::protocol::fuzz::converse(outspan::protocol::recognise_smtp, outspan::protocol::make_smtp,
                                    {data, size});
  return 0;
}

#include "protocol/postgresql/postgresql.h"
#include "tests/protocol/fuzz_conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  outspan::protocol::fuzz::converse(outspan::protocol::postgresql::recognise,
                                    outspan::protocol::postgresql::make, {data, size});
  return 0;
}

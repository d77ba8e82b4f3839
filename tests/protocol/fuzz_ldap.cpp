#include "protocol/ldap/ldap.h"
#include "tests/protocol/fuzz_conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  outspan::protocol::fuzz::converse(outspan::protocol::ldap::recognise,
                                    outspan::protocol::ldap::make, {data, size});
  return 0;
}

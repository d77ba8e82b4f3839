#include "tests/content/fuzz_support.h"

using namespace outspan;
using namespace outspan::content;

/// The head of a signed message, without a length; what follows it is the fuzzer's. So is a message
/// as a whole, if it begins as one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz_part(part(protocol::PartKind::body), Bytes(data, size));
  std::string message("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 13);
  message.append(as_text(Bytes(data, size)));
  fuzz_part(part(protocol::PartKind::body), as_bytes(message));
  return 0;
}

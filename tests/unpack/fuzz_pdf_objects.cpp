#include "tests/unpack/fuzz_output.h"
#include "unpack/formats/pdf_objects.h"

/// No byte is counted twice.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan::unpack;
  NoOutput output;
  if (write_pdf_objects(outspan::Bytes(data, size), output) > size) std::abort();
  output.end();
  return 0;
}

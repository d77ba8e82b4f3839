#include "tests/content/fuzz_support.h"

using namespace outspan;
using namespace outspan::content;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  for (const char* coding : {"gzip", "deflate", "br", "zstd", "lz4", "snappy"})
    fuzz_part(part(protocol::PartKind::body, "text/plain", {coding}), bytes);
  auto iwork = part(protocol::PartKind::body);
  iwork.file_name = "Index/Document.iwa";
  fuzz_part(iwork, bytes);
  return 0;
}

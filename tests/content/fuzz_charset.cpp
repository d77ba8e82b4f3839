#include "tests/content/fuzz_support.h"

using namespace outspan;
using namespace outspan::content;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  constexpr const char* kNames[] = {"utf-16",    "utf-16be", "utf-32",      "utf-7",
                                    "shift_jis", "gb18030",  "iso-2022-jp", "windows-1252"};
  if (size == 0) return 0;
  const std::string type =
      std::string("text/plain; charset=") + kNames[data[0] % std::size(kNames)];
  fuzz_part(part(protocol::PartKind::body, type), bytes.subspan(1));
  return 0;
}

#include "tests/content/fuzz_support.h"

using namespace outspan;
using namespace outspan::content;

/// Each input is a script: a byte says what to call next, the following one with how many bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  config::Config config;
  config.limits.expanded_mib = 4;
  config.limits.parts = 50;
  config.limits.object_mib = 1;
  config.inspect_disguises = size % 2 == 1;
  Bench bench(config);
  const auto writer = bench.begin();
  std::size_t delivered = 0;
  ByteCursor in(Bytes(data, size));
  while (in.left() > 1) {
    const std::uint8_t call = in.u8();
    const std::size_t count = std::min<std::size_t>(in.u8(), in.left());
    switch (call % 8) {
      case 0: writer->begin_part(part(static_cast<protocol::PartKind>(count % 6))); break;
      case 1: writer->gap(count); break;
      case 2: writer->boundary(); break;
      case 3: writer->pause(); break;
      case 4: writer->end_part(); break;
      case 5:
        writer->begin_part(part(protocol::PartKind::body, "", {count % 2 ? "gzip" : "br"}));
        break;
      default:
        delivered += count;
        bench.deliver(*writer, as_text(in.take(count)));
        break;
    }
  }
  writer->end(protocol::ObjectEnd::cut_short);
  if (!bench.problem.empty() || !bench.adds_up(delivered)) std::abort();
  return 0;
}

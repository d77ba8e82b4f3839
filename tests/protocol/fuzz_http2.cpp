// HTTP/2 on both sides, from the beginning and joined in the middle.
#include "fuzz_script.h"

#include "http2_frames.h"

using namespace outspan;
using namespace outspan::protocol;
using namespace outspan::protocol::harness;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 65536) return 0;
  const Bytes script = Bytes(data, size);
  Flow whole({.header_kib = 1});
  whole.data(kC, http2_bytes::start());
  whole.data(kS, http2_bytes::frame(http2_bytes::kSettings, 0, 0, ""));
  play_script(whole, script);
  // What was not lost is the same however it is cut.
  const std::string text(as_text(script));
  const Talk talk{{kC, http2_bytes::start() + text}};
  if (size < 1000) {
    // Where frames begin after damage is decided by what is there at that time.
    const std::string at_once = play(talk);
    if (at_once.find("http2_damaged_frame") == std::string::npos)
      require_same(at_once, play(talk, {}, 3, 3));
  }
  Flow joined({.header_kib = 1});
  joined.gap(kC, 10);
  play_script(joined, script);
  return 0;
}

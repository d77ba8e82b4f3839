// HTTP on both sides; whole against cut into pieces of 3 bytes: the objects must be the same.
#include "fuzz_script.h"

using namespace outspan;
using namespace outspan::protocol;
using namespace outspan::protocol::harness;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 16384) return 0;
  const std::string text(as_text(Bytes(data, size)));
  const std::size_t split = text.find('\0');
  Talk talk{{kC, "GET / HTTP/1.1\r\n\r\n"}, {kC, text.substr(0, split)}};
  if (split != std::string::npos) talk.push_back({kS, text.substr(split + 1)});
  const Setting small{.header_kib = 1};
  // The limit on a head may fall elsewhere when the pieces differ; below it nothing may.
  // Whoever gets the flow after CONNECT, Upgrade or PRI decides by what is there at that time.
  const bool leaves = text.find("CONNECT") != std::string::npos ||
                      text.find("grade") != std::string::npos ||
                      text.find("PRI") != std::string::npos;
  if (size < 1000 && !leaves) require_same(play(talk, {}), play(talk, {}, 3, 3));
  static_cast<void>(play(talk, small));
  Flow flow({.header_kib = 1});
  play_script(flow, Bytes(data, size));
  return 0;
}

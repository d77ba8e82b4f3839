// WebSocket frames of a client behind an upgrade, whole against cut; then with the server's answer.
#include "fuzz_script.h"

using namespace outspan;
using namespace outspan::protocol;
using namespace outspan::protocol::harness;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 16384) return 0;
  const std::string frames(as_text(Bytes(data, size)));
  const Talk talk{{kC, "GET /w HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"},
                  {kS, "HTTP/1.1 101 S\r\nUpgrade: websocket\r\n\r\n" + frames},
                  {kC, frames}};
  const std::string whole = play(talk);
  // Behind a damaged frame the stream is raw and may be claimed by a parser at a segment's start.
  if (whole.find("anomaly") == std::string::npos) require_same(whole, play(talk, {}, 3, 5));
  Flow flow;
  flow.data(kC, talk[0].text);
  flow.data(kS, "HTTP/1.1 101 S\r\nUpgrade: websocket\r\n\r\n");
  play_script(flow, Bytes(data, size));
  return 0;
}

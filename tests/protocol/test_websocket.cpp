#define ZLIB_CONST
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "dispatch_harness.h"

namespace outspan::protocol {
namespace {

using namespace harness;
using testing::HasSubstr;
using testing::Not;

const std::string kUpgrade =
    "GET /chat?room=1 HTTP/1.1\r\nHost: ws.example.com\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\n\r\n";
const std::string kSwitching =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

enum : int { kContinue = 0, kText = 1, kClose = 8, kPing = 9, kFin = 0x80, kDeflated = 0x40 };

std::string frame(int first, std::string payload, bool masked) {
  std::string bytes(1, static_cast<char>(first));
  const int mask_bit = masked ? 0x80 : 0;
  if (payload.size() < 126) {
    bytes += static_cast<char>(mask_bit | static_cast<int>(payload.size()));
  } else {
    bytes += static_cast<char>(mask_bit | 126);
    bytes += static_cast<char>(payload.size() >> 8);
    bytes += static_cast<char>(payload.size() & 0xff);
  }
  if (!masked) return bytes + payload;
  const std::string mask = "\x37\xfa\x21\x3d";
  for (std::size_t i = 0; i < payload.size(); ++i)
    payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  return bytes + mask + payload;
}

/// One sender's compressor, keeping its context.
class Deflater {
 public:
  Deflater() { deflateInit2(&zlib_, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY); }
  ~Deflater() { deflateEnd(&zlib_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  std::string message(const std::string& text, int flush = Z_SYNC_FLUSH) {
    std::string out(text.size() + 100, '\0');
    zlib_.next_in = reinterpret_cast<const Bytef*>(text.data());
    zlib_.avail_in = static_cast<uInt>(text.size());
    zlib_.next_out = reinterpret_cast<Bytef*>(out.data());
    zlib_.avail_out = static_cast<uInt>(out.size());
    deflate(&zlib_, flush);
    out.resize(out.size() - zlib_.avail_out - (flush == Z_SYNC_FLUSH ? 4 : 0));
    return out;
  }

 private:
  z_stream zlib_{};
};

Talk talk(const std::string& client, const std::string& server = "") {
  return {{kC, kUpgrade}, {kS, kSwitching + server}, {kC, client}};
}

struct WebSocketCase {
  const char* name;
  Talk steps;
  std::string expected;
};
std::ostream& operator<<(std::ostream& out, const WebSocketCase& test) { return out << test.name; }

std::vector<WebSocketCase> cases() {
  Deflater deflater;
  const std::string one = deflater.message("anna@example.com wrote");
  const std::string two = deflater.message("anna@example.com wrote again");
  Deflater final_block;
  const std::string last = final_block.message("the last block", Z_FINISH);
  return {
      {"masked_text", talk(frame(kFin | kText, "hello", true)),
       "C WebSocket /chat: [raw]hello| url"},
      {"server_text", talk("", frame(kFin | kText, "hi", false)), "S WebSocket /chat: [raw]hi|"},
      {"long_payload", talk(frame(kFin | kText, std::string(5000, 'x'), true)),
       std::string(5000, 'x') + "|"},
      {"fragments_with_a_ping_between",
       talk(frame(kText, "anna@exa", true) + frame(kFin | kPing, "ping!", true) +
            frame(kContinue, "mple", true) + frame(kFin | kContinue, ".com", true)),
       "[raw]anna@example.com|"},
      {"pings_go_on",
       talk(frame(kFin | kPing, "anna@exa", true) + frame(kFin | kText, "x", true) +
            frame(kFin | kPing, "mple.com", true)),
       "[raw control frames]anna@example.com url"},
      {"a_ping_and_a_close_do_not",
       talk(frame(kFin | kPing, "ping", true) + frame(kFin | kClose, "\x03\xe8", true)),
       "[raw control frames]ping|\x03\xe8"},
      {"close_reason",
       talk(frame(kFin | kClose,
                  "\x03\xe8"
                  "bye",
                  true)),
       "[raw control frames]\x03\xe8"
       "bye"},
      {"empty_messages",
       talk(frame(kFin | kText, "", true) + frame(kFin | kPing, "", true) +
            frame(kFin | kText, "a", true)),
       "[raw]a|"},
      {"deflated_with_context",
       talk(frame(kFin | kText | kDeflated, one, true) +
            frame(kFin | kText | kDeflated, two, true)),
       "[raw]anna@example.com wrote|anna@example.com wrote again|"},
      {"deflated_in_fragments",
       talk(frame(kText | kDeflated, one.substr(0, 5), true) +
            frame(kFin | kContinue, one.substr(5), true)),
       "[raw]anna@example.com wrote|"},
      {"deflated_final_block",
       talk(frame(kFin | kText | kDeflated, last + '\0', true) + frame(kFin | kText, "x", true)),
       "[raw]the last block|x|"},
      {"damaged_frame_falls_back", talk(frame(kFin | kText, "ok", true) + "\x8f\x01in clear"),
       "C tcp stream: [raw]\x8f\x01in clear"},
  };
}

class WebSocketTable : public testing::TestWithParam<WebSocketCase> {};

TEST_P(WebSocketTable, GivesItsMessages) {
  const std::string all = play(GetParam().steps);
  EXPECT_THAT(all, HasSubstr(GetParam().expected));
  EXPECT_THAT(all, Not(HasSubstr("dropped")));
}

TEST_P(WebSocketTable, IsTheSameCutAtEveryByte) {
  const std::string whole = play(GetParam().steps);
  for (std::size_t cut = 1; cut < 150; ++cut) ASSERT_EQ(play(GetParam().steps, {}, cut), whole);
  ASSERT_EQ(play(GetParam().steps, {}, 1, 1), whole);
}

INSTANTIATE_TEST_SUITE_P(WebSocket, WebSocketTable, testing::ValuesIn(cases()),
                         [](const auto& test) { return test.param.name; });

TEST(WebSocketGap, InsideAPayloadKeepsTheFraming) {
  const std::string bytes =
      frame(kFin | kText, "0123456789", true) + frame(kFin | kText, "next", true);
  Flow flow;
  flow.play(talk(bytes.substr(0, 9)));
  flow.gap(kC, 4);
  flow.data(kC, bytes.substr(13));
  flow.close();
  EXPECT_EQ(flow.object("WebSocket /chat"), "[raw]012(gap 4)789|next|");
}

TEST(WebSocketGap, OfWholeFramesGoesOnWithTheNextOne) {
  Flow flow;
  flow.play(talk(frame(kFin | kText, "one", true)));
  flow.gap(kC, 500);
  flow.data(kC, frame(kFin | kText, "two", true));
  flow.close();
  EXPECT_EQ(flow.object("WebSocket /chat"), "[raw]one|(gap 500)two|");
}

TEST(WebSocketGap, WhatCannotBeInflatedIsOpaque) {
  Deflater deflater;
  const std::string first = deflater.message("a text that the second one refers to, at length");
  const std::string second = deflater.message("a text that the second one refers to, at length!");
  Flow flow;
  flow.play(talk(""));
  flow.gap(kC, 60);
  flow.data(kC, frame(kFin | kText | kDeflated, second, true));
  flow.close();
  EXPECT_EQ(flow.account().columns(kC)[Column::opaque], second.size());
  EXPECT_THAT(flow.recorder.blind_spots, testing::ElementsAre("loss"));
}

}  // namespace
}  // namespace outspan::protocol

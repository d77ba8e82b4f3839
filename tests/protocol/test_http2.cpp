#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dispatch_harness.h"
#include "http2_frames.h"

namespace outspan::protocol {
namespace {

using namespace harness;
using namespace http2_bytes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace std::string_literals;

struct Http2Case {
  const char* name;
  Talk talk;
  std::vector<std::string> expected;  ///< each is somewhere in the description
  Setting setting = {};
  bool cut = true;  ///< gives the same however it is cut
};

std::ostream& operator<<(std::ostream& out, const Http2Case& test) { return out << test.name; }

const std::string kServer = frame(kSettings, 0, 0, "");

const Http2Case kCases[] = {
    {"upload_and_answer",
     {{kC, start() +
               headers(1, request("POST", "/upload?id=7",
                                  {{"content-type", "text/csv"}, {"content-length", "5"}})) +
               frame(kData, kEndStream, 1, "hello")},
      {kS, kServer + headers(1, {{":status", "201"}}, kEndStream)}},
     {"app http2\n",
      "C POST /upload: [url]/upload?id=7[head]POST  HTTP/2.0\r\nhost: www.example.com\r\n"
      "content-type: text/csv\r\ncontent-length: 5\r\n\r\n[body type=text/csv bytes=5]hello "
      "url=http://www.example.com/upload?id=7\n",
      "S 201 POST /upload: [head]HTTP/2.0 201\r\n\r\n url="}},
    {"streams_take_turns",
     {{kC, start() + headers(1, request("PUT", "/a.csv")) + headers(3, request("PUT", "/b.csv")) +
               frame(kData, 0, 1, "anna@exa") + frame(kData, 0, 3, "bo@exa") +
               frame(kData, kEndStream, 1, "mple.com") + frame(kData, kEndStream, 3, "mple.com")}},
     {"[body file=a.csv]anna@example.com url", "[body file=b.csv]bo@example.com url"}},
    {"padding_is_off",
     {{kC,
       start() + headers(1, request("PUT", "/a")) +
           frame(kData, kPadded, 1, std::string("\x03", 1) + "anna@exa" + std::string(3, '\0')) +
           frame(kData, kPadded | kEndStream, 1, std::string("\0mple.com", 9))}},
     {"[body]anna@example.com url"}},
    {"padding_that_is_none_is_searched",
     {{kC, start() + headers(1, request("PUT", "/a")) +
               frame(kData, kPadded | kEndStream, 1,
                     "\x08"
                     "xanna@ex8")}},
     {"[body]x url", "C http2 frames: [raw]anna@ex8"}},
    {"head_in_three_frames_with_priority",
     {{kC,
       start() +
           frame(kHeaders, 0x20 | kPadded, 1,
                 "\x02" + u32(0) + "\x10" + block(request("GET", "/a")).substr(0, 20) + "\0\0"s) +
           frame(kContinuation, 0, 1, block(request("GET", "/a")).substr(20, 5)) +
           frame(kContinuation, kEndHeaders, 1, block(request("GET", "/a")).substr(25))}},
     {"C GET /a: [url]/a[head]GET  HTTP/2.0\r\nhost: www.example.com\r\n\r\n"}},
    {"trailers",
     {{kC, start() + headers(1, request("PUT", "/a")) + frame(kData, 0, 1, "x") +
               headers(1, {{"x-note", "anna@example.com"}}, kEndStream)}},
     {"[body]x[head trailer]x-note: anna@example.com\r\n\r\n url"}},
    {"interim_answers",
     {{kC, start() + headers(1, request("PUT", "/a"))},
      {kS, kServer + headers(1, {{":status", "103"}}) + headers(1, {{":status", "200"}}) +
               frame(kData, kEndStream, 1, "ok")}},
     {"S 103 PUT /a: [head]", "S 200 PUT /a: [head]HTTP/2.0 200\r\n\r\n[body]ok url"}},
    {"pushed_answer",
     {{kC, start() + headers(1, request("GET", "/a"), kEndStream)},
      {kS, kServer + frame(kPush, kEndHeaders, 1, u32(2) + block(request("GET", "/style.css"))) +
               headers(2, {{":status", "200"}}) + frame(kData, kEndStream, 2, "body{}")}},
     {"S PUSH GET /style.css: ", "S 200 PUSH GET /style.css: [head]",
      "[body file=style.css]body{}"}},
    {"reset_cuts_short",
     {{kC, start() + headers(1, request("PUT", "/a")) + frame(kData, 0, 1, "par") +
               frame(kReset, 0, 1, u32(8))}},
     {"[body]par(cut short) url"}},
    {"pings_go_on",
     {{kC, start() + frame(kPing, 0, 0, "anna@exa") + frame(kPing, 0, 0, "mple.com")}},
     {"C http2 pings: [raw]anna@example.com\n"}},
    {"what_go_away_says",
     {{kC, start() + frame(kGoAway, 0, 0, u32(0) + u32(0) + "anna@example.com")}},
     {"C http2 frames: [raw]anna@example.com\n"}},
    {"extensions_are_searched",
     {{kC, start() + frame(0x77, 0xff, 1, "anna@") + frame(0x10, 0, 0, "u=3")}},
     {"|anna@|", "|u=3\n"}},
    {"settings_are_searched",
     {{kC, start() + frame(kSettings, 0, 0, "anna@example.com, ")}},
     {"C http2 frames: ", "anna@example.com, "}},
    {"a_promise_of_an_open_stream_ends_it",
     {{kC, start() + headers(1, request("GET", "/a"))},
      {kS, frame(kSettings, 0, 0, "") + headers(1, {{":status", "200"}}, 0) +
               frame(0x5, 0x4, 1, u32(1) + block(request("GET", "/b")))}},
     {"S 200 GET /a: ", "(cut short)", "S PUSH GET /b: "}},
    {"user_of_basic_authentication",
     {{kC,
       start() + headers(1, request("GET", "/a", {{"authorization", "Basic YWxpY2U6c2VjcmV0"}}))}},
     {"C GET /a: ", " user=alice url"}},
    {"connect",
     {{kC, start() + headers(1, {{":method", "CONNECT"}, {":authority", "db.example.com:5432"}}) +
               frame(kData, 0, 1, "tunnel")}},
     {"C CONNECT db.example.com:5432: [url]db.example.com:5432[head]CONNECT  HTTP/2.0\r\n",
      "[body]tunnel"}},
    {"a_field_ends_no_line",
     {{kC, start() + headers(1, request("GET", "/a", {{"x", "1\r\ncontent-length: 7"}}))}},
     {"x: 1  content-length: 7\r\n\r\n"}},
    {"grpc_messages_stand_for_themselves",
     {{kC, start() +
               headers(1, request("POST", "/Crm/List", {{"content-type", "application/grpc"}})) +
               frame(kData, 0, 1,
                     "\0\0\0\0\x04"
                     "an"s) +
               frame(kData, kEndStream, 1,
                     "na\0\0\0\0\x02"
                     "bo"s)}},
     {"[body type=application/x-protobuf]anna|bo| url"}},
    {"grpc_messages_are_compressed_one_by_one",
     {{kC, start() +
               headers(1, request("POST", "/Crm/List",
                                  {{"content-type", "application/grpc+json"},
                                   {"grpc-encoding", "gzip"}})) +
               frame(kData, kEndStream, 1, "\1\0\0\0\x02zz\0\0\0\0\x02{}"s)}},
     {"[body type=application/json coding=gzip]zz|[body type=application/json]{}| url"}},
    {"grpc_without_its_prefix",
     {{kC, start() + headers(1, request("POST", "/x", {{"content-type", "application/grpc"}})) +
               frame(kData, kEndStream, 1, "anna@example.com")}},
     {"[body type=application/x-protobuf]anna@example.com url"}},
    {"upgraded_from_http1",
     {{kC, "GET /h HTTP/1.1\r\nHost: www.example.com\r\nUpgrade: h2c\r\n\r\n"},
      {kS, "HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n" + kServer +
               headers(1, {{":status", "200"}}) + frame(kData, kEndStream, 1, "ok")},
      {kC, start()}},
     {"C GET /h: ", "S 101 GET /h: ", "S 200 GET /h: [head]HTTP/2.0 200\r\n\r\n[body]ok url"}},
    {"upgraded_and_one_side_only",
     {{kC, "GET /h HTTP/1.1\r\nUpgrade: h2c\r\n\r\n"},
      {kC, start() + headers(3, request("PUT", "/b")) + frame(kData, kEndStream, 3, "two")}},
     {"C GET /h: ", "C PUT /b: ", "[body]two"},
     {.inspected = {true, false}}},
    {"server_only",
     {{kS, kServer + frame(kSettings, 1, 0, "") + headers(1, {{":status", "200"}}) +
               frame(kData, kEndStream, 1, "ok")}},
     {"S HTTP 200: [head]HTTP/2.0 200\r\n\r\n[body]ok"}},
    {"hole_in_a_body",
     {{kC, start() + headers(1, request("PUT", "/a")) +
               frame(kData, kEndStream, 1, "0123456789").substr(0, 13)},
      {kC, "", 3},
      {kC, "789" + headers(3, request("GET", "/b"))}},
     {"[body]0123(gap 3)789 url", "C GET /b: "}},
    {"hole_over_heads",
     {{kC, start() + headers(1, request("PUT", "/a"))},
      {kC, "", 100},
      {kC, "lost anna@example.com" + headers(5, request("GET", "/c")) +
               frame(kData, kEndStream, 5, "five")}},
     {"C http2 frames: [raw]lost anna@example.com\n", "C GET /c: ", "[body]five url"},
     {},
     false},
    {"hole_in_a_head",
     {{kC, start() + headers(1, request("PUT", "/a")).substr(0, 30)},
      {kC, "", 10},
      {kC, headers(1, request("PUT", "/a")).substr(40) + frame(kData, kEndStream, 1, "body")}},
     {"C ? (unknown): [url](unknown)[head]? ", "[body]body url"}},
    {"a_head_that_cannot_be_decoded",
     {{kC, start() + frame(kHeaders, kEndHeaders, 1, "\xff\xff\xff\xff\xff\xff") +
               headers(3, request("GET", "/b"))}},
     {"C GET /b: "}},
    {"a_damaged_frame_is_searched",
     {{kC, start() + frame(kPing, 0, 7, "anna@exa") + "anna@example.com" +
               headers(3, request("GET", "/b")) + frame(kData, kEndStream, 3, "x")}},
     {"anomaly http2_damaged_frame", "anna@example.com", "C GET /b: "},
     {},
     false},
};

class Http2Table : public testing::TestWithParam<Http2Case> {};

TEST_P(Http2Table, GivesItsObjects) {
  const std::string all = play(GetParam().talk, GetParam().setting);
  for (const std::string& each : GetParam().expected) EXPECT_THAT(all, HasSubstr(each));
  EXPECT_THAT(all, Not(HasSubstr("dropped")));
  EXPECT_THAT(all, Not(HasSubstr("misused")));
}

TEST_P(Http2Table, IsTheSameCutAtEveryByte) {
  if (!GetParam().cut) return;
  const std::string whole = play(GetParam().talk, GetParam().setting);
  for (const std::size_t first : {1, 2, 3, 5, 9, 24, 26, 33, 40})
    EXPECT_EQ(play(GetParam().talk, GetParam().setting, first), whole) << first;
  EXPECT_EQ(play(GetParam().talk, GetParam().setting, 1, 1), whole);
  EXPECT_EQ(play(GetParam().talk, GetParam().setting, 7, 7), whole);
}

INSTANTIATE_TEST_SUITE_P(Http2, Http2Table, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Http2, JoinedInTheMiddleTheTableIsFilledAnew) {
  const std::string stored = block({{"x-team", "crm"}}, true);
  const std::string repeated = "\xbe";  // the newest entry
  const std::string unknown = "\xc0";   // one that was stored before
  Flow flow;
  flow.gap(kC, 1000);
  flow.data(kC,
            frame(kHeaders, kEndHeaders, 5, block(request("PUT", "/a")) + stored) +
                frame(kData, kEndStream, 5, "five") +
                frame(kHeaders, kEndHeaders, 7, block(request("GET", "/b")) + repeated + unknown));
  flow.close();
  const std::string all = flow.describe();
  EXPECT_THAT(all, HasSubstr("C PUT /a: "));
  EXPECT_THAT(all, HasSubstr("[body]five"));
  EXPECT_THAT(all, HasSubstr("C GET /b: [url]/b[head]GET  HTTP/2.0\r\nhost: www.example.com\r\n"
                             "x-team: crm\r\n\r\n"));
}

TEST(Http2, BytesThatAreNoFramesAreNotClaimedInTheMiddle) {
  for (const std::string& bytes : {std::string(60, '\0'),
                                   "\0\0\x08\0\0\0\0\0\1"
                                   "payload!"s +
                                       std::string(40, 'x')}) {
    Flow flow;
    flow.gap(kC, 1000);
    flow.data(kC, bytes);
    flow.close();
    EXPECT_NE(flow.account().app().name(), "http2");
  }
}

TEST(Http2, OpenStreamsAreBounded) {
  Flow flow;
  flow.data(kC, start());
  for (std::uint32_t i = 0; i < 2000; ++i) flow.data(kC, headers(2 * i + 1, request("PUT", "/a")));
  std::size_t ended = 0;
  for (const auto& record : flow.recorder.records) ended += record->ended ? 1 : 0;
  EXPECT_EQ(ended, 2000U - 512U);
  flow.close();
}

TEST(Http2, EndlessHeadIsNotHeld) {
  Flow flow({.header_kib = 1});
  flow.data(kC, start() + frame(kHeaders, 0, 1, block(request("PUT", "/a"))));
  for (int i = 0; i < 100; ++i) flow.data(kC, frame(kContinuation, 0, 1, std::string(1000, 'x')));
  flow.data(kC, frame(kContinuation, kEndHeaders, 1, "") + headers(3, request("GET", "/b")));
  flow.close();
  EXPECT_GE(flow.account().columns(kC)[Column::opaque], 100'000U);
  EXPECT_THAT(flow.recorder.blind_spots, ElementsAre("unsupported"));
  EXPECT_THAT(flow.describe(), HasSubstr("C GET /b: "));
}

TEST(Http2, OnlyInspectedSidesAreLookedAt) {
  Flow flow({.inspected = {true, false}});
  flow.data(kC, start());
  EXPECT_TRUE(flow.context().unwanted[index(kS)]);
  flow.close();
}

}  // namespace
}  // namespace outspan::protocol

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dispatch_harness.h"

namespace outspan::protocol {
namespace {

using namespace harness;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct HttpCase {
  const char* name;
  Talk talk;
  std::vector<std::string> expected;  ///< each is somewhere in the description
  Setting setting = {};
};

std::ostream& operator<<(std::ostream& out, const HttpCase& test) { return out << test.name; }

const std::string kGet = "GET /a HTTP/1.1\r\nHost: www.example.com\r\n\r\n";

const HttpCase kCases[] = {
    {"upload_with_length",
     {{kC,
       "POST /upload?id=7 HTTP/1.1\r\nHost: files.example.com:8080\r\nContent-Type: text/csv\r\n"
       "Content-Length: 5\r\n\r\nhello"},
      {kS, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"}},
     {"C POST /upload: [url]/upload?id=7[head]POST  HTTP/1.1\r\nHost: files.example.com:8080\r\n",
      "[body type=text/csv bytes=5]hello url=http://files.example.com:8080/upload?id=7\n",
      "S 201 POST /upload: [head]HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n url="}},
    {"answers_know_their_requests",
     {{kC, kGet + "HEAD /b HTTP/1.1\r\n\r\nGET /c.csv HTTP/1.1\r\n\r\n"},
      {kS,
       "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nAA"
       "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
       "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"}},
     {"S 200 GET /a: [head]", "[body bytes=2]AA url=http://www.example.com/a\n",
      "S 200 HEAD /b: [head]HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",
      "S 304 GET /c.csv: [head]"}},
    {"chunks_extensions_and_trailers",
     {{kC,
       "PUT /f.bin HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
       "3;note=x\r\nabc\r\nA \r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n" +
           kGet}},
     {"[body coding=gzip file=f.bin]abc0123456789[head trailer]X-Sum: 1\r\n url=",
      "C PUT /f.bin: [head chunk extensions];note=x\r\n \r\n", "C GET /a: [url]/a[head]"}},
    {"both_lengths_chunks_win",
     {{kC,
       "POST /x HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
       "5\r\nhello\r\n0\r\n\r\n" +
           kGet}},
     {"[body]hello url=/x\n", "C GET /a: ", "anomaly http_conflicting_lengths"}},
    {"lengths_that_differ",
     {{kC, "POST /x HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde"}},
     {"[body bytes=3]abc url", "anomaly http_conflicting_lengths", "http data: [raw]de"}},
    {"read_until_close",
     {{kC, "GET / HTTP/1.0\r\n\r\n"}, {kS, "HTTP/1.0 200 OK\r\n\r\nall the rest"}},
     {"S 200 GET /: [head]HTTP/1.0 200 OK\r\n\r\n[body]all the rest url=/\n"}},
    {"reset_cuts_the_body_short",
     {{kC, "GET / HTTP/1.0\r\n\r\n"}, {kS, "HTTP/1.0 200 OK\r\n\r\npart"}},
     {"[body]part(cut short)"},
     {.end = flow::CloseReason::reset}},
    {"interim_answers",
     {{kC, "PUT /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"},
      {kS, "HTTP/1.1 100 Continue\r\n\r\n"},
      {kC, "ok"},
      {kS, "HTTP/1.1 204 No Content\r\n\r\n"}},
     {"[body bytes=2]ok", "S 100 PUT /x: ", "S 204 PUT /x: "}},
    {"webdav_and_unknown_methods",
     {{kC, "PROPFIND /dav HTTP/1.1\r\nContent-Length: 1\r\n\r\n1LEAK /z HTTP/1.1\r\n\r\n"}},
     {"C PROPFIND /dav: ", "C LEAK /z: "}},
    {"proxy_request_with_absolute_uri",
     {{kC,
       "GET http://intranet.example.test:81/p?q=1 HTTP/1.1\r\nHost: x\r\n"
       "Proxy-Authorization: Basic YWxpY2U6c2VjcmV0\r\n\r\n"}},
     {"C GET /p: [url]http://intranet.example.test:81/p?q=1[head]",
      " user=alice url=http://intranet"}},
    {"bare_line_feeds_and_folding",
     {{kC,
       "\r\n\nPOST /x HTTP/1.1\nContent-Type: text/plain;\n charset=utf-16\nContent-Length: "
       "2\n\nhi"}},
     {"[body type=text/plain;  charset=utf-16 bytes=2]hi"}},
    {"hidden_transfer_encoding",
     {{kC, "POST /x HTTP/1.1\r\nTransfer-Encoding :\vChunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"}},
     {"[body]hi url=/x\n"}},
    {"file_names",
     {{kC,
       "POST /x HTTP/1.1\r\nContent-Length: 1\r\n"
       "Content-Disposition: attachment; filename=\"a \\\"b\\\".csv\"\r\n\r\n1"
       "GET /get HTTP/1.1\r\n\r\n"},
      {kS,
       "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
       "HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename*=UTF-8''c%20d.csv\r\n"
       "Content-Length: 1\r\n\r\n2"}},
     {"[body file=a \"b\".csv bytes=1]1", "[body file=c d.csv bytes=1]2"}},
    {"garbage_between_messages",
     {{kC, "POST /x HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi--junk--\r\nmore\r\n" + kGet}},
     {"http data: [raw]--junk--\r\nmore\r\n(cut short)\n", "C GET /a: [url]/a"}},
    {"damaged_chunks_resynchronise",
     {{kC, "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello" + kGet}},
     {"anomaly http_bad_chunk", "http data: [raw]zz\r\nhello(cut short)\n", "C GET /a: "}},
    {"head_beyond_the_limit",
     {{kC, "POST /x HTTP/1.1\r\nContent-Length: 2\r\nX-Long: " + std::string(3000, 'v') +
               "\r\n\r\nhi" + kGet}},
     {std::string(3000, 'v') + "\r\n\r\n[body bytes=2]hi", "C GET /a: "},
     {.header_kib = 1}},
    {"url_of_connect",
     {{kC, "CONNECT a.example.org:443 HTTP/1.1\r\nHost: a.example.org:443\r\n\r\n"}},
     {"C CONNECT a.example.org:443: ", " url=a.example.org:443"}},
    {"one_side_only_requests",
     {{kC, "CONNECT mail.example.org:443 HTTP/1.1\r\n\r\n"}, {kC, kGet}},
     {"C CONNECT mail.example.org:443: ", "C GET /a: "},
     {.inspected = {true, false}}},
    {"one_side_only_answers",
     {{kS,
       "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
       "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"
       "HTTP/1.1 404 No\r\nContent-Length: 20\r\n\r\nHTTP/ is what it says"}},
     {"S HTTP 200: [head]", "[body bytes=3]abc\n", "[body bytes=20]HTTP/ is what it say\n"}},
    {"requests_without_inspection_name_the_answers",
     {{kC, "POST /q HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz" + kGet},
      {kS,
       "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 OK\r\nContent-Length: "
       "1\r\n\r\n2"}},
     {"S 200 POST /q: ", "S 200 GET /a: "},
     {.inspected = {false, true}}},
    {"connect_waits_for_its_answer",
     {{kC, "CONNECT db.example.org:80 HTTP/1.1\r\n\r\nGET /in HTTP/1.1\r\n\r\n"},
      {kS, "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"}},
     {"C CONNECT db.example.org:80: ", "C GET /in: ", "S 200 GET /in: "}},
    {"connect_refused",
     {{kC, "CONNECT db.example.org:80 HTTP/1.1\r\n\r\n"},
      {kS, "HTTP/1.1 407 Auth\r\nContent-Length: 1\r\n\r\n?"},
      {kC, kGet},
      {kS, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"}},
     {"S 407 CONNECT db.example.org:80: ", "S 200 GET /a: "}},
    {"upgrade_refused",
     {{kC, "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n" + kGet},
      {kS,
       "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}},
     {"C GET /a: ", "S 200 GET /ws: ", "S 200 GET /a: "}},
    {"what_stands_after_two_upgrades_without_answers",
     {{kC, "GET /a HTTP/1.1\r\nUpgrade: x\r\n\r\nGET /b HTTP/1.1\r\nUpgrade: x\r\n\r\nPO"}},
     {"C GET /a: ", "C GET /b: ", "[raw]PO"}},
    {"joined_in_the_middle_the_wrong_way_round",
     {{kC, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"},
      {kS, kGet},
      {kC, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2"}},
     {"C HTTP 200: ", "S GET /a: ", "C 200 GET /a: "}},
    {"tunnel_of_a_request_upgrade_without_answers",
     {{kC, "GET /chat HTTP/1.1\r\nHost: ws.example.com\r\nUpgrade: websocket\r\n\r\n"},
      {kC, std::string("\x81\x82\0\0\0\0hi", 8)}},
     {"app websocket", "C WebSocket /chat: [raw]hi| url=http://ws.example.com/chat"},
     {.inspected = {true, false}}},
};

class HttpTable : public testing::TestWithParam<HttpCase> {};

TEST_P(HttpTable, GivesItsObjects) {
  const std::string all = play(GetParam().talk, GetParam().setting);
  for (const std::string& each : GetParam().expected) EXPECT_THAT(all, HasSubstr(each));
  EXPECT_THAT(all, Not(HasSubstr("dropped")));
  EXPECT_THAT(all, Not(HasSubstr("misused")));
}

TEST_P(HttpTable, IsTheSameCutAtEveryByte) {
  const std::string whole = play(GetParam().talk, GetParam().setting);
  std::size_t longest = 0;
  for (const Step& step : GetParam().talk) longest = std::max(longest, step.text.size());
  for (std::size_t cut = 1; cut < std::min<std::size_t>(longest, 400); ++cut)
    ASSERT_EQ(play(GetParam().talk, GetParam().setting, cut), whole) << "cut at " << cut;
  for (const std::size_t piece : {1, 2, 3, 7})
    ASSERT_EQ(play(GetParam().talk, GetParam().setting, piece, piece), whole) << piece;
}

TEST_P(HttpTable, FindsTheNextMessageBehindAnyGap) {
  const Talk& talk = GetParam().talk;
  for (const Step& victim : talk) {
    for (std::size_t at = 0; at < std::min<std::size_t>(victim.text.size(), 300); ++at) {
      Flow flow(GetParam().setting);
      for (const Step& step : talk) {
        if (&step != &victim) {
          flow.data(step.side, step.text);
          continue;
        }
        const std::size_t lost = std::min<std::size_t>(7, step.text.size() - at);
        if (at > 0) flow.data(step.side, step.text.substr(0, at));
        flow.gap(step.side, lost);
        if (at + lost < step.text.size()) flow.data(step.side, step.text.substr(at + lost));
      }
      flow.close();
      ASSERT_THAT(flow.describe(), Not(HasSubstr("dropped"))) << "gap at " << at;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Http, HttpTable, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(HttpGap, TheRequestBehindALostHeadIsFoundWithoutALineBreakBeforeIt) {
  const std::string post = "POST /x HTTP/1.1\r\nContent-Length: 10\r\n\r\nbody=12345";
  const std::string next = "GET /next HTTP/1.1\r\nHost: a.example.com\r\n\r\n";
  for (std::size_t at = 0; at < 40; ++at) {
    for (std::size_t lost = 1; at + lost <= 40; ++lost) {
      Flow flow;
      flow.data(kC, kGet);
      if (at > 0) flow.data(kC, post.substr(0, at));
      flow.gap(kC, lost);
      flow.data(kC, post.substr(at + lost) + next);
      flow.close();
      ASSERT_THAT(flow.names(), testing::Contains("GET /next")) << at << " " << lost;
    }
  }
}

TEST(HttpGap, InsideABodyIsPartOfIt) {
  Flow flow;
  flow.data(kC, "POST /x HTTP/1.1\r\nContent-Length: 10\r\n\r\nab");
  flow.gap(kC, 6);
  flow.data(kC, "yz" + kGet);
  flow.close();
  EXPECT_THAT(flow.object("POST /x"), HasSubstr("[body bytes=10]ab(gap 6)yz"));
  EXPECT_THAT(flow.names(), ElementsAre("POST /x", "GET /a"));
}

TEST(HttpGap, InsideAChunkIsPartOfIt) {
  Flow flow;
  flow.data(kC, "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nab");
  flow.gap(kC, 8);
  flow.data(kC, "\r\n0\r\n\r\n" + kGet);
  flow.close();
  EXPECT_THAT(flow.object("POST /x"), HasSubstr("[body]ab(gap 8)"));
  EXPECT_THAT(flow.names(), ElementsAre("POST /x", "GET /a"));
}

TEST(HttpSkipping, ASideThatIsNotInspectedGivesNoObject) {
  Flow flow({.inspected = {false, true}});
  flow.data(kC, "POST /x HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody");
  flow.data(kS, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  flow.close();
  EXPECT_THAT(flow.names(), ElementsAre("200 POST /x"));
}

TEST(HttpSkipping, AnswersThatAreNotInspectedAreNotEvenDelivered) {
  Flow flow({.inspected = {true, false}});
  flow.data(kC, kGet);
  EXPECT_TRUE(flow.context().unwanted[index(kS)]);
}

/// A million of them are ordinary: docs/performance.md.
TEST(HttpHeld, BetweenTwoMessagesAFlowHoldsNextToNothing) {
  Flow flow({.inspected = {true, false}});
  for (int i = 0; i < 3; ++i) {
    flow.data(kC, kGet);
    EXPECT_LT(flow.held_bytes(), 200u);
  }
  Flow answered;
  answered.data(kC, kGet);
  answered.data(kS, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
  EXPECT_GT(answered.held_bytes(), 200u);  // in the middle of a body
  answered.data(kS, "AA");
  EXPECT_LT(answered.held_bytes(), 200u);
  flow.close();
  answered.close();
}

TEST(HttpConnect, TellsTheServerName) {
  Flow flow;
  flow.data(kC, "CONNECT vault.example.org:443 HTTP/1.1\r\n\r\n");
  EXPECT_EQ(flow.context().encryption.names().server_name, "vault.example.org");
  flow.data(kS, "HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(flow.counter("protocol.restarts"), 1u);
  flow.close();
}

TEST(HttpConnect, TheAnswerOfATunnelIsNotTheTunnel) {
  Flow flow({.inspected = {true, false}});
  flow.data(kC, "CONNECT mail.example.org:25 HTTP/1.1\r\n\r\n");
  flow.data(kS, "HTTP/1.1 200 OK\r\n\r\n");
  flow.data(kC, "EHLO desk.example.com\r\n");
  flow.close();
  EXPECT_EQ(flow.context().account.app().name(), "smtp");
  EXPECT_THAT(flow.names(), ElementsAre("CONNECT mail.example.org:25", "smtp session"));
}

TEST(HttpHostile, ManyDamagedMessagesInOneSegmentNeedNoStack) {
  std::string all;
  for (int i = 0; i < 20000; ++i) all += "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nX";
  Flow flow;
  flow.data(kC, all);
  flow.close();
  EXPECT_EQ(flow.recorder.anomalies.size(), 20000u);
}

}  // namespace
}  // namespace outspan::protocol

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "dispatch_harness.h"

namespace outspan::protocol {
namespace {

using namespace harness;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

std::string random_bytes(std::size_t size) {
  std::mt19937 generator(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(generator());
  return bytes;
}

TEST(Dispatch, UnknownStreamsAreScannedBothWays) {
  EXPECT_EQ(play({{kC, "\x01hello\n"}, {kS, "\x02world\n"}}),
            "app unknown\nC tcp stream: [raw]\x01hello\n\nS tcp stream: [raw]\x02world\n\n"
            "7 0 0 0 0 0 7 0 0 0 0 0 ");
}

TEST(Dispatch, OpeningBytesWaitForADecisionAndAreNotLost) {
  Flow flow;
  flow.data(kC, "GE");
  EXPECT_TRUE(flow.recorder.records.empty());
  flow.data(kC, "NERIC\n");
  flow.close();
  EXPECT_EQ(flow.object("tcp stream"), "[raw]GENERIC\n");
}

TEST(Dispatch, APauseDecides) {
  Flow flow;
  flow.data(kC, "GET /never-ending");
  flow.pause();
  EXPECT_EQ(flow.object("tcp stream"), "[raw]GET /never-ending");
  flow.close();
}

TEST(Dispatch, CloseDecides) {
  EXPECT_THAT(play({{kC, "GET /half"}}), HasSubstr("tcp stream: [raw]GET /half"));
}

TEST(Dispatch, AnOpeningThatNeverDecidesIsBounded) {
  Flow flow({.header_kib = 1});
  flow.data(kC, "GET /");
  for (int i = 0; i < 40; ++i) flow.data(kC, std::string(100, 'a'));
  EXPECT_EQ(flow.counter("protocol.openings_full"), 1u);
  EXPECT_THAT(flow.text(), HasSubstr(std::string(4000, 'a')));
  flow.close();
}

TEST(Dispatch, AFlowJoinedInTheMiddleIsUnderstoodFromTheNextMessageOn) {
  Flow flow;
  flow.gap(kC, 1000);
  flow.data(kC, "\x01the end of a body\x02");
  flow.data(kC, "POST /next HTTP/1.1\r\nContent-Length: 2\r\n\r\nok");
  flow.close();
  EXPECT_THAT(flow.names(), ElementsAre("tcp stream", "POST /next"));
  EXPECT_EQ(flow.counter("protocol.reclaimed"), 1u);
  EXPECT_EQ(flow.account().app().name(), "http");
}

TEST(Dispatch, SidesThatAreNotInspectedAreUnwantedInRawStreams) {
  Flow flow({.inspected = {true, false}});
  flow.data(kC, "\x01\x02\x03 what is this\n");
  EXPECT_TRUE(flow.context().unwanted[index(kS)]);
  flow.close();
}

TEST(Dispatch, EveryEntryOfTheTableCanBeUsed) {
  std::set<std::string_view> names;
  for (const ProtocolEntry& entry : builtin_protocols()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_EQ(entry.streams.recognise == nullptr, entry.streams.make == nullptr) << entry.name;
    EXPECT_EQ(entry.datagrams.recognise == nullptr, entry.datagrams.make == nullptr) << entry.name;
    EXPECT_TRUE(entry.streams.make != nullptr || entry.datagrams.make != nullptr) << entry.name;
  }
}

TEST(Dispatch, SmtpIsFoundOnAnyPort) {
  Flow flow;
  flow.data(kS, "220 mail.example.org ESMTP ready\r\n");
  flow.data(kC, "EHLO client.example.com\r\n");
  flow.close();
  EXPECT_EQ(flow.account().app().name(), "smtp");
}

TEST(Dispatch, DatagramsStandForThemselves) {
  Flow flow({.ip_protocol = ip_protocol::kUdp});
  flow.datagram(kC, "one");
  flow.datagram(kC, "two");
  flow.datagram(kS, "three");
  flow.close();
  EXPECT_THAT(flow.names(), ElementsAre("udp datagrams", "udp datagrams"));
  EXPECT_EQ(flow.text(), "[raw]one|two[raw]three");
}

TEST(Dispatch, DatagramsOfAnUnreadProtocolAreSearchedAndOpaque) {
  Flow flow({.ip_protocol = 253});
  flow.datagram(kC, "a name and a phone");
  flow.datagram(kC, "and another");
  flow.close();
  EXPECT_EQ(flow.text(), "[raw]a name and a phone|and another");
  EXPECT_EQ(flow.account().columns(kC)[Column::opaque], 29u);
  EXPECT_EQ(flow.account().columns(kC)[Column::inspected], 0u);
  EXPECT_THAT(flow.recorder.blind_spots, ElementsAre("ip-protocol"));
  EXPECT_EQ(flow.counter("protocol.unread.253.messages"), 2u);
  EXPECT_EQ(flow.counter("protocol.unread.253.bytes"), 29u);
}

TEST(Dispatch, ProtocolsMayShareAFlowOfDatagrams) {
  Flow flow({.ip_protocol = ip_protocol::kUdp});
  const std::string stun = std::string("\0\1\0\0\x21\x12\xa4\x42", 8) + "transaction.";
  const std::string dtls = std::string("\x14\xfe\xfd\0\0\0\0\0\0\0\1\0\1\1", 14);
  const std::string wireguard = std::string("\1\0\0\0", 4) + random_bytes(144);
  flow.datagram(kC, stun);
  flow.datagram(kC, dtls);
  flow.datagram(kC, wireguard);
  flow.datagram(kC, stun);
  flow.datagram(kC, dtls);
  flow.close();
  EXPECT_EQ(flow.account().columns(kC)[Column::inspected], 2 * stun.size());
  EXPECT_EQ(flow.account().columns(kC)[Column::encrypted], 2 * dtls.size() + wireguard.size());
}

TEST(Dispatch, OtherProtocolsAreNamed) {
  Flow flow({.ip_protocol = ip_protocol::kIcmp});
  flow.datagram(kC, "ping text");
  flow.close();
  EXPECT_THAT(flow.names(), ElementsAre("icmp messages"));
}

TEST(RawRandomness, RandomStreamsCountAsEncrypted) {
  Flow flow;
  const std::string bytes = "\x01" + random_bytes(200'000);
  for (std::size_t at = 0; at < bytes.size(); at += 1400) flow.data(kC, bytes.substr(at, 1400));
  flow.close();
  EXPECT_STREQ(flow.context().encryption.reason, "high-entropy");
  EXPECT_EQ(flow.account().columns(kC)[Column::encrypted], bytes.size());
  EXPECT_EQ(flow.account().columns(kC)[Column::inspected], 0u);
}

TEST(RawRandomness, PlainDataBehindRandomDataIsFound) {
  for (const std::size_t segment : {1, 97, 1400, 65536}) {
    Flow flow;
    std::string plain;
    while (plain.size() < 20'000) plain += "anna@example.com;555-0100\n";
    const std::string bytes = "\x01" + random_bytes(100'000) + plain;
    for (std::size_t at = 0; at < bytes.size(); at += segment)
      flow.data(kC, bytes.substr(at, segment));
    flow.close();
    const std::uint64_t inspected = flow.account().columns(kC)[Column::inspected];
    EXPECT_GE(inspected, plain.size() - 8192);
    // The sample that told may begin among the random bytes; it is searched as well.
    EXPECT_LE(inspected, plain.size() + 255);
    EXPECT_EQ(inspected + flow.account().columns(kC)[Column::encrypted], bytes.size());
  }
}

TEST(RawRandomness, WhatBeginsWithAMarkIsLeftToContent) {
  using namespace std::string_view_literals;
  const std::string_view kMarks[] = {
      "\x1f\x8b\x08\0"sv,
      "PK\x03\x04"sv,
      "\x28\xb5\x2f\xfd"sv,
      "\xfd\x37zXZ\0"sv,
      "BZh91AY&SY"sv,
      "7z\xbc\xaf\x27\x1c"sv,
      "\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0"sv,  // lzma
      "LZIP\x01\x0c"sv,
      "Obj\x01"sv,
      "Salted__"sv,
      "RIFF\x10\x20\0\0WEBPVP8 "sv,
      "fLaC"sv,
      "\0\0\0\x18"
      "ftypmp42"sv,
  };
  for (const std::string_view mark : kMarks) {
    for (const std::size_t segment : {1, 97, 1400, 200'000}) {
      Flow flow;
      const std::string bytes = std::string(mark) + random_bytes(40'000);
      for (std::size_t at = 0; at < bytes.size(); at += segment)
        flow.data(kC, bytes.substr(at, segment));
      flow.close();
      EXPECT_EQ(flow.account().columns(kC)[Column::inspected], bytes.size()) << mark;
    }
  }
}

}  // namespace
}  // namespace outspan::protocol

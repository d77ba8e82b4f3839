#include <gtest/gtest.h>

#include "decode_helpers.h"
#include "encapsulation_cases.h"

namespace outspan::decode::test {
namespace {

Octets there() { return ip4(6, tcp(40000, 80, text("hello"))); }
Octets back() { return ip4(6, tcp(80, 40000, text("hello")), back4()); }

class Encapsulation : public testing::TestWithParam<Wrapping> {};

TEST_P(Encapsulation, GivesTheInnerDatagram) {
  const Wrapping& with = GetParam();
  Bench bench;
  bench.feed(with.wrap(there()), with.link);
  ASSERT_EQ(bench.out.datagrams.size(), 1U);
  const Datagram& datagram = bench.out.datagrams[0];
  EXPECT_EQ(as_text(datagram.payload), "hello");
  EXPECT_EQ(datagram.source.to_string(), "10.0.0.1");
  EXPECT_EQ(datagram.destination.to_string(), "198.51.100.7");
  EXPECT_EQ(datagram.source_port, 40000);
  EXPECT_EQ(datagram.destination_port, 80);
  EXPECT_EQ(datagram.ip_protocol, 6);
  EXPECT_EQ(datagram.tcp_sequence, 1000U);
  EXPECT_EQ(datagram.tcp_acknowledgment, 2000U);
  EXPECT_EQ(datagram.tcp_flags, tcp_flag::kPsh | tcp_flag::kAck);
  EXPECT_EQ(datagram.vlan_count, with.vlans);
  EXPECT_EQ(datagram.tunnel != 0, with.tunnel);
  EXPECT_EQ(datagram.ip_packet.size(), 45U);
  EXPECT_EQ(datagram.truncated_bytes, 0U);
  EXPECT_EQ(datagram.lost_bytes, 0U);
  EXPECT_FALSE(datagram.alternative);
  EXPECT_EQ(datagram.at.packet, 1U);
}

TEST_P(Encapsulation, BothDirectionsHashAlikeAndShareTheTunnel) {
  const Wrapping& with = GetParam();
  Bench bench;
  bench.feed(with.wrap(there()), with.link);
  bench.feed(with.wrap(back()), with.link);
  ASSERT_EQ(bench.out.datagrams.size(), 2U);
  const Datagram& one = bench.out.datagrams[0];
  const Datagram& other = bench.out.datagrams[1];
  EXPECT_EQ(one.source, other.destination);
  EXPECT_EQ(one.host_pair_hash, other.host_pair_hash);
  EXPECT_EQ(one.flow_hash, other.flow_hash);
  EXPECT_EQ(one.tunnel, other.tunnel);
}

/// Every prefix: with the length on the wire kept, what is cut off shows up as truncated.
TEST_P(Encapsulation, NoPrefixReadsPastItsEndOrInventsBytes) {
  const Wrapping& with = GetParam();
  const Octets whole = with.wrap(there());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Bench bench;
    bench.feed(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), with.link,
               static_cast<std::uint32_t>(whole.size()));
    for (const Datagram& datagram : bench.out.datagrams) {
      EXPECT_LE(datagram.payload.size() + datagram.truncated_bytes, whole.size());
      const bool inner = datagram.source_port == 40000 && (datagram.tunnel != 0) == with.tunnel;
      if (!inner) continue;
      EXPECT_EQ(datagram.payload.size() + datagram.truncated_bytes, 5U) << "prefix of " << size;
    }
  }
}

/// A frame that lost its end without saying so: nothing is announced as cut.
TEST_P(Encapsulation, NoPrefixWithoutWireLengthIsCalledTruncated) {
  const Wrapping& with = GetParam();
  const Octets whole = with.wrap(there());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Bench bench;
    bench.feed(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), with.link);
    for (const Datagram& datagram : bench.out.datagrams) EXPECT_EQ(datagram.truncated_bytes, 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(Decode, Encapsulation, testing::ValuesIn(wrappings()),
                         [](const auto& test) { return test.param.name; });

TEST(Vlan, TagsAreRecordedFromTheOutsideWithoutTheirPriority) {
  Bench bench;
  bench.feed(eth(0x88a8, vlan(0xe005, 0x8100, vlan(0x0006, 0x0800, there()))));
  ASSERT_EQ(bench.out.datagrams.size(), 1U);
  EXPECT_EQ(bench.out.datagrams[0].vlan, (std::array<std::uint16_t, 2>{5, 6}));
}

TEST(Vlan, TagsDoNotCountInTheHash) {
  Bench bench;
  bench.feed(eth(0x8100, vlan(5, 0x0800, there())));
  bench.feed(eth(0x0800, there()));
  EXPECT_EQ(bench.out.datagrams[0].flow_hash, bench.out.datagrams[1].flow_hash);
  EXPECT_EQ(bench.out.datagrams[0].host_pair_hash, bench.out.datagrams[1].host_pair_hash);
}

Octets vxlan_of(std::uint32_t network) {
  return outer_udp(4789, hex("08000000") + be32(network << 8) + eth(0x0800, there()));
}
Octets gtp_of(std::uint32_t endpoint) {
  return outer_udp(2152, hex("30ff") + be16(there().size()) + be32(endpoint) + there());
}

TEST(TunnelNumber, TellsNetworksApartButNotDirections) {
  Bench bench;
  for (const Octets& frame : {vxlan_of(1), vxlan_of(2), gtp_of(1), gtp_of(2)}) bench.feed(frame);
  ASSERT_EQ(bench.out.datagrams.size(), 4U);
  EXPECT_NE(bench.out.datagrams[0].tunnel, bench.out.datagrams[1].tunnel);
  EXPECT_EQ(bench.out.datagrams[2].tunnel, bench.out.datagrams[3].tunnel);
  EXPECT_NE(bench.out.datagrams[0].tunnel, bench.out.datagrams[2].tunnel);
}

TEST(Ipv6, TunnelsOverAndUnderIpv4) {
  const Octets inner = ip6(6, tcp(40000, 80, text("hello")));
  Bench bench;
  bench.feed(eth(0x86dd, inner));
  bench.feed(eth(0x0800, ip4(41, inner)));
  bench.feed(outer_udp(3544, inner));
  bench.feed(outer_udp(3544, hex("0000 0000 00000000") + inner));
  bench.feed(
      outer_udp(3544, hex("0001 02 01 aabb cc 0011223344556677 00 0000 0000 00000000") + inner));
  bench.feed(hex("1c000000") + inner, LinkType::null_loopback);
  bench.feed(hex("0057") + inner, LinkType::ppp);
  bench.feed(inner, LinkType::raw_ip);
  ASSERT_EQ(bench.out.datagrams.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(bench.payload(i), "hello") << i;
    EXPECT_EQ(bench.out.datagrams[i].source.to_string(), "fd00::1") << i;
    EXPECT_EQ(bench.out.datagrams[i].destination_port, 80) << i;
  }
  EXPECT_NE(bench.out.datagrams[1].tunnel, 0U);
}

/// A port is not a proof: what does not decode as the tunnel stays the payload it is.
TEST(TunnelPorts, PlainTextOnThemStaysUdpPayload) {
  const Octets secret = text("name=Jo Doe; phone=+1 202-555-0100; and more of the same kind here");
  static constexpr std::uint16_t kPorts[] = {1701, 2152, 3544, 4754, 4789, 4790, 6081, 6635, 8472};
  for (const std::uint16_t port : kPorts) {
    Bench bench;
    bench.feed(outer_udp(port, secret));
    ASSERT_EQ(bench.out.datagrams.size(), 1U) << port;
    EXPECT_EQ(bench.payload(0), std::string(secret.begin(), secret.end())) << port;
    EXPECT_EQ(bench.out.datagrams[0].destination_port, port);
    EXPECT_EQ(bench.out.datagrams[0].tunnel, 0U);
  }
}

TEST(TunnelPorts, ATunnelOfSomethingElseThanIpStaysUdpPayload) {
  Bench bench;
  bench.feed(outer_udp(4789, hex("08000000 00000100") + eth(0x0806, text("arp"))));
  ASSERT_EQ(bench.out.datagrams.size(), 1U);
  EXPECT_EQ(bench.out.datagrams[0].destination_port, 4789);
  EXPECT_EQ(bench.out.datagrams[0].payload.size(), 8U + 14U + 3U);
}

TEST(Depth, LayersBeyondTheBoundStayPayloadOfTheLastOne) {
  Octets packet = there();
  for (int i = 0; i < 40; ++i) packet = ip4(4, packet);
  Bench bench;
  bench.feed(eth(0x0800, packet));
  ASSERT_EQ(bench.out.datagrams.size(), 1U);
  EXPECT_EQ(bench.out.datagrams[0].ip_protocol, 4);
  EXPECT_EQ(bench.out.datagrams[0].payload.size(), there().size() + 20 * 31);
  EXPECT_GE(bench.count("decode.errors.too_deep"), 1U);
}

/// What came to nothing, and under which name it is counted.
struct UnreadCase {
  std::string name;
  LinkType link;
  Octets frame;
  std::string counter;
};

const Octets kText = text("name=Jo Doe; phone=+1 202-555-0100; and more of the same kind here");

const UnreadCase kUnread[] = {
    {"unknown_link_type", LinkType{147}, kText, "decode.unread.link_type.147"},
    {"macos_user_link_type_without_pktap", LinkType::user_2, kText, "decode.unread.malformed"},
    {"pktap_of_an_unknown_link_type", LinkType::pktap, hex("0c000000 01000000 93000000") + kText,
     "decode.unread.link_type.147"},
    {"unknown_ether_type", LinkType::ethernet, eth(0x88b5, kText),
     "decode.unread.ethertype.0x88b5"},
    {"unknown_ether_type_behind_a_vlan", LinkType::ethernet, eth(0x8100, vlan(5, 0x88b5, kText)),
     "decode.unread.ethertype.0x88b5"},
    {"macsec", LinkType::ethernet, eth(0x88e5, hex("2c00") + Octets(60, 0x5a)),
     "decode.unread.ethertype.0x88e5"},
    {"802_2_service", LinkType::ethernet,
     eth(static_cast<std::uint16_t>(kText.size() + 3), hex("e0e003") + kText),
     "decode.unread.llc.0xe0"},
    {"snap_of_a_vendor", LinkType::ethernet,
     eth(static_cast<std::uint16_t>(kText.size() + 8), hex("aaaa03 00000d 0001") + kText),
     "decode.unread.snap.0x0001"},
    {"sll_of_a_kernel_mark", LinkType::linux_sll,
     hex("0004 0001 0006 020000000001 0000 000c") + kText, "decode.unread.ethertype.0x000c"},
    {"address_family", LinkType::null_loopback, hex("11000000") + kText, "decode.unread.family.17"},
    {"ppp_protocol", LinkType::ppp, hex("002b") + kText, "decode.unread.ppp.0x002b"},
    {"frame_relay_protocol", LinkType::frame_relay, hex("1841 03 b0") + kText,
     "decode.unread.llc.0xb0"},
    {"wifi_protected", LinkType::wifi, wifi_head(0x08, 0x41) + Octets(60, 0x5a),
     "decode.unread.wifi_encrypted"},
    {"wifi_more_fragments", LinkType::wifi, wifi(0x08, 0x05, {}, kText),
     "decode.unread.wifi_fragment"},
    {"ipv4_type_without_ipv4", LinkType::ethernet, eth(0x0800, kText), "decode.unread.malformed"},
    {"arp_that_carries_more", LinkType::ethernet, eth(0x0806, kText),
     "decode.unread.ethertype.0x0806"},
    {"arp", LinkType::ethernet, eth(0x0806, Octets(46, 1)), "decode.control"},
    {"lldp", LinkType::ethernet, eth(0x88cc, Octets(200, 1)), "decode.control"},
    {"spanning_tree", LinkType::ethernet, eth(39, hex("424203") + Octets(43, 0)), "decode.control"},
    {"cisco_discovery", LinkType::ethernet, eth(68, hex("aaaa03 00000c 2000") + Octets(60, 1)),
     "decode.control"},
    {"pppoe_discovery", LinkType::ethernet, eth(0x8863, hex("1109 0000 0004 01010000")),
     "decode.control"},
    {"ppp_negotiation", LinkType::ppp, hex("ff03 c021 01 00 0004"), "decode.control"},
    {"hdlc_keep_alive", LinkType::cisco_hdlc, hex("8f00 8035") + Octets(18, 0), "decode.control"},
    {"wifi_beacon", LinkType::wifi, wifi_head(0x80, 0) + Octets(60, 1), "decode.control"},
    {"wifi_no_data", LinkType::wifi, wifi_head(0x48, 1), "decode.control"},
};

class UnreadFrame : public testing::TestWithParam<UnreadCase> {};

TEST_P(UnreadFrame, IsCountedByWhatItIs) {
  Bench bench;
  bench.feed(GetParam().frame, GetParam().link);
  EXPECT_TRUE(bench.out.datagrams.empty());
  EXPECT_EQ(bench.count(GetParam().counter + ".frames"), 1U);
  EXPECT_EQ(bench.count(GetParam().counter + ".bytes"), GetParam().frame.size());
}

INSTANTIATE_TEST_SUITE_P(Decode, UnreadFrame, testing::ValuesIn(kUnread),
                         [](const auto& test) { return test.param.name; });

TEST(UnreadFrames, BytesOnTheWireCountAlsoWhereTheSnapLengthCutThem) {
  Bench bench;
  bench.feed(eth(0x88b5, kText), LinkType::ethernet, 1500);
  EXPECT_EQ(bench.count("decode.unread.ethertype.0x88b5.bytes"), 1500U);
}

TEST(UnreadFrames, MoreKindsThanTheTableHoldsLoseTheirNumbersOnly) {
  Bench bench;
  for (unsigned type = 0xa000; type < 0xa200; ++type)
    bench.feed(eth(static_cast<std::uint16_t>(type), kText));
  EXPECT_EQ(bench.count("decode.unread.ethertype.0xa000.frames"), 1U);
  EXPECT_EQ(bench.count("decode.unread.ethertype.0xa1ff.frames"), 0U);
  EXPECT_EQ(bench.count("decode.unread.ethertype.0x0000.frames"), 512U - 64U);
}

TEST(NotIp, IsCountedWithItsBytes) {
  Bench bench;
  bench.feed(eth(0x0806, Octets(28, 1)));
  EXPECT_TRUE(bench.out.datagrams.empty());
  EXPECT_EQ(bench.count("decode.not_ip"), 1U);
  EXPECT_EQ(bench.count("decode.not_ip_bytes"), 42U);
}

TEST(LinkTypes, AnUnknownOneIsCounted) {
  Bench bench;
  bench.feed(Octets(60, 1), static_cast<LinkType>(147));
  EXPECT_EQ(bench.count("decode.errors.link_type"), 1U);
}

TEST(UnknownTag, OnlyAProvenPacketIsTakenForOne) {
  Bench bench;
  Octets forged = checked(there());
  forged[10] ^= 1;
  bench.feed(eth(0x88b7, hex("0102 0800") + forged));                            // checksum
  bench.feed(eth(0x88b7, hex("0102 0800") + checked(there()) + Octets(70, 0)));  // too short for it
  EXPECT_TRUE(bench.out.datagrams.empty());
  EXPECT_EQ(bench.count("decode.unread.ethertype.0x88b7.frames"), 2U);
}

TEST(Wifi, EveryMessageOfAnAggregateIsRead) {
  const auto message = [](const Octets& packet) {
    return hex("020000000001 020000000002") + be16(packet.size() + 8) + hex("aaaa03 000000 0800") +
           packet;
  };
  const Octets one = ip4(17, udp(40000, 53, text("one")));
  const Octets two = ip4(17, udp(40001, 53, text("two")));
  Bench bench;
  bench.feed(wifi_head(0x88, 0x01) + hex("8000") + message(one) + hex("000000") + message(two),
             LinkType::wifi);
  ASSERT_EQ(bench.out.datagrams.size(), 2U);
  EXPECT_EQ(bench.payload(0), "one");
  EXPECT_EQ(bench.payload(1), "two");
}

}  // namespace
}  // namespace outspan::decode::test

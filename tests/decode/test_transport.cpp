#include <gtest/gtest.h>

#include "decode_helpers.h"

namespace outspan::decode::test {
namespace {

const Datagram& only(const Bench& bench) {
  EXPECT_EQ(bench.out.datagrams.size(), 1U);
  static const Datagram kNone{};
  return bench.out.datagrams.empty() ? kNone : bench.out.datagrams[0];
}

struct HeaderCase {
  const char* name;
  Octets packet;  // from the IP header on
  const char* payload;
  std::uint8_t protocol;
  const char* counted;  // nullptr: nothing
};

const HeaderCase kHeaderCases[] = {
    {"udp", ip4(17, udp(5000, 53, text("query"))), "query", 17, nullptr},
    {"udp_length_zero", ip4(17, udp(5000, 53, text("query"), 0)), "query", 17, nullptr},
    {"udp_length_below_header", ip4(17, udp(5000, 53, text("query"), 7)), "query", 17,
     "decode.errors.udp_length"},
    {"udp_length_beyond_packet", ip4(17, udp(5000, 53, text("query"), 99)), "query", 17,
     "decode.errors.udp_length"},
    {"udp_header_cut", ip4(17, text("1234567")), "1234567", kNoTransport,
     "decode.errors.udp_header"},
    {"tcp_header_cut", ip4(6, text("secret")), "secret", kNoTransport, "decode.errors.tcp_header"},
    {"tcp_offset_beyond_packet", ip4(6, hex("0001 0002 00000001 00000002 f018 ffff 0000 0000")),
     nullptr, kNoTransport, "decode.errors.tcp_header"},
    {"tcp_offset_below_header", ip4(6, hex("0001 0002 00000001 00000002 4018 ffff 0000 0000")),
     nullptr, kNoTransport, "decode.errors.tcp_header"},
    {"tcp_options",
     ip4(6, hex("0001 0002 00000001 00000002 6018 ffff 0000 0000 01010101") + text("hi")), "hi", 6,
     nullptr},
    {"sctp", ip4(132, hex("0001 0002 00000003 00000000") + text("chunk")), "chunk", 132, nullptr},
    {"sctp_header_cut", ip4(132, text("chunk")), "chunk", kNoTransport,
     "decode.errors.sctp_header"},
    {"icmp_echo", ip4(1, hex("0800 0000 0001 0001") + text("data")), "data", 1, nullptr},
    {"icmp_short", ip4(1, hex("0800 0000 00")), "", 1, nullptr},
    {"icmp_cut", ip4(1, hex("0800")), nullptr, kNoTransport, "decode.errors.icmp_header"},
    {"udp_lite", ip4(136, udp(5000, 53, text("query"), 8)), "query", 136, nullptr},
    {"udp_lite_cut", ip4(136, text("1234567")), "1234567", kNoTransport,
     "decode.errors.udp_header"},
    {"dccp", ip4(33, hex("0001 0002 04 00 0000 05000000 00000001") + text("data")), "data", 33,
     nullptr},
    {"dccp_offset_beyond_packet", ip4(33, hex("0001 0002 40 00 0000 05000000 00000001")), nullptr,
     kNoTransport, "decode.errors.dccp_header"},
    {"authentication",
     ip4(51, hex("1104 0000 00000001 00000001 00000000 00000000 00000000") +
                 udp(5000, 53, text("query"))),
     "query", 17, nullptr},
    {"authentication_cut", ip4(51, hex("11ff 0000 00000001 00000001")), nullptr, kNoTransport,
     "decode.errors.ipv4_header"},
    {"l2tp_3",
     ip4(115, hex("00000001 0011223344556677 00000000") +
                  eth(0x0800, checked(ip4(17, udp(5000, 53, text("query")))))),
     "query", 17, nullptr},
    {"l2tp_3_control", ip4(115, hex("00000000 c8030014 00000001")), nullptr, 115, nullptr},
    {"esp_is_opaque", ip4(50, text("cipher")), "cipher", 50, nullptr},
    {"total_length_zero", ip4(17, udp(5000, 53, text("query")), {.total = 0}), "query", 17,
     nullptr},
    {"total_length_beyond_frame", ip4(17, udp(5000, 53, text("query")), {.total = 500}), "query",
     17, "decode.errors.ip_length"},
    {"gre_of_unknown_type", ip4(47, gre(0, 0x1234, {}, text("x"))), nullptr, 47, nullptr},
    {"gre_keepalive", ip4(47, gre(0, 0, {}, {})), "", 47, nullptr},
    {"pptp_acknowledgment", ip4(47, gre(0x2081, 0x880b, hex("0000 0001 00000002"), {})), "", 47,
     nullptr},
    {"six_in_four_that_is_none", ip4(41, text("plain text")), "plain text", 41, nullptr},
    {"ipv6_extensions",
     ip6(0, extension(43, extension(60, extension(17, udp(5000, 53, text("query")))))), "query", 17,
     nullptr},
    {"ipv6_authentication",
     ip6(51, hex("1104 0000 00000001 00000001 00000000 00000000 00000000") +
                 udp(5000, 53, text("query"))),
     "query", 17, nullptr},
    {"ipv6_extension_cut", ip6(0, hex("1109 0000 00000000")), nullptr, kNoTransport,
     "decode.errors.ipv6_header"},
    {"ipv6_no_next_header", ip6(59, text("padding?")), "padding?", 59, nullptr},
    {"ipv6_atomic_fragment", ip6(44, fragment6(17, 0, false, 1, udp(5000, 53, text("query")))),
     "query", 17, nullptr},
};

class Headers : public testing::TestWithParam<HeaderCase> {};

TEST_P(Headers, GiveTheirPayload) {
  const HeaderCase& row = GetParam();
  Bench bench;
  bench.feed(row.packet, capture::LinkType::raw_ip);
  const Datagram& datagram = only(bench);
  EXPECT_EQ(datagram.ip_protocol, row.protocol);
  if (row.payload != nullptr) {
    EXPECT_EQ(as_text(datagram.payload), row.payload);
  }
  EXPECT_EQ(datagram.truncated_bytes, 0U);
  if (row.counted != nullptr) {
    EXPECT_EQ(bench.count(row.counted), 1U);
  }
  if (datagram.ip_protocol == kNoTransport) {
    EXPECT_EQ(datagram.source_port, 0);
    EXPECT_EQ(datagram.ip_packet.data() + datagram.ip_packet.size(),
              datagram.payload.data() + datagram.payload.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Transport, Headers, testing::ValuesIn(kHeaderCases),
                         [](const auto& test) { return test.param.name; });

struct BadIp {
  const char* name;
  Octets packet;
  const char* counted;
};
const BadIp kBadIps[] = {
    {"header_cut", hex("4500 0028"), "decode.errors.ipv4_header"},
    {"header_length_too_small", hex("4400 0014 00000000 4011 0000 0a000001 0a000002"),
     "decode.errors.ipv4_header"},
    {"header_length_beyond_frame", hex("4f00 0014 00000000 4011 0000 0a000001 0a000002"),
     "decode.errors.ipv4_header"},
    {"total_below_header", ip4(17, text("12345678"), {.total = 19}), "decode.errors.ipv4_header"},
    {"version", hex("5500 0014 00000000 4011 0000 0a000001 0a000002"), "decode.errors.ipv4_header"},
    {"ipv6_cut", hex("60000000 0000 3b40 fd00"), "decode.errors.ipv6_header"},
    {"nothing", {}, "decode.errors.ipv4_header"},
};
TEST(BadIpHeaders, AreCountedAndGiveNothing) {
  for (const BadIp& row : kBadIps) {
    Bench bench;
    bench.feed(row.packet, capture::LinkType::raw_ip);
    EXPECT_TRUE(bench.out.datagrams.empty()) << row.name;
    EXPECT_EQ(bench.count(row.counted), 1U) << row.name;
  }
}

/// What headers carry in their options comes out as messages without a transport.
struct OptionCase {
  std::string name;
  Octets packet;  // from the IP header on; its payload is "hi"
  std::vector<std::string> carried;
};

Octets tcp_with(const Octets& options) {
  return ip4(6, hex("0001 0002 00000001 00000002") +
                    Octets{static_cast<std::uint8_t>((5 + options.size() / 4) << 4), 0x18} +
                    hex("ffff 0000 0000") + options + text("hi"));
}
Octets ip4_with(const Octets& options) {
  return ip4(17, udp(1, 2, text("hi")), {.options = options});
}
Octets ip6_with(std::uint8_t type, const Octets& options) {
  return ip6(type, Octets{17, static_cast<std::uint8_t>((options.size() + 2) / 8 - 1)} + options +
                       udp(1, 2, text("hi")));
}

const OptionCase kOptionCases[] = {
    {"tcp_of_every_day", tcp_with(hex("020405b4 0402 080a 0000000100000002 01 030307")), {}},
    {"tcp_selective", tcp_with(hex("0101 0512 0000000100000002 0000000300000004")), {}},
    {"tcp_fast_open", tcp_with(hex("220a 0102030405060708 0101")), {}},
    {"tcp_multipath", tcp_with(hex("1e0c 0081 0a0b0c0d 01020304")), {}},
    {"tcp_experiment", tcp_with(hex("fd0c") + text("customer_i")), {"customer_i"}},
    {"tcp_known_kind_of_another_length",
     tcp_with(hex("080c") + text("1234567890")),
     {"1234567890"}},
    {"tcp_text_for_a_digest",
     tcp_with(hex("1312") + text("jo@customer.exam") + hex("0101")),
     {"jo@customer.exam"}},
    {"tcp_text_behind_the_end",
     tcp_with(hex("00") + text("jo@custom.x")),
     {std::string("\0jo@custom.x", 12)}},
    {"tcp_length_beyond_the_header", tcp_with(hex("fd50") + text("jo")), {"\xfd\x50jo"}},
    {"ipv4_router_alert", ip4_with(hex("94040000")), {}},
    {"ipv4_security_label", ip4_with(hex("860c") + text("customer_i")), {"customer_i"}},
    {"ipv4_two",
     ip4_with(hex("5e05") + text("abc") + hex("01 1e04") + text("de") + hex("0101")),
     {"abc", "de"}},
    {"ipv6_padding_and_alert", ip6_with(0, hex("0502 0000 0100")), {}},
    {"ipv6_text_for_padding", ip6_with(60, hex("010c") + text("customer_id,")), {"customer_id,"}},
    {"ipv6_unknown", ip6_with(60, hex("1e04") + text("abcd")), {"abcd"}},
};

class HeaderOptions : public testing::TestWithParam<OptionCase> {};

TEST_P(HeaderOptions, ComeOutIfTheyCarryAnything) {
  const OptionCase& row = GetParam();
  Bench bench;
  bench.feed(row.packet, capture::LinkType::raw_ip);
  std::vector<std::string> carried;
  for (const Datagram& datagram : bench.out.datagrams) {
    if (&datagram == &bench.out.datagrams.back()) continue;
    EXPECT_EQ(datagram.ip_protocol, kNoTransport);
    EXPECT_EQ(datagram.source_port, 0);
    carried.emplace_back(as_text(datagram.payload));
  }
  EXPECT_EQ(carried, row.carried);
  EXPECT_EQ(bench.payload(bench.out.datagrams.size() - 1), "hi");
  EXPECT_EQ(bench.out.datagrams.back().part, row.carried.size());
}

INSTANTIATE_TEST_SUITE_P(Decode, HeaderOptions, testing::ValuesIn(kOptionCases),
                         [](const auto& test) { return test.param.name; });

TEST(Udp, BytesBehindItsLengthAreTheirOwnDatagramOfTheFlow) {
  Bench bench;
  bench.feed(eth(0x0800, ip4(17, udp(5000, 53, text("querysecret"), 8 + 5))));
  ASSERT_EQ(bench.out.datagrams.size(), 2U);
  EXPECT_EQ(bench.payload(0), "query");
  EXPECT_EQ(bench.payload(1), "secret");
  EXPECT_EQ(bench.out.datagrams[0].flow_hash, bench.out.datagrams[1].flow_hash);
}

TEST(Snaplen, BytesCutOffAreCountedToTheByte) {
  const Octets whole = eth(0x0800, ip4(6, tcp(1, 2, Octets(1000, 'x'))));
  for (std::size_t size = 54; size <= whole.size(); size += 43) {
    Bench bench;
    bench.feed(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)),
               capture::LinkType::ethernet, static_cast<std::uint32_t>(whole.size()));
    EXPECT_EQ(only(bench).payload.size(), size - 54);
    EXPECT_EQ(only(bench).truncated_bytes, 1000 - (size - 54));
  }
}

TEST(Snaplen, TcpOptionsCutOffAreStillTcp) {
  const Octets segment =
      hex("0001 0002 00000001 00000002 8010 ffff 0000 0000 01010101 01010101 01010101") +
      text("hi");
  const Octets whole = eth(0x0800, ip4(6, segment));
  for (const std::size_t size : {whole.size() - 14, whole.size() - 6, whole.size() - 2}) {
    Bench bench;
    bench.feed(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)),
               capture::LinkType::ethernet, static_cast<std::uint32_t>(whole.size()));
    EXPECT_EQ(only(bench).ip_protocol, 6);
    EXPECT_TRUE(only(bench).payload.empty());
    EXPECT_EQ(only(bench).truncated_bytes, 2U);
  }
}

TEST(Snaplen, ALengthOnTheWireThatNoFrameHasIsNotBelieved) {
  Bench bench;
  bench.feed(eth(0x0800, ip4(6, tcp(1, 2, text("hi")), {.total = 0})), capture::LinkType::ethernet,
             0xffffffff);
  EXPECT_EQ(only(bench).truncated_bytes, 262'144U - 56U);
}

TEST(LargeFrames, OfReceiveOffloadAreNormal) {
  Bench bench;
  bench.feed(eth(0x0800, ip4(6, tcp(1, 2, Octets(65'000, 'x')))));
  EXPECT_EQ(only(bench).payload.size(), 65'000U);
  Bench jumbo;
  jumbo.feed(eth(0x0800, ip4(6, tcp(1, 2, Octets(200'000, 'x')), {.total = 0})));
  EXPECT_EQ(only(jumbo).payload.size(), 200'000U);
}

struct IcmpCase {
  std::uint8_t protocol;
  std::uint8_t type;
  std::uint8_t code;
  std::uint16_t source_port;
  std::uint16_t destination_port;
  bool one_way;
};
/// From the Community ID specification's table of message types.
const IcmpCase kIcmpCases[] = {
    {1, 8, 0, 8, 0, false},        {1, 0, 0, 0, 8, false},        {1, 13, 0, 13, 14, false},
    {1, 17, 0, 17, 18, false},     {1, 10, 0, 10, 9, false},      {1, 3, 1, 3, 1, true},
    {1, 11, 0, 11, 0, true},       {58, 128, 0, 128, 129, false}, {58, 129, 0, 129, 128, false},
    {58, 135, 0, 135, 136, false}, {58, 134, 0, 134, 133, false}, {58, 131, 0, 131, 130, false},
    {58, 144, 0, 144, 145, false}, {58, 1, 4, 1, 4, true},
};
TEST(Icmp, PseudoPortsPairRequestAndAnswer) {
  for (const IcmpCase& row : kIcmpCases) {
    const Octets message = Octets{row.type, row.code} + hex("0000 0001 0002") + text("data");
    Bench bench;
    bench.feed(row.protocol == 1 ? ip4(1, message) : ip6(58, message), capture::LinkType::raw_ip);
    const Datagram& datagram = only(bench);
    EXPECT_EQ(datagram.source_port, row.source_port) << int{row.type};
    EXPECT_EQ(datagram.destination_port, row.destination_port) << int{row.type};
    EXPECT_EQ(datagram.one_way, row.one_way) << int{row.type};
    EXPECT_EQ(as_text(datagram.payload), "data");
  }
}

TEST(FlowHash, DependsOnEveryPartOfTheKey) {
  Bench bench;
  const std::vector<Octets> packets{
      ip4(6, tcp(1, 2, {})),
      ip4(6, tcp(2, 1, {})),  // ports swapped, hosts not: another flow
      ip4(6, tcp(1, 3, {})),
      ip4(17, udp(1, 2, {})),
      ip4(6, tcp(1, 2, {}), {.source = hex("0a000002")}),
      ip6(6, tcp(1, 2, {})),
  };
  for (const Octets& packet : packets) bench.feed(packet, capture::LinkType::raw_ip);
  ASSERT_EQ(bench.out.datagrams.size(), packets.size());
  for (std::size_t i = 0; i < packets.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_NE(bench.out.datagrams[i].flow_hash, bench.out.datagrams[j].flow_hash) << i << j;
}

TEST(FlowHash, SpreadsHostsEvenlyOverEightPipelines) {
  std::array<int, 8> pipelines{};
  Bench bench;
  for (std::uint32_t host = 0; host < 4096; ++host)
    bench.feed(ip4(6, tcp(1, 2, {}), {.source = be32(0x0a000000 + host)}),
               capture::LinkType::raw_ip);
  for (const Datagram& datagram : bench.out.datagrams) ++pipelines[datagram.host_pair_hash % 8];
  for (const int count : pipelines) EXPECT_NEAR(count, 512, 110);
}

}  // namespace
}  // namespace outspan::decode::test

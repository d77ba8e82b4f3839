#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "decode_helpers.h"

namespace outspan::decode::test {
namespace {

constexpr auto kRaw = capture::LinkType::raw_ip;

std::string letters(std::size_t size) {
  std::string out(size, ' ');
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>('a' + i * 7 % 26);
  return out;
}

/// Cut into fragments of `step` bytes (a multiple of 8).
std::vector<Octets> cut4(const Octets& upper, std::size_t step, std::uint16_t id = 77) {
  std::vector<Octets> out;
  for (std::size_t at = 0; at < upper.size(); at += step) {
    const std::size_t end = std::min(at + step, upper.size());
    const auto flags = static_cast<std::uint16_t>((end < upper.size() ? 0x2000 : 0) | at / 8);
    out.push_back(ip4(17,
                      Octets(upper.begin() + static_cast<std::ptrdiff_t>(at),
                             upper.begin() + static_cast<std::ptrdiff_t>(end)),
                      {.id = id, .flags_offset = flags}));
  }
  return out;
}
std::vector<Octets> cut6(const Octets& upper, std::size_t step) {
  std::vector<Octets> out;
  for (std::size_t at = 0; at < upper.size(); at += step) {
    const std::size_t end = std::min(at + step, upper.size());
    out.push_back(ip6(44, fragment6(17, static_cast<std::uint16_t>(at), end < upper.size(), 9,
                                    Octets(upper.begin() + static_cast<std::ptrdiff_t>(at),
                                           upper.begin() + static_cast<std::ptrdiff_t>(end)))));
  }
  return out;
}
Octets piece(std::uint16_t offset, bool more, const Octets& bytes) {
  return ip4(
      17, bytes,
      {.id = 77, .flags_offset = static_cast<std::uint16_t>((more ? 0x2000 : 0) | offset / 8)});
}

TEST(Fragments, InAnyOrderGiveTheDatagramOnce) {
  const std::string content = letters(1000);
  const Octets upper = udp(5000, 53, text(content));
  std::mt19937 random(7);
  for (const std::vector<Octets>& fragments : {cut4(upper, 64), cut6(upper, 64)}) {
    for (int round = 0; round < 20; ++round) {
      std::vector<Octets> shuffled = fragments;
      std::ranges::shuffle(shuffled, random);
      Bench bench;
      for (const Octets& fragment : shuffled) bench.feed(fragment, kRaw);
      ASSERT_EQ(bench.out.datagrams.size(), 1U);
      const Datagram& datagram = bench.out.datagrams[0];
      EXPECT_EQ(bench.payload(0), content);
      EXPECT_EQ(datagram.destination_port, 53);
      EXPECT_TRUE(datagram.ip_packet.empty());
      EXPECT_EQ(datagram.at.packet, fragments.size());
      EXPECT_EQ(datagram.lost_bytes + datagram.truncated_bytes, 0U);
      bench.finish();
      EXPECT_EQ(bench.out.datagrams.size(), 1U);
    }
  }
}

TEST(Fragments, SeenTwiceAsAtASpanPortGiveTheDatagramOnce) {
  const std::vector<Octets> fragments = cut4(udp(5000, 53, text(letters(200))), 64);
  for (const bool interleaved : {false, true}) {
    Bench bench;
    for (const Octets& fragment : fragments) {
      bench.feed(fragment, kRaw);
      if (interleaved) bench.feed(fragment, kRaw);
    }
    if (!interleaved)
      for (const Octets& fragment : fragments) bench.feed(fragment, kRaw);
    bench.finish();
    ASSERT_EQ(bench.out.datagrams.size(), 1U);
    EXPECT_EQ(bench.payload(0), letters(200));
    EXPECT_EQ(bench.count("decode.fragment_overlap"), 0U);
  }
}

TEST(Fragments, OfAnIdentificationUsedAgainAreAnotherDatagram) {
  Bench bench;
  for (const Octets& fragment : cut4(udp(5000, 53, text(letters(200))), 64))
    bench.feed(fragment, kRaw);
  for (const Octets& fragment : cut4(udp(5000, 53, text(letters(150))), 64))
    bench.feed(fragment, kRaw);
  ASSERT_EQ(bench.out.datagrams.size(), 2U);
  EXPECT_EQ(bench.payload(1), letters(150));
}

TEST(Fragments, OverlapWithOtherBytesGivesBothVersions) {
  const Octets head = udp(5000, 53, text("first-8!"), 8 + 24);
  Bench bench;
  bench.feed(piece(0, true, head), kRaw);
  bench.feed(piece(8, true, text("SECOND-8middle-8")), kRaw);
  bench.feed(piece(24, false, text("the-end!")), kRaw);
  ASSERT_EQ(bench.out.datagrams.size(), 2U);
  EXPECT_EQ(bench.payload(0), "first-8!middle-8the-end!");
  EXPECT_EQ(bench.payload(1), "SECOND-8middle-8the-end!");
  EXPECT_FALSE(bench.out.datagrams[0].alternative);
  EXPECT_TRUE(bench.out.datagrams[1].alternative);
  EXPECT_EQ(bench.out.datagrams[0].at.packet, bench.out.datagrams[1].at.packet);
  EXPECT_EQ(bench.count("decode.fragment_overlap"), 1U);
}

/// Copies of one place of 8 bytes in a datagram of 24; the versions that come out there.
struct VersionsCase {
  std::string name;
  std::vector<std::string> copies;
  std::vector<std::string> versions;
};

const VersionsCase kVersions[] = {
    {"the_middle_one_of_three",
     {"decoy-1!", "the-real", "decoy-2!"},
     {"decoy-1!", "the-real", "decoy-2!"}},
    {"between_two_that_are_the_same",
     {"decoy-1!", "the-real", "decoy-1!"},
     {"decoy-1!", "the-real"}},
    {"the_same_again", {"decoy-1!", "the-real", "the-real", "decoy-1!"}, {"decoy-1!", "the-real"}},
    {"eight",
     {"1-------", "2-------", "3-------", "4-------", "5-------", "6-------", "7-------",
      "8-------", "9-------"},
     {"1-------", "2-------", "3-------", "4-------", "5-------", "6-------", "7-------",
      "8-------"}},
};

class Versions : public testing::TestWithParam<VersionsCase> {};

TEST_P(Versions, AreAllRead) {
  Bench bench;
  bench.feed(piece(0, true, udp(5000, 53, {}, 8 + 16)), kRaw);
  for (const std::string& copy : GetParam().copies) bench.feed(piece(8, true, text(copy)), kRaw);
  bench.feed(piece(16, false, text("the-end!")), kRaw);
  std::vector<std::string> versions;
  for (std::size_t i = 0; i < bench.out.datagrams.size(); ++i) {
    EXPECT_EQ(bench.out.datagrams[i].alternative, i != 0);
    versions.push_back(bench.payload(i).substr(0, 8));
    EXPECT_EQ(bench.payload(i).substr(8), "the-end!");
  }
  EXPECT_EQ(versions, GetParam().versions);
  EXPECT_EQ(bench.count("decode.fragment_versions_refused"),
            GetParam().copies.size() > 8 ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(Decode, Versions, testing::ValuesIn(kVersions),
                         [](const auto& test) { return test.param.name; });

TEST(Fragments, SecondCopiesOfSeveralPiecesAreOneVersion) {
  Bench bench;
  bench.feed(piece(0, true, udp(5000, 53, {}, 8 + 24)), kRaw);
  for (const char* copy : {"xxxxxxxx", "anna@exa", "yyyyyyyy"})
    bench.feed(piece(8, true, text(copy)), kRaw);
  for (const char* copy : {"xxxxxxxx", "mple.com", "yyyyyyyy"})
    bench.feed(piece(16, true, text(copy)), kRaw);
  bench.feed(piece(24, false, text("the-end!")), kRaw);
  ASSERT_EQ(bench.out.datagrams.size(), 3U);
  EXPECT_EQ(bench.payload(1), "anna@example.comthe-end!");
}

TEST(Fragments, OverlapWithTheSameBytesIsFine) {
  const Octets upper = udp(5000, 53, text(letters(56)));
  Bench bench;
  bench.feed(piece(0, true, Octets(upper.begin(), upper.begin() + 32)), kRaw);
  bench.feed(piece(16, true, Octets(upper.begin() + 16, upper.begin() + 48)), kRaw);
  bench.feed(piece(40, false, Octets(upper.begin() + 40, upper.end())), kRaw);
  ASSERT_EQ(bench.out.datagrams.size(), 1U);
  EXPECT_EQ(bench.payload(0), letters(56));
  EXPECT_EQ(bench.count("decode.fragment_overlap"), 0U);
}

TEST(Fragments, TeardropAndBytesBehindTheEndDoNoHarm) {
  Bench bench;
  bench.feed(piece(0, true, udp(1, 2, text(letters(28)))), kRaw);
  bench.feed(piece(24, false, text("abcd")), kRaw);  // ends before the first one does
  bench.finish();
  ASSERT_GE(bench.out.datagrams.size(), 1U);
  EXPECT_EQ(bench.payload(0), letters(20));
}

TEST(Fragments, PingOfDeathGoesOnByItself) {
  Bench bench;
  bench.feed(ip4(1, Octets(1480, 'x'), {.flags_offset = 0x1fff}), kRaw);
  ASSERT_EQ(bench.out.datagrams.size(), 1U);
  EXPECT_EQ(bench.out.datagrams[0].ip_protocol, kNoTransport);
  EXPECT_EQ(bench.out.datagrams[0].payload.size(), 1480U);
  EXPECT_EQ(bench.count("decode.errors.fragment_range"), 1U);
}

/// Whatever is missing: payload, truncated and lost bytes add up to the datagram.
TEST(Fragments, MissingOnesAreAccountedForOnceTheTimeIsUp) {
  const Octets upper = udp(5000, 53, text(letters(312)));  // 5 fragments
  const std::vector<Octets> fragments = cut4(upper, 64);
  for (std::size_t missing = 0; missing < fragments.size(); ++missing) {
    Bench bench;
    for (std::size_t i = 0; i < fragments.size(); ++i)
      if (i != missing) bench.feed(fragments[i], kRaw);
    EXPECT_TRUE(bench.out.datagrams.empty());
    bench.expire(30);
    EXPECT_TRUE(bench.out.datagrams.empty());
    bench.expire(31);
    ASSERT_EQ(bench.out.datagrams.size(), 1U) << missing;
    const Datagram& datagram = bench.out.datagrams[0];
    EXPECT_EQ(datagram.at.packet, 4U);
    if (missing == 0) {
      EXPECT_EQ(datagram.ip_protocol, kNoTransport);
      EXPECT_EQ(datagram.lost_bytes, 320U);
    } else {
      EXPECT_EQ(datagram.destination_port, 53);
      EXPECT_EQ(bench.payload(0), letters(312).substr(0, missing * 64 - 8));
      const bool end_known = missing + 1 < fragments.size();
      // Without the last fragment the UDP header still says how long it is, but not what came.
      EXPECT_EQ(datagram.payload.size() + datagram.lost_bytes, end_known ? 312U : 248U);
    }
    EXPECT_EQ(bench.count("decode.fragment_timeouts"), 1U);
  }
}

TEST(Fragments, TimeOfLaterPacketsExpiresThemToo) {
  Bench bench;
  bench.feed(piece(0, true, udp(5000, 53, text(letters(56)), 200)), kRaw, 0, 100);
  bench.feed(ip4(6, tcp(1, 2, text("x"))), kRaw, 0, 131);
  ASSERT_EQ(bench.out.datagrams.size(), 2U);
  EXPECT_EQ(bench.payload(0), letters(56));
  EXPECT_EQ(bench.out.datagrams[0].at.packet, 1U);
  EXPECT_EQ(bench.payload(1), "x");
}

TEST(Fragments, CutByTheSnaplenAreTruncatedNotLost) {
  const Octets upper = udp(5000, 53, text(letters(120)));
  Bench bench;
  for (const Octets& fragment : cut4(upper, 64))
    bench.feed(Octets(fragment.begin(), fragment.begin() + 20 + 40), kRaw,
               static_cast<std::uint32_t>(fragment.size()));
  ASSERT_EQ(bench.out.datagrams.size(), 1U);  // nothing to wait for
  const Datagram& datagram = bench.out.datagrams[0];
  EXPECT_EQ(datagram.payload.size(), 32U);
  EXPECT_EQ(datagram.truncated_bytes, 48U);
  EXPECT_EQ(datagram.lost_bytes, 40U);  // captured, but behind the hole
}

TEST(Fragments, BeyondTheBudgetTheOldestAreGivenUpAndAccountedFor) {
  config::Config config;
  config.limits.fragments_mib = 1;
  Bench bench(config);
  const std::size_t sets = 2000;
  for (std::size_t i = 0; i < sets; ++i)
    bench.feed(ip4(17, udp(5000, 53, Octets(1024, 'x'), 4000),
                   {.id = static_cast<std::uint16_t>(i), .flags_offset = 0x2000}),
               kRaw);
  EXPECT_GT(bench.count("decode.fragment_evictions"), 1000U);
  EXPECT_LE(bench.count("decode.fragment_memory_peak"), 1U << 20);
  bench.finish();
  ASSERT_EQ(bench.out.datagrams.size(), sets);
  for (std::size_t i = 0; i < sets; ++i) EXPECT_EQ(bench.out.datagrams[i].at.packet, i + 1);
}

TEST(Fragments, ManyTinyPiecesOfOnePacketAreGivenUp) {
  Bench bench;
  for (std::uint16_t i = 0; i < 3000; ++i)
    bench.feed(piece(static_cast<std::uint16_t>(8 * (i % 8000) + 8), true, text("12345678")), kRaw);
  bench.finish();
  std::uint64_t bytes = 0;
  for (const Datagram& datagram : bench.out.datagrams)
    bytes += datagram.payload.size() + datagram.lost_bytes;
  EXPECT_GE(bench.count("decode.fragment_evictions"), 2U);
  EXPECT_GE(bytes, 3000U * 8U);
}

TEST(Fragments, OfATunnelHoldTheInnerDatagram) {
  const Octets inner = eth(0x0800, ip4(6, tcp(40000, 80, text(letters(300)))));
  Bench bench;
  for (const Octets& fragment : cut4(udp(1, 4789, hex("08000000 00002a00") + inner), 64))
    bench.feed(fragment, kRaw);
  ASSERT_EQ(bench.out.datagrams.size(), 1U);
  EXPECT_EQ(bench.payload(0), letters(300));
  EXPECT_NE(bench.out.datagrams[0].tunnel, 0U);
}

TEST(Fragments, InsideATunnelAndBesideItAreOnePacket) {
  const std::vector<Octets> fragments = cut4(udp(5000, 53, text(letters(100))), 64);
  Bench bench;
  bench.feed(fragments[0], kRaw);
  bench.feed(ip4(4, fragments[1]), kRaw);
  ASSERT_EQ(bench.out.datagrams.size(), 1U);
  EXPECT_EQ(bench.payload(0), letters(100));
  bench.feed(ip4(4, fragments[0]), kRaw);  // a SPAN port saw it twice
  bench.feed(fragments[1], kRaw);
  EXPECT_EQ(bench.out.datagrams.size(), 1U);
}

TEST(Fragments, OfIpv6WithHeadersBehindTheFragmentHeader) {
  const Octets upper = extension(17, udp(5000, 53, text(letters(100))));
  Bench bench;
  bench.feed(ip6(44, fragment6(60, 0, true, 3, Octets(upper.begin(), upper.begin() + 64))), kRaw);
  // Only the first fragment's next header counts (RFC 8200, 4.5).
  bench.feed(ip6(44, fragment6(6, 64, false, 3, Octets(upper.begin() + 64, upper.end()))), kRaw);
  ASSERT_EQ(bench.out.datagrams.size(), 1U);
  EXPECT_EQ(bench.payload(0), letters(100));
}

TEST(Fragments, OfFragmentsOfFragmentsEnd) {
  Octets packet = ip4(17, udp(5000, 53, text(letters(64))));
  Bench bench;
  for (int layer = 0; layer < 30; ++layer)
    packet = ip4(4, packet, {.id = static_cast<std::uint16_t>(layer), .flags_offset = 0x2000});
  bench.feed(packet, kRaw);
  bench.finish();
  EXPECT_LE(bench.out.datagrams.size(), 2U);
}

}  // namespace
}  // namespace outspan::decode::test

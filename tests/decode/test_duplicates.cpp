#include <gtest/gtest.h>

#include "decode_helpers.h"

namespace outspan::decode::test {
namespace {

using capture::LinkType;
using std::chrono::microseconds;
using std::chrono::milliseconds;

/// One packet after the other, each in a batch of its own as a live source has it.
class Mirror {
 public:
  Mirror() : decoder_(config::Config{}) {}

  void feed(const Octets& frame, Duration pause = microseconds(20)) {
    struct Storage final : capture::PacketStorage {
      Octets frame;
    };
    const auto storage = std::make_shared<Storage>();
    storage->frame = frame;
    now_ += pause;
    capture::PacketBatch batch;
    batch.packets.push_back({.time = now_,
                             .number = ++number_,
                             .bytes = storage->frame,
                             .wire_bytes = static_cast<std::uint32_t>(frame.size()),
                             .link = LinkType::ethernet});
    batch.storage = storage;
    kept_.push_back(storage);
    decoder_.decode(batch, out);
  }
  [[nodiscard]] std::uint64_t count(const std::string& name) const {
    Stats stats;
    decoder_.report(stats);
    return stats.value(name);
  }
  DatagramBatch out;

 private:
  Decoder decoder_;
  std::vector<std::shared_ptr<capture::PacketStorage>> kept_;
  Timestamp now_ = timestamp_from_ns(1'700'000'000'000'000'000);
  std::uint64_t number_ = 0;
};

Octets message(const std::string& words, std::uint16_t id, std::uint8_t hops = 64) {
  Octets packet = ip4(17, udp(40000, 514, text(words)), {.id = id});
  packet[8] = hops;
  return packet;
}
Octets plain(const Octets& packet) { return eth(0x0800, packet); }
Octets tagged(const Octets& packet) { return eth(0x8100, vlan(7, 0x0800, packet)); }

TEST(Duplicates, OnceWithATagAndOnceWithoutIsOne) {
  Mirror mirror;
  for (std::uint16_t i = 0; i < 50; ++i) {
    const Octets packet = message("message " + std::to_string(i), i);
    mirror.feed(tagged(packet));
    mirror.feed(plain(packet));
  }
  EXPECT_EQ(mirror.out.datagrams.size(), 50u);
  EXPECT_EQ(mirror.count("decode.duplicates"), 50u);
  EXPECT_EQ(mirror.count("decode.compared"), 100u);
}

TEST(Duplicates, OfEveryProtocolAndWrappingAreFound) {
  const Octets echo = ip4(1, hex("0800 0000 0001 0001") + text("data"), {.id = 9});
  const Octets chunk = ip4(132, hex("0001 0002 00000003 00000000") + text("chunk"), {.id = 9});
  const Octets other = ip4(253, text("something"), {.id = 9});
  const Octets six = ip6(17, udp(1, 2, text("query")));
  for (const Octets& packet : {echo, chunk, other}) {
    Mirror mirror;
    mirror.feed(plain(packet));
    mirror.feed(plain(packet));
    mirror.feed(eth(0x0800, ip4(47, gre(0, 0x0800, {}, packet), {.id = 77})));
    EXPECT_EQ(mirror.out.datagrams.size(), 1u);
  }
  Mirror mirror;
  mirror.feed(eth(0x86dd, six));
  mirror.feed(eth(0x8100, vlan(7, 0x86dd, six)));
  EXPECT_EQ(mirror.out.datagrams.size(), 1u);
}

TEST(Duplicates, ThatWentThroughARouterAreFound) {
  Mirror mirror;
  mirror.feed(plain(message("hello", 5, 64)));
  mirror.feed(plain(message("hello", 5, 63)));
  EXPECT_EQ(mirror.out.datagrams.size(), 1u);
}

struct RepeatCase {
  std::string name;
  Octets first;
  Octets second;
  Duration pause;
};

const RepeatCase kRepeats[] = {
    {"a_second_apart", plain(message("hello", 0)), plain(message("hello", 0)),
     std::chrono::seconds(1)},
    {"a_second_apart_the_same_identification", plain(message("hello", 5)),
     plain(message("hello", 5)), std::chrono::seconds(1)},
    {"another_identification", plain(message("hello", 5)), plain(message("hello", 6)),
     microseconds(10)},
    {"without_identification_some_milliseconds_apart", plain(message("hello", 0)),
     plain(message("hello", 0)), milliseconds(5)},
    {"one_byte_of_many_differs",
     plain(message(std::string(500, 'a') + "x" + std::string(500, 'a'), 5)),
     plain(message(std::string(500, 'a') + "y" + std::string(500, 'a'), 5)), microseconds(10)},
    {"another_way_and_another_byte", plain(message("hallo", 5)), tagged(message("hello", 5)),
     microseconds(10)},
};

class Repeats : public testing::TestWithParam<RepeatCase> {};

TEST_P(Repeats, AreTwo) {
  Mirror mirror;
  mirror.feed(GetParam().first);
  mirror.feed(GetParam().second, GetParam().pause);
  EXPECT_EQ(mirror.out.datagrams.size(), 2u);
  EXPECT_EQ(mirror.count("decode.duplicates"), 0u);
}

INSTANTIATE_TEST_SUITE_P(Decode, Repeats, testing::ValuesIn(kRepeats),
                         [](const auto& test) { return test.param.name; });

/// A host says the same three times, and the port gives each of them twice.
TEST(Duplicates, OfRepetitionsAreEveryOther) {
  Mirror mirror;
  const Octets packet = message("hello", 0);
  for (int i = 0; i < 3; ++i) {
    mirror.feed(tagged(packet));
    mirror.feed(plain(packet));
  }
  EXPECT_EQ(mirror.out.datagrams.size(), 3u);
}

TEST(Duplicates, APortThatIsKnownToRepeatHasMoreTime) {
  Mirror mirror;
  for (std::uint16_t i = 1; i < 100; ++i) {
    mirror.feed(plain(message("message " + std::to_string(i), i)));
    mirror.feed(plain(message("message " + std::to_string(i), i)));
  }
  const std::size_t before = mirror.out.datagrams.size();
  EXPECT_EQ(before, 99u);
  mirror.feed(plain(message("hello", 0)));
  mirror.feed(plain(message("hello", 0)), milliseconds(5));
  EXPECT_EQ(mirror.out.datagrams.size(), before + 1);
}

TEST(Duplicates, SegmentsOfTcpStayAndASampleOfThemCounts) {
  Mirror mirror;
  for (std::uint16_t i = 1; i < 800; ++i) {
    Octets segment = tcp(40000, 80, text("hello"));
    segment[7] = static_cast<std::uint8_t>(i);
    segment[6] = static_cast<std::uint8_t>(i >> 8);
    for (int copies = 0; copies < 2; ++copies) mirror.feed(plain(ip4(6, segment, {.id = i})));
  }
  EXPECT_EQ(mirror.out.datagrams.size(), 2u * 799);
  EXPECT_GT(mirror.count("decode.compared"), 20u);
  EXPECT_EQ(mirror.count("decode.duplicates") * 2, mirror.count("decode.compared"));
}

TEST(Duplicates, LongAgoInOtherMemoryAreNotLookedAt) {
  Mirror mirror;
  mirror.feed(plain(message("hello", 5)));
  for (std::uint16_t i = 0; i < 20; ++i) mirror.feed(plain(message("other", i)));
  mirror.feed(plain(message("hello", 5)));
  EXPECT_EQ(mirror.out.datagrams.size(), 22u);
}

}  // namespace
}  // namespace outspan::decode::test

#include <gtest/gtest.h>

#include "capture/drop_spell.h"
#include "capture/fanout_fit.h"
#include "capture/ring_memory.h"

namespace outspan::capture {
namespace {

using std::chrono::seconds;

TEST(DropSpell, IsSaidAtItsBeginningAndItsEnd) {
  DropSpell spell("kernel_drops", "eth1: the kernel", "raise it");
  std::chrono::steady_clock::time_point now{};
  std::vector<std::string> said;
  const auto second = [&](std::uint64_t packets, std::uint64_t dropped) {
    now += seconds(1);
    if (const auto notice = spell.count(packets, dropped, now))
      said.push_back(notice->kind + ": " + notice->detail);
  };
  for (int i = 0; i < 5; ++i) second(1000, 0);
  for (int i = 0; i < 4; ++i) second(1000, 250);
  for (int i = 0; i < 30; ++i) second(1000, 0);
  second(1000, 1);
  ASSERT_EQ(said.size(), 3u);
  EXPECT_EQ(said[0],
            "kernel_drops: eth1: the kernel drops packets: 250 of 1000 (25.0 %) since it was last "
            "looked at; raise it");
  EXPECT_EQ(said[1],
            "kernel_drops_over: eth1: the kernel drops no packets any more: 1000 of 14000 (7.1 %) "
            "were dropped within 4 s");
  EXPECT_EQ(said[2].substr(0, 13), "kernel_drops:");
}

struct FrameCase {
  const char* name;
  std::vector<std::uint8_t> type;  // from the EtherType on
  bool fits;
};

std::vector<std::uint8_t> ip4(std::uint8_t protocol, std::uint16_t port,
                              std::uint16_t fragment = 0) {
  std::vector<std::uint8_t> frame{8, 0, 0x45, 0, 0, 60, 0, 0};
  frame.push_back(static_cast<std::uint8_t>(fragment >> 8));
  frame.push_back(static_cast<std::uint8_t>(fragment));
  frame.insert(frame.end(), {64, protocol, 0, 0, 10, 0, 0, 1, 203, 0, 113, 1, 0x9c, 0x40});
  frame.push_back(static_cast<std::uint8_t>(port >> 8));
  frame.push_back(static_cast<std::uint8_t>(port));
  frame.resize(frame.size() + 40);
  return frame;
}
std::vector<std::uint8_t> tagged(std::vector<std::uint8_t> frame) {
  frame.insert(frame.begin(), {0x81, 0, 0, 7});
  return frame;
}

const FrameCase kFrames[] = {
    {"tcp", ip4(6, 80), true},
    {"udp", ip4(17, 53), true},
    {"tagged", tagged(ip4(6, 80)), true},
    {"vxlan", ip4(17, 4789), false},
    {"gtp", ip4(17, 2152), false},
    {"gre", ip4(47, 0), false},
    {"fragment", ip4(17, 53, 0x2000), false},
    {"mpls", {0x88, 0x47, 0, 0, 1, 64, 0x45, 0}, false},
    {"short udp",
     {8, 0,  0x45, 0, 0, 28,  0, 0,   0, 0,    64,   17, 0,
      0, 10, 0,    0, 1, 203, 0, 113, 1, 0x9c, 0x40, 0,  53},
     true},
    {"icmp", ip4(1, 0), true},
    {"arp", {8, 6, 0, 1, 8, 0, 6, 4}, true},
    {"cut", {8, 0, 0x45}, false},
};

TEST(FanoutFit, TellsWhatTheKernelsHashKeepsTogether) {
  for (const FrameCase& row : kFrames) {
    std::vector<std::uint8_t> frame(12, 2);
    frame.insert(frame.end(), row.type.begin(), row.type.end());
    FanoutFit fit;
    Packet packet;
    packet.bytes = frame;
    EXPECT_FALSE(fit.fits().has_value()) << row.name;
    for (int i = 0; i < 10'000; ++i) fit.look(packet);
    ASSERT_TRUE(fit.fits().has_value()) << row.name;
    EXPECT_EQ(*fit.fits(), row.fits) << row.name;
  }
}

TEST(FanoutFit, AFewOthersDoNotMatter) {
  std::vector<std::uint8_t> plain(12, 2), other(12, 2);
  const auto tcp = ip4(6, 80), mpls = std::vector<std::uint8_t>{0x88, 0x47, 0, 0, 1, 64};
  plain.insert(plain.end(), tcp.begin(), tcp.end());
  other.insert(other.end(), mpls.begin(), mpls.end());
  FanoutFit fit;
  Packet packet;
  for (int i = 0; i < 10'000; ++i) {
    packet.bytes = i % 200 == 0 ? other : plain;
    fit.look(packet);
  }
  EXPECT_EQ(fit.fits(), true);
  EXPECT_EQ(
      fit.why(),
      "1 % of the packets are in tunnels, fragments, or of protocols other than TCP, UDP and ICMP");
}

TEST(RingMemory, MayBeHalfOfWhatIsAvailable) {
  constexpr std::uint64_t kGib = 1 << 30;
  EXPECT_EQ(ring_memory_problem(kGib, 2 * kGib), "");
  EXPECT_EQ(ring_memory_problem(8 * kGib, std::nullopt), "");
  EXPECT_EQ(ring_memory_problem(2 * kGib, 3 * kGib),
            "the packet rings would take 2048 MiB of the 3072 MiB of memory that are available, "
            "which is more than half: lower it");
  EXPECT_TRUE(available_memory().has_value());
}

}  // namespace
}  // namespace outspan::capture

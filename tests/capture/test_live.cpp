// Live capture, in a network namespace of its own where that is allowed.
#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "capture/live.h"
#include "capture_helpers.h"

namespace outspan::capture::test {
namespace {

using Clock = std::chrono::steady_clock;

bool run(const std::string& command) {
  return std::system(("(" + command + ") >/dev/null 2>&1").c_str()) == 0;
}

/// Moves the test into a new network namespace, and back.
class Live : public testing::Test {
 protected:
  void SetUp() override {
    home_ = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (home_ < 0 || unshare(CLONE_NEWNET) != 0)
      GTEST_SKIP() << "no network namespace without CAP_SYS_ADMIN";
    entered_ = true;
    if (!run("ip link set lo up")) GTEST_SKIP() << "no command `ip` (package iproute2)";
  }
  void TearDown() override {
    if (entered_) {
      EXPECT_EQ(setns(home_, CLONE_NEWNET), 0);
    }
    if (home_ >= 0) close(home_);
  }

  static config::Capture on(std::vector<std::string> interfaces) {
    config::Capture capture;
    capture.interfaces = std::move(interfaces);
    capture.ring_mib = 4;
    return capture;
  }
  static std::unique_ptr<Source> open_source(const config::Capture& capture) {
    Result<std::unique_ptr<Source>> opened = open_live(capture);
    if (opened.ok()) return std::move(*opened);
    ADD_FAILURE() << opened.problems().front().to_string();
    return nullptr;
  }
  static std::string refusal(const config::Capture& capture) {
    const Result<std::unique_ptr<Source>> opened = open_live(capture);
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? "" : opened.problems().front().to_string();
  }
  static void send_udp(int count, std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < count; ++i)
      sendto(fd, "live packet", 11, 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    close(fd);
  }
  /// Packets that arrive until `count` are there, or ten seconds are over.
  static std::vector<std::string> receive(Source& source, std::size_t count) {
    std::vector<std::string> seen;
    PacketBatch batch;
    const auto deadline = Clock::now() + std::chrono::seconds(10);
    while (seen.size() < count && Clock::now() < deadline && source.read(batch) != ReadStatus::end)
      for (const Packet& packet : batch.packets) {
        EXPECT_EQ(packet.number, seen.size() + 1);
        seen.emplace_back(as_text(packet.bytes));
      }
    return seen;
  }

  int home_ = -1;
  bool entered_ = false;
};

TEST_F(Live, PacketsArriveWithTheirNumbersAndTimes) {
  const std::unique_ptr<Source> source = open_source(on({"lo"}));
  ASSERT_NE(source, nullptr);
  const Timestamp before = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  send_udp(500, 9);
  // Each is answered by an ICMP message: the port is closed. Those are rate-limited.
  const std::vector<std::string> seen = receive(*source, 500);
  ASSERT_GE(seen.size(), 500U);
  EXPECT_NE(seen[0].find("live packet"), std::string::npos);
  EXPECT_EQ(source->origin(1).name, "lo");
  EXPECT_EQ(source->origin(77).number, 77U);
  PacketBatch batch;
  ReadStatus status = source->read(batch);
  while (status == ReadStatus::packets) status = source->read(batch);
  EXPECT_EQ(status, ReadStatus::idle);
  EXPECT_GE(batch.clock, before);
  Stats stats;
  source->report(stats);
  EXPECT_EQ(stats.value("capture.packets"), batch.last_number);
  EXPECT_EQ(stats.value("capture.kernel_dropped"), 0U);
}

TEST_F(Live, WhatWaitsInTheRingIsReadAfterStop) {
  const std::unique_ptr<Source> source = open_source(on({"lo"}));
  ASSERT_NE(source, nullptr);
  send_udp(6000, 9);
  source->stop();
  send_udp(1, 9);  // this may be late
  EXPECT_GE(receive(*source, 100'000).size(), 6000U);
  Stats stats;
  source->report(stats);
  EXPECT_EQ(stats.value("capture.left_in_ring"), 0U);
  EXPECT_EQ(stats.value("capture.kernel_dropped"), 0U);
}

TEST_F(Live, WhatIsLeftInTheRingIsCounted) {
  const std::unique_ptr<Source> source = open_source(on({"lo"}));
  ASSERT_NE(source, nullptr);
  send_udp(12'000, 9);
  source->stop();
  PacketBatch batch;
  ASSERT_EQ(source->read(batch), ReadStatus::packets);
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));  // busy with them
  EXPECT_EQ(source->read(batch), ReadStatus::end);
  Stats stats;
  source->report(stats);
  EXPECT_GT(stats.value("capture.left_in_ring"), 0U);
  EXPECT_GE(stats.value("capture.left_in_ring") + stats.value("capture.packets"), 12'000U);
}

TEST_F(Live, FilterIsAppliedByTheKernel) {
  config::Capture capture = on({"lo"});
  capture.filter = "udp dst port 7777";
  const std::unique_ptr<Source> source = open_source(capture);
  ASSERT_NE(source, nullptr);
  send_udp(50, 9);
  send_udp(3, 7777);
  EXPECT_EQ(receive(*source, 3).size(), 3U);
  PacketBatch batch;
  EXPECT_EQ(source->read(batch), ReadStatus::idle);
}

TEST_F(Live, StopEndsAWaitingReaderAtOnce) {
  const std::unique_ptr<Source> source = open_source(on({"lo"}));
  ASSERT_NE(source, nullptr);
  std::thread stopper([&source] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    source->stop();
  });
  PacketBatch batch;
  while (source->read(batch) != ReadStatus::end) {
  }
  stopper.join();
  EXPECT_TRUE(source->problems().empty());
}

/// Reads until a notice of the kind has come, or for ten seconds.
std::string notice(Source& source, const std::string& kind, PacketBatch& batch) {
  const auto deadline = Clock::now() + std::chrono::seconds(10);
  while (Clock::now() < deadline) {
    EXPECT_NE(source.read(batch), ReadStatus::end);
    for (const SourceNotice& one : source.take_notices())
      if (one.kind == kind) return one.detail;
  }
  ADD_FAILURE() << "no notice " << kind;
  return {};
}

TEST_F(Live, SaysHowItReads) {
  const std::unique_ptr<Source> source = open_source(on({"lo"}));
  ASSERT_NE(source, nullptr);
  PacketBatch batch;
  EXPECT_NE(notice(*source, "capture_started", batch)
                .find("lo is read through one ring (TPACKET_V3) of 4 MiB"),
            std::string::npos);
}

TEST_F(Live, AnInterfaceThatVanishesIsWaitedForAndTheOthersGoOn) {
  ASSERT_TRUE(run("ip link add veth-a type veth peer name veth-b"));
  ASSERT_TRUE(run("ip link set veth-a up && ip link set veth-b up"));
  const std::unique_ptr<Source> source = open_source(on({"veth-a", "lo"}));
  ASSERT_NE(source, nullptr);
  ASSERT_TRUE(run("ip link del veth-a"));
  PacketBatch batch;
  EXPECT_NE(notice(*source, "interface_lost", batch).find("veth-a can no longer be read"),
            std::string::npos);
  const std::uint64_t before = batch.last_number;
  send_udp(3, 9);
  const auto deadline = Clock::now() + std::chrono::seconds(5);
  while (batch.last_number < before + 3 && Clock::now() < deadline) source->read(batch);
  EXPECT_GE(batch.last_number, before + 3);
  EXPECT_EQ(source->origin(batch.last_number).name, "lo");

  ASSERT_TRUE(run("ip link add veth-a type veth peer name veth-b"));
  ASSERT_TRUE(run("ip link set veth-a up && ip link set veth-b up"));
  EXPECT_NE(notice(*source, "interface_back", batch).find("veth-a is back"), std::string::npos);
  Stats stats;
  source->report(stats);
  EXPECT_EQ(stats.value("capture.interface_lost"), 1U);
  EXPECT_TRUE(source->problems().empty());
}

TEST_F(Live, AnInterfaceThatIsTakenDownAndUpIsSaid) {
  ASSERT_TRUE(run("ip link add veth-a type veth peer name veth-b"));
  ASSERT_TRUE(run("ip link set veth-a up && ip link set veth-b up"));
  const std::unique_ptr<Source> source = open_source(on({"veth-a"}));
  ASSERT_NE(source, nullptr);
  PacketBatch batch;
  ASSERT_TRUE(run("ip link set veth-b down"));
  EXPECT_NE(notice(*source, "interface_no_link", batch).find("without a link"), std::string::npos);
  ASSERT_TRUE(run("ip link set veth-b up"));
  notice(*source, "interface_up", batch);
  ASSERT_TRUE(run("ip link set veth-a down"));
  notice(*source, "interface_down", batch);
  int reads = 0;
  for (const auto end = Clock::now() + std::chrono::seconds(1); Clock::now() < end; ++reads)
    EXPECT_EQ(source->read(batch), ReadStatus::idle);
  EXPECT_LT(reads, 50) << "it waits, and does not spin";
  ASSERT_TRUE(run("ip link set veth-a up && ip addr add 192.0.2.1/24 dev veth-a"));
  notice(*source, "interface_up", batch);
  const std::uint64_t before = batch.last_number;
  ASSERT_TRUE(run("ping -c 1 -W 1 192.0.2.2 || true"));
  const auto deadline = Clock::now() + std::chrono::seconds(5);
  while (batch.last_number == before && Clock::now() < deadline) source->read(batch);
  EXPECT_GT(batch.last_number, before) << "it is read again";
}

TEST_F(Live, PlainTrafficIsSpreadOverRingsWithoutLossOrCopies) {
  config::Capture capture = on({"lo"});
  capture.rings = 3;
  capture.filter = "udp";
  const std::unique_ptr<Source> source = open_source(capture);
  ASSERT_NE(source, nullptr);
  std::uint64_t sent = 0;
  PacketBatch batch;
  std::uint64_t seen = 0;
  const auto count = [&] {
    for (const Packet& packet : batch.packets)
      seen += as_text(packet.bytes).find("live packet") != std::string_view::npos &&
              packet.bytes[23] == 17;
  };
  const auto deadline = Clock::now() + std::chrono::seconds(20);
  bool spread = false;
  for (std::uint16_t port = 9; (!spread || sent < 20'000) && Clock::now() < deadline; ++port) {
    send_udp(1000, port);
    sent += 1000;
    source->read(batch);
    count();
    for (const SourceNotice& one : source->take_notices())
      spread = spread || one.detail.find("3 rings") != std::string::npos;
  }
  EXPECT_TRUE(spread);
  while (seen < sent && Clock::now() < deadline) {
    source->read(batch);
    count();
  }
  EXPECT_EQ(source->read(batch), ReadStatus::idle);
  EXPECT_EQ(seen, sent);
}

TEST_F(Live, WhatCannotBeOpenedSaysWhy) {
  EXPECT_EQ(refusal(on({"nosuch0"})), "interface nosuch0: there is no such interface");
  EXPECT_EQ(refusal(on({})), "capture.interfaces: names no interface");
  ASSERT_TRUE(run("ip link add dum0 type dummy || ip link add dum0 type veth peer name dum1"));
  EXPECT_EQ(refusal(on({"lo", "dum0"})), "interface dum0: is down (ip link set dev ... up)");
  config::Capture capture = on({"lo"});
  capture.filter = "not a filter";
  EXPECT_EQ(refusal(capture).rfind("filter: \"not a filter\": ", 0), 0U);
}

}  // namespace
}  // namespace outspan::capture::test

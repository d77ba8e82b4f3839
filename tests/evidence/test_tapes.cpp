#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "evidence/flow_tapes.h"
#include "evidence/object_tapes.h"
#include "evidence/packet_record.h"

namespace outspan::evidence {
namespace {

constexpr std::uint64_t kMib = 1 << 20;

/// A datagram with an IP packet of its own.
struct Sample {
  std::vector<std::uint8_t> bytes;
  decode::Datagram datagram;

  Sample(std::uint64_t number, std::uint16_t port, std::size_t size, bool back = false)
      : bytes(size, static_cast<std::uint8_t>(number)) {
    datagram.at = {timestamp_from_ns(static_cast<std::int64_t>(number) * 1000), number};
    datagram.source = *IpAddress::parse("10.0.0.1");
    datagram.destination = *IpAddress::parse("203.0.113.9");
    datagram.source_port = port;
    datagram.destination_port = 80;
    datagram.ip_protocol = 6;
    if (back) {
      std::swap(datagram.source, datagram.destination);
      std::swap(datagram.source_port, datagram.destination_port);
    }
    datagram.ip_packet = bytes;
  }
};

RecordingPtr of(const FlowTapes& tapes, std::uint16_t port) {
  return tapes.recording({*IpAddress::parse("203.0.113.9"), 80},
                         {*IpAddress::parse("10.0.0.1"), port}, 6);
}

std::vector<PacketRecord> packets(const Recording& recording) {
  std::vector<PacketRecord> all;
  recording.each([&all](Bytes record) { all.push_back(read_record(record)); });
  return all;
}

std::uint64_t counter(const auto& tapes, const char* name) {
  Stats stats;
  tapes.report(stats);
  return stats.value(name);
}

TEST(FlowTapes, HoldsBothDirectionsInOrderAndNoOtherFlow) {
  FlowTapes tapes(kMib, 8 * kMib);
  tapes.add(Sample(1, 1111, 100).datagram);
  tapes.add(Sample(2, 2222, 100).datagram);
  tapes.add(Sample(3, 1111, 60, true).datagram);
  const auto held = packets(*of(tapes, 1111));
  ASSERT_EQ(held.size(), 2u);
  EXPECT_EQ(held[0].packet.size(), 100u);
  EXPECT_EQ(held[0].packet[0], 1);
  EXPECT_EQ(held[1].packet.size(), 60u);
  EXPECT_EQ(held[1].time, timestamp_from_ns(3000));
  EXPECT_EQ(of(tapes, 3333), nullptr);
}

TEST(FlowTapes, AFullTapeDropsItsOldestPackets) {
  FlowTapes tapes(64 << 10, 8 * kMib);
  for (std::uint64_t i = 1; i <= 200; ++i) tapes.add(Sample(i, 1111, 1500).datagram);
  const auto recording = of(tapes, 1111);
  EXPECT_TRUE(recording->cut);
  const auto held = packets(*recording);
  EXPECT_LT(held.size(), 44u);
  EXPECT_GT(held.size(), 25u);
  EXPECT_EQ(held.back().time, timestamp_from_ns(200'000));
  EXPECT_LE(counter(tapes, "evidence.memory_bytes"), 66u << 10);
}

TEST(FlowTapes, TheFlowThatWasSilentLongestMakesRoom) {
  FlowTapes tapes(64 << 10, 1 * kMib);
  for (std::uint16_t port = 1; port <= 100; ++port)
    for (std::uint64_t i = 0; i < 20; ++i) tapes.add(Sample(i + 1, port, 1500).datagram);
  EXPECT_EQ(of(tapes, 1), nullptr);
  EXPECT_NE(of(tapes, 100), nullptr);
  EXPECT_GT(counter(tapes, "evidence.flows_let_go"), 0u);
  EXPECT_LE(counter(tapes, "evidence.memory_bytes"), kMib);
}

TEST(FlowTapes, ARecordingIsChargedUntilItIsGoneAndDoesNotChange) {
  FlowTapes tapes(64 << 10, 64 << 10);
  for (std::uint64_t i = 1; i <= 30; ++i) tapes.add(Sample(i, 1, 1500).datagram);
  auto recording = of(tapes, 1);
  const std::size_t before = packets(*recording).size();
  for (std::uint64_t i = 1; i <= 100; ++i) tapes.add(Sample(i, 2, 1500).datagram);
  EXPECT_LE(counter(tapes, "evidence.memory_bytes"), 64u << 10);
  EXPECT_GT(counter(tapes, "evidence.packets_not_kept"), 0u);
  EXPECT_EQ(packets(*recording).size(), before);
  const std::uint64_t held = counter(tapes, "evidence.memory_bytes");
  recording.reset();
  EXPECT_LT(counter(tapes, "evidence.memory_bytes"), held);
}

TEST(FlowTapes, WhatIsSilentForLongGoes) {
  FlowTapes tapes(64 << 10, kMib);
  tapes.add(Sample(1, 1, 100).datagram);
  tapes.advance(timestamp_from_ns(0) + std::chrono::minutes(9));
  EXPECT_NE(of(tapes, 1), nullptr);
  tapes.advance(timestamp_from_ns(0) + std::chrono::minutes(11));
  EXPECT_EQ(of(tapes, 1), nullptr);
  EXPECT_EQ(counter(tapes, "evidence.memory_bytes"), 0u);
}

TEST(FlowTapes, ADatagramOfFragmentsGetsHeadersOfItsOwn) {
  for (const bool v6 : {false, true})
    for (const std::uint8_t protocol : std::array<std::uint8_t, 3>{6, 17, 47}) {
      SCOPED_TRACE(protocol);
      const std::string text = "payload";
      decode::Datagram datagram = Sample(1, 1111, 1).datagram;
      if (v6) {
        datagram.source = *IpAddress::parse("2001:db8::1");
        datagram.destination = *IpAddress::parse("2001:db8::2");
      }
      datagram.ip_packet = {};
      datagram.ip_protocol = protocol;
      datagram.payload = as_bytes(text);
      const std::size_t ip = v6 ? 40 : 20;
      const std::size_t transport = protocol == 6 ? 20 : protocol == 17 ? 8 : 0;
      std::vector<std::uint8_t> record(record_bytes(datagram));
      write_record(datagram, record.data());
      const PacketRecord read = read_record(record);
      EXPECT_TRUE(read.rebuilt);
      ASSERT_EQ(read.packet.size(), ip + transport + text.size());
      EXPECT_EQ(read.packet[0] >> 4, v6 ? 6 : 4);
      EXPECT_EQ(read.packet[v6 ? 6 : 9], protocol);
      EXPECT_EQ(as_text(read.packet.subspan(ip + transport)), text);
    }
}

TEST(ObjectTapes, KeepsTheBeginningAndSaysWhereItWasCut) {
  ObjectTapes tapes(64 << 10, kMib);
  const std::vector<std::uint8_t> part(10'000, 'a');
  tapes.add(1, part);
  EXPECT_FALSE(tapes.recording(1)->cut);
  for (int i = 0; i < 20; ++i) tapes.add(1, part);
  const auto recording = tapes.recording(1);
  EXPECT_TRUE(recording->cut);
  std::uint64_t bytes = 0;
  recording->each([&bytes](Bytes more) { bytes += more.size(); });
  EXPECT_GE(bytes, 40'000u);
  EXPECT_LE(bytes, 64u << 10);
  tapes.end(1);
  EXPECT_EQ(tapes.recording(1), nullptr);
}

TEST(ObjectTapes, TheObjectThatBeganFirstMakesRoom) {
  ObjectTapes tapes(64 << 10, 128 << 10);
  const std::vector<std::uint8_t> part(50'000, 'a');
  for (std::uint64_t number = 1; number <= 5; ++number) tapes.add(number, part);
  EXPECT_EQ(tapes.recording(1), nullptr);
  ASSERT_NE(tapes.recording(5), nullptr);
  EXPECT_FALSE(tapes.recording(5)->cut);
  EXPECT_LE(counter(tapes, "evidence.memory_bytes"), 128u << 10);
}

TEST(ObjectTapes, TheRestOfAnObjectThatMadeRoomIsNotTakenForItsBeginning) {
  ObjectTapes tapes(64 << 10, 128 << 10);
  const std::vector<std::uint8_t> part(50'000, 'a');
  for (std::uint64_t number = 1; number <= 5; ++number) tapes.add(number, part);
  tapes.add(1, part);
  EXPECT_EQ(tapes.recording(1), nullptr);
  for (std::uint64_t number = 1; number <= 5; ++number) tapes.end(number);
  EXPECT_EQ(counter(tapes, "evidence.memory_bytes"), 0u);
  tapes.add(1, part);
  EXPECT_NE(tapes.recording(1), nullptr);
}

}  // namespace
}  // namespace outspan::evidence

#include "tests/flow/flow_harness.h"

namespace outspan::flow {
namespace {

using namespace tcp_flags;

decode::Datagram from_port(decode::Datagram datagram, std::uint16_t port) {
  datagram.source_port = port;
  datagram.flow_hash = test_hash(datagram);
  return datagram;
}

TEST(FlowTable, DirectionIsByHomeNetworks) {
  Harness harness;
  harness.feed(between(true, ip_protocol::kUdp, "question"));
  harness.feed(between(false, ip_protocol::kUdp, "answer"));
  harness.finish();
  ASSERT_EQ(harness.ended.size(), 1u);
  EXPECT_EQ(harness.ended[0].directions[0], Direction::outbound);
  EXPECT_EQ(harness.ended[0].directions[1], Direction::inbound);
  EXPECT_EQ(harness.ledger.of(Direction::outbound).total(), 8u);
  EXPECT_EQ(harness.ledger.of(Direction::inbound).total(), 6u);
  EXPECT_THAT(harness.told.at(0)->messages,
              testing::ElementsAre("client:question", "server:answer"));
}

TEST(FlowTable, UninspectedDirectionIsSkippedButShown) {
  FlowOptions options = Harness::options();
  options.inspected = {true, false, false, false};
  Harness harness(options);
  harness.feed(between(true, ip_protocol::kUdp, "question"));
  harness.feed(between(false, ip_protocol::kUdp, "answer"));
  harness.finish();
  EXPECT_EQ(harness.ledger.of(Direction::inbound)[Column::skipped], 6u);
  EXPECT_EQ(harness.told.at(0)->messages.size(), 2u) << "control data of the other side";
}

TEST(FlowTable, ServerSeenFirstIsStillTheServer) {
  struct Row {
    const char* why;
    decode::Datagram first;
  };
  for (const Row& row :
       {Row{"SYN+ACK", tcp(false, SA, 1, 2)}, Row{"port", tcp(false, A, 1, 2, "x")},
        Row{"udp port", between(false, ip_protocol::kUdp, "x")}}) {
    Harness harness;
    harness.feed(row.first);
    harness.finish();
    EXPECT_EQ(harness.ended.at(0).info.ends[0].port, 40000) << row.why;
  }
}

TEST(FlowTable, ALateSynCorrectsTheGuess) {
  Harness harness;
  const auto high = [](decode::Datagram datagram, bool from_high) {
    (from_high ? datagram.source_port : datagram.destination_port) = 50000;
    (from_high ? datagram.destination_port : datagram.source_port) = 40000;
    datagram.flow_hash = test_hash(datagram);
    return datagram;
  };
  // The server's banner is seen before the client's SYN; both ports look alike.
  harness.feed(high(tcp(false, A, 901, 101, "220 hello"), true));
  harness.feed(high(tcp(true, S, 100, 0), false));
  harness.feed(high(tcp(false, SA, 900, 101), true));
  harness.finish();
  ASSERT_EQ(harness.ended.size(), 1u);
  EXPECT_EQ(harness.ended[0].info.ends[0].port, 40000);
  EXPECT_TRUE(harness.ended[0].info.opened_by_syn);
  EXPECT_EQ(harness.told.at(0)->server(), "220 hello");
}

TEST(FlowTable, MessagesOfOtherPathsAreTheSameFlowAndOthersProtocolsAreNot) {
  Harness harness;
  decode::Datagram plain = between(true, ip_protocol::kUdp, "x");
  decode::Datagram tagged = plain;
  tagged.vlan_count = 1;
  tagged.vlan = {7, 0};
  decode::Datagram tunnelled = plain;
  tunnelled.tunnel = 5;
  decode::Datagram sctp = plain;
  sctp.ip_protocol = ip_protocol::kSctp;
  for (const auto& one : {plain, tagged, tunnelled, sctp, plain}) harness.feed(one);
  EXPECT_EQ(harness.table.active(), 2u);
}

decode::Datagram through(std::uint32_t tunnel, decode::Datagram datagram) {
  datagram.tunnel = tunnel;
  return datagram;
}

TEST(FlowPaths, AStreamThroughAnotherTunnelWithEachPacketIsOne) {
  using namespace tcp_flags;
  Harness harness;
  std::uint32_t tunnel = 0;
  harness.feed(through(++tunnel, tcp(true, S, 99, 0)));
  harness.feed(through(++tunnel, tcp(false, SA, 499, 100)));
  for (std::uint32_t i = 0; i < 100; ++i)
    harness.feed(through(++tunnel, tcp(true, A, 100 + i * 2, 500, "ab")));
  EXPECT_EQ(harness.table.active(), 1u);
  harness.finish();
  EXPECT_EQ(harness.ended[0].columns[0].total(), 200u);
  EXPECT_EQ(harness.ended[0].gaps[0], 0u);
}

TEST(FlowPaths, HalfOfAStreamBesideItsTunnelBelongsToIt) {
  using namespace tcp_flags;
  Harness harness;
  harness.feed(through(7, tcp(true, S, 99, 0)));
  harness.feed(tcp(false, SA, 499, 100));
  harness.feed(through(7, tcp(true, A, 100, 500, "question")));
  harness.feed(tcp(false, A, 500, 108, "answer"));
  EXPECT_EQ(harness.table.active(), 1u);
  ASSERT_EQ(harness.told.size(), 1u);
  EXPECT_EQ(harness.told[0]->stream[0], "question");
  EXPECT_EQ(harness.told[0]->stream[1], "answer");
}

TEST(FlowPaths, TheSameAddressesInTwoNetworksAreTwoStreams) {
  using namespace tcp_flags;
  Harness harness;
  for (const std::uint32_t network : {1u, 2u}) {
    const std::uint32_t base = network * 1'000'000'000;
    harness.feed(through(network, tcp(true, S, base - 1, 0)));
    harness.feed(through(network, tcp(false, SA, base + 499, base)));
  }
  for (std::uint32_t i = 0; i < 3; ++i)
    for (const std::uint32_t network : {1u, 2u})
      harness.feed(through(network, tcp(true, A, network * 1'000'000'000 + i,
                                        network * 1'000'000'000 + 500, network == 1 ? "a" : "b")));
  EXPECT_EQ(harness.table.active(), 2u);
  ASSERT_EQ(harness.told.size(), 2u);
  EXPECT_EQ(harness.told[0]->stream[0], "aaa");
  EXPECT_EQ(harness.told[1]->stream[0], "bbb");
}

TEST(FlowPaths, StreamsThatCannotBeOneAreToldApartUpToALimit) {
  using namespace tcp_flags;
  FlowOptions options = Harness::options();
  options.flows_max = 1000;
  Harness harness(options);
  for (std::uint32_t network = 1; network <= 200; ++network)
    harness.feed(through(network, tcp(true, A, network * 20'000'000, 0, "x")));
  EXPECT_LE(harness.table.active(), 8u);
}

TEST(FlowIds, TwoFlowsOfOnePacketDiffer) {
  Harness harness;
  decode::Datagram second = between(true, 255, "b");
  second.part = 1;
  harness.feed(between(true, ip_protocol::kUdp, "a"));
  --harness.packet;
  harness.feed(second);
  ASSERT_EQ(harness.told.size(), 2u);
  EXPECT_EQ(harness.told[0]->info.id, 1u);
  EXPECT_EQ(harness.told[1]->info.id, 1u | 1ull << 49);
}

TEST(FlowTable, OneWayMessagesOfBothEndsAreTwoFlows) {
  Harness harness;
  for (const bool client : {true, false}) {
    decode::Datagram unreachable = between(client, ip_protocol::kIcmp, "x");
    unreachable.source_port = unreachable.destination_port = 3;
    unreachable.one_way = true;
    unreachable.flow_hash = test_hash(unreachable);
    harness.feed(unreachable);
  }
  EXPECT_EQ(harness.table.active(), 2u);
}

TEST(FlowTable, OldestIsEvictedAtTheLimit) {
  FlowOptions options = Harness::options();
  options.flows_max = 4;
  Harness harness(options);
  for (std::uint16_t i = 0; i < 6; ++i) {
    harness.feed(
        from_port(between(true, ip_protocol::kUdp, "x"), static_cast<std::uint16_t>(40000 + i)));
    harness.now += std::chrono::seconds(5);
    if (i == 3) harness.feed(from_port(between(true, ip_protocol::kUdp, "x"), 40000));
  }
  EXPECT_EQ(harness.table.active(), 4u);
  ASSERT_EQ(harness.ended.size(), 2u);
  EXPECT_EQ(harness.ended[0].reason, CloseReason::evicted);
  EXPECT_EQ(harness.ended[0].info.ends[0].port, 40001) << "40000 was seen again";
  EXPECT_EQ(harness.ended[1].info.ends[0].port, 40002);
  EXPECT_EQ(harness.stat("flow.evicted"), 2u);
}

struct TimeoutCase {
  const char* name;
  std::vector<decode::Datagram> datagrams;
  int alive_seconds;
  int dead_seconds;
  CloseReason reason;
};

const TimeoutCase kTimeouts[] = {
    {"opening", {tcp(true, S, 1, 0)}, 29, 33, CloseReason::timeout},
    {"established", {tcp(true, S, 1, 0), tcp(false, SA, 5, 2)}, 599, 640, CloseReason::timeout},
    {"fin",
     {tcp(true, S, 1, 0), tcp(false, SA, 5, 2), tcp(true, FA, 2, 6), tcp(false, FA, 6, 3)},
     9,
     11,
     CloseReason::fin},
    {"one_sided_fin", {tcp(true, S, 1, 0), tcp(true, FA, 2, 6)}, 9, 11, CloseReason::fin},
    {"reset", {tcp(true, S, 1, 0), tcp(false, RA, 0, 2)}, 9, 11, CloseReason::reset},
    {"udp", {between(true, ip_protocol::kUdp, "x")}, 59, 64, CloseReason::timeout},
    {"other", {between(true, 47, "x")}, 29, 33, CloseReason::timeout},
};

TEST(FlowTable, EachClassHasItsTimeout) {
  for (const TimeoutCase& row : kTimeouts) {
    Harness harness;
    for (const auto& datagram : row.datagrams) harness.feed(datagram);
    harness.wait(std::chrono::seconds(row.alive_seconds));
    EXPECT_TRUE(harness.ended.empty()) << row.name;
    harness.wait(std::chrono::seconds(row.dead_seconds - row.alive_seconds));
    ASSERT_EQ(harness.ended.size(), 1u) << row.name;
    EXPECT_EQ(harness.ended[0].reason, row.reason) << row.name;
  }
}

// Whether advance was called in between must not show in the flows.
TEST(FlowTable, AFlowPastItsTimeoutIsNotTakenUpAgain) {
  Harness harness;
  harness.feed(between(true, ip_protocol::kUdp, "x"));
  harness.now += std::chrono::seconds(60);
  harness.feed(between(true, ip_protocol::kUdp, "y"));
  EXPECT_EQ(harness.stat("flow.opened"), 2u);
  EXPECT_EQ(harness.ended.size(), 1u);
}

TEST(FlowTable, ABusyFlowOutlivesItsTimeout) {
  Harness harness;
  for (int i = 0; i < 100; ++i) {
    harness.feed(between(true, ip_protocol::kUdp, "x"));
    harness.wait(std::chrono::seconds(7));
  }
  EXPECT_TRUE(harness.ended.empty());
}

TEST(FlowTable, TimeThatGoesBackEndsNothing) {
  Harness harness;
  harness.feed(between(true, ip_protocol::kUdp, "x"));
  harness.now -= std::chrono::hours(1);
  harness.feed(between(true, ip_protocol::kUdp, "y"));
  harness.wait(std::chrono::seconds(1));
  EXPECT_TRUE(harness.ended.empty());
}

/// As the reader does it: it names the steps before it makes them.
void step(Harness& harness, Duration length) {
  const ClockStep step{harness.now + length, length};
  harness.table.clock_steps({&step, 1});
  harness.now += length;
  harness.table.advance({harness.now, harness.packet});
}

TEST(ClockSteps, AConnectionThatGoesOnBehindOneIsTheSame) {
  Harness harness;
  harness.feed(tcp(true, S, 99, 0));
  harness.feed(tcp(false, SA, 499, 100));
  harness.feed(tcp(true, A, 100, 500, "one "));
  step(harness, std::chrono::hours(24 * 365 * 80));
  harness.feed(tcp(true, A, 104, 500, "two "));
  step(harness, std::chrono::hours(1));
  harness.wait(std::chrono::seconds(9));
  harness.feed(tcp(true, A, 108, 500, "three"));
  EXPECT_EQ(harness.stat("flow.opened"), 1u);
  EXPECT_EQ(harness.told.at(0)->stream[0], "one two three");
}

TEST(ClockSteps, MessagesBehindOneAreAnotherFlow) {
  Harness harness;
  harness.feed(between(true, ip_protocol::kUdp, "question"));
  step(harness, std::chrono::hours(1));
  EXPECT_EQ(harness.ended.size(), 1u);
}

TEST(ClockSteps, WhatDoesNotGoOnIsTooOld) {
  Harness harness;
  harness.feed(tcp(true, S, 99, 0));
  step(harness, std::chrono::hours(1));
  harness.wait(std::chrono::seconds(9));
  EXPECT_TRUE(harness.ended.empty());
  harness.wait(std::chrono::seconds(2));
  ASSERT_EQ(harness.ended.size(), 1u);
  EXPECT_EQ(harness.ended[0].reason, CloseReason::timeout);
}

TEST(ClockSteps, AnotherConnectionOverTheSamePortsIsNotTheOldOne) {
  Harness harness;
  harness.feed(tcp(true, S, 99, 0));
  harness.feed(tcp(false, SA, 499, 100));
  step(harness, std::chrono::hours(1));
  harness.feed(tcp(true, A, 1'000'000'000, 2'000'000'000, "other"));
  EXPECT_EQ(harness.stat("flow.opened"), 2u);
}

TEST(ClockSteps, ManySmallOnesAreASilenceAllTheSame) {
  Harness harness;
  harness.feed(between(true, ip_protocol::kUdp, "question"));
  for (int i = 0; i < 7; ++i) step(harness, std::chrono::seconds(12));
  EXPECT_EQ(harness.ended.size(), 1u);
}

TEST(ClockSteps, AClockThatWasSetBackGoesOnFromThere) {
  Harness harness;
  harness.feed(between(true, ip_protocol::kUdp, "x"));
  harness.now -= std::chrono::hours(1);
  harness.feed(from_port(between(true, ip_protocol::kUdp, "y"), 40001));
  EXPECT_EQ(harness.told.at(1)->info.first_seen, harness.now - std::chrono::microseconds(10));
  for (int i = 0; i < 9; ++i) harness.wait(std::chrono::seconds(8));
  EXPECT_EQ(harness.ended.size(), 2u) << "and flows grow old";
}

TEST(ClockSteps, ToAndFroForEverOverflowsNothing) {
  Harness harness;
  for (int i = 0; i < 100'000; ++i) {
    step(harness, std::chrono::hours(24 * 365 * 80));
    harness.now -= std::chrono::hours(24 * 365 * 80);
    harness.table.advance({harness.now, harness.packet});
  }
  harness.feed(between(true, ip_protocol::kUdp, "x"));
  for (int i = 0; i < 9; ++i) harness.wait(std::chrono::seconds(8));
  EXPECT_EQ(harness.ended.size(), 1u);
}

TEST(FlowTable, PauseIsToldOnceASilence) {
  Harness harness;
  harness.feed(between(true, ip_protocol::kUdp, "x"));
  for (int i = 0; i < 5; ++i) harness.wait(std::chrono::seconds(1));
  EXPECT_EQ(harness.told.at(0)->pauses, 1u);
  harness.feed(between(true, ip_protocol::kUdp, "y"));
  harness.wait(std::chrono::milliseconds(900));
  EXPECT_EQ(harness.told.at(0)->pauses, 1u);
  harness.wait(std::chrono::milliseconds(100));
  EXPECT_EQ(harness.told.at(0)->pauses, 2u);
}

TEST(FlowTable, PortsUsedAgainAreAnotherFlow) {
  struct Row {
    const char* why;
    std::vector<decode::Datagram> datagrams;
    std::size_t flows;
  };
  const std::vector<decode::Datagram> finished{tcp(true, S, 1, 0), tcp(false, SA, 5, 2),
                                               tcp(true, FA, 2, 6), tcp(false, FA, 6, 3)};
  const std::vector<decode::Datagram> open{tcp(true, S, 1, 0), tcp(false, SA, 5, 2),
                                           tcp(true, A, 2, 6, "abc")};
  const auto with = [](std::vector<decode::Datagram> all, std::vector<decode::Datagram> more) {
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const Row rows[] = {
      {"a SYN after the end", with(finished, {tcp(true, S, 70, 0)}), 2},
      {"the same SYN again", with(finished, {tcp(true, S, 1, 0)}), 1},
      {"far away bytes after the end", with(finished, {tcp(true, A, 900'000'000, 0, "x")}), 2},
      {"a SYN far away", with(open, {tcp(true, S, 900'000'000, 0)}), 2},
      {"a SYN nearby that nobody answers", with(open, {tcp(true, S, 70, 0)}), 1},
      {"a SYN nearby that is answered", with(open, {tcp(true, S, 70, 0), tcp(false, SA, 8, 71)}),
       2},
      {"a second try", {tcp(true, S, 1, 0), tcp(true, S, 70, 0)}, 2},
  };
  for (const Row& row : rows) {
    Harness harness;
    for (const auto& datagram : row.datagrams) harness.feed(datagram);
    EXPECT_EQ(harness.stat("flow.opened"), row.flows) << row.why;
  }
}

TEST(FlowTable, FinishEndsFlowsInTheOrderTheyOpened) {
  Harness harness;
  for (std::uint16_t i = 0; i < 50; ++i) {
    decode::Datagram one = between(true, i % 3 == 0 ? ip_protocol::kUdp : std::uint8_t{47}, "x");
    harness.feed(from_port(one, static_cast<std::uint16_t>(50000 - i * 7)));
  }
  harness.finish();
  ASSERT_EQ(harness.ended.size(), 50u);
  for (std::size_t i = 0; i < 50; ++i) EXPECT_EQ(harness.ended[i].info.id, i + 1);
  EXPECT_EQ(harness.ended[0].reason, CloseReason::end_of_capture);
  EXPECT_EQ(harness.table.active(), 0u);
}

TEST(FlowTable, CollidingHashesAreToldApartAndBounded) {
  FlowOptions options = Harness::options();
  options.flows_max = 4000;
  Harness harness(options);
  for (std::uint16_t i = 0; i < 2000; ++i) {
    decode::Datagram one = between(true, ip_protocol::kUdp, "x");
    one.source_port = static_cast<std::uint16_t>(10000 + i);
    one.flow_hash = 42;
    harness.feed(one);
  }
  EXPECT_EQ(harness.stat("flow.opened"), 2000u);
  EXPECT_EQ(harness.table.active(), FlowIndex::kProbesMax);
  harness.finish();
  EXPECT_EQ(harness.ended.size(), 2000u);
}

TEST(FlowTable, Sha256OfEachSide) {
  FlowOptions options = Harness::options();
  options.stream_sha256 = true;
  options.inspected.fill(false);
  Harness harness(options);
  harness.feed(tcp(true, S, 1, 0));
  harness.feed(tcp(true, A, 3, 0, "bc"));
  harness.feed(tcp(true, A, 2, 0, "a"));
  harness.finish();
  EXPECT_EQ(harness.ended.at(0).sha256[0],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(harness.ended.at(0).sha256[1], "");
  EXPECT_EQ(harness.columns()[Column::skipped], 3u);
}

TEST(FlowTable, MessagesCutShortAreAccounted) {
  Harness harness;
  decode::Datagram cut = between(true, ip_protocol::kUdp, "abc");
  cut.truncated_bytes = 5;
  cut.lost_bytes = 7;
  harness.feed(cut);
  harness.finish();
  const Columns columns = harness.columns();
  EXPECT_EQ(columns[Column::inspected], 3u);
  EXPECT_EQ(columns[Column::truncated], 5u);
  EXPECT_EQ(columns[Column::lost], 7u);
}

/// Its last words come when its files have been opened; meanwhile it is in nobody's way.
TEST(FlowTable, AFlowThatIsOverWaitsForItsObjects) {
  Harness harness;
  harness.objects_waiting = 1;
  harness.feed(between(true, ip_protocol::kUdp, "question"));
  harness.wait(std::chrono::hours(1));
  EXPECT_EQ(harness.told.at(0)->closes, 1);
  EXPECT_EQ(harness.table.active(), 0u);
  EXPECT_TRUE(harness.ended.empty());
  harness.objects_waiting = 0;
  harness.feed(between(true, ip_protocol::kUdp, "again"));
  harness.table.end_waiting();
  EXPECT_TRUE(harness.ended.empty());
  // What a worker could not read is entered late.
  harness.contexts[0]->account.move(Side::client, Column::opaque, "unsupported", 8);
  harness.contexts[0]->objects_waiting = 0;
  harness.table.end_waiting();
  ASSERT_EQ(harness.ended.size(), 1u);
  EXPECT_EQ(harness.ended[0].reason, CloseReason::timeout);
  EXPECT_EQ(harness.ended[0].columns[0][Column::opaque], 8u);
  harness.finish();
  EXPECT_EQ(harness.ended.size(), 2u);
}

}  // namespace
}  // namespace outspan::flow

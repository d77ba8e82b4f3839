#include "tests/flow/flow_harness.h"

namespace outspan::flow {
namespace {

using namespace tcp_flags;
using testing::ElementsAre;

constexpr std::uint32_t kFirst = 1000;

void handshake(Harness& harness) {
  harness.feed(tcp(true, S, kFirst - 1, 0));
  harness.feed(tcp(false, SA, 4999, kFirst));
}
void send(Harness& harness, std::uint32_t offset, std::string_view text) {
  harness.feed(tcp(true, A, kFirst + offset, 5000, text));
}
std::vector<std::string> versions(const Harness& harness) {
  std::vector<std::string> all;
  for (const bool branch : {false, true})
    for (const auto& told : harness.sinks(branch)) {
      EXPECT_TRUE(told->contiguous);
      EXPECT_EQ(told->closes, 1u);
      all.push_back(told->client());
    }
  return all;
}

TEST(Overlap, DecoyAfterTheRealBytes) {
  Harness harness;
  handshake(harness);
  send(harness, 0, "to: ");
  send(harness, 4, "anna@example.com");
  send(harness, 4, "xxxxxxxxxxxxxxxx");
  send(harness, 20, " bye");
  harness.finish();
  EXPECT_THAT(versions(harness),
              ElementsAre("to: anna@example.com bye", "to: xxxxxxxxxxxxxxxx bye"));
  EXPECT_THAT(harness.anomalies, ElementsAre("tcp_overlap_differs"));
  EXPECT_EQ(harness.columns().total(), 24u) << "a second version is nobody's bytes";
}

TEST(Overlap, DecoyWhileTheRealBytesWait) {
  Harness harness;
  handshake(harness);
  send(harness, 4, "xxxxxxxxxxxxxxxx");
  send(harness, 4, "anna@example.com");
  send(harness, 0, "to: ");
  send(harness, 20, " bye");
  harness.finish();
  EXPECT_THAT(versions(harness),
              ElementsAre("to: xxxxxxxxxxxxxxxx bye", "to: anna@example.com bye"));
  EXPECT_EQ(harness.columns().total(), 24u);
  EXPECT_EQ(harness.stat("flow.reassembly_bytes"), 0u);
}

TEST(Overlap, PartOfASegmentAtTheSeam) {
  Harness harness;
  handshake(harness);
  send(harness, 0, "abcdef");
  send(harness, 4, "EFgh");
  send(harness, 8, "ij");
  harness.finish();
  EXPECT_THAT(versions(harness), ElementsAre("abcdefghij", "abcdEFghij"));
}

TEST(Overlap, EverySegmentInTwoVersionsIsOneBranch) {
  Harness harness;
  handshake(harness);
  for (std::uint32_t i = 0; i < 50; ++i) {
    send(harness, i * 4, "xxxx");
    send(harness, i * 4, "real");
  }
  harness.finish();
  std::string decoy, real;
  for (int i = 0; i < 50; ++i) {
    decoy += "xxxx";
    real += "real";
  }
  EXPECT_THAT(versions(harness), ElementsAre(decoy, real));
  EXPECT_THAT(harness.anomalies, ElementsAre("tcp_overlap_differs"));
}

TEST(Overlap, TheSameDecoyAgainIsNoNewBranch) {
  Harness harness;
  handshake(harness);
  send(harness, 0, "abcd");
  for (int i = 0; i < 10; ++i) send(harness, 0, "wxyz");
  harness.finish();
  EXPECT_THAT(versions(harness), ElementsAre("abcd", "wxyz"));
}

TEST(Overlap, MoreVersionsThanBranchesAreRefusedAndTold) {
  Harness harness;
  handshake(harness);
  send(harness, 0, "0000");
  for (const char* other : {"1111", "2222", "3333", "4444", "5555", "6666"})
    send(harness, 0, other);
  harness.finish();
  EXPECT_THAT(versions(harness), ElementsAre("0000", "1111", "2222", "3333", "4444"));
  EXPECT_EQ(harness.stat("flow.branches_refused"), 2u);
  EXPECT_THAT(harness.anomalies, ElementsAre("tcp_overlap_differs", "tcp_overlap_uninspected"));
}

TEST(Overlap, LateInALongStreamTheBranchStartsWithTheHistory) {
  Harness harness;
  handshake(harness);
  const std::string block(1000, 'a');
  for (std::uint32_t i = 0; i < 40; ++i) send(harness, i * 1000, block);
  send(harness, 39'990, "decoydecoy");
  send(harness, 40'000, "end");
  harness.finish();
  const std::string main = versions(harness).at(0);
  EXPECT_EQ(main.size(), 40'003u);
  const std::uint64_t missing = 40'000 - History::kBytesMax;
  EXPECT_EQ(versions(harness).at(1), "[" + std::to_string(missing) + "]" +
                                         std::string(39'990 - missing, 'a') + "decoydecoyend");
}

/// A stream of 40 blocks; the history has forgotten the first ones.
void send_blocks(Harness& harness) {
  for (std::uint32_t i = 0; i < 40; ++i)
    send(harness, i * 1000, std::string(1000, static_cast<char>('a' + i % 26)));
}

TEST(Overlap, ARetransmissionOfForgottenBytesIsKnownAgain) {
  Harness harness;
  handshake(harness);
  send_blocks(harness);
  send(harness, 5000, std::string(1000, 'f'));
  harness.finish();
  EXPECT_TRUE(harness.anomalies.empty());
  EXPECT_EQ(harness.columns()[Column::inspected], 40'000u);
}

TEST(Overlap, AnotherVersionOfForgottenBytesIsRead) {
  Harness harness;
  handshake(harness);
  send_blocks(harness);
  const std::string other(1000, '!');
  send(harness, 5000, other);
  harness.finish();
  EXPECT_THAT(harness.anomalies, ElementsAre("tcp_overlap_differs"));
  EXPECT_THAT(versions(harness).at(1), testing::StartsWith("[5000]" + other));
}

TEST(Overlap, WhatCannotBeComparedIsToldOnceAndSkipped) {
  Harness harness;
  handshake(harness);
  send_blocks(harness);
  for (int i = 0; i < 3; ++i) send(harness, 5500, std::string(200, 'f'));
  send(harness, 7500, std::string(300, 'h'));
  harness.finish();
  EXPECT_THAT(harness.anomalies, ElementsAre("tcp_overlap_uninspected"));
  EXPECT_THAT(harness.blind_spots, ElementsAre("overlap-uninspected 500"));
  EXPECT_EQ(harness.columns()[Column::skipped], 500u);
  EXPECT_EQ(harness.columns()[Column::inspected], 39'500u);
  EXPECT_EQ(harness.stat("flow.overlap_uninspected_bytes"), 500u);
}

TEST(Overlap, WithoutMemoryForTheHistoryNothingIsTakenForEqual) {
  FlowOptions options = Harness::options();
  options.reassembly_bytes = 150;  // half of it for histories
  Harness harness(options);
  handshake(harness);
  send(harness, 0, "abcd");
  send(harness, 0, "wxyz");
  harness.finish();
  EXPECT_THAT(harness.anomalies, ElementsAre("tcp_overlap_uninspected"));
  EXPECT_EQ(harness.columns()[Column::skipped], 4u);
  EXPECT_GE(harness.stat("flow.history_refusals"), 1u);
}

TEST(Overlap, OneByteAtATimeBehindAKeepAlive) {
  Harness harness;
  harness.feed(tcp(true, S, kFirst - 1, 0));
  const std::string real = "anna@example.com";
  for (std::uint32_t i = 0; i < real.size(); ++i) {
    send(harness, i, ".");
    send(harness, i, real.substr(i, 1));
  }
  harness.finish();
  EXPECT_THAT(versions(harness), ElementsAre("................", real));
}

TEST(Overlap, KeepAlivesRepeatTheLastByteOrSendAZero) {
  Harness harness;
  handshake(harness);
  send(harness, 0, "abc");
  harness.feed(tcp(false, A, 5000, kFirst + 3));
  for (const std::string_view byte : {std::string_view("c"), std::string_view("\0", 1)})
    send(harness, 2, byte);
  harness.finish();
  EXPECT_TRUE(harness.anomalies.empty());
  EXPECT_EQ(harness.stat("flow.keep_alives"), 2u);
}

TEST(Overlap, BranchFollowsAStreamLongerThanTheHistory) {
  Harness harness;
  handshake(harness);
  send(harness, 0, "real");
  send(harness, 0, "fake");
  std::string rest;
  for (std::uint32_t i = 0; i < 60; ++i) {
    const std::string block(1400, static_cast<char>('a' + i % 26));
    send(harness, 4 + i * 1400, block);
    rest += block;
  }
  const std::string large(50'000, 'L');  // a frame that offload made, larger than the history
  send(harness, 4 + 60 * 1400, large);
  harness.finish();
  EXPECT_THAT(versions(harness), ElementsAre("real" + rest + large, "fake" + rest + large));
}

TEST(Overlap, BranchIsToldOfHoles) {
  Harness harness;
  handshake(harness);
  send(harness, 0, "real");
  send(harness, 0, "fake");
  send(harness, 8, "more");
  harness.finish();
  EXPECT_THAT(versions(harness), ElementsAre("real[4]more", "fake[4]more"));
}

TEST(Overlap, ServerSideToo) {
  Harness harness;
  handshake(harness);
  harness.feed(tcp(false, A, 5000, kFirst, "abcd"));
  harness.feed(tcp(false, A, 5000, kFirst, "wxyz"));
  harness.finish();
  ASSERT_EQ(harness.sinks(true).size(), 1u);
  EXPECT_EQ(harness.sinks(true)[0]->server(), "wxyz");
}

TEST(Overlap, VersionsOfADefragmentedSegment) {
  for (const bool waiting : {false, true}) {
    Harness harness;
    handshake(harness);
    const std::uint32_t at = waiting ? 4 : 0;
    send(harness, at, "real");
    decode::Datagram other = tcp(true, A, kFirst + at, 5000, "fake");
    other.alternative = true;
    harness.feed(other);
    if (waiting) send(harness, 0, "the ");
    harness.finish();
    const std::string before = waiting ? "the " : "";
    EXPECT_THAT(versions(harness), ElementsAre(before + "real", before + "fake"));
    EXPECT_EQ(harness.columns().total(), before.size() + 4);
    EXPECT_EQ(harness.ended.at(0).packets[0], waiting ? 3u : 2u);
  }
}

TEST(Overlap, VersionsOfADefragmentedMessage) {
  Harness harness;
  harness.feed(between(true, ip_protocol::kUdp, "real"));
  for (int i = 0; i < 6; ++i) {
    const std::string text = "fake" + std::to_string(i / 2);
    decode::Datagram other = between(true, ip_protocol::kUdp, text);
    other.alternative = true;
    harness.feed(other);
  }
  harness.finish();
  ASSERT_EQ(harness.sinks(true).size(), 3u) << "one a version";
  EXPECT_EQ(harness.sinks(true)[0]->messages, std::vector<std::string>{"client:fake0"});
  EXPECT_EQ(harness.sinks(true)[0]->closes, 1u);
  EXPECT_EQ(harness.columns().total(), 4u);
  EXPECT_THAT(harness.anomalies, ElementsAre("ip_fragments_differ"));
}

TEST(Overlap, AUninspectedSideIsNotCompared) {
  FlowOptions options = Harness::options();
  options.inspected = {false, true, false, false};
  Harness harness(options);
  handshake(harness);
  send(harness, 0, "abcd");
  send(harness, 0, "wxyz");
  harness.finish();
  EXPECT_TRUE(harness.anomalies.empty());
  EXPECT_EQ(harness.columns()[Column::skipped], 4u);
}

}  // namespace
}  // namespace outspan::flow

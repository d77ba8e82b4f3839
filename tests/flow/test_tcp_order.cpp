#include "tests/flow/flow_harness.h"

namespace outspan::flow {
namespace {

using namespace tcp_flags;

constexpr std::uint32_t kC = 1000;  // first byte of the client
constexpr std::uint32_t kS = 5000;  // first byte of the server

struct Step {
  bool client;
  std::uint8_t flags;
  int sequence;  // of the side's stream, 0 is its first byte; SYN is -1
  int ack;       // of the other side's
  const char* payload = "";
};

struct OrderCase {
  const char* name;
  std::vector<Step> steps;
  std::string client;  // as told: bytes and [holes]
  std::string server;
  std::uint64_t lost = 0;
};

const std::vector<Step> kHandshake{{true, S, -1, 0}, {false, SA, -1, 0}, {true, A, 0, 0}};

std::vector<Step> after_handshake(std::vector<Step> more) {
  std::vector<Step> all = kHandshake;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

void play(Harness& harness, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    const std::uint32_t mine = step.client ? kC : kS;
    const std::uint32_t their = step.client ? kS : kC;
    harness.feed(tcp(step.client, step.flags, mine + static_cast<std::uint32_t>(step.sequence),
                     their + static_cast<std::uint32_t>(step.ack), step.payload));
  }
}

const OrderCase kOrderCases[] = {
    {"in_order", after_handshake({{true, A, 0, 0, "abc"}, {true, A, 3, 0, "def"}}), "abcdef", ""},
    {"swapped", after_handshake({{true, A, 3, 0, "def"}, {true, A, 0, 0, "abc"}}), "abcdef", ""},
    {"retransmitted",
     after_handshake({{true, A, 0, 0, "abc"}, {true, A, 0, 0, "abc"}, {true, A, 3, 0, "d"}}),
     "abcd", ""},
    {"overlap_is_trimmed", after_handshake({{true, A, 0, 0, "abcd"}, {true, A, 2, 0, "cdef"}}),
     "abcdef", ""},
    {"overlap_of_waiting",
     after_handshake({{true, A, 4, 0, "ef"}, {true, A, 2, 0, "cdefgh"}, {true, A, 0, 0, "ab"}}),
     "abcdefgh", ""},
    {"one_fills_between_two",
     after_handshake({{true, A, 2, 0, "c"}, {true, A, 4, 0, "e"}, {true, A, 0, 0, "abcdef"}}),
     "abcdef", ""},
    {"syn_with_data",
     {{true, S, -1, 0, "abc"}, {false, SA, -1, 3}, {true, A, 3, 0, "def"}},
     "abcdef",
     ""},
    {"syn_comes_late",
     {{true, A, 3, 0, "def"}, {true, A, 0, 0, "abc"}, {true, S, -1, 0}, {false, SA, -1, 0}},
     "abcdef",
     ""},
    {"syn_ack_comes_after_data",
     {{true, S, -1, 0},
      {true, A, 0, 0},
      {false, A, 3, 0, "def"},
      {false, A, 0, 0, "abc"},
      {false, SA, -1, 0}},
     "",
     "abcdef"},
    {"fin_before_the_data", after_handshake({{true, FA, 3, 0}, {true, A, 0, 0, "abc"}}), "abc", ""},
    {"fin_tells_of_loss", after_handshake({{true, A, 0, 0, "abc"}, {true, FA, 5, 0}}), "abc[2]", "",
     2},
    {"hole_at_the_end_of_capture", after_handshake({{true, A, 0, 0, "abc"}, {true, A, 5, 0, "fg"}}),
     "abc[2]fg", "", 2},
    {"acknowledged_tail_is_lost", after_handshake({{true, A, 0, 0, "abc"}, {false, A, 0, 9}}),
     "abc[6]", "", 6},
    {"acknowledged_fin_is_no_loss", after_handshake({{true, A, 0, 0, "abc"}, {false, A, 0, 4}}),
     "abc", ""},
    {"keep_alive_with_the_last_byte",
     after_handshake(
         {{true, A, 0, 0, "abc"}, {false, A, 0, 3}, {true, A, 2, 0, "c"}, {true, A, 3, 0, "d"}}),
     "abcd", ""},
    {"zero_window_probe_is_content",
     after_handshake({{true, A, 0, 0, "abc"}, {true, A, 3, 0, "d"}, {true, A, 3, 0, "def"}}),
     "abcdef", ""},
    {"acknowledged_beyond_the_fin",
     after_handshake({{true, A, 0, 0, "abc"},
                      {true, FA, 3, 0},
                      {false, A, 3, 9, "x"},
                      {false, A, 0, 9, "yes"}}),
     "abc", "yesx"},
    {"answer_waits_for_its_question",
     after_handshake({{false, A, 0, 3, "yes"}, {true, A, 0, 0, "huh"}}), "huh", "yes"},
    {"reset_does_not_end_it",
     after_handshake({{true, A, 0, 0, "abc"}, {false, R, 0, 0}, {true, A, 3, 0, "def"}}), "abcdef",
     ""},
    {"reset_out_of_window",
     after_handshake({{true, A, 0, 0, "abc"}, {false, R, 90000000, 0}, {true, A, 3, 0, "def"}}),
     "abcdef", ""},
    {"joined_in_the_middle", {{true, A, 100, 50, "abc"}, {true, A, 103, 50, "def"}}, "abcdef", ""},
    {"joined_in_the_middle_swapped",
     {{true, A, 103, 50, "def"}, {true, A, 100, 50, "abc"}},
     "abcdef",
     ""},
    {"joined_by_an_ack", {{false, A, 50, 100}, {true, A, 100, 50, "abc"}}, "abc", ""},
    {"only_the_server_side_is_seen",
     {{false, SA, -1, 0}, {false, A, 0, 9, "abc"}, {false, A, 3, 20, "def"}},
     "",
     "abcdef"},
    {"garbage_far_away",
     after_handshake(
         {{true, A, 0, 0, "abc"}, {true, A, 1 << 30, 0, "XXX"}, {true, A, 3, 0, "def"}}),
     "abcdef", ""},
    {"forged_fin", after_handshake({{true, FA, 0, 0}, {true, A, 0, 0, "abc"}}), "abc", ""},
};

class TcpOrderTable : public testing::TestWithParam<OrderCase> {};

TEST_P(TcpOrderTable, DeliversTheStream) {
  const OrderCase& row = GetParam();
  Harness harness;
  play(harness, row.steps);
  harness.finish();
  ASSERT_EQ(harness.told.size(), 1u);
  const Told& told = *harness.told[0];
  EXPECT_TRUE(told.contiguous);
  EXPECT_EQ(told.closes, 1u);
  EXPECT_EQ(told.client(), row.client);
  EXPECT_EQ(told.server(), row.server);
  const Columns columns = harness.columns();
  EXPECT_EQ(columns[Column::lost], row.lost);
  EXPECT_EQ(columns[Column::inspected], told.stream[0].size() + told.stream[1].size());
  EXPECT_TRUE(harness.anomalies.empty());
  EXPECT_EQ(harness.stat("flow.reassembly_bytes"), 0u);
}

INSTANTIATE_TEST_SUITE_P(Rfc9293, TcpOrderTable, testing::ValuesIn(kOrderCases),
                         [](const auto& test) { return test.param.name; });

// The account of a side that is merely counted must be that of one that is read.
TEST_P(TcpOrderTable, CountsTheSameWhenNobodyReads) {
  const OrderCase& row = GetParam();
  FlowOptions options = Harness::options();
  options.inspected.fill(false);
  Harness harness(options);
  play(harness, row.steps);
  harness.finish();
  EXPECT_TRUE(harness.told.empty());
  const Columns columns = harness.columns();
  EXPECT_EQ(columns[Column::inspected], 0u);
  EXPECT_EQ(columns[Column::lost], row.lost);
}

TEST(TcpOrder, AnswerIsDeliveredAfterItsQuestion) {
  Harness harness;
  play(harness, after_handshake({{false, A, 0, 3, "yes"}, {true, A, 0, 0, "huh"}}));
  EXPECT_EQ(harness.told.at(0)->order, "cs");
}

TEST(TcpOrder, GivesUpAnAcknowledgedHoleAfterManyPackets) {
  Harness harness;
  play(harness, after_handshake({{true, A, 3, 0, "def"}, {false, A, 0, 6}}));
  EXPECT_TRUE(harness.told.empty()) << "the ACK may be captured before the data";
  for (int i = 0; i < 70; ++i) play(harness, {{false, A, 0, 6}});
  ASSERT_EQ(harness.told.size(), 1u);
  EXPECT_EQ(harness.told[0]->client(), "[3]def");
}

TEST(TcpOrder, GivesUpAnAcknowledgedHoleAfterTime) {
  Harness harness;
  play(harness, after_handshake({{true, A, 3, 0, "def"}, {false, A, 0, 6}}));
  harness.wait(std::chrono::seconds(1));
  ASSERT_EQ(harness.told.size(), 1u);
  EXPECT_EQ(harness.told[0]->client(), "[3]def");
  EXPECT_EQ(harness.told[0]->pauses, 1u);
}

TEST(TcpOrder, WaitsForARetransmissionThatNobodyAcknowledgedYet) {
  Harness harness;
  play(harness, after_handshake({{true, A, 3, 0, "def"}, {false, A, 0, 0}}));
  harness.wait(std::chrono::seconds(30));
  play(harness, {{false, A, 0, 0}, {true, A, 0, 0, "abc"}});
  EXPECT_EQ(harness.told.at(0)->client(), "abcdef");
}

TEST(TcpOrder, OneSidedHoleIsGivenUpInTime) {
  Harness harness;
  play(harness, {{true, S, -1, 0}, {true, A, 3, 0, "def"}, {true, A, 6, 0, "ghi"}});
  harness.wait(std::chrono::seconds(11));
  play(harness, {{true, A, 9, 0, "jkl"}});
  EXPECT_EQ(harness.told.at(0)->client(), "[3]defghijkl");
}

TEST(TcpOrder, BudgetOfAFlowBoundsWhatWaits) {
  FlowOptions options = Harness::options();
  options.flow_reassembly_bytes = 1000;
  Harness harness(options);
  play(harness, kHandshake);
  const std::string piece(100, 'x');
  for (int i = 0; i < 20; ++i) play(harness, {{true, A, 10 + i * 200, 0, piece.c_str()}});
  EXPECT_LE(harness.stat("flow.reassembly_bytes_peak"), 1000u);
  harness.finish();
  EXPECT_TRUE(harness.told.at(0)->contiguous);
  EXPECT_EQ(harness.columns()[Column::inspected], 2000u);
  EXPECT_EQ(harness.columns()[Column::lost], 10u + 19 * 100);
}

TEST(TcpOrder, WorksWithoutAnyBudget) {
  FlowOptions options = Harness::options();
  options.reassembly_bytes = 0;
  Harness harness(options);
  play(harness,
       after_handshake({{true, A, 3, 0, "def"}, {true, A, 0, 0, "abc"}, {true, A, 6, 0, "ghi"}}));
  harness.finish();
  EXPECT_EQ(harness.told.at(0)->client(), "[3]defghi");
  EXPECT_GT(harness.stat("flow.reassembly_refusals"), 0u);
}

TEST(TcpOrder, JoinsAStreamWithoutAnyBudget) {
  FlowOptions options = Harness::options();
  options.reassembly_bytes = 0;
  Harness harness(options);
  play(harness, {{true, A, 100, 50, "abc"}, {true, A, 103, 50, "def"}});
  harness.finish();
  EXPECT_EQ(harness.told.at(0)->client(), "abcdef");
}

TEST(TcpOrder, SequenceWrapsAround) {
  Harness harness;
  harness.feed(tcp(true, S, 0xffff'fffb, 0));
  harness.feed(tcp(true, A, 2, 0, "ghi"));
  harness.feed(tcp(true, A, 0xffff'fffc, 0, "abcdef"));
  harness.feed(tcp(true, A, 0xffff'fffe, 0, "cdefghij"));
  harness.finish();
  EXPECT_EQ(harness.told.at(0)->client(), "abcdefghij");
}

TEST(TcpOrder, TruncatedBytesAreAHoleOfTheirOwnColumn) {
  Harness harness;
  play(harness, kHandshake);
  decode::Datagram cut = tcp(true, A, kC, kS, "abc");
  cut.truncated_bytes = 7;
  harness.feed(cut);
  harness.feed(tcp(true, A, kC + 10, kS, "def"));
  harness.finish();
  EXPECT_EQ(harness.told.at(0)->client(), "abc[7]def");
  EXPECT_EQ(harness.columns()[Column::truncated], 7u);
  EXPECT_EQ(harness.columns()[Column::lost], 0u);
}

TEST(TcpOrder, BytesOfLostFragmentsMayStillBeSentAgain) {
  for (const bool again : {true, false}) {
    Harness harness;
    play(harness, kHandshake);
    decode::Datagram cut = tcp(true, A, kC, kS, "abc");
    cut.lost_bytes = 3;
    harness.feed(cut);
    if (again) harness.feed(tcp(true, A, kC, kS, "abcdef"));
    harness.finish();
    EXPECT_EQ(harness.told.at(0)->client(), again ? "abcdef" : "abc[3]");
  }
}

TEST(TcpOrder, SegmentsThatAgreeFarAwayResynchronise) {
  Harness harness;
  play(harness, after_handshake({{true, A, 0, 0, "abc"}}));
  const int far = 500'000'000;
  play(harness, {{true, A, far, 0, "ddd"},
                 {true, A, far + 3, 0, "eee"},
                 {true, A, far + 6, 0, "fff"},
                 {true, A, far + 9, 0, "ggg"}});
  harness.finish();
  EXPECT_EQ(harness.told.at(0)->client(), "abc[6]fffggg");
  EXPECT_EQ(harness.columns()[Column::lost], 0u) << "nothing says that so much was ever sent";
  EXPECT_EQ(harness.columns()[Column::skipped], 6u);
  EXPECT_EQ(harness.stat("flow.resynchronised"), 1u);
}

TEST(TcpOrder, AnAcknowledgedJumpIsLoss) {
  Harness harness;
  play(harness, after_handshake({{true, A, 0, 0, "abc"}}));
  const int far = 500'000'000;
  play(harness, {{false, A, 0, far + 3},
                 {true, A, far, 0, "ddd"},
                 {true, A, far + 3, 0, "eee"},
                 {true, A, far + 6, 0, "fff"}});
  harness.finish();
  EXPECT_EQ(harness.columns()[Column::lost], 500'000'000u - 3);
  EXPECT_EQ(harness.columns()[Column::skipped], 6u);
  EXPECT_EQ(harness.told.at(0)->client(), "abc[500000003]fff");
}

TEST(TcpOrder, BytesBeforeAJoinedStreamAreCountedOnce) {
  Harness harness;
  play(harness, {{false, A, 50, 100},
                 {true, A, 100, 50, "def"},
                 {true, A, 97, 50, "abc"},
                 {true, A, 97, 50, "abcdef"}});
  harness.finish();
  EXPECT_EQ(harness.told.at(0)->client(), "def");
  EXPECT_EQ(harness.columns()[Column::skipped], 3u);
  EXPECT_EQ(harness.stat("flow.early_bytes"), 3u);
}

TEST(TcpOrder, UnwantedSideIsCountedOnly) {
  Harness harness;
  harness.unwanted = {false, true};
  play(harness, after_handshake({{true, A, 0, 0, "abc"},
                                 {false, A, 3, 3, "def"},
                                 {false, A, 0, 3, "abc"},
                                 {false, A, 9, 3, "jkl"}}));
  harness.finish();
  EXPECT_EQ(harness.told.at(0)->server(), "");
  EXPECT_EQ(harness.columns()[Column::inspected], 3u);
  EXPECT_EQ(harness.columns()[Column::skipped], 9u) << "as unwanted";
  EXPECT_EQ(harness.columns()[Column::lost], 3u);
}

TEST(TcpOrder, NobodyInterestedIsSkippedAndNotInspected) {
  Harness harness;
  harness.refuse = true;
  play(harness, after_handshake({{true, A, 0, 0, "abc"}}));
  harness.finish();
  EXPECT_EQ(harness.columns()[Column::skipped], 3u);
  EXPECT_EQ(harness.columns().total(), 3u);
}

}  // namespace
}  // namespace outspan::flow

#include "alert/event/event_maker.h"

#include <gmock/gmock.h>

#include "tests/policy/scene.h"

namespace outspan::alert {
namespace {

using policy::Flow;
using testing::ElementsAre;

class EventMakerTest : public testing::Test {
 protected:
  EventMakerTest() { config_.alerts.blindspot_bytes = 1000; }
  std::vector<std::pair<std::string, std::uint64_t>> spots(const flow::FlowEnd& end) {
    std::vector<std::pair<std::string, std::uint64_t>> out;
    for (const Event& event : maker_.blind_spots(end)) {
      const auto& spot = std::get<BlindSpotEvent>(event.body);
      out.emplace_back(spot.reason, spot.bytes);
    }
    return out;
  }
  config::Config config_;
  policy::FakeMasking masking_;
  EventMaker maker_{config_, masking_};
  Flow flow_{7};
  flow::FlowEnd end_{flow_.context, flow::CloseReason::fin, policy::at_seconds(9), {3, 4}, {1, 0},
                     {"aa", ""}};
};

TEST_F(EventMakerTest, FlowHasBothSidesAndTheReason) {
  flow_.account.deliver(Side::client, 100);
  flow_.account.deliver(Side::server, 50);
  flow_.tick(20);
  const Event event = maker_.flow(end_);
  EXPECT_EQ(event.order, (OrderKey{20, 7, 0}));
  const auto& flow = std::get<FlowEvent>(event.body);
  EXPECT_EQ(flow.reason, "fin");
  EXPECT_EQ(flow.start, policy::at_seconds(7));
  EXPECT_EQ(flow.end, policy::at_seconds(9));
  EXPECT_EQ(flow.sides[0].packets, 3u);
  EXPECT_EQ(flow.sides[0].gaps, 1u);
  EXPECT_EQ(flow.sides[0].sha256, "aa");
  EXPECT_EQ(flow.sides[0].bytes[Column::inspected], 100u);
  EXPECT_EQ(flow.sides[1].bytes[Column::skipped], 50u);
  EXPECT_EQ(flow.sides[1].direction, Direction::inbound);
}

TEST_F(EventMakerTest, BlindSpotsAreToldByCauseFromTheThresholdOn) {
  flow_.context.encryption.reason = "tls";
  flow_.context.encryption.names() = {"files.example.test", "j3", "j4"};
  flow_.account.deliver(Side::client, 5000);
  flow_.account.claim(Side::client, Column::encrypted, "tls", 5000);
  flow_.account.charge(Side::client, Column::lost, "loss", 1000);
  flow_.account.charge(Side::client, Column::truncated, "truncated", 999);
  flow_.account.charge(Side::client, Column::skipped, "early", 2000);
  flow_.account.charge(Side::server, Column::lost, "loss", 9000);  // this side is not inspected
  EXPECT_THAT(spots(end_), ElementsAre(std::pair("tls", 5000), std::pair("loss", 1000),
                                       std::pair("skipped", 2000)));
  const auto events = maker_.blind_spots(end_);
  const auto& first = std::get<BlindSpotEvent>(events[0].body);
  EXPECT_EQ(first.server_name.text(), "files.example.test");
  EXPECT_EQ(first.ja4, "j4");
}

TEST_F(EventMakerTest, WhatALaterStageSkippedIsNotToldAgain) {
  flow_.account.deliver(Side::client, 5000);
  flow_.account.charge(Side::client, Column::skipped, "early", 1500);
  flow_.account.claim(Side::client, Column::skipped, "credentials", 4000);
  flow_.account.searched(Side::client, 1000);
  EXPECT_THAT(spots(end_), ElementsAre(std::pair("skipped", 1500)));
}

TEST_F(EventMakerTest, WhatNobodyClaimedIsToldAsSuch) {
  flow_.account.deliver(Side::client, 5000);
  flow_.account.searched(Side::client, 1000);
  flow_.account.settle(Side::client);
  EXPECT_THAT(spots(end_), ElementsAre(std::pair("unclaimed", 4000)));
  const auto flow = std::get<FlowEvent>(maker_.flow(end_).body);
  EXPECT_EQ(flow.sides[0].unclaimed, 4000u);
}

TEST_F(EventMakerTest, SmallBlindSpotsAreOneLineAPairOfHostsAndReason) {
  const ObjectBlindSpot pgp{"pgp", Side::client, 999, {}};
  const ObjectBlindSpot budget{"budget", Side::client, 1, {}};
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(maker_.blind_spot(flow_.context, pgp));
  EXPECT_FALSE(maker_.blind_spot(flow_.context, budget));
  const Timestamp begin = flow_.context.now.time;
  EXPECT_THAT(maker_.small_blind_spots({begin + std::chrono::minutes(59), 50}, false),
              testing::IsEmpty());
  const auto events = maker_.small_blind_spots({begin + std::chrono::hours(1), 50}, false);
  ASSERT_EQ(events.size(), 2u);
  const auto& first = std::get<BlindSpotEvent>(events[0].body);
  const auto& second = std::get<BlindSpotEvent>(events[1].body);
  EXPECT_EQ(first.reason, "budget");
  EXPECT_EQ(second.reason, "pgp");
  EXPECT_EQ(second.bytes, 2997u);
  EXPECT_EQ(second.count, 3u);
  EXPECT_EQ(events[1].order, (OrderKey{50, 7, 0}));
  EXPECT_THAT(maker_.small_blind_spots({begin, 51}, true), testing::IsEmpty()) << "told once";
  EXPECT_FALSE(maker_.blind_spot(flow_.context, pgp));
  EXPECT_EQ(maker_.small_blind_spots({begin, 52}, true).size(), 1u) << "the end waits for no hour";
}

TEST_F(EventMakerTest, SmallBlindSpotsBeyondTheTableAreCounted) {
  SmallBlindSpots small;
  for (std::uint32_t host = 0; host < SmallBlindSpots::kSumsMax + 3; ++host) {
    FlowInfo info = flow_.info;
    info.ends[1].address = IpAddress::v4(0xcb007100 + host);
    const FlowContext context(info, flow_.account, flow_.observer);
    small.add(context, Side::client, "pgp", 10);
  }
  Stats stats;
  small.report(stats);
  EXPECT_EQ(stats.value("alert.small_blindspots.refused"), 3u);
  EXPECT_EQ(stats.value("alert.small_blindspots.refused_bytes"), 30u);
  EXPECT_EQ(small.take({}, true).size(), SmallBlindSpots::kSumsMax);
}

TEST_F(EventMakerTest, MediaIsInTheLedgerOnly) {
  EXPECT_FALSE(maker_.blind_spot(flow_.context, {"media", Side::client, 1'000'000, {}}));
  EXPECT_FALSE(maker_.blind_spot(flow_.context, {"media", Side::client, 10, {}}));
  EXPECT_THAT(maker_.small_blind_spots({}, true), testing::IsEmpty());
}

TEST_F(EventMakerTest, NothingHiddenIsNoBlindSpotEvenWithoutAThreshold) {
  config_.alerts.blindspot_bytes = 0;
  flow_.account.deliver(Side::client, 5000);
  EXPECT_THAT(spots(end_), testing::IsEmpty());
}

TEST_F(EventMakerTest, ObjectBlindSpotMasksItsPath) {
  ObjectBlindSpot spot{"encrypted-archive", Side::client, 999, {"POST /up", "", "TM-00412977.zip"}};
  EXPECT_FALSE(maker_.blind_spot(flow_.context, spot));
  spot.bytes = 1000;
  const auto event = maker_.blind_spot(flow_.context, spot);
  ASSERT_TRUE(event);
  const auto& its = std::get<BlindSpotEvent>(event->body);
  EXPECT_EQ(its.reason, "encrypted-archive");
  EXPECT_THAT(policy::texts(its.object->path), ElementsAre("POST /up", "***"));
}

TEST_F(EventMakerTest, ObjectMasksWhatTheWireSaid) {
  policy::Upload upload(flow_, false, "STOR customer1@example.org.csv");
  upload.object.info.destination.url = "/TM-00412977";
  content::ObjectSummary summary;
  summary.media_type = "text/TM-1";
  summary.wire_bytes = 10;
  summary.opaque_reason = "pgp";
  summary.end = protocol::ObjectEnd::cut_short;
  const Event event = maker_.object(upload.object, summary);
  const auto& object = std::get<ObjectEvent>(event.body);
  EXPECT_THAT(policy::texts(object.object.path), ElementsAre("***"));
  EXPECT_EQ(object.object.media_type, "***");
  EXPECT_EQ(object.destination.url.text(), "***");
  EXPECT_EQ(object.opaque_reason, "pgp");
  EXPECT_FALSE(object.complete);
}

TEST_F(EventMakerTest, AnomalyIsSeenFromItsSender) {
  const Event event = maker_.anomaly(flow_.context, Side::server, {"odd", "A sentence."});
  const auto& anomaly = std::get<AnomalyEvent>(event.body);
  EXPECT_EQ(anomaly.flow.direction, Direction::inbound);
  EXPECT_EQ(anomaly.flow.source.port, 80);
  EXPECT_EQ(anomaly.kind, "odd");
}

TEST_F(EventMakerTest, LedgerSortsApplicationsByName) {
  flow_.account.set_app(AppProtocol::named("zebra"));
  flow_.account.deliver(Side::client, 10);
  Ledger more;
  ChargingAccount other(more, {Direction::internal, Direction::internal}, {true, true});
  other.set_app(AppProtocol::named("aardvark"));
  other.deliver(Side::client, 5);
  Ledger all;
  all.merge(flow_.ledger);
  all.merge(more);
  const LedgerEvent event = ledger_event(all, {{"overload", "", 7, 0, ""}});
  EXPECT_EQ(event.missing.size(), 1u);
  ASSERT_EQ(event.by_app_proto.size(), 2u);
  EXPECT_EQ(event.by_app_proto[0].first, "aardvark");
  EXPECT_EQ(event.by_app_proto[1].second.total(), 10u);
  EXPECT_EQ(event.by_direction[index(Direction::internal)].total(), 5u);
}

}  // namespace
}  // namespace outspan::alert

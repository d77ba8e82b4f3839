#include <set>

#include <gmock/gmock.h>

#include "tests/policy/scene.h"

namespace outspan::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Engine, ReportsWithTheValueThatReachesTheThreshold) {
  Bench bench({rule("r", {"email"}, 3)});
  Flow flow;
  Upload upload(flow);
  upload.find(*bench.engine, {email(1), email(2), email(1), email(2)});
  EXPECT_THAT(bench.records.story(), IsEmpty());
  flow.tick(7);
  upload.find(*bench.engine, {email(3), email(4)});
  ASSERT_THAT(bench.records.story(), ElementsAre("new 3"));
  const Incident& incident = bench.records.incidents[0];
  EXPECT_EQ(incident.matches[0].count, 5u);
  EXPECT_EQ(incident.order, (OrderKey{7, 1, 0}));
  EXPECT_EQ(incident.time, at_seconds(7));
  EXPECT_EQ(incident.first_packet, 1u);
  EXPECT_EQ(incident.last_packet, 7u);
}

TEST(Engine, UpdatesAtPowersOfTenAndClosesWithFinalCounts) {
  Bench bench({rule("r", {"email"}, 2)});
  Flow flow;
  Upload upload(flow);
  for (int i = 0; i < 1234; ++i) upload.find(*bench.engine, {email(i)});
  upload.end(*bench.engine);
  EXPECT_THAT(bench.records.story(),
              ElementsAre("new 2", "update 10", "update 100", "update 1000", "closed 1234"));
  for (const Incident& incident : bench.records.incidents)
    EXPECT_EQ(incident.id, bench.records.incidents[0].id);
  EXPECT_EQ(bench.records.incidents[0].id.size(), 16u);
}

TEST(Engine, TheSameForAnyCutOfTheHits) {
  std::vector<Value> values;
  for (int i = 0; i < 150; ++i) values.push_back(i % 3 ? email(i) : phone(i));
  const auto run = [&](std::size_t window) {
    Bench bench({rule("r", {"*"}, 5)});
    Flow flow;
    Upload upload(flow);
    for (std::size_t at = 0; at < values.size(); at += window)
      upload.find(
          *bench.engine,
          {values.begin() + static_cast<std::ptrdiff_t>(at),
           values.begin() + static_cast<std::ptrdiff_t>(std::min(at + window, values.size()))});
    upload.end(*bench.engine);
    std::vector<std::string> story = bench.records.story();
    story.push_back(bench.records.incidents[0].id);
    return story;
  };
  for (const std::size_t window : {2u, 7u, 64u, 150u}) EXPECT_EQ(run(window), run(1));
}

TEST(Engine, NothingIsSaidBelowTheThreshold) {
  Bench bench({rule("r", {"email"}, 3)});
  Flow flow;
  Upload upload(flow);
  upload.find(*bench.engine, {email(1), email(2)});
  upload.end(*bench.engine);
  EXPECT_THAT(bench.records.story(), IsEmpty());
  EXPECT_EQ(bench.counter("policy.incidents_open"), 0u);
}

TEST(Engine, DistinctCountsOverAllSignaturesOfTheRule) {
  Bench bench({rule("r", {"email", "phone"}, 4)});
  Flow flow;
  Upload upload(flow);
  upload.find(*bench.engine, {email(1), phone(1), email(2), {kUsId, "078051120"}});
  EXPECT_THAT(bench.records.story(), IsEmpty());
  upload.find(*bench.engine, {email(2), phone(1)});
  EXPECT_THAT(bench.records.story(), IsEmpty());
  upload.find(*bench.engine, {phone(2)});
  ASSERT_EQ(bench.records.incidents.size(), 1u);
  const auto& matches = bench.records.incidents[0].matches;
  ASSERT_EQ(matches.size(), 2u);
  EXPECT_EQ(matches[0].signature, "email");
  EXPECT_EQ(matches[0].count, 3u);
  EXPECT_EQ(matches[0].distinct, 2u);
  EXPECT_EQ(matches[1].signature, "phone");
  EXPECT_EQ(matches[1].distinct, 2u);
}

TEST(Engine, ObjectsOfAFlowAreIncidentsOfTheirOwn) {
  Bench bench({rule("r", {"email"})});
  Flow flow;
  Upload first(flow), second(flow);
  first.find(*bench.engine, {email(1)});
  second.find(*bench.engine, {email(1)});
  first.end(*bench.engine);
  second.end(*bench.engine);
  EXPECT_THAT(bench.records.story(), ElementsAre("new 1", "new 1", "closed 1", "closed 1"));
  EXPECT_NE(bench.records.incidents[0].id, bench.records.incidents[1].id);
}

TEST(Engine, WithinFlowCountsOverItsObjects) {
  Bench bench({rule("r", {"email"}, 3, config::Within::flow)});
  Flow flow;
  for (int i = 0; i < 4; ++i) {
    Upload upload(flow, false, i < 3 ? "mail" : "mail two");
    upload.find(*bench.engine, {email(i), email(0)}, upload.node("list.csv", upload.object.root));
    upload.end(*bench.engine);
  }
  EXPECT_THAT(bench.records.story(), ElementsAre("new 3"));
  EXPECT_THAT(texts(bench.records.incidents[0].object->path), ElementsAre("mail", "list.csv"));
  flow.tick(9);
  bench.engine->on_flow_end(flow.context);
  EXPECT_THAT(bench.records.story(), ElementsAre("new 3", "closed 4"));
  EXPECT_EQ(bench.records.incidents[1].order.packet, 9u);
  EXPECT_EQ(bench.records.incidents[1].object, std::nullopt) << "nothing is common to all";
  EXPECT_EQ(bench.counter("policy.memory_bytes"), 0u);
}

TEST(Engine, SamplesAreTheFirstDistinctOnes) {
  Bench bench({rule("r", {"ticket"}, 5)});
  Flow flow;
  Upload upload(flow);
  for (const char* text : {"TM-1", "TM-1", "TM-2", "TM-3", "TM-4", "TM-5"})
    upload.find(*bench.engine, {{kTicket, text}});
  EXPECT_THAT(texts(bench.records.incidents.at(0).matches[0].samples),
              ElementsAre("T***1", "T***2", "T***3"));
}

TEST(Engine, PathIsWhatAllHitsHaveInCommon) {
  Bench bench({rule("r", {"email"})});
  Flow flow;
  Upload upload(flow);
  const auto& body = upload.node("", upload.object.root);
  const auto& zip = upload.node("report TM-12345678.zip", body);
  const auto& first = upload.node("a.csv", zip);
  const auto& second = upload.node("b.csv", zip);
  upload.find(*bench.engine, {email(1)}, first);
  EXPECT_THAT(texts(bench.records.incidents.at(0).object->path),
              ElementsAre("POST /upload", "***", "a.csv"));
  EXPECT_EQ(bench.records.incidents[0].object->media_type, "text/csv");
  upload.find(*bench.engine, {email(2)}, second);
  upload.end(*bench.engine);
  EXPECT_THAT(texts(bench.records.incidents.at(1).object->path),
              ElementsAre("POST /upload", "***"));
  EXPECT_EQ(bench.records.incidents[1].object->media_type, "text/csv") << "of the place found";
  EXPECT_EQ(bench.records.incidents[1].object->sha256, "5ha");
}

TEST(Engine, ParticipantsStayReadableUnlessTheyAreAmongTheValues) {
  Bench bench({rule("r", {"email"}, 2)});
  Flow flow;
  Upload upload(flow);
  upload.object.info.actor = {"alice", "alice@example.com", "pc7"};
  upload.object.info.destination = {"mx.example.test",
                                    {"bob@example.test", "Customer1@example.org"},
                                    "http://example.test/?q=customer1@example.org"};
  upload.find(*bench.engine, {email(1), email(2)});
  ASSERT_EQ(bench.records.incidents.size(), 1u);
  const Incident& incident = bench.records.incidents[0];
  EXPECT_EQ(incident.actor.email_from.text(), "alice@example.com");
  EXPECT_EQ(incident.actor.user.text(), "alice");
  EXPECT_THAT(texts(incident.destination.email_to), ElementsAre("bob@example.test", "***"));
  EXPECT_EQ(incident.destination.url.text(), "***");
  EXPECT_EQ(incident.destination.hostname.text(), "mx.example.test");
}

TEST(Engine, LabelsTheFlowFromItsSender) {
  Bench bench({rule("r", {"email"})});
  Flow flow;
  Upload upload(flow);
  upload.find(*bench.engine, {email(1)});
  const FlowLabel& label = bench.records.incidents.at(0).flow;
  EXPECT_EQ(label.source.address.to_string(), "10.20.0.7");
  EXPECT_EQ(label.destination.port, 80);
  EXPECT_EQ(label.direction, Direction::outbound);
  EXPECT_EQ(label.app.name(), "http");
  EXPECT_EQ(label.vlan, std::vector<std::uint16_t>{10});
  EXPECT_EQ(label.community_id.substr(0, 2), "1:");
}

TEST(Engine, BranchAddsOnlyWhatTheMainVersionDidNotHave) {
  Bench bench({rule("r", {"email"})});
  Flow flow;
  Upload main(flow), branch(flow, true);
  main.find(*bench.engine, {email(1), email(2)});
  branch.find(*bench.engine, {email(1), email(2)});
  EXPECT_THAT(bench.records.story(), ElementsAre("new 1"));
  EXPECT_EQ(bench.counter("policy.branch_repeats"), 2u);
  branch.find(*bench.engine, {email(1), email(3)});
  branch.end(*bench.engine);
  main.end(*bench.engine);
  EXPECT_THAT(bench.records.story(), ElementsAre("new 1", "new 1", "closed 1", "closed 2"));
}

TEST(Engine, BranchesDoNotEndTheFlow) {
  Bench bench({rule("r", {"email"}, 1, config::Within::flow)});
  Flow flow;
  Upload main(flow);
  main.find(*bench.engine, {email(1)});
  bench.engine->on_flow_end(flow.branch);
  EXPECT_THAT(bench.records.story(), ElementsAre("new 1"));
  main.end(*bench.engine);
  bench.engine->on_flow_end(flow.context);
  EXPECT_THAT(bench.records.story(), ElementsAre("new 1", "closed 1"));
}

TEST(Engine, WithinHostIsHandedOnWithIdentities) {
  Bench bench({rule("o", {"phone"}), rule("h", {"email"}, 5, config::Within::host)});
  Flow flow;
  Upload upload(flow);
  flow.tick(4);
  upload.find(*bench.engine, {email(1), email(2), email(1), phone(1)});
  ASSERT_EQ(bench.records.host_hits.size(), 1u);
  const HostHits& hits = bench.records.host_hits[0];
  EXPECT_EQ(hits.rule, 1u);
  EXPECT_EQ(hits.host.to_string(), "10.20.0.7");
  EXPECT_EQ(hits.order, (OrderKey{4, 1, 0}));
  ASSERT_EQ(hits.signatures.size(), 1u);
  EXPECT_EQ(hits.signatures[0].count, 3u);
  const std::set<std::uint64_t> ids(hits.signatures[0].value_ids.begin(),
                                    hits.signatures[0].value_ids.end());
  EXPECT_EQ(ids.size(), 2u);
  EXPECT_EQ(hits.signatures[0].samples.size(), 1u) << "both look the same once masked";
}

TEST(Engine, ManyValuesAreEstimatedAndSayso) {
  config::Limits limits;
  limits.distinct_values = 100;
  Bench bench({rule("r", {"email"})}, limits);
  Flow flow;
  Upload upload(flow);
  upload.object.info.actor.email_from = "alice@example.com";
  for (int i = 0; i < 2500; ++i) upload.find(*bench.engine, {email(i)});
  upload.end(*bench.engine);
  const Incident& closed = bench.records.incidents.back();
  EXPECT_TRUE(closed.matches[0].estimated);
  EXPECT_EQ(closed.matches[0].count, 2500u);
  EXPECT_NEAR(static_cast<double>(closed.matches[0].distinct), 2500, 200);
  EXPECT_EQ(closed.actor.email_from.text(), "***") << "nobody knows any more who was matched";
}

TEST(NextPowerOfTen, IsAbove) {
  EXPECT_EQ(next_power_of_ten(0), 10u);
  EXPECT_EQ(next_power_of_ten(9), 10u);
  EXPECT_EQ(next_power_of_ten(10), 100u);
  EXPECT_EQ(next_power_of_ten(12'345), 100'000u);
  EXPECT_GE(next_power_of_ten(~std::uint64_t{0}), 10'000'000'000'000'000'000u);
}

TEST(Engine, ARuleAboutBlindSpotsTellsWhatCannotBeRead) {
  config::Rule about;
  about.id = "encrypted";
  about.when.what = config::Rule::BlindSpots{{"encrypted-*", "pgp"}, 100};
  Bench bench({about, rule("r", {"email"}, 1)});
  Flow flow;
  Upload upload(flow);
  const content::Node& zip = upload.node("a.zip", upload.object.root);
  const auto spot = [&](const char* reason, std::uint64_t bytes, const char* name) {
    bench.engine->on_object_blind_spot(
        upload.object, zip, {reason, Side::client, bytes, {"a.zip"}, "application/zip", {name}});
  };
  spot("encrypted-archive", 99, "small.csv");
  spot("damaged", 5000, "bad.csv");
  EXPECT_THAT(bench.records.incidents, IsEmpty());
  spot("encrypted-archive", 3000, "customers.csv");
  spot("encrypted-archive", 200, "more.csv");
  spot("pgp", 700, "letter.asc");
  upload.end(*bench.engine);
  ASSERT_EQ(bench.records.incidents.size(), 2u);
  const Incident& opened = bench.records.incidents[0];
  EXPECT_EQ(opened.state, IncidentState::opened);
  EXPECT_EQ(opened.rule_id, "encrypted");
  EXPECT_EQ(opened.object->media_type, "application/zip");
  EXPECT_THAT(texts(opened.object->path), ElementsAre("POST /upload", "a.zip"));
  ASSERT_EQ(opened.unread.size(), 1u);
  EXPECT_THAT(texts(opened.unread[0].names), ElementsAre("customers.csv"));
  const Incident& closed = bench.records.incidents[1];
  EXPECT_EQ(closed.state, IncidentState::closed);
  ASSERT_EQ(closed.unread.size(), 2u);
  EXPECT_EQ(closed.unread[0].bytes, 3200u);
  EXPECT_EQ(closed.unread[1].reason, "pgp");
}

}  // namespace
}  // namespace outspan::policy

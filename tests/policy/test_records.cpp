#include <gmock/gmock.h>

#include <numeric>

#include "tests/policy/records_scene.h"

namespace outspan::policy {
namespace {

using fingerprint::ColumnMask;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr ColumnMask kMail = 1, kTel = 2, kCase = 4, kWho = 8;

std::vector<std::string> story(const Said& said) {
  static constexpr const char* kStates[] = {"new", "update", "closed"};
  std::vector<std::string> lines;
  for (const Incident& incident : said.incidents)
    for (const Records& records : incident.records)
      lines.push_back(std::string(kStates[static_cast<int>(incident.state)]) + " " +
                      std::to_string(records.distinct));
  return lines;
}

TEST(RecordRules, CountCustomersNotValues) {
  RecordBench bench({record_rule("leak", 3)});
  Flow flow;
  Upload upload(flow);
  for (int repeat = 0; repeat < 5; ++repeat)
    bench.find(upload, {{1, kMail | kWho}, {2, kMail | kTel}});
  EXPECT_THAT(story(bench.said), IsEmpty());
  bench.find(upload, {{7, kMail | kCase}});
  ASSERT_THAT(story(bench.said), ElementsAre("new 3"));
  const Records& records = bench.said.incidents[0].records[0];
  EXPECT_EQ(records.index, "crm");
  EXPECT_EQ(records.key_id, "k1");
  EXPECT_THAT(records.rows, ElementsAre(2, 3, 8)) << "of the source, from 1";
  EXPECT_FALSE(records.rows_truncated);
  upload.end(*bench.engine);
  EXPECT_THAT(story(bench.said), ElementsAre("new 3", "closed 3"));
}

TEST(RecordRules, ColumnsOfARowAddUpWithinTheScope) {
  RecordBench bench({record_rule("leak", 1)});
  Flow flow;
  Upload upload(flow);
  bench.find(upload, {{1, kMail}});
  EXPECT_THAT(story(bench.said), IsEmpty());
  bench.find(upload, {{1, kCase}});
  EXPECT_THAT(story(bench.said), ElementsAre("new 1"));
}

TEST(RecordRules, AskForColumns) {
  config::Rule rule = record_rule("mail-and-name", 1);
  records_of(rule).all = {"email", "name"};
  RecordBench bench({rule});
  Flow flow;
  Upload upload(flow);
  bench.find(upload, {{1, kTel | kCase}, {2, kMail | kTel}});
  EXPECT_THAT(story(bench.said), IsEmpty());
  bench.find(upload, {{3, kMail | kWho}});
  EXPECT_THAT(story(bench.said), ElementsAre("new 1"));
}

TEST(RecordRules, CanariesAlone) {
  config::Rule rule = record_rule("planted", 1);
  records_of(rule).canary = true;
  records_of(rule).any = 1;
  RecordBench bench({rule});
  Flow flow;
  Upload upload(flow);
  bench.find(upload, {{1, kMail | kWho}});
  EXPECT_THAT(story(bench.said), IsEmpty());
  bench.find(upload, {{4, kMail, false, true}});
  ASSERT_THAT(story(bench.said), ElementsAre("new 1"));
  EXPECT_EQ(bench.said.incidents[0].records[0].canaries, 1u);
}

/// Of 1,000 tickets that were looked up, chance gives some 100 (the column's density is 0.1).
/// What HostWindows makes of what these pipelines hand on, in the order of the packets.
std::vector<Incident> by_host(std::vector<RecordBench*> pipelines) {
  std::vector<HostHits> all;
  for (RecordBench* bench : pipelines)
    for (HostHits& hits : bench->said.host_hits) all.push_back(std::move(hits));
  std::stable_sort(all.begin(), all.end(), [](const HostHits& a, const HostHits& b) {
    return a.order.packet < b.order.packet;
  });
  HostWindows windows(pipelines.front()->config, kNames);
  std::vector<Incident> out;
  const IndexLabelsPtr labels = crm_labels();  // one for all pipelines
  for (HostHits& hits : all) {
    hits.labels = labels;
    windows.add(std::move(hits), out);
  }
  windows.finish({at_seconds(0), 1}, out);
  return out;
}
std::uint64_t by_host(RecordBench& bench) {
  const std::vector<Incident> out = by_host({&bench});
  return out.empty() ? 0 : out.back().records[0].distinct;
}

TEST(RecordRules, NameSingleValuesOfAWeakColumnOnlyFarAboveChance) {
  config::Rule rule = record_rule("values", 1);
  records_of(rule).any = 1;
  std::optional<std::uint64_t> by_chance;
  const auto distinct = [&](fingerprint::RowNumber hits, config::Within within) -> std::uint64_t {
    rule.when.within = within;
    RecordBench bench({rule});
    Flow flow;
    Upload upload(flow);
    std::vector<Row> rows;
    for (fingerprint::RowNumber row = 0; row < hits; ++row) rows.push_back({row, kCase, true});
    bench.find(upload, rows, 1000);
    upload.end(*bench.engine);
    bench.engine->on_flow_end(flow.context);
    if (within == config::Within::host) return by_host(bench);
    if (bench.said.incidents.empty()) return 0;
    by_chance = bench.said.incidents.back().records[0].by_chance;
    return bench.said.incidents.back().records[0].distinct;
  };
  for (const config::Within within :
       {config::Within::object, config::Within::flow, config::Within::host}) {
    EXPECT_EQ(distinct(110, within), 0u);
    EXPECT_EQ(distinct(900, within), 900u);
  }
  EXPECT_EQ(distinct(900, config::Within::flow), 900u);
  EXPECT_EQ(by_chance, 100u) << "so many of them are strangers";
  records_of(rule).weak = true;
  EXPECT_EQ(distinct(110, config::Within::object), 110u);
}

/// Two tickets a connection are nothing; those of ten are, whichever pipelines read them.
TEST(RecordRules, JudgeASenderOverAllPipelines) {
  config::Rule rule = record_rule("host", 20);
  records_of(rule).any = 1;
  rule.when.within = config::Within::host;
  const auto distinct = [&](std::size_t pipelines, std::uint64_t tried) -> std::uint64_t {
    std::vector<std::unique_ptr<RecordBench>> benches;
    std::vector<RecordBench*> all;
    for (std::size_t i = 0; i < pipelines; ++i)
      all.push_back(benches.emplace_back(std::make_unique<RecordBench>(std::vector{rule})).get());
    for (fingerprint::RowNumber i = 0; i < 10; ++i) {
      RecordBench& bench = *all[i % pipelines];
      Flow flow;
      Upload upload(flow);
      bench.find(upload, {{2 * i, kCase, true}, {2 * i + 1, kCase, true}}, tried);
      upload.end(*bench.engine);
      bench.engine->on_flow_end(flow.context);
    }
    const std::vector<Incident> out = by_host(all);
    return out.empty() ? 0 : out.back().records[0].distinct;
  };
  for (const std::size_t pipelines : {1u, 2u, 8u}) {
    EXPECT_EQ(distinct(pipelines, 2), 20u) << pipelines;
    EXPECT_EQ(distinct(pipelines, 20), 0u) << pipelines << ": among as many strangers";
  }
}

/// Two tickets an object are nothing; ten objects of a connection are.
TEST(RecordRules, JudgeByTheFlowWhatAnObjectDoesNotTell) {
  config::Rule object = record_rule("object", 1), all = record_rule("flow", 1);
  records_of(object).any = records_of(all).any = 1;
  all.when.within = config::Within::flow;
  RecordBench bench({object, all});
  Flow flow;
  for (fingerprint::RowNumber i = 0; i < 10; ++i) {
    Upload upload(flow);
    bench.find(upload, {{2 * i, kCase, true}, {2 * i + 1, kCase, true}}, 2);
    upload.end(*bench.engine);
  }
  bench.engine->on_flow_end(flow.context);
  ASSERT_FALSE(bench.said.incidents.empty());
  for (const Incident& incident : bench.said.incidents) EXPECT_EQ(incident.rule_id, "flow");
  EXPECT_EQ(bench.said.incidents.back().records[0].distinct, 20u);
}

TEST(Sightings, NameSingleValuesOnceChanceIsExcluded) {
  RecordBench bench(
      {}, [](config::Config&) {}, true);
  Flow flow;
  Upload upload(flow);
  std::vector<Row> rows;
  for (fingerprint::RowNumber row = 0; row < 8; ++row) rows.push_back({row, kCase, true});
  bench.find(upload, rows, 8);
  EXPECT_THAT(bench.said.sightings, IsEmpty()) << "chance gives one in ten";
  flow.tick(2);
  for (Row& row : rows) row.row += 8;
  bench.find(upload, rows, 8);
  ASSERT_THAT(bench.said.sightings, SizeIs(16));
  EXPECT_EQ(bench.said.sightings.front().packet, 2u);
  EXPECT_EQ(bench.said.sightings.back().packet, 1u) << "as it was seen first";
}

TEST(RecordRules, ListRowsUpToALimitAndCountOn) {
  config::Rule rule = record_rule("leak", 1);
  RecordBench bench({rule}, [](config::Config& config) {
    config.alerts.max_rows = 5;
    config.limits.distinct_records = 100;
  });
  Flow flow;
  Upload upload(flow);
  std::vector<Row> rows;
  for (fingerprint::RowNumber row = 0; row < 50; ++row) rows.push_back({row, kMail | kWho});
  bench.find(upload, rows);
  upload.end(*bench.engine);
  const Records exact = bench.said.incidents.back().records[0];
  EXPECT_EQ(exact.distinct, 50u);
  EXPECT_THAT(exact.rows, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_TRUE(exact.rows_truncated);
  EXPECT_FALSE(exact.estimated);

  Upload more(flow);
  rows.clear();
  for (fingerprint::RowNumber row = 0; row < 5000; ++row) rows.push_back({row, kMail | kWho});
  bench.find(more, rows);
  more.end(*bench.engine);
  const Records estimate = bench.said.incidents.back().records[0];
  EXPECT_TRUE(estimate.estimated);
  EXPECT_NEAR(static_cast<double>(estimate.distinct), 5000, 5000 * 0.05);
}

TEST(RecordRules, PseudonymsInsteadOfRows) {
  RecordBench bench({record_rule("leak", 1)},
                    [](config::Config& config) { config.alerts.row_pseudonyms = true; });
  Flow flow;
  Upload upload(flow);
  bench.find(upload, {{6, kMail | kWho}});
  const Records& records = bench.said.incidents.at(0).records[0];
  EXPECT_THAT(records.rows, IsEmpty());
  EXPECT_THAT(records.pseudonyms, ElementsAre(record_id(6)));
}

TEST(RecordRules, ARuleCanLeaveWhatAnotherTells) {
  config::Rule values = record_rule("values", 2);
  records_of(values).any = 1;
  values.except.rules = {"records"};
  RecordBench bench({record_rule("records", 2), values});
  Flow flow;
  Upload upload(flow);
  bench.find(upload, {{1, kMail | kWho}, {2, kMail | kWho}});
  bench.find(upload, {{3, kMail}, {4, kMail}, {5, kMail}});
  upload.end(*bench.engine);
  for (const Incident& incident : bench.said.incidents) EXPECT_EQ(incident.rule_id, "records");
}

TEST(RecordRules, ARefreshedIndexBeginsAnew) {
  RecordBench bench({record_rule("leak", 1)});
  Flow flow;
  Upload upload(flow);
  bench.find(upload, {{1, kMail | kWho}, {2, kMail | kWho}});
  bench.engine->use(
      std::make_shared<const Basis>(Basis{
          bench.config.rules, kNames, crm_labels(0.1, "2026-02-01T00:00:00Z"), Generation{1, 2}}),
      flow.context.now);
  EXPECT_THAT(story(bench.said), ElementsAre("new 1", "closed 2"));
  bench.find(upload, {{1, kMail | kWho}});
  EXPECT_THAT(story(bench.said), ElementsAre("new 1", "closed 2", "new 1"));
  EXPECT_EQ(bench.said.incidents[2].records[0].built_at, "2026-02-01T00:00:00Z");
  EXPECT_EQ(bench.said.incidents[1].generation, (Generation{0, 0}));
  EXPECT_EQ(bench.said.incidents[2].generation, (Generation{1, 2}));
}

TEST(Sightings, TellEachCustomerOnceAnObject) {
  RecordBench bench(
      {}, [](config::Config&) {}, true);
  Flow flow;
  Upload first(flow), second(flow);
  bench.find(first, {{1, kMail | kWho}, {2, kTel | kMail}});
  bench.find(first, {{1, kMail | kWho}, {3, kMail, false, true}});
  bench.find(second, {{1, kMail | kWho}});
  ASSERT_THAT(bench.said.sightings, SizeIs(4));
  EXPECT_EQ(bench.said.sightings[0].row, 2u);
  EXPECT_THAT(bench.said.sightings[0].columns, ElementsAre("email", "name"));
  EXPECT_EQ(bench.said.sightings[1].row, 3u);
  EXPECT_EQ(bench.said.sightings[2].row, 4u);
  EXPECT_TRUE(bench.said.sightings[2].canary);
  EXPECT_EQ(bench.said.sightings[3].row, 2u);
}

// Windows of hosts.

class Drip : public testing::Test {
 protected:
  Drip() {
    config::Rule rule = record_rule("drip", 3);
    rule.when.within = config::Within::host;
    rule.when.window = std::chrono::hours(24 * 30);
    config_.rules = {rule};
  }
  HostHits hits(std::int64_t seconds, std::vector<fingerprint::RowNumber> rows,
                IndexLabelsPtr labels = crm_labels()) {
    HostHits hits;
    hits.order = {static_cast<std::uint64_t>(seconds) + 1, 1, 0};
    hits.time = at_seconds(seconds);
    hits.host = *IpAddress::parse("10.20.0.7");
    hits.flow.source.address = hits.host;
    hits.flow.flow_id = static_cast<std::uint64_t>(seconds);
    hits.actor.user = masked("alice");
    for (const fingerprint::RowNumber row : rows)
      hits.records.push_back({0, row, record_id(row), kMail | kWho, false});
    hits.labels = std::move(labels);
    return hits;
  }
  HostWindows windows() { return HostWindows(config_, kNames); }
  HostWindows restored() {
    HostWindows windows(config_, kNames);
    auto store = WindowStore::open(folder_.path());
    EXPECT_TRUE(store.ok());
    windows.restore(std::move(*store), labels_);
    return windows;
  }
  [[nodiscard]] std::vector<std::string> told() const {
    Said said;
    said.incidents = out_;
    return story(said);
  }

  TemporaryFolder folder_;
  IndexLabelsPtr labels_ = crm_labels();
  config::Config config_;
  std::vector<Incident> out_;
};

constexpr std::int64_t kDay = 86'400;

TEST_F(Drip, ACustomerADayIsSeen) {
  HostWindows all = windows();
  for (int day = 0; day < 3; ++day)
    all.add(hits(day * kDay, {static_cast<fingerprint::RowNumber>(day)}), out_);
  ASSERT_THAT(told(), ElementsAre("new 3"));
  EXPECT_THAT(out_[0].records[0].rows, ElementsAre(1, 2, 3));
  EXPECT_EQ(out_[0].flows, 3u);
}

TEST_F(Drip, GoesOnAfterARestart) {
  std::string id;
  {
    HostWindows before = restored();
    before.add(hits(0, {1, 2}), out_);
    before.finish({at_seconds(1), 2}, out_);
    EXPECT_THAT(told(), IsEmpty()) << "what is stored is not closed";
  }
  {
    HostWindows after = restored();
    after.add(hits(5 * kDay, {2}), out_);
    EXPECT_THAT(told(), IsEmpty()) << "a customer seen before is no new one";
    after.add(hits(6 * kDay, {9}), out_);
    ASSERT_THAT(told(), ElementsAre("new 3"));
    EXPECT_THAT(out_[0].records[0].rows, ElementsAre(2, 3, 10));
    EXPECT_EQ(out_[0].flows, 3u);
    id = out_[0].id;
    after.finish({at_seconds(6 * kDay), 3}, out_);
  }
  HostWindows later = restored();
  std::vector<fingerprint::RowNumber> many(20);
  std::iota(many.begin(), many.end(), 100);
  later.add(hits(7 * kDay, many), out_);
  ASSERT_THAT(told(), ElementsAre("new 3", "update 23")) << "an incident goes on";
  EXPECT_EQ(out_[1].id, id);
  EXPECT_EQ(out_[1].actor.user.text(), "alice");
}

TEST_F(Drip, WhatRanEmptyMeanwhileIsClosed) {
  {
    HostWindows before = restored();
    before.add(hits(0, {1, 2, 3}), out_);
    before.finish({at_seconds(1), 2}, out_);
  }
  HostWindows after = restored();
  after.advance({at_seconds(60 * kDay), 1}, out_);
  ASSERT_THAT(told(), ElementsAre("new 3", "closed 3"));
  EXPECT_THAT(out_[1].records[0].rows, ElementsAre(2, 3, 4));
}

/// The rows of another export stand elsewhere; the customers are the same.
TEST_F(Drip, ARefreshedIndexGivesTheRowsOfToday) {
  HostWindows all = windows();
  all.add(hits(0, {1, 2}), out_);
  HostHits later = hits(kDay, {}, moved_labels(1000));
  later.records.push_back({0, 1001, record_id(1), kMail | kWho, false});
  later.records.push_back({0, 1005, record_id(5), kMail | kWho, false});
  all.add(std::move(later), out_);
  ASSERT_THAT(told(), ElementsAre("new 3"));
  EXPECT_THAT(out_[0].records[0].rows, ElementsAre(1002, 1003, 1006));
}

TEST_F(Drip, NothingHoldsTheLabelsOfARefreshedIndex) {
  HostWindows all = windows();
  IndexLabelsPtr before = crm_labels();
  all.add(hits(0, {1, 2, 3}, before), out_);
  EXPECT_GT(before.use_count(), 1);
  all.use(moved_labels(1000));
  EXPECT_EQ(before.use_count(), 1) << "an index of a GiB would stay in memory";
  all.finish({at_seconds(10), 2}, out_);
  ASSERT_THAT(told(), ElementsAre("new 3", "closed 3"));
  EXPECT_THAT(out_[1].records[0].rows, ElementsAre(1002, 1003, 1004));
}

TEST_F(Drip, IndexesAreKnownByName) {
  {
    HostWindows before = restored();
    before.add(hits(0, {1, 2}), out_);
    before.finish({at_seconds(1), 2}, out_);
  }
  IndexLabel other;
  other.name = "other";
  other.rows_of = [](const std::vector<std::uint64_t>& ids) {
    return std::vector<fingerprint::RowNumber>(ids.size(), fingerprint::kRowUnknown);
  };
  labels_ = std::make_shared<const IndexLabels>(IndexLabels{other, crm_labels()->front()});
  HostWindows after = restored();
  HostHits more = hits(kDay, {7}, labels_);
  more.records[0].index = 1;
  after.add(std::move(more), out_);
  ASSERT_THAT(told(), ElementsAre("new 3"));
  EXPECT_EQ(out_[0].records[0].index, "crm");
  EXPECT_THAT(out_[0].records[0].rows, ElementsAre(2, 3, 8));
}

TEST_F(Drip, AnotherRuleDoesNotInheritTheCount) {
  {
    HostWindows before = restored();
    before.add(hits(0, {1, 2}), out_);
    before.finish({at_seconds(1), 2}, out_);
  }
  records_of(config_.rules[0]).columns = {"email", "name"};
  HostWindows after = restored();
  Stats stats;
  after.report(stats);
  EXPECT_EQ(stats.value("policy.windows_not_restored"), 1u);
  EXPECT_EQ(stats.value("policy.hosts"), 0u);
}

TEST_F(Drip, WhatIsDamagedIsLeftOutAndCounted) {
  {
    auto store = WindowStore::open(folder_.path());
    ASSERT_TRUE(store.ok());
    const std::vector<std::uint8_t> nonsense(100, 0xff);
    (*store)->put(window_key(config_.rules[0], *IpAddress::parse("10.20.0.7")), nonsense);
    (*store)->put("nonsense", nonsense);
    (*store)->commit();
  }
  HostWindows after = restored();
  Stats stats;
  after.report(stats);
  EXPECT_EQ(stats.value("policy.windows_not_restored"), 2u);
}

TEST_F(Drip, AFolderThatCannotBeUsedIsAProblem) {
  const auto store = WindowStore::open("/proc/nowhere");
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.problems()[0].where, "/proc/nowhere/windows.sqlite");
}

}  // namespace
}  // namespace outspan::policy

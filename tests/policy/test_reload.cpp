#include <functional>

#include <gmock/gmock.h>

#include "policy/host_windows.h"
#include "tests/policy/scene.h"

namespace outspan::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Rules `first` and `drip`, and what becomes of what they have counted when they are reloaded.
class Reload : public testing::Test {
 protected:
  Reload() {
    config_.rules = {rule("first", {"phone"}), rule("drip", {"email"}, 3)};
    config_.rules[1].when.direction = {Direction::outbound};
  }
  BasisPtr basis(std::vector<config::Rule> rules, SignatureNames names = kNames) {
    ++generation_.rules;
    return std::make_shared<const Basis>(
        Basis{std::move(rules), std::move(names), labels_, generation_});
  }
  void within(config::Within within) {
    for (config::Rule& rule : config_.rules) rule.when.within = within;
  }

  config::Config config_;
  IndexLabelsPtr labels_ = no_labels();
  Generation generation_;
  FakeMasking masking_;
  Said said_;
};

struct Change {
  const char* name;
  bool goes_on;  ///< what was counted before counts on
  std::function<void(config::Rule&)> make;
};

PrefixSet network(const char* text) { return PrefixSet({*IpPrefix::parse(text)}); }

const Change kChanges[] = {
    {"nothing", true, [](config::Rule&) {}},
    {"severity", true, [](config::Rule& r) { r.severity = config::Severity::critical; }},
    {"description", true, [](config::Rule& r) { r.description = "Other words"; }},
    {"id", false, [](config::Rule& r) { r.id = "other"; }},
    {"direction", false, [](config::Rule& r) { r.when.direction = {Direction::inbound}; }},
    {"protocols", false, [](config::Rule& r) { r.when.protocols = {"http"}; }},
    {"sources", false, [](config::Rule& r) { r.when.sources = network("10.0.0.0/8"); }},
    {"destinations", false,
     [](config::Rule& r) { r.when.destinations = network("203.0.113.0/24"); }},
    {"signatures", false, [](config::Rule& r) { values_of(r).signatures.push_back("ticket"); }},
    {"confidence", false, [](config::Rule& r) { values_of(r).min_confidence = 60; }},
    {"window", false, [](config::Rule& r) { r.when.window = std::chrono::hours(2); }},
    {"per", false, [](config::Rule& r) { r.when.per = config::Per::network; }},
    {"excepted sources", false, [](config::Rule& r) { r.except.sources = network("10.0.0.0/8"); }},
    {"excepted destinations", false,
     [](config::Rule& r) { r.except.destinations = network("198.51.100.0/24"); }},
    {"excepted senders", false, [](config::Rule& r) { r.except.email_from = {"*@example.com"}; }},
    {"excepted receivers", false, [](config::Rule& r) { r.except.email_to = {"*@example.com"}; }},
    {"excepted hosts", false, [](config::Rule& r) { r.except.hostnames = {"*.example"}; }},
    {"excepted values", false, [](config::Rule& r) { r.except.values = {"a@example.com"}; }},
    {"excepted rules", false, [](config::Rule& r) { r.except.rules = {"first"}; }},
};

HostHits drip(std::uint32_t rule, std::vector<std::uint64_t> ids) {
  HostHits hits;
  hits.rule = rule;
  hits.order = {1, 1, 0};
  hits.time = at_seconds(1);
  hits.host = *IpAddress::parse("10.20.0.7");
  hits.signatures.push_back({kEmail, ids.size(), ids, {}});
  return hits;
}

TEST_F(Reload, AWindowGoesOnAsLongAsItsRuleCountsTheSame) {
  within(config::Within::host);
  for (const Change& change : kChanges) {
    SCOPED_TRACE(change.name);
    Said said;
    HostWindows windows(config_, basis(config_.rules));
    windows.add(drip(1, {1, 2}), said.incidents);
    config::Rule changed = config_.rules[1];
    change.make(changed);
    windows.use(basis({changed}), {at_seconds(2), 2}, said.incidents);
    HostHits third = drip(0, {3});
    windows.add(std::move(third), said.incidents);
    if (!change.goes_on) {
      EXPECT_THAT(said.story(), IsEmpty());
      continue;
    }
    ASSERT_THAT(said.story(), ElementsAre("new 3"));
    EXPECT_EQ(said.incidents[0].severity, changed.severity);
    EXPECT_EQ(said.incidents[0].rule_description, changed.description);
    EXPECT_EQ(said.incidents[0].generation, generation_);
  }
}

TEST_F(Reload, AnIncidentOfAFlowGoesOnAsLongAsItsRuleCountsTheSame) {
  within(config::Within::flow);
  for (const Change& change : kChanges) {
    SCOPED_TRACE(change.name);
    Said said;
    Engine engine(config_, basis(config_.rules), masking_, said);
    Flow flow;
    Upload upload(flow);
    upload.find(engine, {email(1), email(2), email(3)});
    config::Rule changed = config_.rules[1];
    change.make(changed);
    engine.use(basis({changed}), flow.context.now);
    using Story = std::vector<std::string>;
    ASSERT_EQ(said.story(), change.goes_on ? Story{"new 3"} : (Story{"new 3", "closed 3"}));
    for (int i = 4; i <= 10; ++i) upload.find(engine, {email(i)});
    if (!change.goes_on) continue;
    ASSERT_THAT(said.story(), ElementsAre("new 3", "update 10"));
    EXPECT_EQ(said.incidents[0].id, said.incidents[1].id);
    EXPECT_EQ(said.incidents[1].severity, changed.severity);
    EXPECT_EQ(said.incidents[1].generation, generation_);
  }
}

TEST_F(Reload, AnotherThresholdHoldsForWhatIsNotReportedYet) {
  within(config::Within::flow);
  Engine engine(config_, basis(config_.rules), masking_, said_);
  Flow flow;
  Upload upload(flow);
  upload.find(engine, {email(1), email(2)});
  values_of(config_.rules[1]).distinct = 4;
  engine.use(basis(config_.rules), flow.context.now);
  upload.find(engine, {email(3)});
  EXPECT_THAT(said_.story(), IsEmpty());
  upload.find(engine, {email(4)});
  EXPECT_THAT(said_.story(), ElementsAre("new 4"));
}

TEST_F(Reload, SignaturesKeepTheirNamesUnderOtherNumbers) {
  within(config::Within::flow);
  config_.rules = {rule("r", {"*"}, 2, config::Within::flow)};
  Engine engine(config_, basis(config_.rules), masking_, said_);
  Flow flow;
  Upload upload(flow);
  upload.find(engine, {email(1), email(2), phone(1)});
  // A signature in front of all others; phones are not looked for any more.
  engine.use(basis(config_.rules, {"new-one", "email", "ticket"}), flow.context.now);
  upload.find(engine, {{0, "x", 80}, {1, email(2).text, 80}, {1, email(3).text, 80}});
  engine.on_flow_end(flow.context);
  const Incident& last = said_.incidents.back();
  ASSERT_EQ(last.matches.size(), 2u);
  EXPECT_EQ(last.matches[0].signature, "email");
  EXPECT_EQ(last.matches[0].distinct, 3u);
  EXPECT_EQ(last.matches[1].signature, "new-one");
}

TEST_F(Reload, AReportedWindowOfARuleThatIsGoneIsClosed) {
  within(config::Within::host);
  HostWindows windows(config_, basis(config_.rules));
  windows.add(drip(1, {1, 2, 3}), said_.incidents);
  windows.use(basis({config_.rules[0]}), {at_seconds(2), 2}, said_.incidents);
  EXPECT_THAT(said_.story(), ElementsAre("new 3", "closed 3"));
  EXPECT_EQ(said_.incidents[1].time, at_seconds(2));
}

}  // namespace
}  // namespace outspan::policy

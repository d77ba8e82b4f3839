#include "policy/rule_filter.h"

#include "tests/policy/scene.h"

namespace outspan::policy {
namespace {

PrefixSet prefixes(const char* cidr) { return PrefixSet({*IpPrefix::parse(cidr)}); }

struct FilterCase {
  const char* name;
  void (*change_rule)(config::Rule&);
  void (*change_info)(protocol::ObjectInfo&);
  bool applies;
};
void nothing(protocol::ObjectInfo&) {}
void two_recipients(protocol::ObjectInfo& info) {
  info.destination.email_to = {"a@partner.example", "b@elsewhere.example"};
}

const FilterCase kFilterCases[] = {
    {"empty_conditions_hold", [](config::Rule&) {}, nothing, true},
    {"direction_holds", [](config::Rule& r) { r.when.direction = {Direction::outbound}; }, nothing,
     true},
    {"other_direction", [](config::Rule& r) { r.when.direction = {Direction::internal}; }, nothing,
     false},
    {"protocol_holds",
     [](config::Rule& r) {
       r.when.protocols = {"smtp", "HTTP"};
     },
     nothing, true},
    {"other_protocol", [](config::Rule& r) { r.when.protocols = {"smtp"}; }, nothing, false},
    {"source_holds", [](config::Rule& r) { r.when.sources = prefixes("10.20.0.0/16"); }, nothing,
     true},
    {"other_source", [](config::Rule& r) { r.when.sources = prefixes("203.0.113.0/24"); }, nothing,
     false},
    {"destination_holds", [](config::Rule& r) { r.when.destinations = prefixes("203.0.113.0/24"); },
     nothing, true},
    {"other_destination", [](config::Rule& r) { r.when.destinations = prefixes("10.20.0.0/16"); },
     nothing, false},
    {"excepted_source", [](config::Rule& r) { r.except.sources = prefixes("10.20.0.7/32"); },
     nothing, false},
    {"excepted_destination",
     [](config::Rule& r) { r.except.destinations = prefixes("203.0.113.9/32"); }, nothing, false},
    {"excepted_sender", [](config::Rule& r) { r.except.email_from = {"*@example.com"}; },
     [](protocol::ObjectInfo& i) { i.actor.email_from = "Sales@example.com"; }, false},
    {"other_sender", [](config::Rule& r) { r.except.email_from = {"*@example.com"}; },
     [](protocol::ObjectInfo& i) { i.actor.email_from = "sales@example.org"; }, true},
    {"no_sender_matches_no_exception", [](config::Rule& r) { r.except.email_from = {"*"}; },
     nothing, true},
    {"one_recipient_is_no_partner",
     [](config::Rule& r) { r.except.email_to = {"*@partner.example"}; }, two_recipients, true},
    {"all_recipients_are_partners",
     [](config::Rule& r) {
       r.except.email_to = {"*@partner.example", "b@*"};
     },
     two_recipients, false},
    {"no_recipients_match_no_exception", [](config::Rule& r) { r.except.email_to = {"*"}; },
     nothing, true},
    {"excepted_host_with_a_port", [](config::Rule& r) { r.except.hostnames = {"*.example.com"}; },
     [](protocol::ObjectInfo& i) { i.destination.hostname = "files.example.com:8080"; }, false},
    {"other_host", [](config::Rule& r) { r.except.hostnames = {"*.example.com"}; },
     [](protocol::ObjectInfo& i) { i.destination.hostname = "example.com.test"; }, true},
};
class Applies : public testing::TestWithParam<FilterCase> {};
TEST_P(Applies, Case) {
  config::Rule its = rule("r", {"email"});
  GetParam().change_rule(its);
  protocol::ObjectInfo info;
  GetParam().change_info(info);
  Flow flow;
  EXPECT_EQ(RuleFilter(its, kNames).applies(flow.context, Side::client, info), GetParam().applies);
}
INSTANTIATE_TEST_SUITE_P(RuleFilter, Applies, testing::ValuesIn(kFilterCases),
                         [](const auto& test) { return test.param.name; });

TEST(RuleFilter, TrailingStarSelectsAFamily) {
  const config::Rule its = rule("r", {"national-id-*", "ticket"});
  const RuleFilter filter(its, kNames);
  EXPECT_TRUE(filter.looks_for(Value{3, "1"}.hit()));
  EXPECT_TRUE(filter.looks_for(Value{4, "1"}.hit()));
  EXPECT_TRUE(filter.looks_for(Value{kTicket, "1"}.hit()));
  EXPECT_FALSE(filter.looks_for(Value{kEmail, "1"}.hit()));
}

TEST(RuleFilter, ConfidenceBelowTheRuleDoesNotCount) {
  config::Rule its = rule("r", {"*"});
  values_of(its).min_confidence = 50;
  const RuleFilter filter(its, kNames);
  EXPECT_FALSE(filter.looks_for(Value{kEmail, "a@example.org", 49}.hit()));
  EXPECT_TRUE(filter.looks_for(Value{kEmail, "a@example.org", 50}.hit()));
}

TEST(RuleFilter, ValuesMayLeaveAsWrittenOrInCanonicalForm) {
  config::Rule its = rule("r", {"*"});
  its.except.values = {"*@Example.com", "+442079460101", "020 7946 0102"};
  const RuleFilter filter(its, kNames);
  const Value number{kPhone, "+442079460102"};
  detect::Hit national = number.hit();
  national.text = "020 7946 0102";
  EXPECT_FALSE(filter.counts(national));
  EXPECT_FALSE(filter.counts(Value{kPhone, "+442079460101"}.hit()));
  EXPECT_FALSE(filter.counts(Value{kEmail, "support@example.com"}.hit()));
  EXPECT_TRUE(filter.counts(Value{kEmail, "support@example.org"}.hit()));
}

}  // namespace
}  // namespace outspan::policy

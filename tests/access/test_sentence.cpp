#include <gtest/gtest.h>

#include "access/finding.h"

namespace outspan::access {
namespace {

struct SentenceCase {
  const char* name;
  Finding finding;
  const char* sentence;
};

Finding base() {
  Finding finding;
  finding.puller = {IdentityKind::user, IpAddress::v4(0x0a14000b), "jdoe", "PC-114"};
  finding.source = "crm-db";
  finding.program = "CrmClient";
  finding.numbers = {4100, 61, 80, 1};
  finding.own_days = 28;
  finding.members = 15;
  finding.peers_highest = 95;
  return finding;
}

Finding with(void (*change)(Finding&)) {
  Finding finding = base();
  change(finding);
  return finding;
}

const SentenceCase kSentences[] = {
    {"day", with([](Finding& finding) {
       finding.usual_program = "CrmClient";
       finding.program = "mysqldump";
       finding.new_program = true;
     }),
     "10.20.0.11 (user jdoe, host PC-114) pulled 4,100 different customers from crm-db today; its "
     "own "
     "highest day in 28 is 61; the highest of its 14 peers 95. Usual program CrmClient; this time "
     "mysqldump, never seen here before."},
    {"week", with([](Finding& finding) {
       finding.window = Window::week;
       finding.numbers = {610, 118, 140, 1};
     }),
     "10.20.0.11 (user jdoe, host PC-114) pulled 610 different customers from crm-db in 7 days; "
     "its "
     "own highest 7 days in 28 are 118; nine of ten of its 14 peers never had more than 140."},
    {"newcomer", with([](Finding& finding) {
       finding.own_days = 3;
       finding.own_counts = false;
     }),
     "10.20.0.11 (user jdoe, host PC-114) pulled 4,100 different customers from crm-db today; it "
     "has "
     "been seen for 3 days only, so it is compared with its 14 peers: the highest of them 95."},
    {"busy", with([](Finding& finding) {
       finding.numbers.busy = 2.4;
       finding.ratio = 11;
     }),
     "10.20.0.11 (user jdoe, host PC-114) pulled 4,100 different customers from crm-db today; its "
     "own "
     "highest day in 28 is 61; the highest of its 14 peers 95. Peers are 2.4 times as busy as "
     "usual "
     "today; this is 11.0 times that."},
    {"first_time", with([](Finding& finding) {
       finding.puller = {IdentityKind::address, IpAddress::v4(0x0a14001f), "", ""};
       finding.numbers = {64, 3, 7, 1};
       finding.new_source = finding.new_hour = true;
       finding.peers_with_source = 2;
       finding.peers_highest = 9;
     }),
     "10.20.0.31 pulled 64 different customers from crm-db today; its own highest day in 28 is 3; "
     "the "
     "highest of its 14 peers 9. It read customers from crm-db for the first time in 60 days; 2 of "
     "its 14 peers ever did. Neither it nor its peers usually pull at this hour."},
    {"learning", with([](Finding& finding) { finding.cold = true; }),
     "10.20.0.11 (user jdoe, host PC-114) pulled 4,100 different customers from crm-db today; the "
     "sensor still learns what is usual, and 500 a day are an alarm until it knows."},
    {"machine", with([](Finding& finding) { finding.machine = finding.estimated = true; }),
     "10.20.0.11 (user jdoe, host PC-114) pulled about 4,100 different customers from crm-db "
     "today; "
     "its own highest day in 28 is 61; it is a machine and compared with itself only."},
    {"alone", with([](Finding& finding) { finding.members = 1; }),
     "10.20.0.11 (user jdoe, host PC-114) pulled 4,100 different customers from crm-db today; its "
     "own "
     "highest day in 28 is 61; it has no peers."},
};

class Sentence : public testing::TestWithParam<SentenceCase> {};
TEST_P(Sentence, SaysWhatTheNumbersSay) {
  EXPECT_EQ(sentence(GetParam().finding), GetParam().sentence);
}
INSTANTIATE_TEST_SUITE_P(All, Sentence, testing::ValuesIn(kSentences),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace outspan::access

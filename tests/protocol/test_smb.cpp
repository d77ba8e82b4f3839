#include "protocol/smb/smb.h"

#include <gtest/gtest.h>

#include "tests/protocol/smb_messages.h"
#include "tests/protocol/talk_checks.h"
#include "tests/protocol/tls_records.h"

namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;
using fake::Step;
using fake::Talk;
using namespace smb_messages;
using namespace std::string_literals;

constexpr unsigned kSetup = 1, kTree = 3, kCreate = 5, kClose = 6, kRead = 8, kWrite = 9,
                   kSetInfo = 17;
constexpr std::uint32_t kPending = 0x103, kEndOfFile = 0xc0000011;

Step ask(unsigned what, std::uint64_t message, const std::string& body) {
  return {kClient, sent(command({what, message}, body))};
}
Step answer(unsigned what, std::uint64_t message, const std::string& body,
            std::uint32_t status = 0) {
  return {kServer, sent(command({what, message, true, status}, body))};
}
Step lost(Side side, std::uint64_t bytes) { return {side, "", bytes}; }

/// dana of PC7 opens reports\a.csv on \\fs\sales as file 5.
Talk opened() {
  return {ask(kSetup, 1, log_on("EXAMPLE", "dana", "PC7")),
          ask(kTree, 2, tree_connect("\\\\fs\\sales")), answer(kTree, 2, tree_connected()),
          ask(kCreate, 3, create("reports\\a.csv")), answer(kCreate, 3, created(5))};
}
Talk after_open(const Talk& more) { return fake::joined(opened(), more); }

/// One half of a step: a stream that is cut where nobody expects it.
std::pair<Step, Step> halves(const Step& step, std::size_t at) {
  return {{step.side, step.text.substr(0, at)}, {step.side, step.text.substr(at)}};
}
Talk with_hole(const Talk& before, const Step& step, std::size_t at, std::size_t bytes,
               const Talk& after) {
  Talk talk = before;
  talk.push_back({step.side, step.text.substr(0, at)});
  talk.push_back(lost(step.side, bytes));
  talk.push_back({step.side, step.text.substr(at + bytes)});
  return fake::joined(talk, after);
}

std::string transform(const std::string& sealed) {
  return "\xfdSMB" + tls_bytes::noise(16) + tls_bytes::noise(11) + zeros(5) +
         little(sealed.size(), 4) + little(0, 2) + little(1, 2) + little(0x1122, 8) + sealed;
}

struct SmbCase {
  const char* name;
  Talk talk;
  const char* object;
  std::string text;  ///< of that object
};

const std::string kLong(6000, 'x');

std::vector<SmbCase> smb_cases() {
  return {
      {"blocks_are_a_file",
       after_open({ask(kWrite, 4, write(5, 0, "anna,")), ask(kWrite, 5, write(5, 5, "berta,")),
                   answer(kWrite, 4, written(5)), ask(kWrite, 6, write(5, 11, "carla")),
                   ask(kClose, 7, close(5)), answer(kClose, 7, closed())}),
       "WRITE reports\\a.csv", "[body reports\\a.csv]anna,berta,carla[/]"},
      {"parallel_writes_come_in_any_order",
       after_open({ask(kWrite, 4, write(5, 5, "berta,")), ask(kWrite, 5, write(5, 11, "carla")),
                   ask(kWrite, 6, write(5, 0, "anna,"))}),
       "WRITE reports\\a.csv", "[body reports\\a.csv]anna,berta,carla[/]"},
      {"long_blocks",
       after_open({ask(kWrite, 4, write(5, 0, kLong)), ask(kWrite, 5, write(5, 6000, "end"))}),
       "WRITE reports\\a.csv", "[body reports\\a.csv]" + kLong + "end[/]"},
      {"answers_have_the_place_of_their_request",
       after_open({ask(kRead, 4, read(5, 0, 5)), ask(kRead, 5, read(5, 5, 9)),
                   answer(kRead, 5, data("berta")), answer(kRead, 4, data("anna,"))}),
       "READ reports\\a.csv", "[body reports\\a.csv]anna,berta[/]"},
      {"an_answer_that_takes_time",
       after_open({ask(kRead, 4, read(5, 0, 5)), answer(kRead, 4, failed(), kPending),
                   answer(kRead, 4, data("anna"))}),
       "READ reports\\a.csv", "[body reports\\a.csv]anna[/]"},
      {"end_of_file_is_no_block",
       after_open({ask(kRead, 4, read(5, 0, 5)), answer(kRead, 4, data("anna")),
                   ask(kRead, 5, read(5, 4, 5)), answer(kRead, 5, failed(), kEndOfFile),
                   ask(kClose, 6, close(5)), answer(kClose, 6, closed())}),
       "READ reports\\a.csv", "[body reports\\a.csv]anna[/]"},
      {"a_chain_opens_writes_and_closes",
       {ask(kTree, 2, tree_connect("\\\\fs\\sales")),
        answer(kTree, 2, tree_connected()),
        {kClient, sent(command({kCreate, 3}, create("b.csv"), true) +
                       command({kWrite, 4, false, 0, true}, write(kRelated, 0, "anna,"), true) +
                       command({kWrite, 5, false, 0, true}, write(kRelated, 5, "berta"), true) +
                       command({kClose, 6, false, 0, true}, close(kRelated)))}},
       "WRITE b.csv",
       "[body b.csv]anna,berta[/]"},
      {"a_chain_opens_and_reads",
       {{kClient, sent(command({kCreate, 3}, create("b.csv"), true) +
                       command({kRead, 4, false, 0, true}, read(kRelated, 0, 9), true) +
                       command({kClose, 5, false, 0, true}, close(kRelated)))},
        {kServer, sent(command({kCreate, 3, true}, created(6), true) +
                       command({kRead, 4, true}, data("anna"), true) +
                       command({kClose, 5, true}, closed()))}},
       "READ b.csv",
       "[body b.csv]anna[/]"},
      {"at_the_end_of_the_file",
       after_open({ask(kWrite, 4, write(5, kRelated, "anna,")),
                   ask(kWrite, 5, write(5, kRelated, "berta"))}),
       "WRITE reports\\a.csv", "[body reports\\a.csv]anna,berta[/]"},
      {"hole_in_a_block",
       with_hole(opened(), ask(kWrite, 4, write(5, 0, "anna," + kLong)), 3000, 100,
                 {ask(kWrite, 5, write(5, 6005, "end"))}),
       "WRITE reports\\a.csv",
       "[body reports\\a.csv]anna," + kLong.substr(0, 3000 - 121) + "<gap 100>" +
           kLong.substr(0, 6000 - 3000 + 21) + "end[/]<cut short>"},
      {"hole_that_takes_a_header",
       with_hole(after_open({ask(kWrite, 4, write(5, 0, "anna,"))}),
                 ask(kWrite, 5, write(5, 5, "berta,")), 10, 40,
                 {ask(kWrite, 6, write(5, 11, "carla"))}),
       "WRITE reports\\a.csv", "[body reports\\a.csv]anna,<gap 6>carla[/]<cut short>"},
      {"joined_in_the_middle",
       {ask(kWrite, 4, write(9, 70000, "berta,")), ask(kWrite, 5, write(9, 70006, "carla"))},
       "WRITE",
       "[body]berta,carla[/]"},
      {"answers_without_their_requests_are_in_order",
       {answer(kRead, 4, data("anna,")), answer(kRead, 5, data("berta")),
        answer(kRead, 6, data("end"))},
       "READ",
       "[body]anna,bertaend[/]"},
      {"names_are_text", after_open({ask(kSetInfo, 4, rename(5, "dana@example.com.csv"))}),
       "smb session", "[commands]\\\\fs\\sales\r\nreports\\a.csv\r\ndana@example.com.csv\r\n[/]"},
      {"length_beyond_the_message",
       after_open({{kClient, sent(command({kWrite, 4}, little(49, 2) + little(112, 2) +
                                                           little(0xffffffff, 4) + little(0, 8) +
                                                           file_id(5) + zeros(16) + "anna"))},
                   ask(kWrite, 5, write(5, 4, "!"))}),
       "WRITE reports\\a.csv", "[body reports\\a.csv]anna![/]"},
      {"a_chain_that_leads_nowhere",
       after_open({{kClient, sent(command({kWrite, 4}, write(5, 0, "anna"), true) + "no header")}}),
       "WRITE reports\\a.csv", "[body reports\\a.csv]anna[/]"},
      {"a_signature_is_a_field",
       after_open({{kClient, sent(command({kWrite, 4, false, 0, false, "dana@example.com"},
                                          write(5, 0, "anna")))}}),
       "WRITE reports\\a.csv", "[body reports\\a.csv]anna[/]"},
      {"first_version",
       {{kClient, sent(smb1::command(0x75, 1, smb1::tree_connect("\\\\fs\\sales")))},
        {kServer, sent(smb1::command(0x75, 1, "\0\0\0"s, true))},
        {kClient, sent(smb1::command(0xa2, 2, smb1::create("\\a.csv")))},
        {kServer, sent(smb1::command(0xa2, 2, smb1::created(9), true))},
        {kClient, sent(smb1::command(0x2e, 3, smb1::read(9, 5)))},
        {kClient, sent(smb1::command(0x2e, 4, smb1::read(9, 0)))},
        {kServer, sent(smb1::command(0x2e, 3, smb1::data("berta"), true))},
        {kServer, sent(smb1::command(0x2e, 4, smb1::data("anna,"), true))},
        {kClient, sent(smb1::command(0x2f, 5, smb1::write(9, 0, "carla")))},
        {kClient, sent(smb1::command(0x04, 6, smb1::close(9)))}},
       "READ a.csv",
       "[body a.csv]anna,berta[/]"},
      {"what_is_compressed_is_searched_all_the_same",
       {{kClient, sent("\xfcSMB" + little(100, 4) + little(1, 2) + little(0, 6) + "anna")}},
       "smb messages",
       "[raw]\xfcSMB" + little(100, 4) + little(1, 2) + little(0, 6) + "anna[/]"},
  };
}

TEST(Smb, Conversations) {
  for (const SmbCase& each : smb_cases()) {
    SCOPED_TRACE(each.name);
    const auto host = fake::play(smb::make, each.talk);
    EXPECT_EQ(host->object(each.object).text, each.text) << host->describe();
    EXPECT_EQ(host->account.app().name(), "smb");
  }
}

TEST(Smb, CutsDoNotMatter) {
  const std::vector<SmbCase> cases = smb_cases();
  // What is there at a time decides where messages begin after damage.
  fake::expect_cuts_do_not_matter<SmbCase>(
      smb::make, cases, {{1, 3, 64, 113, 1460}, 0, {"hole_that_takes_a_header"}});
}

TEST(Smb, OneSideIsEnough) {
  const std::vector<SmbCase> cases = smb_cases();
  fake::expect_one_side_is_enough<SmbCase>(smb::make, cases);
}

TEST(Smb, WhoAndWhere) {
  const auto host = fake::play(smb::make, after_open({ask(kWrite, 4, write(5, 0, "anna"))}));
  const ObjectInfo& info = host->object("WRITE reports\\a.csv").info;
  EXPECT_EQ(info.actor.user, "dana");
  EXPECT_EQ(info.actor.hostname, "PC7");
  EXPECT_EQ(info.source, "\\\\fs\\sales");
  EXPECT_EQ(info.destination.hostname, "fs");
  EXPECT_GT(host->account.columns(kClient)[Column::skipped], 80u) << "the token";
  EXPECT_EQ(host->object("smb messages").text.find(wide("dana")), std::string::npos);
}

TEST(Smb, ASessionsOtherConnectionsKnowItsFiles) {
  fake::Host first;
  first.parser = smb::make(first);
  for (const Step& step : opened()) first.data(step.side, step.text);
  fake::Host second;
  second.state = first.state;
  second.parser = smb::make(second);
  second.data(kClient, ask(kWrite, 1, write(5, 0, "anna")).text);
  first.close();
  second.close();
  EXPECT_EQ(second.object("WRITE reports\\a.csv").info.actor.user, "dana");
}

TEST(Smb, EncryptedMessagesAreSampled) {
  const std::string sealed = transform(tls_bytes::noise(3000));
  const std::string text = transform(std::string(3000, 'a'));
  const auto host = fake::play(smb::make, {{kClient, sent(sealed)}, {kClient, sent(text)}});
  EXPECT_EQ(host->account.columns(kClient)[Column::encrypted], sealed.size());
  EXPECT_STREQ(host->context.encryption.reason, "smb3");
  EXPECT_NE(host->object("smb messages").text.find("aaaa"), std::string::npos);
}

TEST(Smb, CompressedMessagesAreOpaque) {
  const std::string packed = "\xfcSMB" + little(100, 4) + little(1, 2) + little(0, 6) + "anna";
  const auto host = fake::play(smb::make, {{kClient, sent(packed)}});
  EXPECT_EQ(host->account.columns(kClient)[Column::opaque], packed.size());
}

TEST(Smb, FloodOfFilesAndRequestsIsBounded) {
  fake::Host host;
  host.parser = smb::make(host);
  for (std::uint64_t i = 0; i < 5000; ++i) {
    host.data(kClient, ask(kRead, 2 * i, read(i, 0, 100)).text);
    host.data(kClient, ask(kWrite, 2 * i + 1, write(i, 1 << 20, "x")).text);
    host.data(kClient, ask(kCreate, 1'000'000 + i, create("name of a file")).text);
  }
  EXPECT_LT(host.parser->held_bytes(), 4u << 20);
  host.close();
  EXPECT_EQ(host.sink.objects.size(), 5002u) << "every file was searched";
}

TEST(Smb, AFileWhoseCloseWasLostEndsAfterAMinute) {
  fake::Host host;
  host.parser = smb::make(host);
  for (const Step& step : after_open({ask(kWrite, 4, write(5, 10, "anna"))}))
    host.data(step.side, step.text);
  EXPECT_EQ(host.object("WRITE reports\\a.csv").text, "");
  host.context.now.time = host.context.now.time + std::chrono::seconds(61);
  host.parser->on_pause();
  EXPECT_EQ(host.object("WRITE reports\\a.csv").text,
            "[body reports\\a.csv]<gap 10>anna[/]<cut short>");
  host.close();
}

TEST(Smb, AFileThatIsGivenUpWithinABlock) {
  fake::Host host;
  host.parser = smb::make(host);
  const auto [begin, rest] = halves(ask(kWrite, 4, write(5, 10, kLong)), 2000);
  for (const Step& step : after_open({begin})) host.data(step.side, step.text);
  host.context.now.time = host.context.now.time + std::chrono::seconds(61);
  host.parser->on_pause();
  host.data(rest.side, rest.text);
  host.close();
  EXPECT_EQ(host.object("smb messages").text.find("<dropped>"), std::string::npos);
}

TEST(Smb, Recognised) {
  const std::string message = sent(command({kTree, 2}, tree_connect("\\\\fs\\sales")));
  const std::string request("\x81\0\0\x44 CKFDENECFDEFFCFGEFFCCACACACACACA", 38);
  const fake::OpeningCase cases[] = {
      {"message", message, "", false, Claim::mine},
      {"answer", "", message, false, Claim::mine},
      {"first_bytes", message.substr(0, 6), "", false, Claim::need_more},
      {"netbios", request, "", false, Claim::mine},
      {"encrypted", sent(transform(tls_bytes::noise(100))), "", false, Claim::mine},
      {"within_a_block", "anna,berta" + message, "", true, Claim::mine},
      {"text_before_it", "anna,berta" + message, "", false, Claim::not_mine},
      {"postgresql", std::string("\0\0\0\x08\x04\xd2\x16\x2f", 8), "", false, Claim::not_mine},
      {"text", "GET / HTTP/1.1\r\n", "", false, Claim::not_mine},
  };
  fake::expect_claims(smb::recognise, cases);
}

}  // namespace
}  // namespace outspan::protocol

#include "protocol/ftp/ftp.h"

#include <gtest/gtest.h>

#include "protocol/ftp/address.h"
#include "tests/protocol/fake_host.h"

namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;
using fake::Talk;

std::unique_ptr<fake::Host> control(const Talk& talk, std::size_t piece = SIZE_MAX) {
  return fake::play(ftp::make, talk, {true, true}, piece, piece);
}

FlowInfo data_flow(const char* client, std::uint16_t client_port, const char* server,
                   std::uint16_t server_port) {
  FlowInfo flow = fake::Host::default_info();
  flow.ends = {Endpoint{*IpAddress::parse(client), client_port},
               Endpoint{*IpAddress::parse(server), server_port}};
  return flow;
}

constexpr const char* kUs = "10.20.0.7";
constexpr const char* kThem = "203.0.113.9";

struct TransferCase {
  const char* name;
  Talk talk;
  FlowInfo flow;
  std::string object;
  std::string user;
};

const Talk kLogin{{kServer, "220 ftp.example.test FTP server ready\r\n"},
                  {kClient, "USER anna\r\n"},
                  {kServer, "331 password\r\n"},
                  {kClient, "PASS hunter2@example.com\r\n"},
                  {kServer, "230 in\r\n"}};

Talk after_login(Talk more) {
  Talk talk = kLogin;
  talk.insert(talk.end(), more.begin(), more.end());
  return talk;
}

const TransferCase kTransferCases[] = {
    {"passive",
     after_login({{kClient, "PASV\r\n"},
                  {kServer, "227 Entering Passive Mode (203,0,113,9,19,137).\r\n"},
                  {kClient, "STOR customers.csv\r\n"},
                  {kServer, "150 go\r\n"}}),
     data_flow(kUs, 40001, kThem, 5001), "STOR customers.csv", "anna"},
    {"passive_behind_nat",
     after_login({{kClient, "PASV\r\n"},
                  {kServer, "227 Entering Passive Mode (192,168,0,5,19,137)\r\n"},
                  {kClient, "stor a b.csv\r\n"}}),
     data_flow(kUs, 40001, kThem, 5001), "STOR a b.csv", "anna"},
    {"extended_passive",
     after_login({{kClient, "EPSV\r\n"},
                  {kServer, "229 Entering Extended Passive Mode (|||6446|)\r\n"},
                  {kClient, "RETR x.pdf\r\n"}}),
     data_flow(kUs, 40001, kThem, 6446), "RETR x.pdf", "anna"},
    {"active",
     after_login({{kClient, "PORT 10,20,0,7,156,65\r\n"},
                  {kServer, "200 ok\r\n"},
                  {kClient, "APPE log\r\n"}}),
     data_flow(kThem, 20, kUs, 40001), "APPE log", "anna"},
    {"extended_active",
     after_login({{kClient, "EPRT |1|10.20.0.7|40001|\r\n"}, {kClient, "STOU\r\n"}}),
     data_flow(kThem, 20, kUs, 40001), "STOU", "anna"},
    {"listing", after_login({{kServer, "229 ok (|||6446|)\r\n"}, {kClient, "LIST -la\r\n"}}),
     data_flow(kUs, 40001, kThem, 6446), "LIST", "anna"},
    {"command_not_seen", after_login({{kServer, "229 ok (|||6446|)\r\n"}}),
     data_flow(kUs, 40001, kThem, 6446), "FTP data", "anna"},
    {"one_sided_server",
     {{kServer, "227 Entering Passive Mode (203,0,113,9,19,137)\r\n"}},
     data_flow(kUs, 40001, kThem, 5001),
     "FTP data",
     ""},
};

class FtpTransfers : public testing::TestWithParam<TransferCase> {};

TEST_P(FtpTransfers, AreClaimed) {
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}, std::size_t{4}}) {
    const auto session = control(GetParam().talk, piece);
    fake::Host data({true, true}, GetParam().flow);
    const auto claim = [&] {
      return session->expectations().claim(data.info, data.context.now.time);
    };
    const ExpectedParser expected = claim();
    ASSERT_TRUE(expected.stream);
    EXPECT_FALSE(claim().stream) << "used up";
    data.parser = expected.stream(data);
    data.data(kClient, "one ");
    data.data(kClient, "two");
    data.close();
    ASSERT_EQ(data.sink.objects.size(), 1U);
    const fake::Object& object = *data.sink.objects[0];
    EXPECT_EQ(object.info.name, GetParam().object);
    EXPECT_EQ(object.info.actor.user, GetParam().user);
    const std::size_t blank = GetParam().object.find(' ');
    const std::string file = blank == std::string::npos || GetParam().object == "FTP data"
                                 ? ""
                                 : " " + GetParam().object.substr(blank + 1);
    EXPECT_EQ(object.text, "[body" + file + "]one two[/]");
    EXPECT_EQ(data.account.app().name(), "ftp-data");
  }
}

INSTANTIATE_TEST_SUITE_P(Rfc959, FtpTransfers, testing::ValuesIn(kTransferCases),
                         [](const auto& test) { return test.param.name; });

TEST(Ftp, PasswordIsNotScanned) {
  const auto host = control(kLogin);
  EXPECT_EQ(host->describe().find("hunter2"), std::string::npos);
  EXPECT_NE(host->object("ftp session", 1).text.find("USER anna\r\nPASS\r\n"), std::string::npos);
  EXPECT_EQ(host->account.columns(kClient)[Column::skipped], 19U);
}

TEST(Ftp, LongPasswordIsScanned) {
  const std::string text(500, 'x');
  const auto host = control({{kClient, "PASS " + text + "\r\n"}});
  EXPECT_NE(host->object("ftp session").text.find(text), std::string::npos);
}

TEST(Ftp, UnfinishedLineIsContentUnlessItIsAPassword) {
  for (const bool hole : {true, false}) {
    const auto unfinished = [hole](const std::string& line) {
      Talk talk{{kClient, "USER anna\r\n"}, {kClient, line}};
      if (hole) talk.push_back({kClient, "", 100});
      return control(talk);
    };
    const auto secret = unfinished("PASS secret");
    EXPECT_EQ(secret->account.columns(kClient)[Column::skipped], 6U);
    EXPECT_EQ(secret->describe().find("secret"), std::string::npos);
    const std::string text(129, 'x');
    EXPECT_NE(unfinished("PASS " + text)->describe().find(text), std::string::npos);
    EXPECT_NE(unfinished("STOR " + text)->describe().find(text), std::string::npos);
    const auto server = control({{kServer, "220 " + text}, {kServer, "", hole ? 7U : 0U}});
    EXPECT_NE(server->describe().find(text), std::string::npos);
  }
}

TEST(Ftp, EndlessPasswordsAreScanned) {
  Talk talk;
  for (int i = 0; i < 40; ++i) talk.push_back({kClient, "PASS anna@example.com\r\n"});
  EXPECT_NE(control(talk)->object("ftp session").text.find("anna@"), std::string::npos);
}

TEST(Ftp, AnyCutGivesTheSame) {
  const std::string whole = control(kTransferCases[0].talk)->describe();
  for (std::size_t first = 1; first < 60; ++first)
    EXPECT_EQ(fake::play(ftp::make, kTransferCases[0].talk, {true, true}, first)->describe(),
              whole);
}

TEST(Ftp, CommandThatIsSeenLateNamesTheTransfer) {
  fake::Host session;
  session.parser = ftp::make(session);
  session.data(kServer, "229 ok (|||6446|)\r\n");
  fake::Host data({true, true}, data_flow(kUs, 40001, kThem, 6446));
  data.parser = session.expectations().claim(data.info, data.context.now.time).stream(data);
  data.data(kClient, "one ");
  session.data(kClient, "STOR late.csv\r\n");
  data.data(kClient, "two");
  data.close();
  EXPECT_EQ(data.object("STOR late.csv").text, "[body]one two[/]");
  session.close();
}

TEST(Ftp, AuthTlsHandsOverWhatFollows) {
  const auto host = control({{kServer, "220 FTP\r\n"},
                             {kClient, "AUTH TLS\r\n"},
                             {kServer, "234 go\r\n"},
                             {kClient, "\x16\x03\x01"}});
  EXPECT_EQ(host->left_by, "restart");
  EXPECT_EQ(host->rest[0], "\x16\x03\x01");
  const auto clear = control({{kClient, "AUTH TLS\r\n"},
                              {kServer, "234 go\r\n"},
                              {kClient, "PBSZ 0\r\nUSER anna\r\n\x16\r\n"}});
  EXPECT_EQ(clear->left_by, "") << "somebody decrypts for the sensor";
  EXPECT_EQ(clear->object("ftp session").info.actor.user, "anna");
  const auto one_sided = control({{kClient, "AUTH TLS\r\n"}, {kClient, "\x16\x03\x01"}});
  EXPECT_EQ(one_sided->left_by, "restart");
}

TEST(FtpData, ProtectedChannelIsTls) {
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}}) {
    const auto make = [](StreamHost& host) {
      return ftp::make_data(host, std::make_shared<ftp::FileTransfer>());
    };
    const auto tls = fake::play(make, {{kClient, "\x16\x03\x01xyz"}}, {true, true}, piece, piece);
    EXPECT_EQ(tls->left_by, "restart");
    EXPECT_EQ(tls->rest[0], "\x16\x03\x01xyz");
    const auto plain = fake::play(make, {{kClient, "\x16plain"}}, {true, true}, piece, piece);
    EXPECT_EQ(plain->object("FTP data").text, "[body]\x16plain[/]");
    const auto only = fake::play(make, {{kClient, "\x16"}}, {true, true}, piece, piece);
    EXPECT_EQ(only->object("FTP data").text, "[body]\x16[/]");
  }
}

TEST(FtpData, GapIsTold) {
  const auto make = [](StreamHost& host) {
    return ftp::make_data(host, std::make_shared<ftp::FileTransfer>());
  };
  const auto host = fake::play(make, {{kClient, "a"}, {kClient, "", 5}, {kClient, "b"}});
  EXPECT_EQ(host->object("FTP data").text, "[body]a<gap 5>b[/]");
}

TEST(Ftp, NoHoleHidesALaterTransfer) {
  const std::string commands = "USER anna\r\nPASS secret\r\nTYPE I\r\nSTOR first.csv\r\n";
  for (std::size_t at = 1; at + 10 < commands.size(); ++at) {
    fake::Host session;
    session.parser = ftp::make(session);
    session.data(kClient, commands.substr(0, at));
    session.gap(kClient, 10);
    session.data(kClient, commands.substr(at + 10));
    session.data(kServer, "229 ok (|||6446|)\r\n");
    session.data(kClient, "STOR second.csv\r\n");
    const FlowInfo second = data_flow(kUs, 1, kThem, 6446);
    const auto expected = session.expectations().claim(second, session.context.now.time);
    ASSERT_TRUE(expected.stream);
    fake::Host data({true, true}, second);
    data.parser = expected.stream(data);
    data.data(kClient, "x");
    data.close();
    EXPECT_EQ(data.object("STOR second.csv").text, "[body second.csv]x[/]");
    session.close();
    EXPECT_EQ(session.account.columns(kClient).total(), commands.size() + 17);
  }
}

TEST(Expectations, OldOnesAndTooManyGo) {
  Expectations table(2);
  const ExpectedParser parser{[](StreamHost&) { return std::unique_ptr<StreamParser>(); }, {}};
  const auto end = [](std::uint16_t port) {
    return ExpectedEnd{{*IpAddress::parse(kThem), port}, *IpAddress::parse(kUs)};
  };
  const Timestamp start = timestamp_from_ns(0);
  for (std::uint16_t port = 1; port <= 3; ++port) table.announce(end(port), parser, start);
  EXPECT_FALSE(table.claim(data_flow(kUs, 9, kThem, 1), start).stream);
  EXPECT_TRUE(table.claim(data_flow(kUs, 9, kThem, 2), start).stream);
  EXPECT_FALSE(table.claim(data_flow(kUs, 9, kThem, 3), start + std::chrono::hours(1)).stream);
  EXPECT_FALSE(table.claim(data_flow("10.20.0.8", 9, kThem, 3), start).stream);
  Stats stats;
  table.report(stats);
  EXPECT_EQ(stats.value("protocol.expected.evicted"), 1U);
}

TEST(FtpAddress, Forms) {
  EXPECT_EQ(ftp::host_port("192,0,2,1,19,137"), 5001);
  EXPECT_EQ(ftp::host_port("Entering Passive Mode 192,0,2,1,19,137"), 5001);
  EXPECT_EQ(ftp::extended_port("|2|2001:db8::1|5282|"), 5282);
  EXPECT_EQ(ftp::extended_port("Entering Extended Passive Mode (!!!99!)"), 99);
  for (const char* bad : {"", "1,2,3,4,5", "1,2,3,4,256,1", "1,2,3,4,0,0", "a,b,c,d,e,f"})
    EXPECT_EQ(ftp::host_port(bad), std::nullopt) << bad;
  for (const char* bad : {"", "(", "|||", "|||70000|", "|||12", "|1|x"})
    EXPECT_EQ(ftp::extended_port(bad), std::nullopt) << bad;
}

struct OpeningCase {
  const char* name;
  std::string client, server;
  Claim claim;
};

const OpeningCase kOpeningCases[] = {
    {"greeting_names_it", "", "220 (vsFTPd 3.0.3)\r\n", Claim::mine},
    {"greeting_says_nothing", "", "220 ready\r\n", Claim::need_more},
    {"greeting_and_user", "USER anna\r\n", "220 ready\r\n", Claim::mine},
    {"greeting_and_ehlo", "EHLO a\r\n", "220 ready\r\n", Claim::not_mine},
    {"pop3", "USER anna\r\n", "+OK ready\r\n", Claim::not_mine},
    {"client_only_user", "USER anna\r\n", "", Claim::need_more},
    {"client_only_three_commands", "USER anna\r\nPASS x\r\nSYST\r\n", "", Claim::mine},
    {"joined_port", "PORT 10,20,0,7,156,65\r\n", "", Claim::mine},
    {"joined_passive", "", "227 Entering Passive Mode (", Claim::mine},
    {"http", "GET / HTTP/1.1\r\n", "", Claim::not_mine},
};

class FtpOpening : public testing::TestWithParam<OpeningCase> {};

TEST_P(FtpOpening, IsRecognised) {
  fake::Host host;
  const Opening opening{
      host.context, {as_bytes(GetParam().client), as_bytes(GetParam().server)}, {}};
  EXPECT_EQ(ftp::recognise(opening), GetParam().claim);
}

INSTANTIATE_TEST_SUITE_P(FirstBytes, FtpOpening, testing::ValuesIn(kOpeningCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace outspan::protocol

#include "protocol/smtp/smtp.h"

#include <gtest/gtest.h>

#include "tests/protocol/fake_host.h"

namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;
using fake::Talk;

std::unique_ptr<fake::Host> play(const Talk& talk, std::array<bool, 2> inspected = {true, true}) {
  return fake::play(smtp::make, talk, inspected);
}

const Talk kWholeSession{{kServer, "220 mx.example.test ESMTP Postfix\r\n"},
                         {kClient, "EHLO laptop.example.com\r\n"},
                         {kServer, "250-mx.example.test\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n"},
                         {kClient, "AUTH PLAIN AGFubmFAZXhhbXBsZS5jb20Ac2VjcmV0\r\n"},
                         {kServer, "235 ok\r\n"},
                         {kClient,
                          "MAIL FROM:<anna@example.com> SIZE=99\r\nRCPT TO:<b@example.org>\r\n"
                          "RCPT TO:<gone@example.org>\r\nDATA\r\n"},
                         {kServer, "250 ok\r\n250 ok\r\n550 no such user\r\n354 go on\r\n"},
                         {kClient, "Subject: a\r\n\r\none\r\n..two\r\n.x\r\n.\r\nRSET\r\n"},
                         {kServer, "250 queued\r\n250 ok\r\n"},
                         {kClient,
                          "MAIL FROM:<anna@example.com>\r\nRCPT TO:<c@example.org>\r\nBDAT "
                          "5\r\n12345BDAT 4 LAST\r\n.\r\n"
                          "QUIT\r\n"},
                         {kServer, "250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n221 bye\r\n"}};

std::vector<std::string> participants(const fake::Host& host) {
  std::vector<std::string> addresses;
  for (const Participant& participant : host.object("smtp session", 0).info.participants)
    addresses.push_back(participant.address);
  return addresses;
}

TEST(Smtp, SessionWithTwoMails) {
  const auto host = play({kWholeSession.begin(), kWholeSession.end()});
  const fake::Object& first = host->object("mail", 0);
  EXPECT_EQ(first.text, "[mail_message]Subject: a\r\n\r\none\r\n.two\r\nx\r\n[/]");
  EXPECT_EQ(first.info.actor.user, "anna@example.com");
  EXPECT_EQ(first.info.actor.email_from, "anna@example.com");
  EXPECT_EQ(first.info.actor.hostname, "laptop.example.com");
  EXPECT_EQ(first.info.destination.hostname, "mx.example.test");
  EXPECT_THAT(first.info.destination.email_to, testing::ElementsAre("b@example.org"));
  const fake::Object& second = host->object("mail", 1);
  EXPECT_EQ(second.text, "[mail_message]12345.\r\nQ[/]");
  EXPECT_THAT(second.info.destination.email_to, testing::ElementsAre("c@example.org"));
  EXPECT_EQ(host->account.app().name(), "smtp");
  EXPECT_THAT(participants(*host),
              testing::ElementsAre("anna@example.com", "b@example.org", "c@example.org"))
      << "the server did not take gone@example.org";
}

/// What no mail was sent with, or what is more than one mail is sent to, is what the session
/// carries.
TEST(Smtp, OnlyTheEnvelopesOfMailsArePartOfTheConversation) {
  std::string client = "EHLO a.example.com\r\n", server = "220 hi\r\n250 ok\r\n";
  const auto envelope = [&](const std::string& from, int recipients, const std::string& name) {
    client += "MAIL FROM:<" + from + "@example.com>\r\n";
    server += "250 ok\r\n";
    for (int i = 0; i < recipients; ++i) {
      client += "RCPT TO:<" + name + std::to_string(i) + "@example.org>\r\n";
      server += "250 ok\r\n";
    }
  };
  envelope("first", 3, "reset");
  client += "RSET\r\n";
  server += "250 ok\r\n";
  envelope("second", 3, "replaced");
  envelope("third", 60, "many");
  client += "DATA\r\n";
  const std::string mail = "Subject: a\r\n\r\none\r\n.\r\n";
  std::string later;
  std::swap(later, client);
  std::string replies = server + "354 go\r\n";
  const auto host =
      play({{kServer, "220 hi\r\n"},
            {kClient, later},
            {kServer, replies.substr(8)},
            {kClient, mail + "MAIL FROM:<x@example.com>\r\nRCPT TO:<y@example.org>\r\nQUIT\r\n"},
            {kServer, "250 ok\r\n250 ok\r\n250 ok\r\n221 bye\r\n"}});
  const std::vector<std::string> known = participants(*host);
  ASSERT_EQ(known.size(), 51u);
  EXPECT_EQ(known.front(), "third@example.com");
  EXPECT_EQ(known.back(), "many49@example.org");
}

TEST(Smtp, PasswordIsNeitherScannedNorKept) {
  const auto host = play(kWholeSession);
  EXPECT_EQ(host->describe().find("AGFubmFA"), std::string::npos);
  EXPECT_EQ(host->describe().find("secret"), std::string::npos);
  EXPECT_GT(host->account.columns(kClient)[Column::skipped], 0U);
  EXPECT_EQ(host->account.columns(kClient)[Column::inspected] +
                host->account.columns(kClient)[Column::skipped],
            host->account.columns(kClient).total());
}

TEST(Smtp, AnyCutGivesTheSame) {
  const std::string whole = play(kWholeSession)->describe();
  for (std::size_t first = 1; first < 130; ++first)
    EXPECT_EQ(fake::play(smtp::make, kWholeSession, {true, true}, first)->describe(), whole)
        << first;
  for (const std::size_t piece : {1, 2, 3, 7})
    EXPECT_EQ(fake::play(smtp::make, kWholeSession, {true, true}, piece, piece)->describe(), whole)
        << piece;
}

struct MailCase {
  const char* name;
  Talk talk;
  std::vector<std::string> mails;
};

const MailCase kMailCases[] = {
    {"one_sided_capture_assumes_success",
     {{kClient,
       "EHLO a\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nhi\r\n.\r\n"
       "MAIL FROM:<a@example.com>\r\nDATA\r\nyo\r\n.\r\nQUIT\r\n"}},
     {"[mail_message]hi\r\n[/]", "[mail_message]yo\r\n[/]"}},
    {"data_refused_stays_in_commands",
     {{kServer, "220 mx ESMTP\r\n"},
      {kClient, "EHLO a\r\n"},
      {kServer, "250 mx\r\n"},
      {kClient, "MAIL FROM:<a@example.com>\r\nDATA\r\n"},
      {kServer, "250 ok\r\n503 no recipients\r\n"},
      {kClient, "RCPT TO:<b@example.org>\r\nDATA\r\n"},
      {kServer, "250 ok\r\n354 go\r\n"},
      {kClient, "text\r\n.\r\n"}},
     {"[mail_message]text\r\n[/]"}},
    {"refusal_seen_late_ends_the_mail",
     {{kServer, "220 mx ESMTP\r\n"},
      {kClient, "HELO a\r\nMAIL FROM:<a@example.com>\r\nDATA\r\nQUI"},
      {kServer, "250 mx\r\n250 ok\r\n554 no\r\n"},
      {kClient, "T\r\n"}},
     {"[mail_message]QUI[/]<cut short>"}},
    {"empty_message",
     {{kClient, "EHLO a\r\nMAIL FROM:<>\r\nDATA\r\n.\r\nQUIT\r\n"}},
     {"[mail_message][/]"}},
    {"bdat_zero_last",
     {{kClient, "EHLO a\r\nMAIL FROM:<a@example.com>\r\nBDAT 3\r\nabcBDAT 0 LAST\r\nQUIT\r\n"}},
     {"[mail_message]abc[/]"}},
    {"cut_off_in_the_message",
     {{kClient, "EHLO a\r\nMAIL FROM:<a@example.com>\r\nDATA\r\nhal"}},
     {"[mail_message]hal[/]<cut short>"}},
    {"gap_in_the_message",
     {{kClient, "EHLO a\r\nMAIL FROM:<a@example.com>\r\nDATA\r\nhal"},
      {kClient, "", 7},
      {kClient, "end\r\n.\r\nMAIL FROM:<a@example.com>\r\nDATA\r\ntwo\r\n.\r\n"}},
     {"[mail_message]hal<gap 7>end\r\n[/]", "[mail_message]two\r\n[/]"}},
    {"gap_inside_a_chunk_keeps_its_length",
     {{kClient, "EHLO a\r\nMAIL FROM:<a@example.com>\r\nBDAT 10 LAST\r\nabc"},
      {kClient, "", 4},
      {kClient, "xyzQUIT\r\n"}},
     {"[mail_message]abc<gap 4>xyz[/]"}},
    {"gap_swallows_data_and_the_reply_tells",
     {{kServer, "220 mx ESMTP\r\n"},
      {kClient, "EHLO a\r\n"},
      {kServer, "250 mx\r\n"},
      {kClient, "", 40},
      {kServer, "250 ok\r\n250 ok\r\n354 go\r\n"},
      {kClient, "Subject: x\r\n\r\nbody\r\n.\r\n"}},
     {"[mail_message]Subject: x\r\n\r\nbody\r\n[/]"}},
    {"gap_swallows_data_and_a_header_tells",
     {{kClient, "EHLO a\r\n"},
      {kClient, "", 40},
      {kClient, "ost>\r\nSubject: x\r\n\r\nbody\r\n.\r\nQUIT\r\n"}},
     {"[mail_message]Subject: x\r\n\r\nbody\r\n[/]"}},
    {"lmtp_has_a_verdict_for_each_recipient",
     {{kServer, "220 mx LMTP\r\n"},
      {kClient, "LHLO a\r\n"},
      {kServer, "250 mx\r\n"},
      {kClient,
       "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\nRCPT "
       "TO:<c@example.org>\r\nDATA\r\n"},
      {kServer, "250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"},
      {kClient, "x\r\n.\r\n"},
      {kServer, "250 b\r\n452 c\r\n"},
      {kClient, "MAIL FROM:<a@example.com>\r\nDATA\r\n"},
      {kServer, "250 ok\r\n503 no\r\n"},
      {kClient, "QUIT\r\n"}},
     {"[mail_message]x\r\n[/]"}},
};

class SmtpMails : public testing::TestWithParam<MailCase> {};

TEST_P(SmtpMails, AreFound) {
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}, std::size_t{5}}) {
    const auto host = fake::play(smtp::make, GetParam().talk, {true, true}, piece, piece);
    std::vector<std::string> mails;
    for (const auto& object : host->sink.objects)
      if (object->info.name == "mail") mails.push_back(object->text);
    EXPECT_EQ(mails, GetParam().mails) << host->describe();
  }
}

INSTANTIATE_TEST_SUITE_P(Rfc5321, SmtpMails, testing::ValuesIn(kMailCases),
                         [](const auto& test) { return test.param.name; });

TEST(Smtp, StartTlsHandsOverWhatFollows) {
  const Talk talk{{kServer, "220 mx ESMTP\r\n"},
                  {kClient, "EHLO a\r\nSTARTTLS\r\n"},
                  {kServer, "250 mx\r\n220 go\r\n"},
                  {kClient, "\x16\x03\x01"},
                  {kServer, "\x16\x03\x03"}};
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}}) {
    const auto host = fake::play(smtp::make, talk, {true, true}, piece, piece);
    EXPECT_EQ(host->left_by, "restart");
    EXPECT_EQ(host->rest[0], "\x16\x03\x01");
    EXPECT_EQ(host->rest[1], "\x16\x03\x03");
  }
}

TEST(Smtp, StartTlsWithoutTheClient) {
  const auto host = play({{kServer, "220 mx ESMTP\r\n"},
                          {kClient, "STARTTLS\r\n"},
                          {kServer, "220 go\r\n"},
                          {kClient, "", 300},
                          {kServer, "\x16\x03\x03"}});
  EXPECT_EQ(host->left_by, "restart");
  EXPECT_EQ(host->rest[1], "\x16\x03\x03");
}

/// Somebody decrypts for the sensor.
TEST(Smtp, ClearTextGoesOnBehindStartTls) {
  const auto host = play({{kServer, "220 mx ESMTP\r\n"},
                          {kClient, "EHLO a.example.com\r\nSTARTTLS\r\n"},
                          {kServer, "250 mx\r\n220 go\r\n"},
                          {kClient, "EHLO a.example.com\r\nMAIL FROM:<a@example.com>\r\nDATA\r\n"},
                          {kServer, "250 mx\r\n250 ok\r\n354 go\r\n"},
                          {kClient, "\x16x\r\n.\r\n"}});
  EXPECT_EQ(host->left_by, "");
  EXPECT_EQ(host->object("mail").text, "[mail_message]\x16x\r\n[/]");
  EXPECT_EQ(host->object("mail").info.actor.hostname, "a.example.com");
}

TEST(Smtp, StartTlsWithoutTheServer) {
  const auto host = play({{kClient, "EHLO a\r\nSTARTTLS\r\n"}, {kClient, "\x16\x03\x01rest"}});
  EXPECT_EQ(host->left_by, "restart");
  EXPECT_EQ(host->rest[0], "\x16\x03\x01rest");
}

TEST(Smtp, StartTlsRefused) {
  const auto host = play({{kClient, "EHLO a\r\nSTARTTLS\r\n"},
                          {kServer, "250 mx\r\n454 not now\r\n"},
                          {kClient, "MAIL FROM:<a@example.com>\r\nDATA\r\nx\r\n.\r\n"}});
  EXPECT_EQ(host->left_by, "");
  EXPECT_EQ(host->object("mail").text, "[mail_message]x\r\n[/]");
}

TEST(Smtp, OnlyInspectedSidesMakeObjects) {
  const auto client_only = play(kWholeSession, {true, false});
  for (const auto& object : client_only->sink.objects) EXPECT_EQ(object->side, kClient);
  EXPECT_EQ(client_only->sink.objects.size(), 3U);
  const auto server_only = play(kWholeSession, {false, true});
  ASSERT_EQ(server_only->sink.objects.size(), 1U);
  EXPECT_EQ(server_only->sink.objects[0]->side, kServer);
}

TEST(Smtp, RolesSwappedWhenJoinedInTheMiddle) {
  const auto host = play({{kClient, "220 mx.example.test ESMTP\r\n"},
                          {kServer, "EHLO a\r\nMAIL FROM:<a@example.com>\r\nDATA\r\nx\r\n.\r\n"}});
  EXPECT_EQ(host->object("mail").side, kServer);
}

TEST(Smtp, AuthThatIsNoBase64IsScanned) {
  const auto host = play({{kClient, "EHLO a\r\nAUTH PLAIN anna@example.com,4111 1111\r\n"}});
  EXPECT_NE(host->object("smtp session").text.find("anna@example.com,4111"), std::string::npos);
}

TEST(Smtp, EndlessCredentialsAreScanned) {
  Talk talk{{kClient, "EHLO a\r\n"}};
  for (int i = 0; i < 700; ++i) talk.push_back({kClient, "AUTH PLAIN AGFubmEAc2VjcmV0\r\n"});
  const auto host = play(talk);
  EXPECT_NE(host->object("smtp session").text.find("AGFubmEAc2VjcmV0"), std::string::npos);
  EXPECT_LE(host->account.columns(kClient)[Column::skipped], 16384U);
}

/// Where a line without an end stands, and how long it is.
struct UnfinishedCase {
  const char* name;
  std::string before;  ///< commands of the client
  std::string line;
  bool is_secret = false;
};

const std::string kLongSecret(129, 'x');

const UnfinishedCase kUnfinishedCases[] = {
    {"credentials_on_the_line", "EHLO a\r\n", "AUTH PLAIN AGFubm", true},
    {"credentials_after_the_line", "EHLO a\r\nAUTH LOGIN\r\n", "YW5uY", true},
    {"longer_than_a_password", "EHLO a\r\n", "AUTH PLAIN " + kLongSecret},
    {"longer_in_an_exchange", "EHLO a\r\nAUTH LOGIN\r\n", kLongSecret},
    {"a_command", "EHLO a\r\n", "XSECRET"},
};

class SmtpUnfinishedLine : public testing::TestWithParam<UnfinishedCase> {};

TEST_P(SmtpUnfinishedLine, IsContentUnlessItIsAPassword) {
  for (const bool hole : {true, false}) {
    Talk talk{{kClient, GetParam().before}, {kClient, GetParam().line}};
    if (hole) talk.push_back({kClient, "", 100});
    const auto host = play(talk);
    const std::string found = host->describe();
    EXPECT_EQ(found.find(GetParam().line) == std::string::npos, GetParam().is_secret) << found;
    const std::uint64_t skipped = host->account.columns(kClient)[Column::skipped];
    EXPECT_EQ(skipped, GetParam().is_secret ? GetParam().line.size() : 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, SmtpUnfinishedLine, testing::ValuesIn(kUnfinishedCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Smtp, OverlongLineIsScanned) {
  const std::string line(100'000, 'x');
  const auto host = play(
      {{kClient, "EHLO a\r\n" + line + "\r\nMAIL FROM:<a@example.com>\r\nDATA\r\ny\r\n.\r\n"}});
  EXPECT_NE(host->object("smtp session").text.find(line), std::string::npos);
  EXPECT_EQ(host->object("mail").text, "[mail_message]y\r\n[/]");
}

/// Whatever is lost, what was not lost is found in some object, and every object ends.
TEST(Smtp, NoHoleHidesTheRest) {
  const std::string stream =
      "EHLO a\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"
      "Subject: x\r\n\r\nMARK-1 in the text\r\n.\r\n"
      "MAIL FROM:<a@example.com>\r\nBDAT 14 LAST\r\nMARK-2 inside\nRSET\r\n"
      "MAIL FROM:<a@example.com>\r\nDATA\r\nMARK-3\r\n.\r\nQUIT\r\n";
  for (const std::size_t hole : {1, 5, 30, 80}) {
    for (std::size_t at = 1; at + hole < stream.size(); ++at) {
      const auto host = play({{kClient, stream.substr(0, at)},
                              {kClient, "", hole},
                              {kClient, stream.substr(at + hole)}});
      std::string found;
      for (const auto& object : host->sink.objects) {
        found += object->text;
        EXPECT_TRUE(object->ended);
      }
      for (const char* mark : {"MARK-1", "MARK-2", "MARK-3"}) {
        const std::size_t where = stream.find(mark);
        const bool kept = where + 6 <= at || where >= at + hole;
        if (!kept) continue;
        EXPECT_NE(found.find(mark), std::string::npos) << hole << " at " << at << found;
      }
      const auto& columns = host->account.columns(kClient);
      EXPECT_EQ(columns.total(), stream.size());
      EXPECT_EQ(columns[Column::lost], hole);
    }
  }
}

struct OpeningCase {
  const char* name;
  std::string client, server;
  Claim claim;
};

const OpeningCase kOpeningCases[] = {
    {"greeting_names_it", "", "220 mx ESMTP\r\n", Claim::mine},
    {"greeting_says_nothing", "", "220 mx.example.test ready\r\n", Claim::need_more},
    {"greeting_and_ehlo", "EHLO a\r\n", "220 mx ready\r\n", Claim::mine},
    {"greeting_and_user", "USER anna\r\n", "220 ready\r\n", Claim::not_mine},
    {"ftp_greeting", "", "220 ProFTPD Server ready\r\n", Claim::not_mine},
    {"client_only", "ehlo a\r\n", "", Claim::mine},
    {"joined", "MAIL FROM:<a@example.com>\r\n", "", Claim::mine},
    {"begun", "EHL", "", Claim::need_more},
    {"http", "GET / HTTP/1.1\r\n", "", Claim::not_mine},
};

class SmtpOpening : public testing::TestWithParam<OpeningCase> {};

TEST_P(SmtpOpening, IsRecognised) {
  fake::Host host;
  const Opening opening{
      host.context, {as_bytes(GetParam().client), as_bytes(GetParam().server)}, {}};
  EXPECT_EQ(smtp::recognise(opening), GetParam().claim);
}

INSTANTIATE_TEST_SUITE_P(FirstBytes, SmtpOpening, testing::ValuesIn(kOpeningCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace outspan::protocol

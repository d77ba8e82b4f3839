#include "protocol/pop3/pop3.h"

#include <gtest/gtest.h>

#include "tests/protocol/talk_checks.h"

namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;
using fake::Talk;
using namespace std::string_literals;

const std::string kMail = "Subject: x\r\n\r\nada@example.com\r\n..dot\r\n.\r\n";
const std::string kMailText = "[mail_message]Subject: x\r\n\r\nada@example.com\r\n.dot\r\n[/]";
const Talk kLogin{{kServer, "+OK Dovecot ready.\r\n"},
                  {kClient, "USER dana\r\n"},
                  {kServer, "+OK\r\n"},
                  {kClient, "PASS hunter2@example.com\r\n"},
                  {kServer, "+OK Logged in.\r\n"}};

std::string times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

Talk after_login(const Talk& more) { return fake::joined(kLogin, more); }
std::unique_ptr<fake::Host> play(const Talk& talk, std::array<bool, 2> inspected = {true, true}) {
  return fake::play(pop3::make, talk, inspected);
}

struct Case {
  const char* name;
  Talk talk;
  std::string mail;
};
const Case kCases[] = {
    {"retrieved", after_login({{kClient, "RETR 1\r\n"}, {kServer, "+OK 60 octets\r\n" + kMail}}),
     kMailText},
    {"top", after_login({{kClient, "top 1 10\r\n"}, {kServer, "+OK\r\n" + kMail}}), kMailText},
    {"pipelined",
     after_login({{kClient, "STAT\r\nLIST\r\nRETR 1\r\nQUIT\r\n"},
                  {kServer, "+OK 1 60\r\n+OK\r\n1 60\r\n.\r\n+OK\r\n" + kMail + "+OK bye\r\n"}}),
     kMailText},
    {"refused",
     after_login({{kClient, "RETR 9\r\nRETR 1\r\n"}, {kServer, "-ERR no\r\n+OK\r\n" + kMail}}),
     kMailText},
    {"hole_in_a_mail",
     after_login({{kClient, "RETR 1\r\n"},
                  {kServer, "+OK\r\nSubject: x\r\n\r\nada@"},
                  {kServer, "", 30},
                  {kServer, "ple.com\r\n.\r\n+OK\r\n"}}),
     "[mail_message]Subject: x\r\n\r\nada@<gap 30>ple.com\r\n[/]"},
    {"after_more_commands_than_are_remembered",
     after_login({{kClient, times(256, "NOOP\r\n") + "RETR 1\r\n"},
                  {kServer, times(257, "+OK\r\n") + kMail}}),
     kMailText},
    {"server_alone", {{kServer, "+OK POP3 ready\r\n"}, {kServer, "+OK\r\n" + kMail}}, kMailText},
    {"command_was_lost", after_login({{kClient, "", 8}, {kServer, "+OK 60 octets\r\n" + kMail}}),
     kMailText},
};

TEST(Pop3, GivesMails) {
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.name);
    const auto host = play(each.talk);
    EXPECT_EQ(host->object("mail").text, each.mail) << host->describe();
    EXPECT_EQ(host->object("mail").side, kServer);
    EXPECT_EQ(host->account.app().name(), "pop3");
  }
}

TEST(Pop3, CutsDoNotMatter) {
  fake::expect_cuts_do_not_matter(pop3::make, std::span<const Case>(kCases), {{1, 3, 7}});
}

TEST(Pop3, OneSideIsEnough) {
  fake::expect_one_side_is_enough(pop3::make, std::span<const Case>(kCases));
}

struct Secret {
  const char* name;
  std::string lines;
  std::size_t left_out;
};
const Secret kSecrets[] = {
    {"pass", "PASS hunter2 x\r\n", 9},
    {"apop", "APOP dana 0123456789abcdef0123456789abcdef\r\n", 32},
    {"auth_plain", "AUTH PLAIN AGRhbmEAaHVudGVyMg==\r\n", 20},
    {"auth_plain_later", "AUTH PLAIN\r\nAGRhbmEAaHVudGVyMg==\r\n", 22},
    {"longer_than_a_password", "PASS " + std::string(200, 'a') + "\r\n", 0},
    {"not_finished", "PASS hunter2", 12},
};
TEST(Pop3, PasswordsAreLeftOut) {
  for (const Secret& each : kSecrets) {
    SCOPED_TRACE(each.name);
    const auto host = play({{kServer, "+OK POP3\r\n"}, {kClient, each.lines}});
    EXPECT_EQ(host->account.columns(kClient)[Column::skipped], each.left_out) << host->describe();
    EXPECT_EQ(host->describe().find("hunter2"), std::string::npos);
  }
  EXPECT_EQ(play(kCases[0].talk)->object("mail").info.actor.user, "dana");
}

TEST(Pop3, ManyPasswordsAreContent) {
  fake::expect_many_passwords_are_content(pop3::make, {{kServer, "+OK POP3\r\n"}},
                                          "AUTH GSSAPI " + std::string(80, 'Y') + "\r\n*\r\n");
}

TEST(Pop3, TlsIsGivenAway) {
  const auto host = play({{kServer, "+OK POP3\r\n"},
                          {kClient, "STLS\r\n"},
                          {kServer, "+OK\r\n"},
                          {kClient, "\x16\3\1 hello"}});
  EXPECT_EQ(host->left_by, "restart");
  EXPECT_EQ(host->rest[0], "\x16\3\1 hello");
  const auto clear = play({{kServer, "+OK POP3\r\n"},
                           {kClient, "STLS\r\n"},
                           {kServer, "+OK\r\n"},
                           {kClient, "RETR 1\r\n"},
                           {kServer, "+OK\r\n" + kMail}});
  EXPECT_EQ(clear->object("mail").text, kMailText) << "an offloader took TLS off";
}

const fake::OpeningCase kOpenings[] = {
    {"greeting_alone", "", "+OK ready\r\n", false, Claim::need_more},
    {"named", "", "+OK POP3 ready\r\n", false, Claim::mine},
    {"with_a_command", "USER a\r\n", "+OK ready\r\n", false, Claim::mine},
    {"redis", "*1\r\n$4\r\nPING\r\n", "+OK\r\n", false, Claim::not_mine},
    {"imap", "", "* OK ready\r\n", false, Claim::not_mine},
};
TEST(Pop3, Recognises) { fake::expect_claims(pop3::recognise, kOpenings); }

}  // namespace
}  // namespace outspan::protocol

#include "protocol/imap/imap.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "protocol/imap/line.h"
#include "tests/protocol/talk_checks.h"

namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;
using fake::Talk;
using namespace std::string_literals;

const std::string kMail = "Subject: x\r\n\r\nada@example.com\r\n";
const std::string kMailText = "[mail_message]" + kMail + "[/]";
std::string literal(const std::string& text, const char* more = "") {
  return "{" + std::to_string(text.size()) + more + "}\r\n" + text;
}
const Talk kLogin{{kServer, "* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n"},
                  {kClient, "a1 LOGIN dana \"hunter2@example.com\"\r\n"},
                  {kServer, "a1 OK Logged in\r\n"},
                  {kClient, "a2 SELECT \"Old mails\"\r\n"},
                  {kServer, "* 3 EXISTS\r\na2 OK done\r\n"}};

/// Raw deflate, flushed as RFC 4978 wants it.
class Packer {
 public:
  Packer() { deflateInit2(&stream_, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY); }
  ~Packer() { deflateEnd(&stream_); }
  std::string operator()(const std::string& text) {
    std::string out(text.size() + 100, '\0');
    std::string in = text;
    stream_.next_in = reinterpret_cast<Bytef*>(in.data());
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    deflate(&stream_, Z_SYNC_FLUSH);
    out.resize(out.size() - stream_.avail_out);
    return out;
  }

 private:
  z_stream stream_{};
};

Talk after_login(const Talk& more) { return fake::joined(kLogin, more); }
std::unique_ptr<fake::Host> play(const Talk& talk, std::array<bool, 2> inspected = {true, true}) {
  return fake::play(imap::make, talk, inspected);
}

Talk compressed() {
  Packer client, server;
  return after_login({{kClient, "c1 COMPRESS DEFLATE\r\n"},
                      {kServer, "c1 OK active\r\n" + server("* 3 EXISTS\r\n")},
                      {kClient, client("c2 FETCH 1 BODY[]\r\n")},
                      {kServer, server("* 1 FETCH (BODY[] " + literal(kMail) + ")\r\nc2 OK\r\n")},
                      {kClient, client("c3 APPEND Sent " + literal(kMail, "+") + "\r\n")}});
}

struct Case {
  const char* name;
  Talk talk;
  std::string mail;
  Side side = kServer;
};
const Case kCases[] = {
    {"fetched",
     after_login({{kServer, "* 1 FETCH (UID 7 BODY[] " + literal(kMail) + " FLAGS (\\Seen))\r\n"}}),
     kMailText},
    {"fetched_in_pieces",
     after_login(
         {{kServer, "* 1 FETCH (BODY[]<0> " + literal(kMail.substr(0, 20)) + ")\r\nf OK\r\n"},
          {kServer, "* 1 FETCH (BODY[]<20> " + literal(kMail.substr(20)) + ")\r\nf OK\r\n"}}),
     kMailText},
    {"piece_of_another_mail",
     after_login({{kServer, "* 1 FETCH (BODY[]<0> " + literal(kMail) + ")\r\n"},
                  {kServer, "* 2 FETCH (BODY[]<" + std::to_string(kMail.size()) + "> " +
                                literal("other") + ")\r\n"}}),
     kMailText},
    {"appended", after_login({{kClient, "b APPEND Sent (\\Seen) " + literal(kMail) + "\r\n"}}),
     kMailText, kClient},
    {"appended_after_a_login_with_one_literal",
     {{kServer, "* OK\r\n"},
      {kClient, "a LOGIN {4}\r\ndana hunter2\r\n"},
      {kClient, "b APPEND Sent " + literal(kMail) + "\r\n"}},
     kMailText,
     kClient},
    {"several_appended",
     after_login({{kClient, "b APPEND Sent " + literal(kMail, "+") + " (\\Seen) " +
                                literal("Subject: y\r\n", "+") + "\r\n"}}),
     kMailText, kClient},
    {"text_section", after_login({{kServer, "* 1 FETCH (BODY[TEXT] " + literal("ada") + ")\r\n"}}),
     "[body]ada[/]"},
    {"hole_in_a_mail",
     after_login({{kServer, "* 1 FETCH (BODY[] " + literal(kMail).substr(0, 20)},
                  {kServer, "", 5},
                  {kServer, literal(kMail).substr(25) + ")\r\n"}}),
     "[mail_message]" + kMail.substr(0, 14) + "<gap 5>" + kMail.substr(19) + "[/]"},
    {"compressed", compressed(), kMailText},
    {"compressed_append", compressed(), kMailText, kClient},
};

std::string mail_of(const fake::Host& host, Side side) {
  for (const auto& object : host.sink.objects)
    if (object->info.name == "mail" && object->side == side) return object->text;
  return {};
}

TEST(Imap, GivesMails) {
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.name);
    const auto host = play(each.talk);
    EXPECT_EQ(mail_of(*host, each.side), each.mail) << host->describe();
    EXPECT_EQ(host->account.app().name(), "imap");
  }
}

TEST(Imap, CutsDoNotMatter) {
  fake::expect_cuts_do_not_matter(imap::make, std::span<const Case>(kCases), {{1, 3, 7}});
}

TEST(Imap, OneSideIsEnough) {
  fake::expect_one_side_is_enough(imap::make, std::span<const Case>(kCases));
  for (const Case& each : kCases) {
    const bool client = each.side == kClient;
    EXPECT_EQ(mail_of(*play(each.talk, {client, !client}), each.side), each.mail) << each.name;
  }
}

TEST(Imap, SaysWhoAndWhere) {
  const auto host = play(kCases[0].talk);
  EXPECT_EQ(host->object("mail").info.actor.user, "dana");
  EXPECT_EQ(host->object("mail").info.source, "Old mails");
}

struct Secret {
  const char* name;
  std::string lines;
  std::size_t left_out;
};
const Secret kSecrets[] = {
    {"quoted", "a LOGIN dana \"hunter2 x\"\r\n", 11},
    {"atom", "a LOGIN dana hunter2\r\n", 7},
    {"literal", "a LOGIN dana {7}\r\nhunter2\r\n", 7},
    {"two_literals", "a LOGIN {4}\r\ndana {7}\r\nhunter2\r\n", 7},
    {"literal_and_quoted", "a LOGIN {4}\r\ndana \"hunter2\"\r\n", 12},
    {"plain", "a AUTHENTICATE PLAIN AGRhbmEAaHVudGVyMg==\r\n", 20},
    {"plain_later", "a AUTHENTICATE PLAIN\r\nAGRhbmEAaHVudGVyMg==\r\n", 22},
    {"longer_than_a_password", "a LOGIN dana " + std::string(200, 'a') + "\r\n", 0},
    {"long_literal", "a LOGIN dana {200}\r\n" + std::string(200, 'a') + "\r\n", 0},
};
TEST(Imap, PasswordsAreLeftOut) {
  for (const Secret& each : kSecrets) {
    SCOPED_TRACE(each.name);
    const auto host = play({{kServer, "* OK\r\n"}, {kClient, each.lines + "b SELECT x\r\n"}});
    EXPECT_EQ(host->account.columns(kClient)[Column::skipped], each.left_out) << host->describe();
    EXPECT_EQ(host->describe().find("hunter2"), std::string::npos);
    EXPECT_EQ(host->object("imap session", 1).info.actor.user, "dana");
  }
}

TEST(Imap, ManyPasswordsAreContent) {
  fake::expect_many_passwords_are_content(
      imap::make, {{kServer, "* OK\r\n"}},
      "a AUTHENTICATE GSSAPI " + std::string(80, 'Y') + "\r\n*\r\n");
}

TEST(Imap, ARefusedLiteralDoesNotCome) {
  for (const bool server : {true, false}) {
    const auto host =
        play(after_login({{kClient, "b APPEND Sent {999}\r\n"},
                          {kServer, "b NO over quota\r\n"},
                          {kClient, "c APPEND Sent {" + std::to_string(kMail.size()) + "}\r\n"},
                          {kServer, "+ go on\r\n"},
                          {kServer, "c BAD early\r\n"},
                          {kClient, kMail + "\r\n"}}),
             {true, server});
    EXPECT_EQ(host->object("mail").text, "[mail_message][/]<cut short>");
    EXPECT_EQ(host->object("mail", 1).text, kMailText) << host->describe();
  }
}

TEST(Imap, TlsIsGivenAway) {
  const auto host = play({{kServer, "* OK\r\n"},
                          {kClient, "a STARTTLS\r\n"},
                          {kServer, "a OK\r\n"},
                          {kClient, "\x16\3\1 hello"}});
  EXPECT_EQ(host->left_by, "restart");
  EXPECT_EQ(host->rest[0], "\x16\3\1 hello");
}

TEST(Imap, AfterAHoleCompressedBytesAreOpaque) {
  Talk talk = compressed();
  talk.insert(talk.end() - 2, {kServer, "", 10});
  const auto host = play(talk);
  EXPECT_GT(host->account.columns(kServer)[Column::opaque], 10u);
  EXPECT_EQ(mail_of(*host, kClient), kMailText);
}

TEST(Imap, ALineThatIsNotFinishedIsClaimedBeforeCompression) {
  const auto host = play({{kServer, "* OK\r\n"},
                          {kClient, "c1 COMPRESS DEFLATE\r\nhalf a li"},
                          {kServer, "c1 OK\r\n"}});
  EXPECT_NE(host->describe().find("half a li"), std::string::npos);
}

struct ItemCase {
  const char* line;
  const char* section;  ///< "": none
  std::uint64_t offset;
};
const ItemCase kItems[] = {
    {"* 1 FETCH (BODY[] {3}", "BODY[]", 0},
    {"* 1 FETCH (UID 2 body[header.fields (subject to)] {3}", "BODY[HEADER.FIELDS (SUBJECT TO)]",
     0},
    {"* 1 FETCH (BODY[1.2]<4096> {3}", "BODY[1.2]", 4096},
    {"* 1 FETCH (RFC822 {3}", "RFC822", 0},
    {"* 1 FETCH (BINARY[1] ~{3}", "BINARY[1]", 0},
    {"* 1 FETCH (ENVELOPE (\"x\" {3}", "", 0},
    {"* LIST () \"/\" {3}", "", 0},
    {"{3}", "", 0},
};
TEST(Imap, ReadsItems) {
  for (const ItemCase& each : kItems) {
    const auto item = imap::fetched_item(each.line);
    EXPECT_EQ(item ? item->section : "", each.section) << each.line;
    EXPECT_EQ(item ? item->offset : 0, each.offset) << each.line;
  }
}

}  // namespace
}  // namespace outspan::protocol

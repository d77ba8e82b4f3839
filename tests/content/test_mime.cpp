#include <gtest/gtest.h>

#include "content/mail/mime_header.h"
#include "tests/content/encoders.h"
#include "tests/content/support.h"

namespace outspan::content {
namespace {

using protocol::PartKind;

const std::string kMail =
    "From: \"Example, Alice\" <alice@example.com>\r\n"
    "To: bob@example.org,\r\n carol@example.org\r\n"
    "Cc: Dave <dave@example.net> (his desk)\r\n"
    "Subject: =?utf-8?B?" +
    base64("Liste f\xc3\xbcr Erika") +
    "?=\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=\"outer\"\r\n\r\n"
    "preamble text\r\n"
    "--outer\r\n"
    "Content-Type: multipart/alternative; boundary=inner\r\n\r\n"
    "--inner\r\n"
    "Content-Type: text/plain; charset=iso-8859-1\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    "Gr=FC=DFe an erika=40exam=\r\nple.com\r\n"
    "--inner--\r\n"
    "--outer\r\n"
    "Content-Type: application/octet-stream\r\n"
    "Content-Disposition: attachment; filename*0*=utf-8''kun; filename*1*=den%2Ecsv\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n" +
    base64("name;mail\nfrank;frank@example.com\n" + std::string(200, 'x'), 76) +
    "\r\n"
    "--outer\r\n"
    "Content-Type: message/rfc822\r\n\r\n"
    "Subject: inner mail\r\n\r\n"
    "begin 644 note.txt\r\n"
    "19W)A;F-E0&5X86UP;&4N8V]M\r\n"
    "`\r\nend\r\n"
    "--outer--\r\n"
    "epilogue text";

TEST(Mime, APartOfEachKindHoweverCut) {
  for (std::size_t cut = 0; cut < kMail.size(); ++cut) {
    Bench bench;
    const auto writer = bench.begin();
    writer->begin_part(part(PartKind::mail_message));
    bench.deliver(*writer, std::string_view(kMail).substr(0, cut));
    bench.deliver(*writer, std::string_view(kMail).substr(cut));
    writer->end(protocol::ObjectEnd::complete);
    ASSERT_TRUE(bench.saw("Liste f\xc3\xbcr Erika")) << cut;
    ASSERT_TRUE(
        bench.saw("Gr\xc3\xbc\xc3\x9f"
                  "e an erika@example.com"))
        << cut;
    ASSERT_TRUE(bench.texts.contains("kunden.csv")) << cut;
    ASSERT_EQ(bench.texts["kunden.csv"].substr(0, 34), "name;mail\nfrank;frank@example.com\n")
        << cut;
    ASSERT_TRUE(bench.texts.contains("note.txt")) << cut;
    ASSERT_TRUE(bench.saw("epilogue text")) << cut;
    ASSERT_TRUE(bench.saw("preamble text")) << cut;
    ASSERT_EQ(bench.account.columns(Side::client)[Column::inspected], kMail.size());
  }
}

TEST(Mime, ByteByByteIsTheSame) {
  Bench whole;
  whole.run(part(PartKind::mail_message), kMail);
  Bench bytes;
  bytes.run(part(PartKind::mail_message), kMail, 1);
  EXPECT_EQ(whole.texts, bytes.texts);
}

TEST(Mime, ItsAddressesStandInForTheEnvelope) {
  Bench bench;
  bench.run(part(PartKind::mail_message), kMail);
  EXPECT_EQ(bench.info.actor.email_from, "alice@example.com");
  const std::vector<std::string> to{"bob@example.org", "carol@example.org", "dave@example.net"};
  EXPECT_EQ(bench.info.destination.email_to, to);
}

std::vector<std::string> participants(const Bench& bench) {
  std::vector<std::string> addresses;
  for (const protocol::Participant& participant : bench.info.participants)
    addresses.push_back(participant.address);
  return addresses;
}

TEST(Mime, AllWhomItIsFromAndToAreParticipants) {
  Bench bench;
  bench.run(part(PartKind::mail_message),
            "From: Alice <alice@example.com>\r\nReply-To: desk@example.com\r\n"
            "Resent-To: bob@example.org\r\nSubject: carol@example.org\r\n\r\n"
            "From: dave@example.net\r\n");
  const std::vector<std::string> all{"alice@example.com", "desk@example.com", "bob@example.org"};
  EXPECT_EQ(participants(bench), all);
}

TEST(Mime, FieldsThatNameOthersAreContent) {
  std::string many;
  for (int i = 0; i < 1000; ++i)
    many += (i == 0 ? "" : ", ") + std::string("c") + std::to_string(i) + "@example.org";
  for (const char* field : {"Errors-To", "Disposition-Notification-To", "X-Copy"}) {
    Bench bench;
    bench.run(part(PartKind::mail_message),
              "From: a@example.com\r\n" + std::string(field) + ": " + many + "\r\n\r\nhello\r\n");
    EXPECT_EQ(participants(bench), std::vector<std::string>{"a@example.com"}) << field;
  }
  for (const char* field : {"To", "Cc", "Bcc", "Resent-To"}) {
    Bench bench;
    bench.run(part(PartKind::mail_message), std::string(field) + ": " + many + "\r\n\r\nhello\r\n");
    EXPECT_EQ(participants(bench).size(), protocol::kReceiversMax) << field;
  }
  Bench bench;
  bench.run(part(PartKind::mail_message), "Reply-To: " + many + "\r\n\r\nhello\r\n");
  EXPECT_EQ(participants(bench).size(), 1u) << "one says where to answer";
}

TEST(Mime, AnAttachmentThatCannotBeOpenedIsOpaqueAlone) {
  const std::string mail =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
      "Content-Type: application/x-7z-compressed; name=x.7z\r\n\r\n"
      "7z\xbc\xaf\x27\x1c" +
      std::string(5000, 'z') + "\r\n--b--\r\n";
  Bench bench;
  bench.run(part(PartKind::mail_message), mail);
  ASSERT_EQ(bench.blind_spots.size(), 1U);
  EXPECT_EQ(bench.blind_spots[0].path, "object>x.7z");
  EXPECT_NEAR(static_cast<double>(bench.blind_spots[0].bytes), 5006, 8);
}

TEST(Mime, AGapInBase64FindsItsPlaceAgain) {
  const std::string secret = std::string(300, 'a') + " alice@example.com " + std::string(300, 'b');
  const std::string body = base64(secret, 76);
  Bench bench;
  const auto writer = bench.begin();
  writer->begin_part(part(PartKind::mail_message));
  bench.deliver(*writer, "Content-Transfer-Encoding: base64\r\n\r\n" + body.substr(0, 30));
  writer->gap(101);
  bench.deliver(*writer, std::string_view(body).substr(131));
  writer->end(protocol::ObjectEnd::complete);
  EXPECT_TRUE(bench.saw(" alice@example.com "));
}

TEST(Mime, DeepNestingEndsQuietly) {
  std::string mail;
  for (int i = 0; i < 200; ++i) {
    const std::string b = "b" + std::to_string(i);
    mail += "Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n";
  }
  mail += "\r\nalice@example.com\r\n";
  Bench bench;
  bench.run(part(PartKind::mail_message), mail);
  EXPECT_TRUE(bench.saw("alice@example.com"));  // as text, deep down
}

TEST(MimeHeader, Parameters) {
  const MimeType type = parse_mime_type("Text/HTML; Charset=\"utf-8\"; name=\"a;b \\\"c\\\".txt\"");
  EXPECT_EQ(type.value, "text/html");
  EXPECT_EQ(type.parameter("charset"), "utf-8");
  EXPECT_EQ(type.parameter("name"), "a;b \"c\".txt");
  EXPECT_EQ(parse_mime_type("a; filename*=ISO-8859-1''M%FCller.txt").parameter("filename"),
            "M\xc3\xbcller.txt");
}
TEST(MimeHeader, EncodedWords) {
  EXPECT_EQ(decode_words("=?iso-8859-1?Q?Andr=E9?= =?iso-8859-1?Q?_X?= y"), "Andr\xc3\xa9 X y");
  EXPECT_EQ(decode_words("a =?bad b"), "a =?bad b");
  EXPECT_EQ(decode_words("=?utf-8?B?w7w=?="), "\xc3\xbc");
}
TEST(MimeHeader, Addresses) {
  EXPECT_EQ(parse_addresses("Team: a@example.com, \"x, y\" <b@example.com>; c@example.com (c)"),
            (std::vector<std::string>{"a@example.com", "b@example.com", "c@example.com"}));
}

}  // namespace
}  // namespace outspan::content

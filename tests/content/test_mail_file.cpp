#include <gtest/gtest.h>

#include "content/mail/header_guess.h"
#include "tests/content/encoders.h"
#include "tests/content/support.h"

/// Mails that are files: uploaded, in an archive, in a mailbox.
namespace outspan::content {
namespace {

using protocol::PartKind;

std::string mail(std::string_view who, std::string_view attachment) {
  return "Return-Path: <" + std::string(who) + ">\r\nFrom: <" + std::string(who) +
         ">\r\nTo: <bob@example.org>\r\nSubject: =?utf-8?q?list_of_Zo=C3=AB?=\r\n"
         "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=xyz\r\n\r\n"
         "--xyz\r\nContent-Type: text/plain\r\n\r\nFrom here on see the list.\r\n"
         "--xyz\r\nContent-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\n"
         "Content-Disposition: attachment; filename=list.csv.gz\r\n\r\n" +
         base64(gzipped(attachment), 76) + "\r\n--xyz--\r\n";
}

TEST(MailFile, AttachmentsOfAnUploadedMailAreNodes) {
  const std::string wire = mail("alice@example.com", "carol@example.net");
  for (const std::size_t piece : {0UL, 1UL, 100UL}) {
    Bench bench;
    bench.run(part(PartKind::body, "application/octet-stream"), wire, piece);
    EXPECT_EQ(bench.texts["list.csv.gz>gzip"], "carol@example.net") << piece;
    EXPECT_NE(bench.texts["headers"].find("list of Zo\xc3\xab"), std::string::npos) << piece;
    EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], wire.size());
    EXPECT_EQ(bench.summary.media_type, "message/rfc822");
  }
}

TEST(MailFile, EachMessageOfAMailboxIsOne) {
  const std::string one = "From alice@example.com Mon Jan  5 10:00:00 2026\r\n" +
                          mail("alice@example.com", "first@example.net") + "\r\n";
  const std::string two = "From dave@example.com Mon Jan  5 11:00:00 2026\r\n" +
                          mail("dave@example.com", "second@example.net") + "\r\nFrom this on\r\n";
  for (const std::size_t piece : {0UL, 1UL, 3UL, 100UL}) {
    Bench bench;
    bench.run(part(PartKind::body), one + two, piece);
    EXPECT_EQ(bench.texts["list.csv.gz>gzip"], "first@example.netsecond@example.net") << piece;
    EXPECT_TRUE(bench.saw("From dave@example.com Mon")) << piece;
    EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], one.size() + two.size());
  }
}

TEST(MailFile, OtherTextsAreNone) {
  for (const std::string_view text :
       {"From: a\nand so on\n", "name: x\nmail: alice@example.com\nto: be\n",
        "From here on there is text\nand more\n", "Subject: x\nTo: do\n\nlist", "key: value\n"}) {
    EXPECT_FALSE(begins_mail(as_bytes(text))) << text;
    EXPECT_FALSE(begins_mbox(as_bytes(text))) << text;
  }
}

}  // namespace
}  // namespace outspan::content

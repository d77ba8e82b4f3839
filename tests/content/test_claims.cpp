#include <gtest/gtest.h>

#include <type_traits>

#include "content/chain/stage.h"
#include "tests/content/archives.h"
#include "tests/content/encoders.h"
#include "tests/content/support.h"

/// Bytes on the paths that are easily forgotten: they are searched, or it is said that they are
/// not. A build for tests also ends where a stage leaves some of them unclaimed.
namespace outspan::content {
namespace {

using namespace std::literals;
using protocol::PartKind;

/// Only a stage claims, and only what it was given: nobody beside it can say that bytes were read.
template <class Of>
concept Claims = requires(Of& of) {
  of.claim(As::searched, 1);
}
|| requires(Of& of) { of.add(1); }
|| requires(Of& of) { of.give_back(1); }
|| requires(Of& of, Bytes bytes) { of.forward(of, bytes, 0); }
|| requires(Of& of, Bytes bytes) { of.give(of, bytes); };
static_assert(!Claims<Stage>, "who has a stage could claim bytes for it");

/// A stage may claim; it has no way to charge or to make pending what it was not given.
class Reader : public Stage {
 public:
  using Stage::claim;
  using Stage::Stage;
};
static_assert(Claims<Reader>, "what the assertion above looks for is there");
template <class Of>
concept EntersUnclaimed = requires(Of& of) {
  of.leave_unclaimed();
};
static_assert(!EntersUnclaimed<Stage> && !EntersUnclaimed<Reader>);
static_assert(!std::is_copy_constructible_v<Stage> && !std::is_copy_assignable_v<Stage>,
              "a copy would have pending bytes that nobody was given");

const std::string kMail = "Subject: x\r\nContent-Transfer-Encoding: ";

struct Sent {
  std::string name;
  PartKind kind;
  std::string before;
  std::string after;  // of a gap; nothing: there is none
  std::string found;
  std::string reason = "";  // of the blind spot; nothing: there is none
  std::vector<std::string> codings{};
};
void PrintTo(const Sent& sent, std::ostream* out) { *out << sent.name; }

std::string snappy_skipped(std::string_view text, bool last) {
  const std::string skipped = "\x80" + little(text.size(), 3) + std::string(text);
  const std::string body = "\x01" + little(12, 3) + "crc!the body"s;
  return "\xff\6\0\0sNaPpY"s + (last ? body + skipped : skipped + body);
}

const Sent kSent[] = {
    {"quoted_printable_escape_before_a_gap", PartKind::mail_message,
     kMail + "quoted-printable\r\n\r\nticket zoe=4", "0example.org", "zoe=4"},
    {"quoted_printable_mark_before_a_gap", PartKind::mail_message,
     kMail + "quoted-printable\r\n\r\nticket zoe=", "after", "zoe="},
    {"text_in_a_base64_line_after_a_gap", PartKind::mail_message,
     kMail + "base64\r\n\r\n" + base64("the first line of a table", 0) + "\r\n",
     "QUJD zoe@example.org QUJD\r\n" + base64("what comes after it", 0) + "\r\n",
     "zoe@example.org"},
    {"text_in_the_last_base64_line_after_a_gap", PartKind::mail_message,
     kMail + "base64\r\n\r\n" + base64("the first line of a table", 0) + "\r\n",
     "QUJD zoe@example.org", "zoe@example.org"},
    {"signature_of_a_chunk",
     PartKind::body,
     "9;chunk-signature=zoe@example.org\r\nsome body\r\n0;chunk-signature=ab\r\n\r\n",
     "",
     "zoe@example.org",
     "",
     {"aws-chunked"}},
    {"trailer_of_chunks",
     PartKind::body,
     "9\r\nsome body\r\n0\r\nx-amz-note: zoe@example.org\r\n\r\n",
     "",
     "zoe@example.org",
     "",
     {"aws-chunked"}},
    {"snappy_skipped_chunk_first", PartKind::body, snappy_skipped("note: zoe@example.org", false),
     "", "zoe@example.org"},
    {"snappy_skipped_chunk_last", PartKind::body, snappy_skipped("note: zoe@example.org", true), "",
     "zoe@example.org"},
    {"gzip_cut_in_its_tables", PartKind::body,
     "\x1f\x8b\x08\0\0\0\0\0\0\x03\x05\xc1zoe@example.org"s, "", "", "damaged"},
    {"few_bytes_of_which_nothing_came",
     PartKind::body,
     brotlied("zoe@example.org").substr(0, 3),
     "",
     "",
     "damaged",
     {"br"}},
    {"gzip_without_its_checksum", PartKind::body,
     [] {
       const std::string all = gzipped("zoe@example.org");
       return all.substr(0, all.size() - 8);
     }(),
     "", "zoe@example.org"},
};

class Claimed : public testing::TestWithParam<Sent> {};

TEST_P(Claimed, IsSearchedOrSaid) {
  const Sent& sent = GetParam();
  for (const std::size_t piece : {0, 1, 7}) {
    Bench bench;
    const auto writer = bench.begin();
    writer->begin_part(part(sent.kind, {}, sent.codings));
    bench.deliver(*writer, sent.before, piece);
    if (!sent.after.empty()) {
      writer->gap(100);
      bench.deliver(*writer, sent.after, piece);
    }
    writer->end_part();
    writer->end(protocol::ObjectEnd::complete);
    EXPECT_TRUE(sent.found.empty() || bench.saw(sent.found)) << piece;
    EXPECT_EQ(bench.unread_parts(), sent.reason.empty() ? 0U : 1U) << piece;
    if (!sent.reason.empty() && !bench.blind_spots.empty()) {
      EXPECT_EQ(bench.blind_spots.front().reason, sent.reason);
    }
    const std::size_t bytes = sent.before.size() + sent.after.size();
    EXPECT_TRUE(bench.adds_up(bytes));
    if (sent.found.empty()) {
      EXPECT_EQ(bench.account.columns(Side::client)[Column::opaque], bytes) << piece;
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Content, Claimed, testing::ValuesIn(kSent),
                         [](const auto& row) { return row.param.name; });

/// Its header was no more read than its body.
TEST(Claims, APartBeyondTheLimitIsSkippedWithItsHeader) {
  const std::string dropped =
      "Content-Type: text/plain\r\nX-Note: zoe@example.org\r\n\r\nand its body\r\n";
  std::string mail = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 8; ++i) mail += "--b\r\n\r\nbody\r\n";
  mail += "--b\r\n" + dropped + "--b--\r\n";
  config::Limits limits;
  limits.parts = 8;
  Bench bench(limits);
  bench.run(part(PartKind::mail_message), mail);
  EXPECT_FALSE(bench.saw("zoe@example.org"));
  EXPECT_TRUE(bench.adds_up(mail.size()));
  EXPECT_GE(bench.account.columns(Side::client)[Column::skipped], dropped.size() - 2);
  ASSERT_FALSE(bench.blind_spots.empty());
  EXPECT_EQ(bench.blind_spots.back().reason, "budget");
}

}  // namespace
}  // namespace outspan::content

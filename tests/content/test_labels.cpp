#include <gtest/gtest.h>

#include "tests/content/encoders.h"
#include "tests/content/support.h"
#include "text/charset.h"

/// Labels that the bytes contradict: the bytes win, or both readings are searched.
namespace outspan::content {
namespace {

using protocol::PartKind;

const std::string kRows =
    "Name;Mail;Phone\r\nAlice Example;alice@example.com;+44 7700 900123\r\n"
    "Zo\xc3\xab M\xc3\xbcller;zoe@example.org;+44 7700 900124\r\n";
const std::string kAscii =
    "Name;Mail\r\nAlice Example;alice@example.com\r\nBob Example;bob@example.org\r\n";

/// The UTF-8 text in another charset.
std::string in(const char* charset, std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  std::string out(text.size() * 8 + 16, '\0');
  const std::int32_t size =
      ucnv_convert(charset, "utf-8", out.data(), static_cast<std::int32_t>(out.size()), text.data(),
                   static_cast<std::int32_t>(text.size()), &error);
  out.resize(static_cast<std::size_t>(size));
  return out;
}
std::string latin(std::string_view text) { return in("windows-1252", text); }

struct Label {
  std::string name;
  std::string charset;
  std::string wire;
  std::vector<std::string> found;
};
const Label kLabels[] = {
    {"utf16_over_ascii", "utf-16", kAscii, {"alice@example.com", "Bob Example;bob"}},
    {"utf16le_over_utf8", "utf-16le", kRows, {"alice@example.com", "zoe@example.org"}},
    {"unicode_over_ascii", "unicode", kAscii, {"alice@example.com"}},
    {"utf32_over_ascii", "utf-32", kAscii, {"alice@example.com"}},
    {"ucs2_over_ascii", "ucs-2", kAscii, {"alice@example.com"}},
    {"utf7_over_ascii", "utf-7", kAscii + "+447700900123", {"alice@example.com", "+447700900123"}},
    {"utf7_over_utf8", "utf-7", kRows, {"alice@example.com", "zoe@example.org;+44 7700 900124"}},
    {"ebcdic_over_ascii", "ibm-1047", kAscii, {"alice@example.com"}},
    {"ebcdic_over_utf8", "cp037", kRows, {"alice@example.com", "zoe@example.org"}},
    {"iso2022_over_ascii", "iso-2022-jp", kAscii, {"alice@example.com"}},
    {"latin1_over_utf8", "iso-8859-1", kRows, {"Zo\xc3\xab M\xc3\xbcller;zoe@example.org"}},
    {"shift_jis_over_utf8", "shift_jis", kRows, {"Zo\xc3\xab M\xc3\xbcller;zoe@example.org"}},
    {"utf8_over_latin1", "utf-8", latin(kRows), {"Zo\xc3\xab M\xc3\xbcller;zoe@example.org"}},
    {"ascii_over_latin1", "us-ascii", latin(kRows), {"Zo\xc3\xab M\xc3\xbcller;zoe@example.org"}},
    {"utf8_over_utf16", "utf-8", in("utf-16", kAscii), {"Bob Example;bob@example.org"}},
    {"latin1_over_utf16be", "latin1", in("utf-16be", kAscii), {"Bob Example;bob@example.org"}},
    {"utf16le_over_utf16be", "utf-16le", in("utf-16be", kAscii), {"Bob Example;bob@example.org"}},
    {"utf16_over_utf32", "utf-16", in("utf-32le", kAscii), {"Bob Example;bob@example.org"}},
    {"utf8_over_ebcdic", "utf-8", in("ibm-1047", kAscii), {"Bob Example;bob@example.org"}},
    {"none_over_german_ebcdic", "", in("ibm-273", kAscii), {"Bob Example;bob@example.org"}},
    {"none_over_danish_ebcdic", "", in("ibm-277", kAscii), {"Bob Example;bob@example.org"}},
    {"none_over_swedish_ebcdic", "", in("ibm-278", kAscii), {"Bob Example;bob@example.org"}},
    {"none_over_french_ebcdic", "", in("ibm-297", kAscii), {"Bob Example;bob@example.org"}},
    {"none_over_icelandic_ebcdic", "", in("ibm-871", kAscii), {"Bob Example;bob@example.org"}},
    {"none_over_turkish_ebcdic", "", in("ibm-1026", kAscii), {"Bob Example;bob@example.org"}},
    {"another_over_german_ebcdic", "ibm-037", in("ibm-273", kAscii), {"bob@example.org"}},
    {"utf16_over_ebcdic", "utf-16", in("ibm-1047", kAscii), {"Bob Example;bob@example.org"}},
    {"utf7_over_ebcdic", "utf-7", in("ibm-037", kAscii), {"Bob Example;bob@example.org"}},
    {"latin1_over_ebcdic", "iso-8859-1", in("ibm-500", kAscii), {"Bob Example;bob@example.org"}},
    {"gb_over_ebcdic", "gb2312", in("ibm-1047", kAscii), {"Bob Example;bob@example.org"}},
    {"iso2022_over_ebcdic", "iso-2022-jp", in("ibm-037", kAscii), {"Bob Example;bob@example.org"}},
    {"unknown_over_latin1", "x-none", latin(kRows), {"Zo\xc3\xab M\xc3\xbcller;zoe@example.org"}},
    {"utf16_that_goes_on_in_ascii",
     "",
     in("utf-16", kAscii) + kAscii + kAscii,
     {"Bob Example;bob@example.org\r\nName"}},
    {"true_utf16", "utf-16", in("utf-16", kRows), {"Zo\xc3\xab M\xc3\xbcller;zoe@example.org"}},
    {"true_utf7", "utf-7", in("utf-7", kRows), {"Zo\xc3\xab M\xc3\xbcller;zoe@example.org"}},
    {"true_ebcdic", "cp500", in("ibm-500", kAscii), {"Bob Example;bob@example.org"}},
    {"true_koi8",
     "koi8-r",
     in("koi8-r", "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd;ivan@example.com"),
     {"\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd;ivan@example.com"}},
    {"true_jis",
     "iso-2022-jp",
     in("iso-2022-jp", "\xe6\x97\xa5\xe6\x9c\xac;a@example.com"),
     {"\xe6\x97\xa5\xe6\x9c\xac;a@example.com"}},
};

class Charsets : public testing::TestWithParam<Label> {};
INSTANTIATE_TEST_SUITE_P(Labels, Charsets, testing::ValuesIn(kLabels),
                         [](const auto& test) { return test.param.name; });

TEST_P(Charsets, AreComparedWithTheBytesHoweverCut) {
  for (const std::size_t piece : {0UL, 1UL, 7UL, 100UL}) {
    Bench bench;
    const std::string label = GetParam().charset.empty() ? "" : "; charset=" + GetParam().charset;
    bench.run(part(PartKind::body, "text/csv" + label), GetParam().wire, piece);
    for (const std::string& found : GetParam().found)
      EXPECT_TRUE(bench.saw(found)) << found << " in pieces of " << piece;
    EXPECT_EQ(bench.problem, "");
  }
}

struct Stray {
  std::string name;
  std::string bytes;
  std::size_t at;  // in the text
};
const Stray kStrays[] = {
    {"form_feed_at_the_end", "\f", std::string::npos},
    {"form_feed_in_the_middle", "\f", kRows.find("Zo")},
    {"form_feed_in_front", "\f", 0},
    {"escape", "\x1b[0m", kRows.find("alice")},
    {"vertical_tab", "\v", kRows.find("Zo") - 2},
    {"backspace", "\b", kRows.find("Zo")},
    {"bell", "\a", std::string::npos},
    {"delete", "\x7f", kRows.find("Zo")},
    {"zero_at_the_end", std::string(1, '\0'), std::string::npos},
    {"substitute_of_dos", "\x1a", std::string::npos},
};
class Strays : public testing::TestWithParam<Stray> {};
INSTANTIATE_TEST_SUITE_P(Controls, Strays, testing::ValuesIn(kStrays),
                         [](const auto& test) { return test.param.name; });

TEST_P(Strays, DoNotMakeUtf8AnotherCharset) {
  std::string wire = kRows;
  wire.insert(std::min(GetParam().at, wire.size()), GetParam().bytes);
  for (const std::size_t piece : {0UL, 1UL, 7UL}) {
    Bench bench;
    bench.run(part(PartKind::body, "text/plain"), wire, piece);
    EXPECT_EQ(bench.texts[""], wire) << piece;
  }
}

struct Mail {
  std::string name;
  std::string label;
  std::string body;
  std::vector<std::string> found;
  std::string type = "text/plain";
};
const Mail kMails[] = {
    {"base64_over_rows", "base64", kAscii, {"Bob Example;bob@example.org"}},
    {"base64_over_utf8", "base64", kRows, {"Zo\xc3\xab M\xc3\xbcller;zoe@example.org"}},
    {"base64_over_tickets",
     "base64",
     "TCK-00412977\r\nTCK-00412978\r\nTCK-00412979\r\n",
     {"TCK-00412978\r\n"}},
    {"base64_over_numbers",
     "base64",
     "447700900123\r\n447700900124\r\n447700900125\r\n",
     {"447700900124\r\n"}},
    {"base64_over_one_number", "base64", "447700900123", {"447700900123"}},
    {"base64_over_names", "base64", "Alice Example\r\nBob Example\r\n", {"Bob Example\r\n"}},
    {"base64_over_quoted_printable",
     "base64",
     "alice=40example.com and Zo=C3=AB of =\r\nthe list",
     {"alice@example.com and Zo\xc3\xab of the list"}},
    {"base64_over_a_file", "base64", gzipped(kRows), {"zoe@example.org"}},
    {"quoted_printable_over_a_file", "quoted-printable", gzipped(kRows), {"zoe@example.org"}},
    {"quoted_printable_over_base64", "quoted-printable", base64(kRows, 76), {"zoe@example.org"}},
    {"seven_bit_over_base64", "7bit", base64(kRows, 76), {"zoe@example.org"}},
    {"true_base64", "BASE64", base64(kRows, 76), {kRows}},
    {"true_base64_with_a_comment", "base64 (of it)", base64(kRows, 76), {kRows}},
    {"true_base64_with_strangers", "base64", base64(kRows, 8), {kRows}},
    {"true_base64_of_latin1",
     "base64",
     base64(latin(kRows), 76),
     {"Zo\xc3\xab M\xc3\xbcller;zoe@example.org"}},
    {"true_base64_of_little_latin1",
     "base64",
     base64("M\xfcller;m@example.com"),
     {"M\xc3\xbcller;m@example.com"}},
    {"true_quoted_printable_with_a_comment",
     "quoted-printable (x)",
     "Zo=C3=AB;zoe=40example.=\r\norg",
     {"Zo\xc3\xab;zoe@example.org"}},
    {"footer_after_base64",
     "base64",
     base64(kAscii + kAscii, 76) + "\r\n-- \r\nList of carol@example.net\r\n447700900123\r\n",
     {kAscii + kAscii, "List of carol@example.net\r\n447700900123\r\n"}},
    {"numbers_after_base64",
     "base64",
     base64(kAscii + kAscii, 76) + "\r\n447700900123\r\n447700900124\r\n",
     {kAscii + kAscii, "447700900123\r\n447700900124\r\n"}},
    {"base64_after_a_footer",
     "base64",
     base64(kAscii + kAscii, 76) + "\r\ncarol@example.net\r\n" + base64(kRows + kRows, 76),
     {"carol@example.net", "zoe@example.org"}},
    {"a_mail_that_is_a_file", "", gzipped(kRows), {"zoe@example.org"}, "message/rfc822"},
    {"a_mail_that_is_rows", "", kRows, {"Zo\xc3\xab M\xc3\xbcller;zoe"}, "message/rfc822"},
    {"a_mail_in_base64_that_is_a_file",
     "base64",
     base64(gzipped(kRows), 76),
     {"zoe@example.org"},
     "message/rfc822"},
    {"a_mail_in_base64",
     "base64",
     base64("Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nalice=40exam=\r\n"
            "ple.com",
            76),
     {"alice@example.com"},
     "message/rfc822"},
    {"a_mail_after_a_from_line",
     "",
     ">From alice Mon Jan  5 10:00:00 2026\r\nX-Rare: x\r\n"
     "Content-Transfer-Encoding: base64\r\n\r\n" +
         base64(kRows, 76),
     {"zoe@example.org"},
     "message/rfc822"},
};
class Transfers : public testing::TestWithParam<Mail> {};
INSTANTIATE_TEST_SUITE_P(Labels, Transfers, testing::ValuesIn(kMails),
                         [](const auto& test) { return test.param.name; });

TEST_P(Transfers, AreComparedWithTheBytesHoweverCut) {
  std::string wire = "MIME-Version: 1.0\r\nContent-Type: " + GetParam().type + "\r\n";
  if (!GetParam().label.empty()) wire += "Content-Transfer-Encoding: " + GetParam().label + "\r\n";
  wire += "\r\n" + GetParam().body;
  Bench whole;
  whole.run(part(PartKind::mail_message), wire);
  for (const std::string& found : GetParam().found) EXPECT_TRUE(whole.saw(found)) << found;
  EXPECT_TRUE(whole.blind_spots.empty());
  for (const std::size_t piece : {1UL, 7UL, 100UL}) {
    Bench pieces;
    pieces.run(part(PartKind::mail_message), wire, piece);
    EXPECT_EQ(pieces.texts, whole.texts) << piece;
  }
}

struct Coding {
  std::string name;
  std::string label;
  std::string wire;
};
/// Each label over each kind of bytes.
std::vector<Coding> codings() {
  const std::pair<const char*, std::string> wires[] = {
      {"text", kRows},
      {"latin1", latin(kRows + kRows)},
      {"utf16", in("utf-16", kRows)},
      {"gzip", gzipped(kRows)},
      {"zstd", zstded(kRows)},
      {"zlib", deflated(kRows, 15)},
      {"deflate", deflated(kRows, -15)},
  };
  std::vector<Coding> all{{"br_over_br", "br", brotlied(kRows)},
                          {"deflate_over_br", "deflate", brotlied(kRows)},
                          {"snappy_over_br", "snappy", brotlied(kRows)},
                          {"lz4_over_br", "lz4", brotlied(kRows)}};
  for (const char* label :
       {"gzip", "deflate", "br", "zstd", "snappy", "lz4", "compress", "identity", "x_none"})
    for (const auto& [name, wire] : wires)
      all.push_back({std::string(label) + "_over_" + name, label, wire});
  return all;
}
class ContentCodings : public testing::TestWithParam<Coding> {};
INSTANTIATE_TEST_SUITE_P(Labels, ContentCodings, testing::ValuesIn(codings()),
                         [](const auto& test) { return test.param.name; });

TEST_P(ContentCodings, AreComparedWithTheBytesHoweverCut) {
  for (const std::size_t piece : {0UL, 1UL, 100UL}) {
    Bench bench;
    bench.run(part(PartKind::body, "text/csv", {GetParam().label}), GetParam().wire, piece);
    EXPECT_TRUE(bench.saw("Zo\xc3\xab M\xc3\xbcller;zoe@example.org")) << piece;
    EXPECT_TRUE(bench.blind_spots.empty());
  }
}

}  // namespace
}  // namespace outspan::content

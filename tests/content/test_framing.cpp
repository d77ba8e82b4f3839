#include <gtest/gtest.h>

#include "tests/content/encoders.h"
#include "tests/content/support.h"

/// Bodies inside of other framing, and streams without a mark.
namespace outspan::content {
namespace {

using protocol::PartKind;

const std::string kRows = [] {
  std::string rows = "Name;Mail\r\n";
  for (int i = 0; i < 100; ++i) {
    const std::string number = std::to_string(i * 7919);
    rows += "Person " + number + ";person" + number + "@example.com\r\n";
  }
  return rows + "Zo\xc3\xab Last;zoe@example.org\r\n";
}();

std::string chunks(std::string_view bytes, std::size_t size, bool sign) {
  std::string out;
  const auto line = [&](std::size_t length) {
    std::array<char, 20> digits;
    std::snprintf(digits.data(), digits.size(), "%zx", length);
    out += digits.data();
    if (sign) out += ";chunk-signature=" + std::string(64, 'a');
    out += "\r\n";
  };
  for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size()))) {
    const std::string_view chunk = bytes.substr(0, size);
    line(chunk.size());
    out.append(chunk) += "\r\n";
  }
  line(0);
  return out + (sign ? "\r\n" : "x-amz-checksum-crc32:AAAAAA==\r\n\r\n");
}

std::string form(std::string_view boundary) {
  return "--" + std::string(boundary) +
         "\r\nContent-Disposition: form-data; name=\"f\"; filename=\"list.gz\"\r\n\r\n" +
         gzipped(kRows) + "\r\n--" + std::string(boundary) + "--\r\n";
}

std::string mail(std::string_view first, std::string_view line_end) {
  std::string text = std::string(first) +
                     "Subject: list\nMIME-Version: 1.0\nFrom: a@example.org\n"
                     "Content-Transfer-Encoding: quoted-printable\n\n"
                     "Zo=C3=AB Last;zoe=40exam=\nple.org\n";
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string(line_end) : std::string(1, c);
  return out;
}

struct Framed {
  std::string name;
  std::string wire;
  std::string found = "Zo\xc3\xab Last;zoe@example.org";
  std::string type = "application/octet-stream";
  std::vector<std::string> codings{};
  std::string file{};
};
const Framed kFramed[] = {
    {"aws_signed", chunks(gzipped(kRows), 300, true)},
    {"aws_signed_labelled", chunks(gzipped(kRows), 300, true), kRows, "", {"aws-chunked"}},
    {"aws_unsigned_labelled", chunks(gzipped(kRows), 300, false), kRows, "", {"aws-chunked"}},
    {"aws_of_gzip_labelled", chunks(gzipped(kRows), 300, true), kRows, "", {"gzip", "aws-chunked"}},
    {"aws_text", chunks(kRows, 8192, true), kRows},
    {"aws_label_without_chunks", gzipped(kRows), kRows, "", {"aws-chunked"}},
    {"form_of_its_boundary", form("xyz"), kRows, "multipart/form-data; boundary=xyz"},
    {"form_of_another_boundary", form("xyz"), kRows, "multipart/form-data; boundary=other"},
    {"form_without_a_boundary", form("xyz"), kRows, "multipart/form-data"},
    {"form_without_a_label", form("-----xyz"), kRows, "text/plain"},
    {"no_form_but_gzip", gzipped(kRows), kRows, "multipart/mixed; boundary=xyz"},
    {"no_form_but_zlib", deflated(kRows, 15), kRows, "multipart/mixed; boundary=xyz"},
    {"no_form_but_deflate", deflated(kRows, -15), kRows, "multipart/mixed; boundary=xyz"},
    {"form_after_a_line_end", "\r\n" + form("xyz"), kRows, "multipart/mixed; boundary=\"o\""},
    {"zlib", deflated(kRows, 15), kRows},
    {"zlib_without_compression",
     [] {
       std::string packed("\x78\x01\x01\0\0\0\0", 7);
       const std::size_t size = kRows.size();
       packed[3] = static_cast<char>(size), packed[4] = static_cast<char>(size >> 8);
       packed[5] = static_cast<char>(~size), packed[6] = static_cast<char>(~size >> 8);
       return packed + kRows + "\0\0\0\0";
     }(),
     "Zo\xc3\xab Last"},
    {"raw_deflate_by_name", deflated(kRows, -15), kRows, "", {}, "list.csv.deflate"},
    {"brotli_by_name", brotlied(kRows), kRows, "", {}, "list.csv.br"},
    {"text_of_such_a_name", kRows, kRows, "", {}, "list.csv.br"},
    {"eml_of_microsoft",
     mail("ARC-Seal: i=1; a=rsa-sha256; b=" + std::string(400, 'x') + "\n", "\r\n")},
    {"eml_of_exchange", mail("X-MS-Exchange-Organization-AuthAs: Anonymous\n", "\r\n")},
    {"eml_of_any_field_by_name",
     mail("X-Rare: " + std::string(400, 'x') + "\n", "\n"),
     "Zo\xc3\xab Last;zoe@example.org",
     "",
     {},
     "one.eml"},
    {"eml_with_cr", mail("Return-Path: <a@example.org>\n", "\r")},
    {"emlx", mail("  1234\nReturn-Path: <a@example.org>\n", "\n")},
    {"emlx_size_first", mail("1234      \nReceived: by x\n", "\n")},
    {"mbox_with_cr", mail("From a@example.org Mon Jan  5 10:00:00 2026\n", "\r") + "\r" +
                         mail("From b@example.org Mon Jan  5 11:00:00 2026\n", "\r")},
};
class Framings : public testing::TestWithParam<Framed> {};
INSTANTIATE_TEST_SUITE_P(Content, Framings, testing::ValuesIn(kFramed),
                         [](const auto& test) { return test.param.name; });

TEST_P(Framings, AreTakenOffHoweverCut) {
  for (const std::size_t piece : {0UL, 1UL, 7UL, 1000UL}) {
    Bench bench;
    auto info = part(PartKind::body, GetParam().type, GetParam().codings);
    info.file_name = GetParam().file;
    bench.run(std::move(info), GetParam().wire, piece);
    EXPECT_TRUE(bench.saw(GetParam().found)) << piece;
    EXPECT_TRUE(bench.blind_spots.empty()) << piece;
    EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], GetParam().wire.size());
  }
}

TEST(Framing, AGapInChunksEndsThemOnly) {
  const std::string wire = chunks(kRows, 1000, true);
  Bench bench;
  const auto writer = bench.begin();
  writer->begin_part(part(PartKind::body));
  bench.deliver(*writer, std::string_view(wire).substr(0, 1500));
  writer->gap(200);
  bench.deliver(*writer, std::string_view(wire).substr(1700));
  writer->end(protocol::ObjectEnd::complete);
  EXPECT_TRUE(bench.saw("zoe@example.org"));
}

struct Sealed {
  std::string name;
  std::string head;
  bool encrypted;
};
const std::string kEnveloped = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0";
const Sealed kSealed[] = {
    {"der_short", "\x30\x7f" + kEnveloped, true},
    {"der_one_byte", "\x30\x81\xf0" + kEnveloped, true},
    {"der_two_bytes", "\x30\x82\x01\xf0" + kEnveloped, true},
    {"ber_indefinite", "\x30\x80" + kEnveloped, true},
    {"another_type",
     std::string("\x30\x82\x01\xf0\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03", 15), false},
    {"cut", "\x30\x82", false},
};
class Cms : public testing::TestWithParam<Sealed> {};
INSTANTIATE_TEST_SUITE_P(Content, Cms, testing::ValuesIn(kSealed),
                         [](const auto& test) { return test.param.name; });

TEST_P(Cms, EnvelopedIsEncryptedHoweverSmall) {
  Bench bench;
  bench.run(part(PartKind::mail_message),
            "Content-Type: application/pkcs7-mime; name=smime.p7m\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n" +
                base64(GetParam().head + std::string(60, '\x81'), 76));
  ASSERT_EQ(bench.blind_spots.size(), GetParam().encrypted ? 1U : 0U);
  if (GetParam().encrypted) {
    EXPECT_EQ(bench.blind_spots[0].reason, "encrypted");
  }
}

}  // namespace
}  // namespace outspan::content

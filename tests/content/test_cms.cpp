#include <gtest/gtest.h>
#include <openssl/cms.h>
#include <openssl/pem.h>

#include <functional>

#include "core/handle.h"
#include "tests/content/encoders.h"
#include "tests/content/support.h"

/// Messages of CMS whose content is in clear, as OpenSSL writes them and by hand.
namespace outspan::content {
namespace {

using namespace std::string_view_literals;
using protocol::PartKind;

using Bio = CHandle<BIO, BIO_free>;
using Message = CHandle<CMS_ContentInfo, CMS_ContentInfo_free>;

std::string taken(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

/// Digested data: the frame is that of signed data, without a key. With CMS_STREAM in BER, in
/// segments.
std::string by_openssl(std::string_view content, unsigned flags,
                       const std::function<void(BIO*, CMS_ContentInfo*, BIO*)>& write) {
  const Bio in(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
  const Message message(CMS_digest_create(in.get(), EVP_sha256(), flags | CMS_BINARY));
  const Bio out(BIO_new(BIO_s_mem()));
  write(out.get(), message.get(), in.get());
  return taken(out.get());
}
std::string der(std::string_view content) {
  return by_openssl(content, 0,
                    [](BIO* out, CMS_ContentInfo* message, BIO*) { i2d_CMS_bio(out, message); });
}
std::string ber(std::string_view content) {
  return by_openssl(content, CMS_STREAM, [](BIO* out, CMS_ContentInfo* message, BIO* in) {
    i2d_CMS_bio_stream(out, message, in, CMS_STREAM | CMS_BINARY);
  });
}
std::string pem(std::string_view content, unsigned flags) {
  return by_openssl(content, flags, [flags](BIO* out, CMS_ContentInfo* message, BIO* in) {
    PEM_write_bio_CMS_stream(out, message, in, static_cast<int>(flags | CMS_BINARY));
  });
}
/// As `openssl cms` writes a mail.
std::string mail(std::string_view content, unsigned flags) {
  return by_openssl(content, flags, [flags](BIO* out, CMS_ContentInfo* message, BIO* in) {
    SMIME_write_CMS(out, message, in, static_cast<int>(flags | CMS_BINARY));
  });
}

std::string element(char tag, std::string_view bytes) {
  std::string out(1, tag);
  if (bytes.size() < 0x80) return out.append(1, static_cast<char>(bytes.size())).append(bytes);
  for (const int byte :
       {0x84, static_cast<int>(bytes.size() >> 24), static_cast<int>(bytes.size() >> 16),
        static_cast<int>(bytes.size() >> 8), static_cast<int>(bytes.size())})
    out += static_cast<char>(byte);
  return out.append(bytes);
}
std::string endless(char tag, std::string_view bytes) {
  return std::string(1, tag).append("\x80"sv).append(bytes).append("\0\0"sv);
}
const std::string kData = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
const std::string kSignedData = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const std::string kDigestedData = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x05";
const std::string kAuthData = "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x02";
const std::string kCompressedData = "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09";
const std::string kVersion = "\x02\x01\x01";
const std::string kAlgorithms = element('\x31', element('\x30', "\x06\x05\x2b\x0e\x03\x02\x1a"));
const std::string kZlib = element('\x30', "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x03\x08");

std::string message(std::string_view type, std::string_view head, std::string_view octets) {
  return element(
      '\x30',
      std::string(type) +
          element('\xa0', element('\x30', std::string(head) +
                                              element('\x30', kData + element('\xa0', octets)))));
}
/// Segments of `size` bytes, in segments of three of those.
std::string segments(std::string_view bytes, std::size_t size) {
  std::string all, group;
  for (int i = 1; !bytes.empty(); ++i) {
    group += element('\x04', bytes.substr(0, size));
    bytes.remove_prefix(std::min(size, bytes.size()));
    if (i % 3 != 0 && !bytes.empty()) continue;
    all += i % 2 == 0 ? element('\x24', group) : endless('\x24', group);
    group.clear();
  }
  return endless('\x24', all);
}

std::string rows(std::string_view at) {
  std::string text;
  for (int i = 0; i < 1500; ++i) {
    const std::string number = std::to_string(i * 7919);
    text += "Person " + number + ";person" + number + std::string(at) + "example.com\r\n";
  }
  return text;
}
const std::string kRows = rows("@");
const std::string kQuoted =
    "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + rows("=40");
const std::string kBase64 =
    "Content-Type: text/csv; name=list.csv\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
    base64(kRows, 76);
const std::string kMixed =
    "Content-Type: multipart/mixed; boundary=xyz\r\n\r\n--xyz\r\nContent-Type: text/plain\r\n\r\n"
    "See the list.\r\n--xyz\r\nContent-Type: application/gzip; name=list.gz\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n" +
    base64(gzipped(kRows), 76) + "\r\n--xyz--\r\n";

struct Clear {
  std::string name;
  std::string wire;
};
const Clear kClear[] = {
    {"der_of_text", der(kRows)},
    {"der_of_quoted_printable", der(kQuoted)},
    {"ber_of_text", ber(kRows)},
    {"ber_of_quoted_printable", ber(kQuoted)},
    {"ber_of_base64", ber(kBase64)},
    {"ber_of_a_gzip_in_a_multipart", ber(kMixed)},
    {"ber_of_a_gzip", ber(gzipped(kRows))},
    {"ber_in_ber", ber(ber(kQuoted))},
    {"pem", pem(kQuoted, 0)},
    {"pem_of_ber", pem(kMixed, CMS_STREAM)},
    {"mail", mail(kQuoted, 0)},
    {"mail_of_ber", mail(kMixed, CMS_STREAM)},
    {"after_other_bytes_in_a_form",
     "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"mail.p7m\"\r\n"
     "Content-Type: application/pkcs7-mime\r\n\r\n" +
         ber(kBase64) + "\r\n--b--\r\n"},
    {"segments_in_segments", message(kSignedData, kVersion + kAlgorithms, segments(kQuoted, 1000))},
    {"segments_of_a_few_bytes", message(kSignedData, kVersion + kAlgorithms, segments(kRows, 13))},
    {"digested", message(kDigestedData, kVersion + kAlgorithms, segments(kQuoted, 999))},
    {"authenticated", message(kAuthData, kVersion + kAlgorithms, segments(kQuoted, 999))},
    {"compressed",
     message(kCompressedData, kVersion + kZlib, element('\x04', deflated(kQuoted, 15)))},
    {"compressed_in_segments",
     message(kCompressedData, kVersion + kZlib, segments(deflated(kMixed, 15), 100))},
    {"compressed_in_signed",
     ber(message(kCompressedData, kVersion + kZlib, segments(deflated(kRows, 15), 100)))},
    {"only_data", element('\x30', kData + element('\xa0', segments(kQuoted, 500)))},
};
class ClearCms : public testing::TestWithParam<Clear> {};
INSTANTIATE_TEST_SUITE_P(Content, ClearCms, testing::ValuesIn(kClear),
                         [](const auto& test) { return test.param.name; });

TEST_P(ClearCms, IsReadAsItsContentHoweverCut) {
  for (const std::size_t piece : {0UL, 1UL, 7UL, 1460UL}) {
    Bench bench;
    bench.run(part(PartKind::body), GetParam().wire, piece);
    EXPECT_TRUE(bench.saw(kRows) || bench.saw(rows("=40"))) << piece;
    std::string all;
    for (const std::string& text : bench.unescaped_texts) all += text;
    for (const auto& [path, text] : bench.texts) all += text;
    EXPECT_NE(all.find("person11870581@example.com"), std::string::npos) << piece;
    EXPECT_TRUE(bench.blind_spots.empty()) << piece;
  }
}

TEST(Cms, WhatStandsAroundTheContentIsSearched) {
  const std::string certificate =
      element('\xa0', element('\x30', element('\x16', "carol@example.org")));
  const std::string wire = element(
      '\x30',
      kSignedData + element('\xa0', element('\x30', kVersion + kAlgorithms +
                                                        element('\x30', kData) + certificate)));
  Bench bench;
  bench.run(part(PartKind::body), wire + "dave@example.net");
  EXPECT_TRUE(bench.saw("carol@example.org"));
  EXPECT_TRUE(bench.saw("dave@example.net"));
  EXPECT_TRUE(bench.blind_spots.empty());
}

struct Broken {
  std::string name;
  std::string wire;
};
const Broken kBroken[] = {
    {"longer_than_what_it_is_in",
     element('\x30', kSignedData + element('\xa0', std::string("\x30\x7f\x02\x01\x01"sv) +
                                                       "erin@example.com"))},
    {"deeper_than_anything",
     [] {
       std::string inside = "erin@example.com";
       for (int i = 0; i < 60; ++i) inside = endless('\x30', inside);
       return element('\x30', kSignedData + inside);
     }()},
    {"end_of_contents_without_a_beginning",
     element('\x30', kSignedData + std::string("\0\0"sv) + "erin@example.com")},
};
class BrokenCms : public testing::TestWithParam<Broken> {};
INSTANTIATE_TEST_SUITE_P(Content, BrokenCms, testing::ValuesIn(kBroken),
                         [](const auto& test) { return test.param.name; });

TEST_P(BrokenCms, IsSearchedAndSaid) {
  for (const std::size_t piece : {0UL, 1UL}) {
    Bench bench;
    bench.run(part(PartKind::body), GetParam().wire, piece);
    EXPECT_TRUE(bench.saw("erin@example.com"));
    ASSERT_EQ(bench.blind_spots.size(), 1U);
    EXPECT_EQ(bench.blind_spots[0].reason, "damaged");
  }
}

TEST(Cms, AGapIsSaid) {
  const std::string wire = ber(kBase64);
  Bench bench;
  const auto writer = bench.begin();
  writer->begin_part(part(PartKind::body));
  bench.deliver(*writer, std::string_view(wire).substr(0, 5000));
  writer->gap(200);
  bench.deliver(*writer, std::string_view(wire).substr(5200));
  writer->end(protocol::ObjectEnd::complete);
  EXPECT_TRUE(bench.saw("person0@example.com"));
  ASSERT_EQ(bench.blind_spots.size(), 1U);
  EXPECT_EQ(bench.blind_spots[0].reason, "gap");
}

}  // namespace
}  // namespace outspan::content

#include "protocol/tls/ja.h"

#include <gtest/gtest.h>

namespace outspan::protocol::tls {
namespace {

/// FoxIO, technical_details/JA4.md, in the order of Chrome with GREASE around it.
ClientHello chrome() {
  ClientHello hello;
  hello.version = 0x0303;
  hello.ciphers = {0x6a6a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030,
                   0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035};
  hello.extensions = {0xdada, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d,
                      0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015, 0x1a1a};
  hello.signature_algorithms = {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601};
  hello.supported_versions = {0x7a7a, 0x0304, 0x0303};
  hello.has_server_name = true;
  hello.alpn = "h2";
  return hello;
}

TEST(Ja4, PublishedVector) {
  EXPECT_EQ(ja4(chrome(), HelloTransport::tcp), "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

TEST(Ja4, NewerChrome) {
  ClientHello hello = chrome();
  hello.extensions = {0x0000, 0x0010, 0x0005, 0x000a, 0x000b, 0x000d, 0x0012, 0x0017,
                      0x001b, 0x0023, 0x002b, 0x002d, 0x0033, 0x44cd, 0xfe0d, 0xff01};
  EXPECT_EQ(ja4(hello, HelloTransport::tcp), "t13d1516h2_8daaf6152771_d8a2da3f94cd");
}

TEST(Ja4, NothingOffered) {
  ClientHello hello;
  hello.version = 0x0301;
  EXPECT_EQ(ja4(hello, HelloTransport::quic), "q10i000000_000000000000_000000000000");
}

TEST(Ja4, AlpnThatIsNoText) {
  ClientHello hello = chrome();
  hello.alpn = "\xab\xcd";
  EXPECT_EQ(ja4(hello, HelloTransport::tcp).substr(0, 10), "t13d1516ad");
}

TEST(Ja3, PublishedVectors) {  // github.com/salesforce/ja3, README
  ClientHello hello;
  hello.version = 769;
  hello.ciphers = {47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4};
  hello.extensions = {0, 10, 11};
  hello.groups = {23, 24, 25};
  hello.point_formats = {0};
  EXPECT_EQ(ja3_text(hello),
            "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0");
  EXPECT_EQ(ja3(hello), "ada70206e40642a3e4461f35503241d5");

  ClientHello old;
  old.version = 769;
  old.ciphers = {4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99};
  EXPECT_EQ(ja3(old), "de350869b8c85de67a350c8d186f11e6");
}

}  // namespace
}  // namespace outspan::protocol::tls

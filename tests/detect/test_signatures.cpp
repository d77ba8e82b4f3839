// The examples inside the signatures, and what they must not do together.
#include "detect/signature_test.h"

#include "detect/builtin.h"
#include "tests/detect/support.h"

namespace outspan::detect {
namespace {

using testing::Bench;

std::vector<config::SignatureSpec> builtin_specs() {
  auto specs = load_signature_sources({"builtin"});
  EXPECT_TRUE(specs.ok()) << specs.problems().front().to_string();
  return specs.ok() ? std::move(*specs) : std::vector<config::SignatureSpec>{};
}

TEST(BuiltinSignatures, HoldTheirOwnExamples) {
  const auto reports = test_signatures(builtin_specs(), false);
  ASSERT_TRUE(reports.ok()) << reports.problems().front().to_string();
  ASSERT_GE(reports.value().size(), 30u);
  for (const SignatureReport& report : reports.value()) {
    EXPECT_GE(report.examples, 2u) << report.id;
    for (const Problem& failure : report.failures) ADD_FAILURE() << failure.to_string();
  }
}

TEST(BuiltinSignatures, EachHasExamplesOfBothKinds) {
  for (const auto& spec : builtin_specs()) {
    EXPECT_FALSE(spec.match.empty()) << spec.id;
    EXPECT_FALSE(spec.no_match.empty()) << spec.id;
  }
}

/// What looks like a value and is none, with every country's formats configured at once.
TEST(BuiltinSignatures, LookalikesGiveNothingOrLittleConfidence) {
  const char* const kLookalikes[] = {
      "550e8400-e29b-41d4-a716-446655440000",
      "d41d8cd98f00b204e9800998ecf8427e",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "2024-01-15T10:30:45.123456789Z",
      "2024-01-15 10:30:45",
      "20240115103045",
      "15.01.2024 10:30",
      "\"ts\":1705314645,\"ms\":1705314645123",
      "192.168.100.200",
      "10.0.0.1:8080, 172.16.254.3/24",
      "2001:db8:85a3::8a2e:370:7334",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.6099.130",
      "v1.22.333.4444",
      "3.14159265358979323846",
      "{\"lat\":52.520006599999,\"lon\":13.404954000001}",
      "order-100234567891",
      "ORD/2024/00012345678",
      "<path d=\"M10.5 20.25L30.75 40.125 50.5 60.25C1 2 3 4 5 6z\"/>",
      "viewBox=\"0 0 1024 768\" transform=\"matrix(1 0 0 1 100 200)\"",
      "Content-Length: 1048576000",
      "total 1234567890 bytes (1.2 GB) copied",
      "00:1a:2b:3c:4d:5e",
      "978-3-16-148410-0",
      "$1,234,567,890.00",
      "rgba(255, 255, 255, 0.75)",
      "#1234567890abcdef",
      "logo@2x.png icon@3x.jpg",
      "react@18.2.0 @types/node@20.10.5",
      "0x00007f8a1c2d3e4f",
      "a1b2c3d4-1234567890",
      "100 200 300 400 500 600",
      "1 000 000 000",
  };
  Bench bench(testing::builtin({"US", "GB", "DE", "FR", "ES", "IT", "NL", "BE", "PL", "SE", "NO",
                                "FI", "DK", "PT", "CH", "BR", "IN", "AU", "TR", "CN", "ZA", "CA"}));
  for (const char* text : kLookalikes) {
    for (const auto& value : bench.scan(text))
      EXPECT_LT(value.confidence, 50) << ::testing::PrintToString(value) << " in " << text;
  }
}

}  // namespace
}  // namespace outspan::detect

#include <gtest/gtest.h>

#include "tests/content/support.h"

namespace outspan::content {
namespace {

using protocol::PartKind;

TEST(FormData, PartsAreNamedByFileOrField) {
  const std::string body =
      "--XX\r\nContent-Disposition: form-data; name=\"comment\"\r\n\r\nhello\r\n"
      "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"customers.csv\"\r\n"
      "Content-Type: text/csv\r\n\r\nalice@example.com\r\n-- no\r\n--XXY\r\nbob\r\n--XX--\r\n";
  for (std::size_t piece = 0; piece < 40; ++piece) {
    Bench bench;
    bench.run(part(PartKind::body, "multipart/form-data; boundary=XX"), body, piece);
    EXPECT_EQ(bench.texts["comment"], "hello") << piece;
    EXPECT_EQ(bench.texts["customers.csv"], "alice@example.com\r\n-- no\r\n--XXY\r\nbob") << piece;
  }
}
TEST(FormData, AMissingEndIsFine) {
  Bench bench;
  bench.run(part(PartKind::body, "multipart/form-data; boundary=XX"),
            "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nalice@example.com");
  EXPECT_EQ(bench.texts["a"], "alice@example.com");
}

}  // namespace
}  // namespace outspan::content

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "tests/content/support.h"

namespace outspan::content {
namespace {

using protocol::PartKind;

/// [MS-PST] 2.2.2.6, what is looked at.
std::string header(bool unicode, char method) {
  std::string head(1024, '\0');
  head.replace(0, 4, "!BDN");
  head.replace(8, 2, "SM");
  head[10] = static_cast<char>(unicode ? 23 : 15);
  head[unicode ? 513 : 461] = method;
  return head;
}

/// What Outlook makes of a block: the inverse of what the stage does.
std::string permuted(std::string_view plain) {
  std::string all(256, '\0'), decoded;
  for (int i = 0; i < 256; ++i) all[static_cast<std::size_t>(i)] = static_cast<char>(i);
  Bench bench;
  bench.run(part(PartKind::body), header(true, 1) + all);
  for (const auto& [path, text] : bench.texts)
    if (text.size() == 1024 + all.size()) decoded = text.substr(1024);
  std::string out;
  for (const char byte : plain) out += static_cast<char>(decoded.find(byte));
  return out;
}

std::string wide(std::string_view text) {
  std::string out;
  for (const char letter : text) (out += letter) += '\0';
  return out;
}

/// The first bytes of mpbbR in [MS-PST] 5.1: the specification's own, not what the stage makes.
TEST(Pst, BytesAreChangedAsTheSpecificationSays) {
  EXPECT_EQ(permuted(std::string_view("\0\1\2\3", 4)), "\x41\x36\x13\x62");
  EXPECT_EQ(permuted("\xec"), "\xff");
}

TEST(Pst, TextIsSearchedAndTheFileIsToldAsUnopened) {
  const std::string block = std::string(300, '\1') + wide("Subject: alice@example.com") +
                            std::string(50, '\3') + "bob@example.org" + std::string(200, '\2');
  for (const bool unicode : {true, false})
    for (const std::size_t piece : {0, 1, 1460}) {
      Bench bench;
      bench.run(part(PartKind::body), header(unicode, 1) + permuted(block), piece);
      EXPECT_TRUE(bench.saw("alice@example.com")) << unicode << piece;
      EXPECT_TRUE(bench.saw("bob@example.org"));
      ASSERT_EQ(bench.blind_spots.size(), 1u);
      EXPECT_EQ(bench.blind_spots[0].reason, "unsupported");
      EXPECT_EQ(bench.blind_spots[0].media_type, "application/vnd.ms-outlook-pst");
    }
}

TEST(Pst, OneThatIsNotChangedIsReadAsItIs) {
  Bench bench;
  bench.run(part(PartKind::body), header(true, 0) + wide("alice@example.com"), 100);
  EXPECT_TRUE(bench.saw("alice@example.com"));
}

}  // namespace
}  // namespace outspan::content

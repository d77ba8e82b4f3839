#include <gtest/gtest.h>

#include "tests/content/archives.h"
#include "tests/content/support.h"

namespace outspan::content {
namespace {

using protocol::PartKind;

constexpr std::size_t kPieces[] = {0, 1, 7, 700};

TEST(Tar, MembersAreNodesEvenInsideGzip) {
  const std::string tar = tar_member("a/customers.csv", "alice@example.com\n") +
                          tar_member("b.csv.gz", gzipped("bob@example.org")) +
                          std::string(1024, '\0');
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body), gzipped(tar), piece);
    EXPECT_EQ(bench.texts["gzip>a/customers.csv"], "alice@example.com\n") << piece;
    EXPECT_EQ(bench.texts["gzip>b.csv.gz>gzip"], "bob@example.org") << piece;
    EXPECT_TRUE(bench.blind_spots.empty());
  }
}

TEST(Tar, LongNamesOfGnuAndPaxAndTheOldestFormWithoutAMark) {
  const std::string long_name(180, 'n');
  const std::string gnu("ustar  \0", 8);
  const std::string pax = "190 path=" + long_name + "\n";
  for (const std::string& tar :
       {tar_member("././@LongLink", long_name + '\0', 'L', gnu) +
            tar_member("cut", "alice@example.com", '0', gnu),
        tar_member("PaxHeaders/x", pax, 'x') + tar_member("cut", "alice@example.com")}) {
    Bench bench;
    bench.run(part(PartKind::body), tar, 100);
    EXPECT_EQ(bench.texts[long_name], "alice@example.com");
  }
  Bench old;
  old.run(part(PartKind::body), tar_member("v7.csv", "alice@example.com", '\0', ""));
  EXPECT_EQ(old.texts["v7.csv"], "alice@example.com");
}

/// Whatever its size: nothing is collected.
TEST(Tar, OneLargerThanAnyLimitIsReadAsItComes) {
  config::Limits limits;
  limits.object_mib = 1;
  limits.memory_mib = 8;
  const std::string tar = tar_member("big", std::string(8 << 20, 'x') + " alice@example.com") +
                          tar_member("b.gz", gzipped("bob@example.org"));
  Bench bench(limits);
  bench.run(part(PartKind::body), tar, 1460);
  EXPECT_TRUE(bench.saw("alice@example.com"));
  EXPECT_EQ(bench.texts["b.gz>gzip"], "bob@example.org");
  EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], tar.size());
  EXPECT_TRUE(bench.blind_spots.empty());
}

TEST(Tar, BehindAGapTheNextHeaderIsFound) {
  const std::string first = tar_member("first", std::string(3000, 'x'));
  const std::string second = tar_member("second.gz", gzipped("bob@example.org"));
  for (const std::size_t lost : {100U, 511U, 512U, 1111U}) {
    Bench bench;
    const auto writer = bench.begin();
    writer->begin_part(part(PartKind::body));
    bench.deliver(*writer, first.substr(0, 900));
    writer->gap(lost);
    bench.deliver(*writer, first.substr(900 + lost) + second, 333);
    writer->end_part();
    writer->end(protocol::ObjectEnd::complete);
    EXPECT_EQ(bench.texts["second.gz>gzip"], "bob@example.org") << lost;
  }
}

TEST(Tar, NamesAreSearched) {
  Bench bench;
  bench.run(part(PartKind::body), tar_member("alice@example.com.txt", "x"), 64);
  EXPECT_NE(bench.texts[""].find("alice@example.com"), std::string::npos);
}

}  // namespace
}  // namespace outspan::content

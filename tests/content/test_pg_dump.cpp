#include <gtest/gtest.h>

#include <random>

#include "tests/content/archives.h"
#include "tests/content/support.h"

namespace outspan::content {
namespace {

using protocol::PartKind;

constexpr std::size_t kPieces[] = {0, 1, 7, 700};

/// Does not become much smaller.
std::string random_rows(std::size_t count) {
  std::mt19937 random(7);
  std::string rows;
  for (std::size_t i = 0; i < count; ++i)
    rows += std::to_string(i) + "\tuser" + std::to_string(random()) + "@example.com\n";
  return rows;
}

TEST(PgDump, EachTableIsAMemberOfItsName) {
  const std::string many = random_rows(2000);
  const std::string dump = pg_head({{3, "customers"}, {4, "tickets"}, {5, "nothing"}}) +
                           pg_table(3, "1\talice@example.com\n") + pg_table(4, many) +
                           pg_table(5, "");
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body), dump, piece);
    EXPECT_EQ(bench.texts["public.customers"], "1\talice@example.com\n") << piece;
    EXPECT_EQ(bench.texts["public.tickets"], many) << piece;
    EXPECT_TRUE(bench.blind_spots.empty());
    EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], dump.size());
  }
}

TEST(PgDump, PiecesMayBeOfAnySize) {
  const std::string many = random_rows(20);
  for (const std::size_t size : {3, 5, 100}) {
    Bench bench;
    bench.run(part(PartKind::body), pg_head({{3, "t"}}) + pg_table(3, many, size), 64);
    EXPECT_EQ(bench.texts["public.t"], many) << size;
  }
}

TEST(PgDump, LargeObjectsAreMembers) {
  const std::string objects =
      "\x03" + pg_number(9) + pg_number(16384) + pg_pieces(deflated("bob@example.org", 15), 4096) +
      pg_number(16385) + pg_pieces(deflated(gzipped("carol@example.net"), 15), 4096) + pg_number(0);
  const std::string dump =
      pg_head({{3, "t"}}) + pg_table(3, "x") + objects + pg_table(4, "dave@example.com");
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body), dump, piece);
    EXPECT_EQ(bench.texts["large object 16384"], "bob@example.org");
    EXPECT_EQ(bench.texts["large object 16385>gzip"], "carol@example.net");
    EXPECT_EQ(bench.texts["data 4"], "dave@example.com");
    Bench alone;
    alone.run(part(PartKind::body), pg_head({}) + objects, piece);
    EXPECT_EQ(alone.texts["large object 16384"], "bob@example.org");
  }
}

/// From PostgreSQL 16 on other compressions can be chosen.
TEST(PgDump, ZstdIsRead) {
  Bench bench;
  bench.run(part(PartKind::body), pg_head({{3, "t"}}) + "\x01" + pg_number(3) +
                                      pg_pieces(zstded("alice@example.com"), 4096));
  EXPECT_EQ(bench.texts["public.t>zstd"], "alice@example.com");
}

TEST(PgDump, WithoutCompressionItIsText) {
  Bench bench;
  bench.run(part(PartKind::body), pg_head({{3, "t"}}) + "\x01" + pg_number(3) +
                                      pg_text("1\talice@example.com\n") + pg_number(0));
  EXPECT_TRUE(bench.saw("1\talice@example.com\n"));
}

TEST(PgDump, BehindAGapTheNextTableIsFound) {
  const std::string first = pg_head({{3, "a"}, {4, "b"}}) + pg_table(3, random_rows(500));
  Bench bench;
  const auto writer = bench.begin();
  writer->begin_part(part(PartKind::body));
  bench.deliver(*writer, first.substr(0, 1000));
  writer->gap(1000);
  bench.deliver(*writer, first.substr(2000) + pg_table(4, "bob@example.org"), 333);
  writer->end_part();
  writer->end(protocol::ObjectEnd::complete);
  EXPECT_EQ(bench.texts["public.b"], "bob@example.org");
  ASSERT_FALSE(bench.blind_spots.empty());
  EXPECT_EQ(bench.blind_spots[0].reason, "gap");
  // All that was left of the table, and the beginning of the next one.
  EXPECT_NEAR(static_cast<double>(bench.account.columns(Side::client)[Column::opaque]),
              static_cast<double>(first.size() - 2000), 20);
}

TEST(PgDump, DamagedDataAreTold) {
  std::string table = pg_table(3, random_rows(500));
  table[600] = static_cast<char>(~table[600]);
  table.replace(1000, 40, std::string(40, '\xff'));
  Bench bench;
  bench.run(part(PartKind::body), pg_head({{3, "a"}}) + table + pg_table(4, "bob@example.org"),
            100);
  EXPECT_EQ(bench.texts["data 4"], "bob@example.org");
  ASSERT_FALSE(bench.blind_spots.empty());
  EXPECT_EQ(bench.blind_spots[0].reason, "damaged");
}

}  // namespace
}  // namespace outspan::content

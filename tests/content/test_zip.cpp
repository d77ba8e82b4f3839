#include <gtest/gtest.h>

#include <array>

#include "content/chain/decompressor.h"
#include "tests/content/archives.h"
#include "tests/content/support.h"

namespace outspan::content {
namespace {

using protocol::PartKind;

constexpr std::size_t kPieces[] = {0, 1, 7, 700};
const std::string kRows = "alice@example.com;TM-1\nbob@example.org;TM-2\n";

TEST(Zip, MembersOfAllMethodsThatStream) {
  const std::string zip = zip_member("stored.csv", kRows, 0) + zip_member("d/deflated.csv", kRows) +
                          zip_member("zstd.csv", kRows, 93) +
                          zip_member("streamed.csv", kRows, 8, 8) +
                          zip_member("streamed.zst.csv", kRows, 93, 8) +
                          zip_member("inner.zip", zip_member("in.csv", kRows));
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body), zip, piece);
    for (const char* name : {"stored.csv", "d/deflated.csv", "zstd.csv", "streamed.csv",
                             "streamed.zst.csv", "inner.zip>in.csv"})
      EXPECT_EQ(bench.texts[name], kRows) << name << ' ' << piece;
    EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], zip.size());
    EXPECT_TRUE(bench.blind_spots.empty());
  }
}

/// To a byte: what follows belongs to somebody else.
TEST(Decompressors, SayWhereTheStreamEnds) {
  const std::pair<Coding, int> kCodings[] = {
      {Coding::gzip, 31}, {Coding::zlib, 15}, {Coding::deflate, -15}};
  for (const auto& [coding, window_bits] : kCodings)
    for (std::size_t rows = 0; rows < 40; ++rows) {
      std::string text;
      for (std::size_t row = 0; row < rows; ++row) text += std::to_string(row * row) + kRows;
      const std::string stream = deflated(text, window_bits);
      const std::string wire = stream + "PK\x03\x04 and what else follows";
      for (const std::size_t piece : {wire.size(), 1UL, 2UL, 3UL, 5UL, 11UL}) {
        const auto decompressor = make_decompressor(coding);
        std::array<std::uint8_t, 8192> out;
        Decompressor::Step step;
        std::size_t at = 0;
        while (at < wire.size() && step.state == Decompressor::State::running) {
          step = decompressor->run(as_bytes(std::string_view(wire).substr(at, piece)), out);
          at += step.consumed;
        }
        EXPECT_EQ(at, stream.size()) << window_bits << ' ' << rows << ' ' << piece;
      }
    }
}

TEST(Zip, SizesOfZip64) {
  std::string zip =
      zip_member("big.csv", kRows, 0, 0,
                 little(1, 2) + little(16, 2) + little(kRows.size(), 8) + little(kRows.size(), 8));
  zip.replace(18, 8, std::string(8, '\xff'));
  Bench bench;
  bench.run(part(PartKind::body), zip + zip_member("next.csv", kRows), 5);
  EXPECT_EQ(bench.texts["big.csv"], kRows);
  EXPECT_EQ(bench.texts["next.csv"], kRows);
}

TEST(Zip, OneLargerThanAnyLimitIsReadAsItComes) {
  config::Limits limits;
  limits.object_mib = 1;
  limits.memory_mib = 8;
  std::string zip;
  for (int i = 0; i < 40; ++i)
    zip += zip_member("part" + std::to_string(i), std::string(1 << 20, 'x') + kRows, i % 2 * 8);
  Bench bench(limits);
  bench.run(part(PartKind::body), zip, 1460);
  EXPECT_TRUE(bench.texts["part39"].ends_with(kRows));
  EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], zip.size());
  EXPECT_TRUE(bench.blind_spots.empty());
}

TEST(Zip, MoreMembersThanPartsAreReadAllTheSame) {
  config::Limits limits;
  limits.parts = 10;
  std::string zip;
  for (int i = 0; i < 30; ++i)
    zip += zip_member(std::to_string(i), "row" + std::to_string(i) + "@example.com");
  Bench bench(limits);
  bench.run(part(PartKind::body), zip, 100);
  EXPECT_TRUE(bench.saw("row29@example.com"));
  EXPECT_TRUE(bench.blind_spots.empty());
}

TEST(Zip, OnlyEncryptedMembersAreOpaque) {
  const std::string secret(3000, '\x9d');
  const std::string zip = zip_member("open.csv", kRows) +
                          zip_member("secret one.csv", secret, 0, 1) +
                          zip_member("secret two.csv", secret, 0, 9) + zip_member("end.csv", kRows);
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body), zip, piece);
    EXPECT_EQ(bench.texts["open.csv"], kRows);
    EXPECT_EQ(bench.texts["end.csv"], kRows);
    ASSERT_EQ(bench.blind_spots.size(), 1U);
    EXPECT_EQ(bench.blind_spots[0].reason, "encrypted-archive");
    EXPECT_EQ(bench.blind_spots[0].names,
              (std::vector<std::string>{"secret one.csv", "secret two.csv"}));
    // Of the second the end is not told: its descriptor and the next header count with it.
    const std::uint64_t opaque = bench.account.columns(Side::client)[Column::opaque];
    EXPECT_GE(opaque, 2 * secret.size());
    EXPECT_LE(opaque, 2 * secret.size() + 80);
  }
}

TEST(Zip, DamageCostsTheMember) {
  std::string rows;
  for (int i = 0; i < 500; ++i) rows += std::to_string(i * i) + ";" + kRows;
  std::string bad = zip_member("bad.csv", rows);
  bad[30 + 7] = '\x07';  // a block of a type that does not exist
  Bench bench;
  bench.run(part(PartKind::body), bad + zip_member("good.csv", kRows), 50);
  EXPECT_EQ(bench.texts["good.csv"], kRows);
  ASSERT_EQ(bench.blind_spots.size(), 1U);
  EXPECT_EQ(bench.blind_spots[0].reason, "damaged");
  EXPECT_EQ(bench.blind_spots[0].path, "object>bad.csv");
}

TEST(Zip, BehindAGapTheNextMemberIsFound) {
  std::string noise;
  for (int i = 0; i < 4000; ++i) noise += std::to_string(i * i % 7919);
  const std::string first = zip_member("first.csv", noise);
  Bench bench;
  const auto writer = bench.begin();
  writer->begin_part(part(PartKind::body));
  bench.deliver(*writer, first.substr(0, 900));
  writer->gap(100);
  bench.deliver(*writer, first.substr(1000) + zip_member("second.csv", kRows), 333);
  writer->end_part();
  writer->end(protocol::ObjectEnd::complete);
  EXPECT_EQ(bench.texts["second.csv"], kRows);
  ASSERT_FALSE(bench.blind_spots.empty());
  EXPECT_EQ(bench.blind_spots[0].reason, "gap");
  EXPECT_NEAR(static_cast<double>(bench.account.columns(Side::client)[Column::opaque]),
              static_cast<double>(first.size() - 1000), 64);
}

/// What only looks like a header, and what stands between members, hides nothing.
TEST(Zip, HeadersAreFoundBehindOtherBytes) {
  const std::string zip = zip_member("a.csv", kRows) + "PK\x03\x04 this is none PPK\x03" +
                          "PK\x03\x04PK\x03PK" + zip_member("b.csv", kRows) +
                          "PK\x05\x06 carol@example.net";
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body), zip, piece);
    EXPECT_EQ(bench.texts["a.csv"], kRows) << piece;
    EXPECT_EQ(bench.texts["b.csv"], kRows) << piece;
    EXPECT_NE(bench.texts[""].find("carol@example.net"), std::string::npos);
  }
}

TEST(Zip, ThousandsOfBlindSpotsAreToldInFew) {
  std::string zip = zip_member("a.csv", kRows);
  for (int i = 0; i < 1000; ++i)
    zip += zip_member(std::to_string(i), "\xff\xff\xff\xff", 0).replace(8, 2, little(8, 2));
  Bench bench;
  bench.run(part(PartKind::body), zip, 1460);
  EXPECT_LE(bench.blind_spots.size(), 17U);
  std::uint64_t told = 0;
  for (const BlindSpotSeen& spot : bench.blind_spots) told += spot.bytes;
  EXPECT_EQ(told, bench.account.columns(Side::client)[Column::opaque]);
  EXPECT_EQ(told, 4000U);
}

}  // namespace
}  // namespace outspan::content

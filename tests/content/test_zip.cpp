#include <gtest/gtest.h>

#include <array>

#include "content/chain/decompressor.h"
#include "tests/content/archives.h"
#include "tests/content/support.h"

namespace outspan::content {
namespace {

using protocol::PartKind;

constexpr std::size_t kPieces[] = {0, 1, 7, 700};
using namespace std::string_literals;

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

/// Readers go by the central directory; what a local header says must not hide a member.
TEST(Zip, LocalHeadersThatLieHideNothing) {
  struct Lie {
    const char* what;
    std::size_t at, size;
    std::uint32_t value;
  };
  constexpr Lie kLies[] = {
      {"the method is nobody's", 8, 2, 85},    {"the version is nobody's", 4, 2, 200},
      {"the size is too small", 18, 4, 10},    {"the size is zero", 18, 4, 0},
      {"the size is too large", 18, 4, 90000}, {"the uncompressed size is zero", 22, 4, 0},
  };
  for (const Lie& lie : kLies) {
    std::string member = zip_member("deflated.csv", kRows);
    for (std::size_t i = 0; i < lie.size; ++i)
      member[lie.at + i] = static_cast<char>(lie.value >> (8 * i) & 0xff);
    const std::string zip = zip_member("first.csv", kRows) + member + zip_member("last.csv", kRows);
    for (const std::size_t piece : kPieces) {
      Bench bench;
      bench.run(part(PartKind::body), zip, piece);
      EXPECT_TRUE(bench.texts["deflated.csv"].starts_with(kRows)) << lie.what << ' ' << piece;
      EXPECT_TRUE(bench.saw("last.csv")) << lie.what << ' ' << piece;
    }
  }
}

/// What decoders pass over, each with a place of its own.
TEST(Decompressors, WhatTheyPassOverIsSearched) {
  const std::string secret = "carol@example.net;TM-9;what nobody decodes";
  std::string extra = gzipped(kRows), name = extra, comment = extra, all = extra;
  const std::string size{static_cast<char>(secret.size()), '\0'};
  extra[3] = 4, extra.insert(10, size + secret);
  name[3] = 8, name.insert(10, secret + '\0');
  comment[3] = 16, comment.insert(10, secret + '\0');
  all[3] = 28, all.insert(10, "\2\0ab"s + "n\0"s + secret + "\0"s);
  const std::string skippable = "\x5a\x2a\x4d\x18"s + size + "\0\0"s + secret;
  const std::pair<const char*, std::string> kStreams[] = {
      {"extra field of gzip", extra},
      {"name of gzip", name},
      {"comment of gzip", comment},
      {"comment behind other fields", all},
      {"second member of gzip", gzipped(kRows) + extra},
      {"skippable frame first", skippable + zstded(kRows)},
      {"skippable frame last", zstded(kRows) + skippable}};
  for (const auto& [what, stream] : kStreams)
    for (const std::size_t piece : kPieces) {
      Bench bench;
      bench.run(part(PartKind::body), stream, piece);
      EXPECT_TRUE(bench.saw(secret)) << what << ' ' << piece;
      EXPECT_TRUE(bench.saw(kRows)) << what << ' ' << piece;
    }
}

/// RFC 7932, 9.2: a metadata block has no last bit, MNIBBLES 11, a reserved bit, MSKIPBYTES and the
/// number of bytes less one, then begins at a byte.
TEST(Decompressors, MetadataOfBrotliIsSearched) {
  const std::string secret = "carol@example.net;TM-9;what nobody decodes";
  // WBITS 0 (one bit), then 0, 11, 0, 01 and the length: 15 bits, padded.
  const std::uint32_t head = 0U | 0U << 1 | 3U << 2 | 0U << 4 | 1U << 5 |
                             static_cast<std::uint32_t>(secret.size() - 1) << 7;
  std::string stream{static_cast<char>(head & 0xff), static_cast<char>(head >> 8)};
  stream += secret + "\x03";  // the last block, empty
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body, {}, {"br"}), stream, piece);
    EXPECT_TRUE(bench.saw("carol@example.net")) << piece;
  }
}

}  // namespace
}  // namespace outspan::content

#include <gtest/gtest.h>

#include <array>

#include "content/chain/lz_blocks.h"
#include "tests/content/archives.h"
#include "tests/content/support.h"

/// Blocks of LZ4 and Snappy, written by hand: literals, and matches of what came before.
namespace outspan::content {
namespace {

using namespace std::literals;
using protocol::PartKind;

const std::string kName = "person@example.com;";

/// Rows that begin with a number and go on as the one before does.
std::string rows(int count) {
  std::string text = "Zo\xc3\xab zoe@example.org\r\n000" + kName;
  for (int i = 1; i < count; ++i) text += std::to_string(100 + i % 900) + kName;
  return text;
}
constexpr int kRows = 3000;

std::string lz4_length(std::size_t left) {
  std::string out;
  for (; left >= 255; left -= 255) out += '\xff';
  return out + static_cast<char>(left);
}
std::string lz4_literals(std::string_view text, std::size_t match) {
  const std::size_t literals = std::min<std::size_t>(text.size(), 15);
  const std::size_t length = match == 0 ? 0 : std::min<std::size_t>(match - 4, 15);
  std::string out(1, static_cast<char>(literals << 4 | length));
  if (literals == 15) out += lz4_length(text.size() - 15);
  return out += text;
}
std::string lz4_block(int count) {
  const std::string all = rows(count);
  const std::string first = rows(1);
  const std::size_t row = 3 + kName.size();
  std::string out;
  for (int i = 0; i < count - 1; ++i) {
    const std::string literals =
        i == 0 ? first + all.substr(first.size(), 3)
               : all.substr(first.size() + row * static_cast<std::size_t>(i), 3);
    out += lz4_literals(literals, kName.size()) + little(row, 2);
    if (kName.size() - 4 >= 15) out += lz4_length(kName.size() - 4 - 15);
  }
  return out + lz4_literals("the end", 0);
}

std::string varint(std::size_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  return out + static_cast<char>(value);
}
std::string snappy_literals(std::string_view text) {
  if (text.size() <= 60) return static_cast<char>((text.size() - 1) << 2) + std::string(text);
  return "\xf4" + little(text.size() - 1, 2) + std::string(text);
}
std::string snappy_block(int count) {
  const std::string all = rows(count);
  const std::string first = rows(1);
  const std::size_t row = 3 + kName.size();
  std::string out = varint(all.size()) + snappy_literals(first);
  for (std::size_t at = first.size(); at < all.size(); at += row) {
    out += snappy_literals(std::string_view(all).substr(at, 3));
    const bool near = at % 2 == 0;  // by all kinds of matches
    if (near)
      out += static_cast<char>(2 | (kName.size() - 1) << 2) + little(row, 2);
    else
      out += "\x01" + std::string(1, static_cast<char>(row)) +
             std::string(1, static_cast<char>(3 | (kName.size() - 5) << 2)) + little(row, 4);
  }
  return out;
}
std::string chunked(std::string_view first, char type, std::string_view before) {
  std::string out(first);
  for (int i = 0; i < 3; ++i) {
    const std::string block = std::string(before) + snappy_block(kRows / (i + 1));
    out += type + little(block.size(), 3) + block;
  }
  return out;
}
const std::string kFrames = "\xff\6\0\0sNaPpY"s;

struct Block {
  std::string name;
  std::string wire;
  std::string coding{};
  std::string file{};
};
const Block kBlocks[] = {
    {"lz4_by_trying", lz4_block(kRows)},
    {"lz4_by_label", lz4_block(kRows), "lz4"},
    {"lz4_by_name", lz4_block(kRows), "", "list.csv.lz4"},
    {"snappy_by_trying", snappy_block(kRows)},
    {"snappy_by_label", snappy_block(kRows), "snappy"},
    {"snappy_by_name", snappy_block(kRows), "", "list.csv.snappy"},
    {"snappy_in_frames", chunked(kFrames, '\0', "crc!")},
    {"snappy_in_frames_by_label", chunked(kFrames, '\0', "crc!"), "snappy"},
    {"snappy_in_frames_with_others",
     chunked(kFrames + "\x01" + little(9, 3) + "crc!plain" + "\x80" + little(2, 3) + "xx", '\0',
             "crc!")},
    {"iwork", chunked("", '\0', ""), "", "Index/Document.iwa"},
    {"iwork_in_a_zip", zip_member("Index/Tables/DataList.iwa", chunked("", '\0', ""), 0)},
    {"raw_deflate_by_trying", deflated(rows(kRows), -15)},
};
class Blocks : public testing::TestWithParam<Block> {};
INSTANTIATE_TEST_SUITE_P(LzBlocks, Blocks, testing::ValuesIn(kBlocks),
                         [](const auto& test) { return test.param.name; });

TEST_P(Blocks, AreReadHoweverCut) {
  for (const std::size_t piece : {0UL, 1UL, 7UL, 1460UL}) {
    Bench bench;
    std::vector<std::string> codings;
    if (!GetParam().coding.empty()) codings.push_back(GetParam().coding);
    auto info = part(PartKind::body, "", codings);
    info.file_name = GetParam().file;
    bench.run(std::move(info), GetParam().wire, piece);
    EXPECT_TRUE(bench.saw(rows(kRows - 1))) << piece;
    EXPECT_TRUE(bench.blind_spots.empty()) << piece;
  }
}

struct Broken {
  std::string name;
  std::string wire;
  std::string coding;
};
const Broken kBroken[] = {
    {"lz4_match_before_the_beginning", "\xf0\x10" + std::string(31, '\x81') + little(200, 2),
     "lz4"},
    {"lz4_match_of_nothing", "\xf0\x10" + std::string(31, '\x81') + little(0, 2), "lz4"},
    {"snappy_match_before_the_beginning", "\x64\x40" + std::string(17, '\x81') + "\x02\xff\x00"s,
     "snappy"},
    {"snappy_longer_than_it_says", "\x05\x40" + std::string(17, '\x81'), "snappy"},
};
class BrokenBlocks : public testing::TestWithParam<Broken> {};
INSTANTIATE_TEST_SUITE_P(LzBlocks, BrokenBlocks, testing::ValuesIn(kBroken),
                         [](const auto& test) { return test.param.name; });

TEST_P(BrokenBlocks, AreDamaged) {
  const auto decompressor = GetParam().coding == "lz4" ? make_lz4_block() : make_snappy();
  const std::string wire = GetParam().wire + std::string(50, '\x82');
  std::array<std::uint8_t, 4096> out;
  EXPECT_EQ(decompressor->run(as_bytes(wire), out).state, Decompressor::State::damaged);
}

/// Nothing but text and binary fields: no block is seen in them.
TEST(LzBlocks, AreNotSeenInOtherBytes) {
  std::string numbers, wide;
  for (int i = 0; i < 2000; ++i)
    numbers += little(static_cast<std::uint64_t>(i % 7), 2) + little(1, 2);
  for (const char c : rows(200)) wide += c + "\0"s;
  for (const std::string& bytes : {rows(300), numbers, wide, "\x7f" + numbers}) {
    Bench bench;
    bench.run(part(PartKind::body), bytes);
    EXPECT_EQ(bench.texts.count("lz4") + bench.texts.count("snappy") + bench.texts.count("deflate"),
              0U);
  }
}

}  // namespace
}  // namespace outspan::content

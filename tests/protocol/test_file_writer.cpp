#include "protocol/shared/file_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "tests/protocol/fake_host.h"

namespace outspan::protocol {
namespace {

struct Block {
  std::uint64_t offset = 0;
  std::string bytes;
  std::uint64_t missing_bytes = 0;  ///< after the bytes
};

struct FileCase {
  const char* name;
  std::vector<Block> blocks;
  const char* text;
  const char* late = "";
};

const FileCase kFileCases[] = {
    {"in_order", {{0, "one "}, {4, "two "}, {8, "three"}}, "[body f]one two three[/]"},
    {"early_blocks_wait", {{4, "two "}, {8, "three"}, {0, "one "}}, "[body f]one two three[/]"},
    {"early_block_that_overlaps_the_end",
     {{4, "two "}, {0, "one TW"}},
     "[body f]one two [/]",
     "[body f]one TW[/]"},
    {"early_block_of_which_the_beginning_came_meanwhile",
     {{4, "two "}, {6, "OTHER"}, {0, "one "}},
     "[body f]one two HER[/]",
     "[body f]OTHER[/]"},
    {"what_never_comes_is_a_gap",
     {{0, "one "}, {8, "three"}},
     "[body f]one <gap 4>three[/]<cut short>"},
    {"hole_in_a_block", {{0, "on", 4}, {6, "re"}}, "[body f]on<gap 4>re[/]<cut short>"},
    {"hole_that_is_sent_again", {{0, "on", 2}, {4, "xy"}, {2, "e "}}, "[body f]one xy[/]"},
    {"written_again_is_searched",
     {{0, "harmless"}, {0, "customer"}},
     "[body f]harmless[/]",
     "[body f]customer[/]"},
    {"runs_of_what_is_late_are_parts",
     {{0, "abcdefgh"}, {0, "AB"}, {2, "CD"}, {6, "GH"}},
     "[body f]abcdefgh[/]",
     "[body f]ABCD[/][body f]GH[/]"},
    {"partly_new", {{0, "abcd"}, {2, "CDef"}}, "[body f]abcdef[/]", "[body f]CDef[/]"},
    {"partly_new_twice",
     {{0, "abcd"}, {2, "CDef"}, {2, "CD"}, {6, "gh"}},
     "[body f]abcdefgh[/]",
     "[body f]CDef[/][body f]CD[/]"},
    {"early_and_twice",
     {{4, "two "}, {4, "TWO "}, {0, "one "}},
     "[body f]one two [/]",
     "[body f]TWO [/]"},
};

class FileWriterBlocks : public testing::TestWithParam<FileCase> {};

void write(fake::Host& host, FileWriter& file, const Block& block, std::size_t piece_bytes) {
  file.block(block.offset);
  for (std::size_t at = 0; at < block.bytes.size(); at += piece_bytes) {
    const std::string piece = block.bytes.substr(at, piece_bytes);
    host.account.deliver(fake::kClient, piece.size());
    file.data(as_bytes(piece));
  }
  if (block.missing_bytes > 0) file.gap(block.missing_bytes);
}

TEST_P(FileWriterBlocks, AreAFile) {
  for (const std::size_t piece : {SIZE_MAX / 2, std::size_t{1}, std::size_t{3}}) {
    fake::Host host;
    ObjectInfo info;
    info.name = "file";
    FileWriter file(host, fake::kClient, info, "f");
    for (const Block& block : GetParam().blocks) write(host, file, block, piece);
    file.close(ObjectEnd::complete);
    std::vector<std::string> texts;
    for (const auto& object : host.sink.objects) texts.push_back(object->text);
    std::string late = GetParam().late;
    if (!late.empty() && std::string(GetParam().text).find("gap") != std::string::npos)
      late += "<cut short>";
    if (late.empty())
      EXPECT_THAT(texts, testing::ElementsAre(GetParam().text)) << piece;
    else
      EXPECT_THAT(texts, testing::UnorderedElementsAre(GetParam().text, late)) << piece;
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, FileWriterBlocks, testing::ValuesIn(kFileCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(FileWriter, TooMuchThatIsEarlyBecomesAGap) {
  fake::Host host;
  FileWriter file(host, fake::kClient, {}, "f");
  const std::string block(1 << 20, 'x');
  for (std::uint64_t i = 1; i <= 16; ++i) write(host, file, {i << 20, block}, SIZE_MAX / 2);
  EXPECT_EQ(host.sink.objects.size(), 1U) << "the sixteenth block had no room";
  EXPECT_EQ(host.state->get<HeldBlocks>().holes, 1U);
  write(host, file, {0, "the first block comes now"}, SIZE_MAX / 2);
  file.close(ObjectEnd::complete);
  ASSERT_EQ(host.sink.objects.size(), 2U);
  EXPECT_EQ(host.sink.objects[0]->text.substr(0, 22), "[body f]<gap 1048576>x");
  EXPECT_EQ(host.sink.objects[0]->text.size(), 8U + 13 + 16 * block.size() + 3 + 11);
  EXPECT_EQ(host.sink.objects[1]->text, "[body f]the first block comes now[/]<cut short>");
}

TEST(FileWriter, EachEarlyBlockCostsMoreThanItsBytes) {
  fake::Host host;
  FileWriter file(host, fake::kClient, {}, "f");
  for (std::uint64_t i = 1; i < 200'000; ++i) write(host, file, {2 * i, "x"}, SIZE_MAX / 2);
  EXPECT_EQ(host.sink.objects.size(), 1U) << "so many do not wait";
  file.close(ObjectEnd::complete);
  EXPECT_EQ(std::count(host.sink.objects[0]->text.begin(), host.sink.objects[0]->text.end(), 'x'),
            199'999);
}

TEST(FileWriter, OffsetsAtTheEndOfTheWorld) {
  fake::Host host;
  FileWriter file(host, fake::kClient, {}, "f");
  for (const std::uint64_t offset : {~0ULL, ~0ULL - 2, 1ULL << 63, 0ULL, ~0ULL - 1})
    write(host, file, {offset, "abcd", 1ULL << 62}, 1);
  file.close(ObjectEnd::complete);
  std::size_t searched = 0;
  for (const auto& object : host.sink.objects)
    for (const char c : object->text) searched += c >= 'a' && c <= 'd' ? 1 : 0;
  EXPECT_GE(searched, 20U) << "every byte, and letters of <gap> and [body]";
  EXPECT_EQ(host.account.pending(fake::kClient), 0U);
}

TEST(FileWriter, AllFilesShareABudget) {
  fake::Host host;
  std::vector<std::unique_ptr<FileWriter>> files;
  const std::string block(12 << 20, 'x');
  for (int i = 0; i < 4; ++i) {
    files.push_back(std::make_unique<FileWriter>(host, fake::kClient, ObjectInfo(), "f"));
    write(host, *files.back(), {1, block}, SIZE_MAX / 2);
  }
  EXPECT_EQ(host.sink.objects.size(), 1U) << "only the fourth file had to give up its hole";
  files.clear();
  EXPECT_EQ(host.sink.objects.size(), 4U);
}

TEST(FileWriter, IsStaleAfterAMinuteWithAHole) {
  fake::Host host;
  FileWriter file(host, fake::kClient, {}, "f");
  const auto in = [&](int seconds) {
    return host.context.now.time + std::chrono::seconds(seconds);
  };
  write(host, file, {0, "abc"}, SIZE_MAX / 2);
  EXPECT_FALSE(file.stale(in(3600))) << "it may just be slow";
  write(host, file, {9, "xyz"}, SIZE_MAX / 2);
  EXPECT_FALSE(file.stale(in(60)));
  EXPECT_TRUE(file.stale(in(61)));
}

TEST(FileWriter, WhatStandsBesideALatePartIsShownWithItAndCountedOnce) {
  fake::Host host;
  FileWriter file(host, fake::kClient, {}, "f");
  for (const Block& block : {Block{5, "."}, Block{0, "dana@example.com"}})
    write(host, file, block, SIZE_MAX / 2);
  file.close(ObjectEnd::complete);
  ASSERT_EQ(host.sink.objects.size(), 2U);
  EXPECT_EQ(host.sink.objects[0]->text, "[body f]dana@.xample.com[/]");
  EXPECT_EQ(host.sink.objects[1]->text, "[body f]dana@example.com[/]");
  EXPECT_EQ(host.account.pending(fake::kClient), 0U);
}

TEST(FileWriter, EarlyBlocksWaitAMinuteHoweverManyFollow) {
  fake::Host host;
  FileWriter file(host, fake::kClient, {}, "f");
  for (std::uint64_t i = 0; i < 10; ++i) {
    write(host, file, {1000 + 4 * i, "row\n"}, SIZE_MAX / 2);
    host.context.now.time = host.context.now.time + std::chrono::seconds(10);
  }
  ASSERT_EQ(host.sink.objects.size(), 1U);
  EXPECT_EQ(host.sink.objects[0]->text.substr(0, 30), "[body f]<gap 1000>row\nrow\nrow\n");
  EXPECT_EQ(host.state->get<HeldBlocks>().holes, 1U);
}

TEST(FileWriter, BlocksInAnyOrderAreTheFile) {
  std::string whole;
  for (int i = 0; whole.size() < 100 * 4096; ++i) whole += std::to_string(i) + ",";
  for (unsigned seed = 0; seed < 20; ++seed) {
    fake::Host host;
    FileWriter file(host, fake::kClient, {}, "f");
    std::minstd_rand random(seed);
    std::vector<std::size_t> order(whole.size() / 4096 + 1);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t i : order)
      write(host, file, {i * 4096, whole.substr(i * 4096, 4096)}, 1460);
    file.close(ObjectEnd::complete);
    ASSERT_EQ(host.sink.objects.size(), 1U) << seed;
    EXPECT_TRUE(host.sink.objects[0]->text == "[body f]" + whole + "[/]") << seed;
  }
}

TEST(FileWriter, AnEarlyBlockWaitsForASlowFile) {
  fake::Host host;
  FileWriter file(host, fake::kClient, {}, "f");
  write(host, file, {40, "end"}, SIZE_MAX / 2);  // how some programs say how long it will be
  for (std::uint64_t i = 0; i < 10; ++i) {
    host.context.now.time = host.context.now.time + std::chrono::seconds(30);
    write(host, file, {4 * i, "row\n"}, SIZE_MAX / 2);
  }
  file.close(ObjectEnd::complete);
  ASSERT_EQ(host.sink.objects.size(), 1U);
  EXPECT_EQ(host.sink.objects[0]->text.find("gap"), std::string::npos);
}

TEST(FileWriter, HeldBytesAreTheFlows) {
  fake::Host host;
  std::uint64_t held = 7;
  auto file = std::make_unique<FileWriter>(host, fake::kClient, ObjectInfo(), "f", 0, &held);
  const std::string block(300'000, 'x');
  write(host, *file, {10, block}, 1460);
  EXPECT_GE(held, block.size());
  EXPECT_LE(held, block.size() + 1000);
  EXPECT_EQ(held, host.state->get<HeldBlocks>().budget.used() + 7);
  file.reset();
  EXPECT_EQ(held, 7U);
  EXPECT_EQ(host.state->get<HeldBlocks>().budget.used(), 0U);
}

TEST(FileWriter, AFileJoinedInTheMiddleBeginsWhereItWasJoined) {
  fake::Host host;
  FileWriter file(host, fake::kClient, {}, "f", 1000);
  write(host, file, {1000, "abc"}, SIZE_MAX / 2);
  file.close(ObjectEnd::complete);
  EXPECT_EQ(host.sink.objects[0]->text, "[body f]abc[/]");
}

}  // namespace
}  // namespace outspan::protocol

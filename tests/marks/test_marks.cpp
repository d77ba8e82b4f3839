#include <gtest/gtest.h>

#include <random>

#include "marks/marks.h"

namespace outspan::marks {
namespace {

using namespace std::string_view_literals;

struct MarkCase {
  const char* name;
  std::string_view bytes;
  std::string_view media_type;
};

class Marks : public testing::TestWithParam<MarkCase> {};

TEST_P(Marks, AreRecognised) {
  EXPECT_EQ(identify(as_bytes(GetParam().bytes)).media_type, GetParam().media_type);
}

const MarkCase kMarkCases[] = {
    {"rtf", "{\\rtf1\\ansi"sv, "application/rtf"sv},
    {"a_text_about_rtf", "{\\rtf is how it begins}"sv, ""sv},
    {"tnef", "\x78\x9f\x3e\x22\x01\x00"sv, "application/vnd.ms-tnef"sv},
    {"lzma_of_unknown_size", "\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0\x6c"sv,
     "application/x-lzma"sv},
    {"lzma_of_known_size", "\x5d\0\0\0\x03\x10\x27\0\0\0\0\0\0\0\x6c"sv, "application/x-lzma"sv},
    {"lzma_with_an_odd_dictionary", "\x5d\0\0\x50\0\xff\xff\xff\xff\xff\xff\xff\xff\0\x6c"sv, ""sv},
    {"lzma_with_a_huge_size", "\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\x7f\0\x6c"sv, ""sv},
    {"lzma_that_does_not_start", "\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\1\x6c"sv, ""sv},
    {"lzma_cut_short", "\x5d\0\0\x80\0\xff\xff\xff"sv, ""sv},
    {"avro", "Obj\x01\x04\x16"sv, "application/vnd.apache.avro"sv},
    {"parquet", "PAR1\x15\x04\x15\x10"sv, "application/vnd.apache.parquet"sv},
    {"a_text_that_begins_as_parquet", "PAR1 is a code"sv, ""sv},
    {"arj", "\x60\xea\x29\0\x22\x0b\1\2"sv, "application/x-arj"sv},
    {"arj_with_an_impossible_header", "\x60\xea\x29\x7f\x22\x0b\1\2"sv, ""sv},
    {"zpaq_block", "7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3zPQ\2\1"sv, "application/x-zpaq"sv},
    {"lha", "\x1f\x2c-lh5-\x10\0\0\0\x20\0\0\0\0\0\0\0\x20\1\0"sv,
     "application/x-lzh-compressed"sv},
    {"a_text_with_a_dash", "a -lh option of a program is no archive"sv, ""sv},
    {"ace", "\x12\x34\x31\0\0\0\x90**ACE**\x14"sv, "application/x-ace-compressed"sv},
    {"lzop", "\x89LZO\0\r\n\x1a\n\x10\x30"sv, "application/x-lzop"sv},
    {"snappy", "\xff\6\0\0sNaPpY\0"sv, "application/x-snappy-framed"sv},
    {"squashfs", "hsqs\1\0\0\0\0\0\0\0\0\0\2\0\1\0\0\0\4\0\x11\0\0\0\1\0\4\0\0\0"sv,
     "application/x-squashfs"sv},
    {"a_text_about_squashfs", "hsqs is its magic number, of four bytes"sv, ""sv},
    {"xar", "xar!\0\x1c\0\1\0\0"sv, "application/x-xar"sv},
};
INSTANTIATE_TEST_SUITE_P(Cases, Marks, testing::ValuesIn(kMarkCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(WorthReading, AGlanceNeverRefusesWhatIsWorthReading) {
  std::mt19937 random(3);
  const std::string_view beginnings[] = {"",
                                         "\x1f\x8b\x08",
                                         "\x89PNG\r\n\x1a\n",
                                         "%PDF-",
                                         "\xff\xfe",
                                         "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                                         "PK\x03\x04",
                                         "\n -----BEGIN PGP MESSAGE-----"};
  std::size_t worth = 0;
  for (int round = 0; round < 200000; ++round) {
    std::vector<std::uint8_t> bytes(15 + random() % 4);
    const unsigned values = round % 3 == 0 ? 256U : round % 3 == 1 ? 128U : 3U;
    for (auto& byte : bytes)
      byte = static_cast<std::uint8_t>(values == 3 ? random() % 3 * 0x61 : random() % values);
    if (random() % 4 == 0)  // UTF-16 and UTF-32
      for (std::size_t i = random() % 4; i < bytes.size(); i += 1 + random() % 3) bytes[i] = 0;
    const std::string_view begins = beginnings[random() % std::size(beginnings)];
    std::copy_n(begins.begin(), std::min(begins.size(), bytes.size()), bytes.begin());
    if (random() % 16 == 0) std::copy_n("ftyp", 4, bytes.begin() + 4);
    if (!worth_reading(bytes)) continue;
    ++worth;
    EXPECT_TRUE(may_be_worth_reading(std::span(bytes).first<kGlanceBytes>())) << round;
    const bool f = bytes[4] == 'f';
    EXPECT_TRUE(marks::beginnings().may_begin(bytes[0], bytes[1]) || f) << round;
    EXPECT_TRUE(marks::beginnings().may_begin_other(bytes[0], bytes[1]) || f ||
                Beginnings::may_follow(bytes[3], bytes[4]))
        << round;
  }
  EXPECT_GT(worth, 1000U);
}

}  // namespace
}  // namespace outspan::marks

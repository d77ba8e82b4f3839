#include <gtest/gtest.h>

#include "content/magic.h"

namespace outspan::content {
namespace {

using namespace std::string_view_literals;

struct MagicCase {
  const char* name;
  std::string_view bytes;
  std::string_view media_type;
};

class Magics : public testing::TestWithParam<MagicCase> {};

TEST_P(Magics, AreRecognised) {
  EXPECT_EQ(identify(as_bytes(GetParam().bytes)).media_type, GetParam().media_type);
}

const MagicCase kMagicCases[] = {
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
};
INSTANTIATE_TEST_SUITE_P(Cases, Magics, testing::ValuesIn(kMagicCases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace outspan::content

#include "protocol/http2/hpack.h"

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <random>

#include "core/handle.h"
#include "protocol/http2/huffman.h"

namespace outspan::protocol::http2 {
namespace {

using Deflater = CHandle<nghttp2_hd_deflater, nghttp2_hd_deflate_del>;

Deflater make_deflater(std::size_t table_bytes) {
  nghttp2_hd_deflater* deflater = nullptr;
  nghttp2_hd_deflate_new(&deflater, table_bytes);
  return Deflater(deflater);
}

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string deflate(nghttp2_hd_deflater* deflater, Fields& fields) {
  std::vector<nghttp2_nv> all;
  for (auto& [name, value] : fields)
    all.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                   reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                   static_cast<std::uint8_t>(value.size() % 7 == 3 ? NGHTTP2_NV_FLAG_NO_INDEX
                                                                   : NGHTTP2_NV_FLAG_NONE)});
  std::string out(nghttp2_hd_deflate_bound(deflater, all.data(), all.size()), '\0');
  const auto size = nghttp2_hd_deflate_hd(deflater, reinterpret_cast<std::uint8_t*>(out.data()),
                                          out.size(), all.data(), all.size());
  out.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return out;
}

Fields random_fields(std::mt19937& random) {
  static const std::vector<std::string> kNames{":method", ":path",  ":status", "cookie",
                                               "x-team",  "x-user", "accept",  "content-type"};
  Fields fields;
  for (std::size_t left = random() % 12; left > 0; --left) {
    std::string value;
    for (std::size_t size = random() % 60; size > 0; --size)
      value.push_back(static_cast<char>(random() % 4 == 0 ? random() % 256 : 'a' + random() % 26));
    // Some come again, so that the table is used.
    if (random() % 2 == 0) value = "value-" + std::to_string(random() % 9);
    fields.emplace_back(kNames[random() % kNames.size()], value);
  }
  return fields;
}

/// nghttp2 encodes, with tables of all sizes that change between blocks.
TEST(HpackDecoder, ReadsWhatNghttp2Writes) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const Deflater deflater = make_deflater(65536);
    HpackDecoder decoder;
    for (int i = 0; i < 40; ++i) {
      if (random() % 8 == 0)
        nghttp2_hd_deflate_change_table_size(deflater.get(), random() % 3 * 2000);
      Fields fields = random_fields(random);
      const std::string block = deflate(deflater.get(), fields);
      std::vector<Field> read;
      ASSERT_TRUE(decoder.decode(as_bytes(block), 1 << 20, read)) << seed << " " << i;
      ASSERT_EQ(read.size(), fields.size());
      for (std::size_t at = 0; at < read.size(); ++at) {
        EXPECT_EQ(read[at].name, fields[at].first);
        EXPECT_EQ(read[at].value, fields[at].second);
        EXPECT_TRUE(read[at].name_known && read[at].value_known);
      }
    }
  }
}

/// Blocks are lost here and there: what is given is right, or said not to be known.
TEST(HpackDecoder, NeverGivesAWrongFieldAfterALoss) {
  std::size_t known = 0, all = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const Deflater deflater = make_deflater(4096);
    HpackDecoder decoder;
    for (int i = 0; i < 60; ++i) {
      Fields fields = random_fields(random);
      const std::string block = deflate(deflater.get(), fields);
      if (random() % 12 == 0) {
        decoder.lose();
        continue;
      }
      std::vector<Field> read;
      ASSERT_TRUE(decoder.decode(as_bytes(block), 1 << 20, read)) << seed << " " << i;
      ASSERT_EQ(read.size(), fields.size());
      for (std::size_t at = 0; at < read.size(); ++at) {
        const Field& field = read[at];
        EXPECT_TRUE(!field.name_known || field.name == fields[at].first);
        EXPECT_TRUE(!field.value_known || field.value == fields[at].second);
        known += read[at].name_known && read[at].value_known ? 1 : 0;
        ++all;
      }
    }
  }
  EXPECT_GT(known, all * 2 / 3) << "one block in twelve is lost";
}

struct BadCase {
  const char* name;
  std::string block;
};

const BadCase kBadCases[] = {
    {"index_0", "\x80"},
    {"index_beyond_the_table", "\xff\x20"},
    {"integer_without_an_end", "\xff\xff\xff\xff\xff\xff\xff"},
    {"string_beyond_the_block", std::string("\x00\x7fxx", 4)},
    {"no_value", std::string("\x00\x01x", 3)},
    {"end_of_string_in_a_string", std::string("\x00\x84\xff\xff\xff\xff\x00", 7)},
    {"a_byte_of_padding", std::string("\x00\x82\x1f\xff\x00", 5)},
};

class HpackBad : public testing::TestWithParam<BadCase> {};

TEST_P(HpackBad, IsRefused) {
  HpackDecoder decoder;
  std::vector<Field> fields;
  EXPECT_FALSE(decoder.decode(as_bytes(GetParam().block), 1000, fields));
}

INSTANTIATE_TEST_SUITE_P(Rfc7541, HpackBad, testing::ValuesIn(kBadCases),
                         [](const auto& test) { return std::string(test.param.name); });

/// RFC 7541, C.4.1 and C.6.1.
TEST(Huffman, ExamplesOfTheRfc) {
  std::string text;
  EXPECT_TRUE(decode_huffman(
      as_bytes(std::string("\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff")), text));
  EXPECT_EQ(text, "www.example.com");
  text.clear();
  EXPECT_TRUE(decode_huffman(as_bytes(std::string("\x64\x02")), text));
  EXPECT_EQ(text, "302");
}

TEST(HpackDecoder, RepetitionsDoNotGrowWithoutABound) {
  HpackDecoder decoder;
  std::vector<Field> fields;
  const std::string value(120, 'v');
  std::string block = "\x40\x01x" + std::string(1, static_cast<char>(value.size())) + value;
  block += std::string(100'000, '\xbe');
  EXPECT_TRUE(decoder.decode(as_bytes(block), 1000, fields));
  EXPECT_LE(fields.size(), 10U);
}

}  // namespace
}  // namespace outspan::protocol::http2

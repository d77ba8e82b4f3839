#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <random>
#include <string>

#include "marks/opaque_blocks.h"

namespace outspan::marks {
namespace {

std::string random_bytes(std::size_t size) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

/// Numbers and marks, as in a program.
std::string program(std::size_t size) {
  std::mt19937 random(8);
  std::string bytes(size, '\0');
  for (std::size_t at = 0; at < size; at += 4) bytes[at] = static_cast<char>(random() % 64);
  return bytes;
}

std::string table(std::size_t rows) {
  std::string text;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::string number = std::to_string(i * 7919 % 99991);
    text += "Person " + number + ";p" + number + "@example.com;" + std::to_string(i) + "\n";
  }
  return text;
}

std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct File {
  const char* name;
  std::string bytes;
  std::uint64_t opaque;
};
const std::string kDeflated = deflated(table(500), -15);
const File kFiles[] = {
    {"nothing", "", 0},
    {"less_than_is_judged", random_bytes(255), 0},
    {"the_least", random_bytes(256), 256},
    {"a_short_ciphertext", random_bytes(1500), 1500},
    {"a_long_ciphertext_and_its_end", random_bytes(4096 * 5 + 9), 4096 * 5 + 9},
    {"deflated_text", kDeflated, kDeflated.size()},
    {"a_program", program(20000), 0},
    {"a_program_and_a_ciphertext", program(8192) + random_bytes(8192), 8192},
    {"a_ciphertext_in_a_program", program(8192) + random_bytes(4096) + program(4096), 4096},
    {"a_ciphertext_and_a_program", random_bytes(8192) + program(9000), 8192},
    {"an_end_that_is_too_short_to_judge", program(4096) + random_bytes(500), 0},
};
class Files : public testing::TestWithParam<File> {};
INSTANTIATE_TEST_SUITE_P(OpaqueBlocks, Files, testing::ValuesIn(kFiles),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(Files, AreOpaqueWhereTheyAreHoweverCut) {
  for (const std::size_t piece : {1UL, 77UL, 4096UL, 100000UL}) {
    OpaqueBlocks blocks;
    const Bytes bytes = as_bytes(GetParam().bytes);
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      blocks.add(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    EXPECT_EQ(blocks.end(), GetParam().opaque) << piece;
  }
}

}  // namespace
}  // namespace outspan::marks

#include <gtest/gtest.h>

#include <chrono>

#include "tests/unpack/workers.h"

namespace outspan::unpack {
namespace {

using namespace std::string_literals;

/// Avro 1.11, "Binary Encoding".
std::string number(std::int64_t value) {
  auto left = static_cast<std::uint64_t>(value) << 1;
  if (value < 0) left = ~left;
  std::string encoded;
  for (; left > 0x7f; left >>= 7) encoded += static_cast<char>(left | 0x80);
  return encoded + static_cast<char>(left);
}

std::string text(std::string_view value) {
  return number(static_cast<std::int64_t>(value.size())).append(value);
}

constexpr std::string_view kSync = "0123456789abcdef";

std::string header(std::string_view schema, std::string_view codec = "null") {
  return "Obj\x01" + number(2) + text("avro.codec") + text(codec) + text("avro.schema") +
         text(schema) + number(0) + std::string(kSync);
}

std::string block(std::int64_t count, std::string_view values) {
  return number(count) + text(values) + std::string(kSync);
}

constexpr std::string_view kString = R"("string")";
constexpr std::string_view kNulls = R"({"type": "array", "items": "null"})";
constexpr std::string_view kPair =
    R"({"type": "record", "name": "p", "fields": [{"name": "a", "type": "string"},
        {"name": "b", "type": ["null", "p"]}]})";

struct Case {
  const char* name;
  std::string file;
  Outcome outcome;
  std::string records;
};
void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }

class Avro : public testing::TestWithParam<Case> {};

/// Each ends at once: nothing is read, allocated or repeated because a number says so.
TEST_P(Avro, IsReadAsFarAsItGoes) {
  const Case& test = GetParam();
  Collected found;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(open(test.file, Kind::avro, found), test.outcome);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(kSanitized ? 20 : 2));
  EXPECT_EQ(found.all(), test.records);
}

const std::string kAlice = text("alice@example.com");
const std::string kLong(11, '\xff');

const Case kCases[] = {
    {"two_blocks", header(kString) + block(1, kAlice) + block(2, text("b") + text("c")),
     Outcome::opened, "alice@example.com\nb\nc\n"},
    {"a_schema_that_names_itself",
     header(kPair) + block(1, kAlice + number(1) + text("b") + number(0)), Outcome::opened,
     "alice@example.com\tb\t\n"},
    {"blocks_of_an_array_with_their_sizes",
     header(R"({"type": "array", "items": "int"})") +
         block(1,
               number(-2) + number(2) + number(7) + number(-8) + number(1) + number(9) + number(0)),
     Outcome::opened, "7 -8 9\n"},
    {"more_records_than_bytes", header(kString) + block(INT64_MAX, kAlice), Outcome::damaged,
     "alice@example.com\n\n"},
    {"fewer_records_than_bytes", header(kString) + block(1, kAlice + text("b")), Outcome::damaged,
     "alice@example.com\n\x02"
     "b\n"},
    {"records_without_bytes", header(R"("null")") + block(INT64_MAX, ""), Outcome::opened, "\n"},
    {"bytes_of_records_that_have_none", header(R"("null")") + block(INT64_MAX, "alice"),
     Outcome::damaged, "\nalice\n"},
    {"an_array_of_values_without_bytes",
     header(kNulls) + block(1, number(INT64_MAX) + number(-INT64_MAX) + number(0) + number(0)),
     Outcome::opened, " \n"},
    {"an_array_longer_than_the_block",
     header(R"({"type": "array", "items": "string"})") + block(1, number(INT64_MAX) + kAlice),
     Outcome::damaged, "alice@example.com \n"},
    {"the_least_of_all_counts",
     header(kNulls) + block(1, number(INT64_MIN) + number(0) + number(0)), Outcome::damaged,
     "\0\0\n"s},
    {"a_string_longer_than_the_block", header(kString) + block(1, number(1 << 30) + "alice"),
     Outcome::damaged, "alice\n"},
    {"a_string_of_a_negative_size",
     header(kString) + block(1, number(-5) + "alice") + block(1, kAlice), Outcome::damaged,
     "alice\nalice@example.com\n"},
    {"a_fixed_of_a_negative_size",
     header(R"({"type": "fixed", "name": "f", "size": -5})") + block(1, "alice"), Outcome::damaged,
     "alice\n"},
    {"a_branch_that_is_not_there", header(kPair) + block(1, kAlice + number(2)), Outcome::damaged,
     "alice@example.com\t\n"},
    {"a_number_that_does_not_end", header(kString) + block(1, kLong), Outcome::damaged,
     kLong + "\n"},
    {"a_block_of_negative_size", header(kString) + block(1, kAlice) + number(1) + number(-1),
     Outcome::damaged, "alice@example.com\n" + number(1) + number(-1)},
    {"a_block_of_negative_count", header(kString) + block(-1, kAlice), Outcome::damaged,
     block(-1, kAlice)},
    {"a_block_that_is_cut_short", header(kString) + number(1) + number(1 << 20) + kAlice,
     Outcome::damaged, "alice@example.com\n"},
    {"another_mark_behind_a_block",
     header(kString) + number(1) + text(kAlice) + "0123456789abcdeX" + block(1, kAlice),
     Outcome::damaged, "alice@example.com\n0123456789abcdeX" + block(1, kAlice)},
    {"damaged_compression", header(kString, "bzip2") + block(1, kAlice), Outcome::damaged, "\n"},
    {"an_unknown_codec", header(kString, "brotli") + block(1, kAlice), Outcome::unsupported, ""},
    {"no_schema", "Obj\x01"s + number(0) + std::string(kSync) + block(1, kAlice), Outcome::damaged,
     ""},
    {"metadata_without_end", "Obj\x01"s + number(INT64_MIN) + number(1), Outcome::damaged, ""},
};
INSTANTIATE_TEST_SUITE_P(Files, Avro, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(AvroNesting, IsBounded) {
  std::string values = kAlice;
  for (int depth = 0; depth < 100; ++depth) values += number(1) + kAlice;
  Collected found;
  EXPECT_EQ(open(header(kPair) + block(1, values + number(0)), Kind::avro, found),
            Outcome::damaged);
  EXPECT_TRUE(found.all().starts_with("alice@example.com\talice@example.com\t"));
  EXPECT_GT(found.all().size(), 100 * kAlice.size());  // those that are deeper as bytes
}

/// A schema of 40 levels, each of two of the next: 2^40 values that have no bytes.
TEST(AvroNesting, ThatGrowsByPowersEndsAtTheLimit) {
  std::string schema = R"({"type": "record", "name": "r0", "fields": []})";
  for (int level = 1; level <= 40; ++level) {
    const std::string name = "r" + std::to_string(level);
    schema = R"({"type": "record", "name": ")" + name + R"(", "fields": [{"name": "a", "type": )" +
             schema + R"(}, {"name": "b", "type": "r)" + std::to_string(level - 1) + R"("}]})";
  }
  Collected found;
  EXPECT_EQ(open(header(schema) + block(1, ""), Kind::avro, found, {.output_bytes = 1 << 20}),
            Outcome::expansion);
}

}  // namespace
}  // namespace outspan::unpack

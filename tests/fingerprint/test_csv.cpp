#include "fingerprint/build/csv.h"

#include <algorithm>

namespace outspan::fingerprint {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// Through cutter and reader in pieces of `bytes`, the source giving `chunk` bytes at a time.
Rows read_all(const std::string& text, char separator, std::size_t bytes, std::size_t chunk) {
  std::size_t at = 0;
  CsvCutter cutter(
      [&](std::span<char> out) {
        const std::size_t size = std::min({out.size(), text.size() - at, chunk});
        std::copy_n(text.data() + at, size, out.data());
        at += size;
        return size;
      },
      bytes);
  Rows rows;
  for (;;) {
    auto piece = cutter.next();
    EXPECT_TRUE(piece.ok());
    if (!piece.ok() || !*piece) return rows;
    CsvReader reader((*piece)->text, separator, (*piece)->line);
    std::vector<std::string_view> fields;
    while (reader.next(fields) == CsvReader::Answer::record)
      rows.emplace_back(fields.begin(), fields.end());
  }
}

struct CsvCase {
  const char* name;
  std::string text;
  char separator;
  Rows rows;
};
const CsvCase kCsvCases[] = {
    {"plain", "a,b\n1,2\n", ',', {{"a", "b"}, {"1", "2"}}},
    {"crlf_and_no_last_line_end", "a,b\r\n1,2", ',', {{"a", "b"}, {"1", "2"}}},
    {"empty_fields", ",\n,\n", ',', {{"", ""}, {"", ""}}},
    {"empty_lines_are_no_records", "a\n\n\r\nb\n", ',', {{"a"}, {"b"}}},
    {"quoted_separator", "\"a,b\",c\n", ',', {{"a,b", "c"}}},
    {"quoted_line_end", "\"a\nb\",c\nd,e\n", ',', {{"a\nb", "c"}, {"d", "e"}}},
    {"doubled_quotes", "\"a\"\"b\",\"\"\"\"\n", ',', {{"a\"b", "\""}}},
    {"quote_inside_is_a_character", "5\" disk,x\ny,z\n", ',', {{"5\" disk", "x"}, {"y", "z"}}},
    {"tabs", "a\tb,c\n", '\t', {{"a", "b,c"}}},
    {"semicolons", "a;\"b;c\"\n", ';', {{"a", "b;c"}}},
};
class Csv : public testing::TestWithParam<CsvCase> {};
TEST_P(Csv, IsReadTheSameInAnyPieces) {
  const CsvCase& test = GetParam();
  for (std::size_t bytes = 1; bytes <= test.text.size() + 1; ++bytes)
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{3}, std::size_t{1000}})
      EXPECT_EQ(read_all(test.text, test.separator, bytes, chunk), test.rows)
          << "pieces of " << bytes << ", chunks of " << chunk;
}
INSTANTIATE_TEST_SUITE_P(Rfc4180, Csv, testing::ValuesIn(kCsvCases),
                         [](const auto& test) { return test.param.name; });

TEST(CsvProblems, SayWhere) {
  const std::string text = "a,b\n1,2\n3,\"x\" y\n";
  CsvReader reader(text, ',', 10);
  std::vector<std::string_view> fields;
  EXPECT_EQ(reader.next(fields), CsvReader::Answer::record);
  EXPECT_EQ(reader.place().line, 10u);
  EXPECT_EQ(reader.next(fields), CsvReader::Answer::record);
  EXPECT_EQ(reader.next(fields), CsvReader::Answer::bad);
  EXPECT_EQ(reader.place().line, 12u);
  EXPECT_EQ(reader.place().column, 6u);
  EXPECT_STREQ(reader.problem(), "text stands behind a closing quotation mark");
}

TEST(CsvProblems, ARecordWithoutAnEndIsRefused) {
  std::size_t given = 0;
  CsvCutter cutter([&given](std::span<char> out) {
    std::fill(out.begin(), out.end(), 'x');
    if (given == 0) out[0] = '"';
    given += out.size();
    return out.size();
  });
  const auto piece = cutter.next();
  ASSERT_FALSE(piece.ok());
  EXPECT_NE(piece.problems().front().what.find("quotation mark is not closed"), std::string::npos);
  EXPECT_LT(given, 8u << 20);  // it was noticed early
}

TEST(GuessSeparator, TakesTheCommonestOutsideOfQuotes) {
  EXPECT_EQ(guess_separator("name,email"), ',');
  EXPECT_EQ(guess_separator("name;e,mail;x"), ';');
  EXPECT_EQ(guess_separator("\"a,b,c,d\"\tb"), '\t');
  EXPECT_EQ(guess_separator("one"), ',');
}

TEST(BadUtf8, IsFoundWhereItIs) {
  EXPECT_EQ(bad_utf8("Ada Lovelace, Søren, 山田"), std::nullopt);
  EXPECT_EQ(bad_utf8("Ada Lovelace, S\xf8ren"), std::optional<std::size_t>(15));
}

}  // namespace
}  // namespace outspan::fingerprint

#include <gtest/gtest.h>

#include <algorithm>

#include "fingerprint/build/source_text.h"
#include "tests/fingerprint/support.h"

namespace outspan::fingerprint {
namespace {

using namespace std::string_literals;

struct Answer {
  std::string text;
  std::string problem;
  char separator = '\0';
};

/// All of a source, which gives `chunk` bytes at a time.
Answer read_all(const std::string& source, std::size_t chunk) {
  std::size_t at = 0;
  SourceText text([&](std::span<char> out) {
    const std::size_t size = std::min({out.size(), source.size() - at, chunk});
    std::copy_n(source.data() + at, size, out.data());
    at += size;
    return size;
  });
  Answer answer;
  std::string part(chunk + 7, '\0');
  while (const std::size_t size = text.read(part)) answer.text.append(part, 0, size);
  answer.problem = text.problem();
  answer.separator = text.separator();
  return answer;
}

std::string utf16(std::u16string_view text, bool big_endian = false) {
  std::string bytes;
  for (const char16_t c : text) {
    const char low = static_cast<char>(c & 0xff), high = static_cast<char>(c >> 8);
    bytes += big_endian ? high : low;
    bytes += big_endian ? low : high;
  }
  return bytes;
}
std::string utf32(std::u32string_view text, bool big_endian = false) {
  std::string bytes;
  for (const char32_t c : text)
    for (std::size_t i = 0; i < 4; ++i)
      bytes += static_cast<char>(c >> 8 * (big_endian ? 3 - i : i) & 0xff);
  return bytes;
}

struct TextCase {
  const char* name;
  std::string source;
  std::string text;
  char separator = '\0';
};
const TextCase kTextCases[] = {
    {"utf8", "a,b\r\nJosé,2\n", "a,b\r\nJosé,2\n"},
    {"utf8_mark",
     "\xef\xbb\xbf"
     "a,b\n",
     "a,b\n"},
    {"cr_alone", "a,b\r1,2\r3,4\r", "a,b\n1,2\n3,4\n"},
    {"cr_alone_without_a_last_one", "a,b\r1,2", "a,b\n1,2"},
    {"cr_alone_and_a_quoted_line_end_above", "\"a\nb\",c\r1,2\r", "\"a\nb\",c\n1,2\n"},
    {"cr_inside_of_lf_lines_stays", "a,b\n1\r,2\n", "a,b\n1\r,2\n"},
    {"cr_lf_stays", "a\r\n1\r2\r\n", "a\r\n1\r2\r\n"},
    {"one_line", "a,b", "a,b"},
    {"utf16_le_mark", "\xff\xfe" + utf16(u"a,b\nJosé 😀,2\n"), "a,b\nJosé 😀,2\n"},
    {"utf16_be_mark", "\xfe\xff" + utf16(u"a,b\nJosé 😀,2\n", true), "a,b\nJosé 😀,2\n"},
    {"utf16_le_without_a_mark", utf16(u"name\temail\r\nŻółć\tx\r\n"), "name\temail\r\nŻółć\tx\r\n"},
    {"utf16_be_without_a_mark", utf16(u"name\temail\n1\t2\n", true), "name\temail\n1\t2\n"},
    {"utf16_cr_alone", "\xff\xfe" + utf16(u"a\tb\r1\t2\r"), "a\tb\n1\t2\n"},
    {"utf32_le_mark", utf32(U"\ufeffa,b\n😀,2\n"), "a,b\n😀,2\n"},
    {"utf32_be_mark", utf32(U"\ufeffa,b\n1,2\n", true), "a,b\n1,2\n"},
    {"utf32_without_a_mark", utf32(U"name,email\n1,2\n"), "name,email\n1,2\n"},
    {"separator_line", "sep=;\r\na;b\r\n", "a;b\r\n", ';'},
    {"separator_line_after_a_mark", "\xef\xbb\xbfsep=\t\na\tb\n", "a\tb\n", '\t'},
    {"separator_line_in_utf16", "\xff\xfe" + utf16(u"SEP=|\r\na|b\r\n"), "a|b\r\n", '|'},
    {"separator_line_in_quotes", "\"sep=^\"\na^b\n", "a^b\n", '^'},
    {"separator_line_before_cr", "sep=,\ra,b\r", "a,b\n", ','},
    {"a_letter_separates_nothing", "sep=x\naxb\n", "sep=x\naxb\n"},
    {"a_column_called_sep", "sep=,b\n1,2\n", "sep=,b\n1,2\n"},
    {"empty", "", ""},
};
class Text : public testing::TestWithParam<TextCase> {};
TEST_P(Text, IsReadTheSameInAnyPieces) {
  const TextCase& test = GetParam();
  for (std::size_t chunk = 1; chunk <= test.source.size() + 1; ++chunk) {
    const Answer answer = read_all(test.source, chunk);
    EXPECT_EQ(answer.text, test.text) << chunk;
    EXPECT_EQ(answer.problem, "") << chunk;
    EXPECT_EQ(answer.separator, test.separator) << chunk;
  }
}
INSTANTIATE_TEST_SUITE_P(Source, Text, testing::ValuesIn(kTextCases),
                         [](const auto& test) { return test.param.name; });

TEST(SourceText, IsTheSameBeyondItsBuffer) {
  std::string table = "a,b\r", expected = "a,b\n";
  for (int i = 0; i < 40'000; ++i) {
    table += std::to_string(i) + ",x\r";
    expected += std::to_string(i) + ",x\n";
  }
  EXPECT_EQ(read_all(table, 4096).text, expected);
  const std::string longer(70'000, 'x');  // a first line that fills the buffer
  EXPECT_EQ(read_all(longer + "\r1\r", 65'536).text, longer + "\n1\n");
  for (std::size_t size = 65'530; size < 65'540; ++size) {
    const std::string first(size, 'x');
    EXPECT_EQ(read_all(first + "\r1\r", 100'000).text, first + "\n1\n") << size;
    EXPECT_EQ(read_all(first + "\r\n1\r2\r\n", 100'000).text, first + "\r\n1\r2\r\n") << size;
  }
}

const std::pair<const char*, std::string> kRefusals[] = {
    {"export the table as CSV", "PK\x03\x04\x14"s},
    {"export the table as CSV", "\xd0\xcf\x11\xe0\xa1\xb1"s},
    {"zcat SOURCE |", "\x1f\x8b\x08\x00"s},
    {"zstdcat SOURCE |", "\x28\xb5\x2f\xfd\x00"s},
    {"xzcat SOURCE |",
     "\xfd"
     "7zXZ\0"s},
    {"bzcat SOURCE |", "BZh91AY"s},
    {"export the table as CSV", "SQLite format 3\0"s},
    {"export the table as CSV", "%PDF-1.7"s},
    {"does not go on so", "\xff\xfe" + utf16(u"a,b\n") + "\x00\xd8,\0"s},
    {"is cut", "\xff\xfe" + utf16(u"a,b\n") + "1"},
};
TEST(SourceText, RefusesWithWhatToDo) {
  for (const auto& [sentence, source] : kRefusals) {
    const Answer answer = read_all(source, 1000);
    EXPECT_NE(answer.problem.find(sentence), std::string::npos) << answer.problem;
  }
}

TEST(SourceText, OfAnIndexIsReadWhateverItsEncoding) {
  const TestFolder folder;
  const std::string table =
      "name\temail\tticket\tphone\r\n"
      "José Núñez\tjose@example.com\tTM-00000001\t+44 20 7946 0001\r\n"
      "Ann Other\tann@example.com\tTM-00000002\t+44 20 7946 0002\r\n";
  std::u16string wide;
  for (const char16_t c :
       u"name\temail\tticket\tphone\r\n"
       u"José Núñez\tjose@example.com\tTM-00000001\t+44 20 7946 0001\r\n"
       u"Ann Other\tann@example.com\tTM-00000002\t+44 20 7946 0002\r\n"s)
    wide += c;
  std::string lone = table;
  std::erase(lone, '\n');
  ASSERT_TRUE(build_from(table, folder.file("plain"), customer_options()).ok());
  const std::string expected = read_file(folder.file("plain"));
  for (const std::string& source : {"\xff\xfe" + utf16(wide), utf16(wide, true), lone,
                                    "sep=\t\r\n" + table, "\xef\xbb\xbf" + table}) {
    const auto report = build_from(source, folder.file("i"), customer_options());
    ASSERT_TRUE(report.ok()) << report.problems().front().to_string();
    EXPECT_EQ(read_file(folder.file("i")), expected);
  }
}

TEST(SourceText, LinesThatEndDifferentlyAreRefusedWithWhatToDo) {
  const TestFolder folder;
  const auto refused = build_from("email,phone,ticket,name\na,b,c,d\re,f,g,h\r", folder.file("i"),
                                  customer_options());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.problems().front().where, "customers.csv:2:1");
  EXPECT_NE(refused.problems().front().what.find("CR alone"), std::string::npos);
}

}  // namespace
}  // namespace outspan::fingerprint

#include <algorithm>
#include <functional>

#include "tests/content/encoders.h"
#include "tests/content/support.h"

namespace outspan::content {
namespace {

using protocol::PartKind;

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

std::string hex(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const unsigned char c : text) {
    out += kDigits[c >> 4];
    out += kDigits[c & 15];
  }
  return out;
}

/// In pieces of `size` with `between` between them.
std::string pieces(std::string_view code, std::size_t size, std::string_view between) {
  std::string out;
  for (std::size_t at = 0; at < code.size(); at += size)
    out.append(at == 0 ? "" : between).append(code.substr(at, size));
  return out;
}

const std::string kSecret =
    "name;mail;phone\nAnn Miller;ann.miller@example.com;+44 7700 900123\n"
    "Bob Jones;bob?jones>~@example.org;+44 7700 900456\n\xc3\xbf\xc3\xbe?>?>?>?>";

struct RunCase {
  const char* name;
  std::string text;
};
class CodedText : public testing::TestWithParam<RunCase> {};
TEST_P(CodedText, IsDecodedHoweverCut) {
  for (const std::size_t piece : {0UL, 1UL, 61UL}) {
    Bench bench;
    bench.run(part(PartKind::body, "text/plain"), GetParam().text, piece);
    EXPECT_TRUE(bench.saw("ann.miller@example.com;+44 7700 900123")) << piece;
    EXPECT_TRUE(bench.saw("bob?jones>~@example.org;+44 7700 900456")) << piece;
    EXPECT_EQ(bench.problem, "");
  }
}

/// In a JSON string or an attribute, with its own characters and line ends written as escapes.
std::string escaped(std::string_view line_end, std::string_view plus, std::string_view slash,
                    std::string_view equals) {
  std::string code = base64(kSecret, 76);
  code = replaced(code, "+", "\x01");
  code = replaced(code, "/", "\x02");
  code = replaced(code, "=", "\x03");
  code = replaced(code, "\r\n", line_end);
  code = replaced(code, "\x01", plus);
  code = replaced(code, "\x02", slash);
  return "{\"id\": 7, \"file\": \"" + replaced(code, "\x03", equals) + "\", \"n\": 1}";
}

const RunCase kEscapes[] = {
    {"json_line_ends", escaped("\\r\\n", "+", "\\/", "=")},
    {"dotnet", escaped("\\r\\n", "\\u002B", "/", "=")},
    {"gson", escaped("\\n", "+", "/", "\\u003d")},
    {"small_unicode", escaped("\\u000d\\u000a", "\\u002b", "\\u002f", "\\u003d")},
    {"hex", escaped("\\x0a", "\\x2b", "\\x2F", "\\x3d")},
    {"octal", escaped("\\012", "\\053", "\\057", "\\075")},
    {"entity_decimal", escaped("&#13;\n", "&#43;", "&#47;", "&#61;")},
    {"entity_hex", escaped("&#xD;\n", "&#x2B;", "&#x2f;", "&#x3D;")},
    {"both_line_ends_as_entities", escaped("&#13;&#10;", "+", "/", "=")},
    {"entity_named", escaped("&NewLine;", "&plus;", "&sol;", "&equals;")},
    {"percent", escaped("%0D%0A", "%2B", "%2F", "%3D")},
    {"percent_small", escaped("%0d%0a", "%2b", "%2f", "%3d")},
    {"percent_twice", escaped("%250A", "%252B", "%252F", "%253D")},
    {"json_in_json", escaped("\\\\n", "\\\\u002B", "\\\\/", "=")},
    {"eight_digits", escaped("\\n", "\\U0000002B", "/", "\\U0000003D")},
    {"braces", escaped("\\n", "\\u{2b}", "\\u{2f}", "\\u{3d}")},
    {"first_character", "\"" + replaced(base64("\xff\xfe" + kSecret), "/", "\\/") + "\""},
    {"iis", escaped("%u000A", "%u002B", "%u002F", "%u003D")},
};
INSTANTIATE_TEST_SUITE_P(OverEscapes, CodedText, testing::ValuesIn(kEscapes),
                         [](const auto& test) { return test.param.name; });

const RunCase kPieces[] = {
    {"lines_of_four", "x\n" + pieces(base64(kSecret), 4, "\n") + "\n"},
    {"lines_of_four_crlf", pieces(base64(kSecret), 4, "\r\n") + "\r\n"},
    {"blanks_after_four", pieces(base64(kSecret), 4, " ")},
    {"lines_of_eight", pieces(base64(kSecret), 8, "\n")},
    {"lines_of_ten", pieces(base64(kSecret), 10, "\n")},
    {"lines_of_sixteen", pieces(base64(kSecret), 16, "\n")},
    {"lines_of_nineteen", pieces(base64(kSecret), 19, "\n")},
    {"lines_of_twenty", pieces(base64(kSecret), 20, "\n")},
    {"lines_of_twentyfour", pieces(base64(kSecret), 24, "\n")},
    {"lines_of_thirty", pieces(base64(kSecret), 30, "\n")},
    {"indented_lines", "    " + pieces(base64(kSecret), 12, "\n    ")},
    {"array_of_four", "[\"" + pieces(base64(kSecret), 4, "\",\"") + "\"]"},
    {"array_of_twelve", "[\"" + pieces(base64(kSecret), 12, "\", \"") + "\"]"},
    {"array_of_forty", "[\"" + pieces(base64(kSecret), 40, "\",\"") + "\"]"},
    {"array_of_76_in_lines", "[\n  \"" + pieces(base64(kSecret), 76, "\",\n  \"") + "\"\n]"},
    {"array_of_76_in_quotes_of_shells", "['" + pieces(base64(kSecret), 76, "', '") + "']"},
    {"joined_by_commas", pieces(base64(kSecret), 32, ",")},
    {"lines_of_50_not_in_whole_groups", pieces(base64(kSecret), 50, "\n")},
    {"lines_of_150_not_in_whole_groups", pieces(base64(kSecret), 150, "\n")},
    {"escaped_lines_of_four", "{\"f\": \"" + pieces(base64(kSecret), 4, "\\n") + "\"}"},
    {"escaped_lines_of_ten", "{\"f\": \"" + pieces(base64(kSecret), 10, "\\r\\n") + "\"}"},
    {"lines_of_eight_as_entities", "<f>" + pieces(base64(kSecret), 8, "&#xD;&#xA;") + "</f>"},
    {"percent_lines_of_sixteen", "f=" + pieces(base64(kSecret), 16, "%0D%0A")},
    {"html_lines_of_twelve", "<p>" + pieces(base64(kSecret), 12, "<br>\n") + "</p>"},
    {"html_lines_of_forty", "<p>" + pieces(base64(kSecret), 40, "<br>\n") + "</p>"},
    {"hex_array_of_four", "[\"" + pieces(hex(kSecret), 4, "\", \"") + "\"]"},
    {"hex_array_of_four_in_lines", "[\n\"" + pieces(hex(kSecret), 4, "\",\n\"") + "\"\n]"},
    {"hex_array_of_four_in_indented_lines",
     "[\n    \"" + pieces(hex(kSecret), 4, "\",\n    \"") + "\"\n]"},
    {"hex_array_of_four_in_deeper_lines",
     "[\n        \"" + pieces(hex(kSecret), 4, "\",\n        \"") + "\"\n]"},
    {"hex_array_of_eight_in_deeper_lines",
     "[\n        \"" + pieces(hex(kSecret), 8, "\",\n        \"") + "\"\n]"},
    {"strings_of_a_source", "s = \"" + pieces(base64(kSecret), 24, "\" +\n    \"") + "\";"},
    {"list_of_yaml", "- " + pieces(base64(kSecret), 32, "\n- ") + "\n"},
    {"comments", "# " + pieces(base64(kSecret), 44, "\n# ") + "\n"},
    {"hex_of_twenty", pieces(hex(kSecret), 20, "\n")},
    {"hex_of_thirty_in_json", "[\"" + pieces(hex(kSecret), 30, "\",\"") + "\"]"},
    {"hex_after_0x", "INSERT INTO t VALUES (7,0x" + hex(kSecret) + ")"},
    {"bytea", "7,\\x" + hex(kSecret) + ",x\n"},
    {"hex_of_four_in_json", "[\"" + pieces(hex(kSecret), 4, "\",\"") + "\"]"},
    {"hex_of_four_in_escaped_lines", "{\"f\": \"" + pieces(hex(kSecret), 4, "\\r\\n") + "\"}"},
    {"hex_of_four_crlf", "x\r\n" + pieces(hex(kSecret), 4, "\r\n") + "\r\n"},
    {"hex_of_four", pieces(hex(kSecret), 4, " ")},
    {"hex_of_eight_in_lines", pieces(hex(kSecret), 8, "\n")},
    {"hex_of_forty_in_an_array", "[\"" + pieces(hex(kSecret), 40, "\",\"") + "\"]"},
};
INSTANTIATE_TEST_SUITE_P(InPieces, CodedText, testing::ValuesIn(kPieces),
                         [](const auto& test) { return test.param.name; });

std::string spaced(std::string_view text, std::string_view between) {
  return pieces(hex(text), 2, between);
}
std::string bits(std::string_view text, std::string_view between) {
  std::string out;
  for (const unsigned char c : text)
    for (int bit = 7; bit >= 0; --bit) out += (c >> bit & 1) != 0 ? '1' : '0';
  return pieces(out, 8, between);
}
struct LineCase {
  const char* name;
  std::string (*code)(std::string_view, std::string_view);
  std::string_view between;
};
class CodedLines : public testing::TestWithParam<LineCase> {};
TEST_P(CodedLines, AreTextsOfTheirOwn) {
  const std::string_view rows[] = {"ann.miller@example.com +44 7700 900123",
                                   "bob@example.org +44 7700 900456",
                                   "carol.jones@example.net +44 7700 900789"};
  std::string text = "list:\n";
  for (const std::string_view row : rows) text += GetParam().code(row, GetParam().between) + "\n";
  for (const std::size_t piece : {0UL, 1UL, 61UL}) {
    Bench bench;
    bench.run(part(PartKind::body, "text/plain"), text, piece);
    for (const std::string_view row : rows)
      EXPECT_TRUE(bench.saw(std::string(row) + "\n") || bench.texts["hex"].ends_with(row))
          << bench.texts["hex"];
  }
}
const LineCase kLines[] = {
    {"hex_and_blanks", spaced, " "},
    {"hex_and_colons", spaced, ":"},
    {"hex_and_dashes", spaced, "-"},
    {"bits_and_blanks", bits, " "},
    {"bits", bits, ""},
};
INSTANTIATE_TEST_SUITE_P(CodedText, CodedLines, testing::ValuesIn(kLines),
                         [](const auto& test) { return test.param.name; });

/// The runs of a window go on in the next one.
TEST(CodedText, PiecesGoOnOverWindows) {
  std::string secret;
  for (int i = 0; i < 3000; ++i) secret += "person" + std::to_string(i) + "@example.com\n";
  for (const std::size_t size : {4UL, 12UL, 28UL}) {
    Bench bench;
    bench.run(part(PartKind::body, "text/plain"), pieces(base64(secret), size, "\n"), 1460);
    EXPECT_EQ(bench.texts["base64"], secret) << size;
  }
}

/// Escapes in the first characters of a run may stand anywhere at the border of windows.
TEST(CodedText, BeginsOverABorder) {
  const std::string code = "\"" + replaced(base64("\xff\xfe?>" + kSecret), "/", "\\u002f") + "\"";
  ASSERT_LT(code.find("\\u002f"), 20U);
  for (std::size_t before = 16384 - 40; before <= 16384; ++before) {
    Bench bench;
    bench.run(part(PartKind::body, "text/plain"), std::string(before, ' ') + code);
    EXPECT_TRUE(bench.saw("ann.miller@example.com;+44 7700 900123")) << before;
  }
}

/// Rows that are coded one by one are as long as one another by chance only.
TEST(CodedText, RowsAreNoPiecesOfOneText) {
  const std::string_view mails[] = {"alice.ashcombe@example.com",  "katinka.kess@example.net",
                                    "imogen.ivarsson@example.com", "jasper.jagiello@example.org",
                                    "leopold.lind@example.net",    "maximilian@example.org"};
  struct Form {
    const char* begin;
    const char* end;
  };
  for (const Form form :
       {Form{"17,", ",x\n"}, Form{"\"", "\"\n"}, Form{"", "\n"}, Form{"7|", "|\r\n"}}) {
    for (const bool in_hex : {true, false}) {
      std::string text;
      for (const std::string_view mail : mails)
        text += form.begin + (in_hex ? hex(mail) : base64(mail)) + form.end;
      Bench bench;
      bench.run(part(PartKind::body, "text/plain"), text);
      // Lines of nothing but hexadecimal digits are read as a dump, too.
      const int dumps = in_hex && *form.begin == '\0' ? 1 : 0;
      EXPECT_EQ(bench.beginnings[in_hex ? "hex" : "base64"], 6 + dumps) << form.begin;
    }
  }
}

using Code = std::function<std::string(std::string_view)>;
const Code kBase64 = [](std::string_view text) { return base64(text); };
const Code kUnpadded = [](std::string_view text) {
  std::string code = base64(text);
  code.erase(std::min(code.find('='), code.size()));
  return code;
};
const Code kHex = [](std::string_view text) { return hex(text); };
const Code kClear = [](std::string_view text) { return std::string(text); };

struct FieldsCase {
  const char* name;
  Code code;
  std::string row;  ///< with N, M, P for name, mail, phone
};
class Fields : public testing::TestWithParam<FieldsCase> {};
TEST_P(Fields, OfARowStandTogether) {
  const auto row = [](std::string_view form, const Code& code) {
    std::string out;
    for (const char c : form)
      out += c == 'N'   ? code("Ann Miller")
             : c == 'M' ? code("ann.miller@example.com")
             : c == 'P' ? code("+44 7700 900123")
                        : std::string(1, c);
    return out;
  };
  Bench bench;
  bench.run(part(PartKind::body, "text/plain"),
            "id;first;second\n" + row(GetParam().row, GetParam().code) + "\n7;x;y\n");
  EXPECT_NE(bench.texts["fields"].find(row(GetParam().row, kClear)), std::string::npos)
      << bench.texts["fields"];
}
const FieldsCase kFields[] = {
    {"semicolons", kBase64, "N;M;P"},
    {"commas_and_quotes", kBase64, "\"N\",\"M\",\"P\""},
    {"tabs", kBase64, "N\tM\tP"},
    {"pipes", kBase64, "1|N|M|P|x"},
    {"json", kBase64, "{\"n\":\"N\",\"m\":\"M\",\"p\":\"P\"}"},
    {"xml", kBase64, "<n>N</n><m>M</m><p>P</p>"},
    {"unpadded", kUnpadded, "N;M;P"},
    {"one_in_clear", kBase64, "7;N;M;x"},
    {"hexadecimal", kHex, "N;M;P"},
    {"hexadecimal_in_json", kHex, "{\"n\":\"N\",\"m\":\"M\",\"p\":\"P\"}"},
    {"literals_of_databases", [](std::string_view text) { return "0x" + hex(text); }, "(7,N,M,P)"},
    {"bytea", [](std::string_view text) { return "\\x" + hex(text); }, "7\tN\tM\tP"},
    {"assignments", kBase64, "n: N m: M p: P"},
};
INSTANTIATE_TEST_SUITE_P(CodedFields, Fields, testing::ValuesIn(kFields),
                         [](const auto& test) { return test.param.name; });

/// A column of values too short to be runs, among others that are none.
TEST(CodedFields, OfAColumnAreOneARow) {
  const std::string_view tickets[] = {"TM-10500001", "TM-10604729", "TM-10709458", "TM-10814187"};
  for (const Code& code : {kBase64, kUnpadded}) {
    std::string text;
    for (const std::string_view ticket : tickets) text += "ref: " + code(ticket) + "\n";
    Bench bench;
    bench.run(part(PartKind::body, "text/plain"), text + "and nothing else\n");
    EXPECT_EQ(bench.texts["fields"],
              "ref: TM-10500001\nref: TM-10604729\nref: TM-10709458\nref: TM-10814187\n");
  }
}

TEST(DenseText, OrdinaryTextIsNotWrittenAgain) {
  for (const std::string_view text :
       {"THIS IS A TEXT IN CAPITAL LETTERS, AS SOME PEOPLE AND SOME MACHINES WRITE THEM ALL DAY.\n",
        "SELECT NAME, MAIL FROM CUSTOMERS WHERE COUNTRY = 'DE' AND STATE = 'OPEN' ORDER BY NAME;\n",
        "e3b0c44298fc1c149afbf4c8996fb924 27ae41e4649b934ca495991b7852b855 e3b0c44298fc1c14\n",
        "550e8400-e29b-41d4-a716-446655440000;6ba7b810-9dad-11d1-80b4-00c04fd430c8;x;y;z\n",
        "ABCD EFGH IJKL MNOP QRST UVWX YZAB CDEF GHIJ KLMN OPQR STUV WXYZ ABCD EFGH IJKL\n",
        "fefe cafe babe dead beef face feed fade deaf bead dada caca aced abba baba fafa\n"}) {
    Bench bench;
    bench.run(part(PartKind::body, "text/plain"), text);
    EXPECT_EQ(bench.texts.size(), 1U) << text;
  }
}

}  // namespace
}  // namespace outspan::content

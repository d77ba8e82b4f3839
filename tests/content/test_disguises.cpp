#include <gtest/gtest.h>

#include <algorithm>

#include "tests/content/encoders.h"
#include "tests/content/support.h"

/// Text in disguise: whatever stands in for it, the text comes out, however the bytes are cut.
namespace outspan::content {
namespace {

using protocol::PartKind;

constexpr std::size_t kPieces[] = {0, 1, 7, 333, 1460};

std::string people(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += "person" + std::to_string(i * 7919 % 100003) + "@example.com;+44 20 7946 0" +
            std::to_string(100 + i % 900) + "\r\n";
  return text;
}

std::string url_safe(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

struct Disguise {
  std::string name;
  std::string wire;
  std::string path;  ///< where the text is
  std::string text;
  std::string type = "text/plain";
};

class Disguises : public testing::TestWithParam<Disguise> {};

TEST_P(Disguises, AreReadHoweverCut) {
  const Disguise& test = GetParam();
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body, test.type), test.wire, piece);
    EXPECT_EQ(bench.texts[test.path], test.text) << "pieces of " << piece;
    EXPECT_EQ(bench.problem, "");
    EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], test.wire.size());
  }
}

const std::string kPeople = people(1200);
const std::string kFew = people(2);

std::string json(std::string_view value) {
  return "{\"id\": 17, \"file\": \"" + std::string(value) + "\", \"n\": 1}";
}

const Disguise kBase64[] = {
    {"url_alphabet", json(url_safe(base64(kPeople))), "base64", kPeople},
    {"twice", json(base64(base64(kPeople))), "base64>base64", kPeople},
    {"twice_both_wrapped", base64(base64(kPeople, 76), 76), "base64>base64", kPeople},
    {"three_times", json(base64(base64(base64(kPeople)))), "base64>base64>base64", kPeople},
    {"lines_of_20", base64(kPeople, 20), "base64", kPeople},
    {"lines_of_28", "Here:\n\n" + base64(kFew, 28), "base64", kFew},
    {"lines_of_64", base64(kPeople, 64), "base64", kPeople},
    {"lines_of_1000", base64(kPeople, 1000), "base64", kPeople},
    {"gzip_inside", json(base64(gzipped(kPeople))), "base64>gzip", kPeople},
};
INSTANTIATE_TEST_SUITE_P(Base64, Disguises, testing::ValuesIn(kBase64),
                         [](const auto& test) { return test.param.name; });

const Disguise kBase32[] = {
    {"one_line", json(base32(kPeople)), "base32", kPeople},
    {"wrapped", base32(kPeople, 76), "base32", kPeople},
    {"lines_of_30", base32(kPeople, 30), "base32", kPeople},
    {"lower_case", json(lower(base32(kPeople))), "base32", kPeople},
    {"extended_hex", json(base32(kPeople, 0, "0123456789ABCDEFGHIJKLMNOPQRSTUV")), "base32",
     kPeople},
    {"an_address_alone", base32("bob@example.com"), "base32", "bob@example.com"},
    // printf 'alice@example.com, bob@example.org' | base32
    {"of_coreutils", "MFWGSY3FIBSXQYLNOBWGKLTDN5WSYIDCN5REAZLYMFWXA3DFFZXXEZY=\n", "base32",
     "alice@example.com, bob@example.org"},
    {"gzip_inside", json(base32(gzipped(kPeople))), "base32>gzip", kPeople},
    {"in_base64", json(base64(base32(kPeople))), "base64>base32", kPeople},
};
INSTANTIATE_TEST_SUITE_P(Base32, Disguises, testing::ValuesIn(kBase32),
                         [](const auto& test) { return test.param.name; });

TEST(Base64Lines, AShortTokenDoesNotSwallowTheNextLine) {
  const std::string wire = "token: " + base64("alice@example.com") + "\nRegards\nBob\n";
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body, "text/plain"), wire, piece);
    EXPECT_EQ(bench.texts["base64"], "alice@example.com");
    EXPECT_EQ(bench.texts[""], wire);
  }
}
TEST(Base64Lines, ATokenALineIsATextEach) {
  const std::string one = base64("alice@example.com; ");
  const std::string two = base64("bob@example.org; and others ");
  Bench bench;
  bench.run(part(PartKind::body, "text/plain"), one + "\n" + two + "\n" + one + "\n");
  EXPECT_TRUE(bench.saw("alice@example.com"));
  EXPECT_TRUE(bench.saw("bob@example.org; and others"));
}

struct Word {
  const char* name;
  const char* raw;
  const char* text;
};
const Word kWords[] = {
    {"utf7_at", "alice+AEA-example.com", "alice@example.com"},
    {"utf7_whole_word", "+AGEAbABpAGMAZQBAAGUAeABhAG0AcABsAGUALgBjAG8AbQ-;", "alice@example.com;"},
    {"utf7_without_an_end", "Zo+AOk Smith", "Zo\xc3\xa9 Smith"},
    {"utf7_cyrillic", "+BBgEMgQwBD0- ", "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd "},
    {"utf7_in_percent", "alice%2BAEA-example.com", "alice@example.com"},
    {"ldif", "dn: x\ncn:: WsOpw7Y=\nmail:: YWxpY2VAZXhhbXBsZS5jb20=\nsn: y\n",
     "dn: x\ncn: Z\xc3\xa9\xc3\xb6\nmail: alice@example.com\nsn: y\n"},
    {"ldif_folded", "cn;lang-de:: QWxpY2UgRXhh\r\n bXBsZQ==\r\n", "cn;lang-de: Alice Example\r\n"},
    {"quoted_printable", "alice=40example.com and Andr=C3=A9",
     "alice@example.com and Andr\xc3\xa9"},
    {"soft_line_break", "alice@exam=\r\nple.com wrote = \nto me", "alice@example.com wrote to me"},
    {"vcard_2_1", "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen",
     "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J\xc3\xbcrgen"},
};
class Words : public testing::TestWithParam<Word> {};
INSTANTIATE_TEST_SUITE_P(CodedWords, Words, testing::ValuesIn(kWords),
                         [](const auto& test) { return test.param.name; });
TEST_P(Words, AreReadInTheirPlace) {
  for (const std::size_t piece : {0UL, 1UL, 5UL}) {
    Bench bench;
    bench.run(part(PartKind::body, "text/plain"), GetParam().raw, piece);
    ASSERT_EQ(bench.unescaped_texts.size(), 1U);
    EXPECT_EQ(bench.unescaped_texts[0], GetParam().text);
    EXPECT_EQ(bench.problem, "");
  }
}
TEST(CodedWords, OtherTextIsLeftAlone) {
  for (const char* text :
       {"call +44 20 7946 0123 or +4420 79460123", "x=42&year=2024", "a += B+C; std::string s = a;",
        "fe80::1 and ::1", "key:: not base64", "if (a==b) c=d;", "mail::AAEC\n", "1+Bxyz"}) {
    Bench bench;
    bench.run(part(PartKind::body, "text/plain"), text);
    EXPECT_TRUE(bench.unescaped_texts.empty()) << text;
  }
}

}  // namespace
}  // namespace outspan::content

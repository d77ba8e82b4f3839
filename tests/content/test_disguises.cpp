#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "marks/spread.h"
#include "tests/content/disguise.h"
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

/// Pieces of `length` characters with a blank between them.
std::string spaced(const std::string& text, std::size_t length) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += length)
    out += (at == 0 ? "" : " ") + text.substr(at, length);
  return out;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

const std::string kRussian =
    "\320\230\320\262\320\260\320\275 "
    "\320\237\320\265\321\202\321\200\320\276\320\262;ivan@example."
    "com\015\012\320\234\320\260\321\200\320\270\321\217 "
    "\320\241\320\274\320\270\321\200\320\275\320\276\320\262\320\260 "
    "\320\266\320\270\320\262\321\221\321\202 \320\262 "
    "\320\234\320\276\321\201\320\272\320\262\320\265 \320\275\320\260 "
    "\321\203\320\273\320\270\321\206\320\265 "
    "\320\233\320\265\320\275\320\270\320\275\320\260;maria@example."
    "com\015\012\320\237\321\200\320\270\320\262\320\265\321\202, \321\215\321\202\320\276 "
    "\321\201\320\277\320\270\321\201\320\276\320\272 \320\275\320\260\321\210\320\270\321\205 "
    "\320\272\320\273\320\270\320\265\320\275\321\202\320\276\320\262, "
    "\320\272\320\276\321\202\320\276\321\200\321\213\320\271 \320\274\321\213 "
    "\320\276\320\261\320\265\321\211\320\260\320\273\320\270 "
    "\320\277\321\200\320\270\321\201\320\273\320\260\321\202\321\214.\015\012";

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
    {"blanks_after_64", spaced(base64(kPeople), 64), "base64", kPeople},
    {"blanks_after_76_in_json", json(spaced(base64(kPeople), 76)), "base64", kPeople},
    {"blanks_after_60_and_text", "Here: " + spaced(base64(kFew), 60) + "\nRegards\n", "base64",
     kFew},
    {"blanks_and_gzip", spaced(base64(gzipped(kPeople)), 64), "base64>gzip", kPeople},
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
TEST(Base64Lines, WordsBehindATokenAreNotPartOfIt) {
  const std::string text = "person 17 <alice@example.com>, +44 20 7946 0101, x";
  const std::string token = base64(text.substr(0, 48));
  for (const char* behind :
       {" Regards\n", " as agreed", " and_other_words_of_some_length ", " \n"}) {
    for (const std::size_t piece : kPieces) {
      Bench bench;
      bench.run(part(PartKind::body, "text/plain"), "It is " + token + behind, piece);
      EXPECT_EQ(bench.texts["base64"], text.substr(0, 48)) << behind;
    }
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

// Made with xxd, hexdump, od and Python's base64 and binascii from `kFew`.
const Disguise kOfTools[] = {
    {"xxd",
     "00000000: 7065 7273 6f6e 3040 6578 616d 706c 652e  person0@example.\n"
     "00000010: 636f 6d3b 2b34 3420 3230 2037 3934 3620  com;+44 20 7946 \n"
     "00000020: 3031 3030 0d0a 7065 7273 6f6e 3739 3139  0100..person7919\n"
     "00000030: 4065 7861 6d70 6c65 2e63 6f6d 3b2b 3434  @example.com;+44\n"
     "00000040: 2032 3020 3739 3436 2030 3130 310d 0a     20 7946 0101..\n",
     "hexdump", kFew},
    {"xxd_groups_of_one",
     "00000000: 70 65 72 73 6F 6E 30 40 65 78 61 6D 70 6C 65 2E  person0@example.\n"
     "00000010: 63 6F 6D 3B 2B 34 34 20 32 30 20 37 39 34 36 20  com;+44 20 7946 \n"
     "00000020: 30 31 30 30 0D 0A 70 65 72 73 6F 6E 37 39 31 39  0100..person7919\n"
     "00000030: 40 65 78 61 6D 70 6C 65 2E 63 6F 6D 3B 2B 34 34  @example.com;+44\n"
     "00000040: 20 32 30 20 37 39 34 36 20 30 31 30 31 0D 0A      20 7946 0101..\n",
     "hexdump", kFew},
    {"xxd_32_columns",
     "00000000: 7065 7273 6f6e 3040 6578 616d 706c 652e 636f 6d3b 2b34 3420 3230 2037 3934 3620  "
     "person0@example.com;+44 20 7946 \n"
     "00000020: 3031 3030 0d0a 7065 7273 6f6e 3739 3139 4065 7861 6d70 6c65 2e63 6f6d 3b2b 3434  "
     "0100..person7919@example.com;+44\n"
     "00000040: 2032 3020 3739 3436 2030 3130 310d 0a                                             "
     "20 7946 0101..\n",
     "hexdump", kFew},
    {"hexdump_canonical",
     "00000000  70 65 72 73 6f 6e 30 40  65 78 61 6d 70 6c 65 2e  |person0@example.|\n"
     "00000010  63 6f 6d 3b 2b 34 34 20  32 30 20 37 39 34 36 20  |com;+44 20 7946 |\n"
     "00000020  30 31 30 30 0d 0a 70 65  72 73 6f 6e 37 39 31 39  |0100..person7919|\n"
     "00000030  40 65 78 61 6d 70 6c 65  2e 63 6f 6d 3b 2b 34 34  |@example.com;+44|\n"
     "00000040  20 32 30 20 37 39 34 36  20 30 31 30 31 0d 0a     | 20 7946 0101..|\n"
     "0000004f\n",
     "hexdump", kFew},
    {"hexdump_words",
     "0000000 6570 7372 6e6f 4030 7865 6d61 6c70 2e65\n"
     "0000010 6f63 3b6d 342b 2034 3032 3720 3439 2036\n"
     "0000020 3130 3030 0a0d 6570 7372 6e6f 3937 3931\n"
     "0000030 6540 6178 706d 656c 632e 6d6f 2b3b 3434\n"
     "0000040 3220 2030 3937 3634 3020 3031 0d31 000a\n"
     "000004f\n",
     "hexdump", kFew + std::string(1, '\0')},
    {"od_bytes",
     "0000000 70 65 72 73 6f 6e 30 40 65 78 61 6d 70 6c 65 2e\n"
     "0000020 63 6f 6d 3b 2b 34 34 20 32 30 20 37 39 34 36 20\n"
     "0000040 30 31 30 30 0d 0a 70 65 72 73 6f 6e 37 39 31 39\n"
     "0000060 40 65 78 61 6d 70 6c 65 2e 63 6f 6d 3b 2b 34 34\n"
     "0000100 20 32 30 20 37 39 34 36 20 30 31 30 31 0d 0a\n"
     "0000117\n",
     "hexdump", kFew},
    {"od_bytes_with_characters",
     "000000 70 65 72 73 6f 6e 30 40 65 78 61 6d 70 6c 65 2e  >person0@example.<\n"
     "000010 63 6f 6d 3b 2b 34 34 20 32 30 20 37 39 34 36 20  >com;+44 20 7946 <\n"
     "000020 30 31 30 30 0d 0a 70 65 72 73 6f 6e 37 39 31 39  >0100..person7919<\n"
     "000030 40 65 78 61 6d 70 6c 65 2e 63 6f 6d 3b 2b 34 34  >@example.com;+44<\n"
     "000040 20 32 30 20 37 39 34 36 20 30 31 30 31 0d 0a     > 20 7946 0101..<\n"
     "00004f\n",
     "hexdump", kFew},
    {"od_words",
     "0000000 6570 7372 6e6f 4030 7865 6d61 6c70 2e65\n"
     "0000020 6f63 3b6d 342b 2034 3032 3720 3439 2036\n"
     "0000040 3130 3030 0a0d 6570 7372 6e6f 3937 3931\n"
     "0000060 6540 6178 706d 656c 632e 6d6f 2b3b 3434\n"
     "0000100 3220 2030 3937 3634 3020 3031 0d31 000a\n"
     "0000117\n",
     "hexdump", kFew + std::string(1, '\0')},
    {"od_without_offsets",
     " 70 65 72 73 6f 6e 30 40 65 78 61 6d 70 6c 65 2e\n"
     " 63 6f 6d 3b 2b 34 34 20 32 30 20 37 39 34 36 20\n"
     " 30 31 30 30 0d 0a 70 65 72 73 6f 6e 37 39 31 39\n"
     " 40 65 78 61 6d 70 6c 65 2e 63 6f 6d 3b 2b 34 34\n"
     " 20 32 30 20 37 39 34 36 20 30 31 30 31 0d 0a\n",
     "hex", kFew},
    {"array_in_c",
     "unsigned char list[] = {\n"
     "  0x70, 0x65, 0x72, 0x73, 0x6f, 0x6e, 0x30, 0x40, 0x65, 0x78, 0x61, 0x6d,\n"
     "  0x70, 0x6c, 0x65, 0x2e, 0x63, 0x6f, 0x6d, 0x3b, 0x2b, 0x34, 0x34, 0x20,\n"
     "  0x32, 0x30, 0x20, 0x37, 0x39, 0x34, 0x36, 0x20, 0x30, 0x31, 0x30, 0x30,\n"
     "  0x0d, 0x0a, 0x70, 0x65, 0x72, 0x73, 0x6f, 0x6e, 0x37, 0x39, 0x31, 0x39,\n"
     "  0x40, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x63, 0x6f, 0x6d,\n"
     "  0x3b, 0x2b, 0x34, 0x34, 0x20, 0x32, 0x30, 0x20, 0x37, 0x39, 0x34, 0x36,\n"
     "  0x20, 0x30, 0x31, 0x30, 0x31, 0x0d, 0x0a\n"
     "};\n",
     "hex", kFew},
    {"colons",
     "blob=70:65:72:73:6f:6e:30:40:65:78:61:6d:70:6c:65:2e:63:6f:6d:3b:2b:34:34:20:32:30:20:37:39:"
     "34:36:20:30:31:30:30:0d:0a:70:65:72:73:6f:6e:37:39:31:39:40:65:78:61:6d:70:6c:65:2e:63:6f:6d:"
     "3b:2b:34:34:20:32:30:20:37:39:34:36:20:30:31:30:31:0d:0a;",
     "hex", kFew},
    {"blanks",
     "70 65 72 73 6F 6E 30 40 65 78 61 6D 70 6C 65 2E 63 6F 6D 3B 2B 34 34 20 32 30 20 37 39 34 36 "
     "20 30 31 30 30 0D 0A 70 65 72 73 6F 6E 37 39 31 39 40 65 78 61 6D 70 6C 65 2E 63 6F 6D 3B 2B "
     "34 34 20 32 30 20 37 39 34 36 20 30 31 30 31 0D 0A",
     "hex", kFew},
    {"prefixes_alone",
     "0x70,0x65,0x72,0x73,0x6f,0x6e,0x30,0x40,0x65,0x78,0x61,0x6d,0x70,0x6c,0x65,0x2e,0x63,0x6f,"
     "0x6d,0x3b,0x2b,0x34,0x34,0x20,0x32,0x30,0x20,0x37,0x39,0x34,0x36,0x20,0x30,0x31,0x30,0x30,"
     "0x0d,0x0a,0x70,0x65,0x72,0x73,0x6f,0x6e,0x37,0x39,0x31,0x39,0x40,0x65,0x78,0x61,0x6d,0x70,"
     "0x6c,0x65,0x2e,0x63,0x6f,0x6d,0x3b,0x2b,0x34,0x34,0x20,0x32,0x30,0x20,0x37,0x39,0x34,0x36,"
     "0x20,0x30,0x31,0x30,0x31,0x0d,0x0a",
     "hex", kFew},
    {"ascii85_of_adobe",
     "stream\n"
     "<~E+O'2Df.6oAU%X#E,9)<@rH3G.l9(*1,'h03A`W:0JP78%17&cEcZ/:2`WTQ5\\51KD/a<&/n8g\n"
     ":4\"E-E+>PVn2`W]Q+>>N(0b\"H~>\n"
     "endstream\n",
     "base85", kFew},
    {"ascii85_short", "x=\"<~@W,^@AU%X#E,9)<@rH2~>\"", "base85", "bob@example.com"},
    {"ascii85_bare",
     "E+O'2Df.6oAU%X#E,9)<@rH3G.l9(*1,'h03A`W:0JP78%17&cEcZ/:2`WTQ5\\51KD/a<&/"
     "n8g:4\"E-E+>PVn2`W]Q+>>N(0b\"H",
     "base85", kFew},
    {"ascii85_bare_wrapped",
     "Here it is:\n"
     "E+O'2Df.6oAU%X#E,9)<@rH3G.l9(*1,'h03A`W:0JP78%17&cEcZ/:2`WTQ5\\51KD/a<&/n\n"
     "8g:4\"E-E+>PVn2`W]Q+>>N(0b\"H\n",
     "base85", kFew},
    {"b85_of_python",
     "aAk6HZ*DL^Wq4t2aBO8RV{dIcD>O79GB6-FIW#sPFflMN4GM5&a&vEPH#spmKxKGgZE$R5E@N+PJ1aCaATlr@H#"
     "symATTj7F%1d\n",
     "base85", kFew},
    {"z85",
     "AaK6hz/"
     "dl]wQ4T2Abo8rv@DiCd(o79gb6\?fiw-SpfFLmn4gm5=A=Veph-SPMkXkgGze:r5e[n*pj1AcAatLR[h-SYMattJ7f+"
     "1D\n",
     "base85", kFew},
    {"uuencode",
     "some text\n"
     "begin 644 list.csv\n"
     "M<&5R<V]N,$!E>&%M<&QE+F-O;3LK-#0@,C @-SDT-B P,3 P#0IP97)S;VXW\n"
     "B.3$Y0&5X86UP;&4N8V]M.RLT-\" R,\" W.30V(# Q,#$-\"@  \n"
     "`\n"
     "end\n"
     "more\n",
     "list.csv", kFew},
    {"uuencode_at_the_beginning",
     "begin 0644 list.csv\r\n"
     "M<&5R<V]N,$!E>&%M<&QE+F-O;3LK-#0@,C @-SDT-B P,3 P#0IP97)S;VXW\r\n"
     "B.3$Y0&5X86UP;&4N8V]M.RLT-\" R,\" W.30V(# Q,#$-\"@  \r\n"
     "`\r\n"
     "end\r\n",
     "list.csv", kFew},
};
INSTANTIATE_TEST_SUITE_P(OfTools, Disguises, testing::ValuesIn(kOfTools),
                         [](const auto& test) { return test.param.name; });

std::string xxd(std::string_view bytes) {
  std::string out;
  char text[32];
  for (std::size_t line = 0; line < bytes.size(); line += 16) {
    std::snprintf(text, sizeof text, "%08zx:", line);
    out += text;
    std::string characters;
    for (std::size_t i = line; i < line + 16; ++i) {
      if (i % 2 == 0) out += ' ';
      const bool there = i < bytes.size();
      std::snprintf(text, sizeof text, there ? "%02x" : "  ",
                    there ? static_cast<unsigned char>(bytes[i]) : 0U);
      out += text;
      if (there) characters += bytes[i] > ' ' && bytes[i] < 0x7f ? bytes[i] : '.';
    }
    out += "  " + characters + "\n";
  }
  return out;
}

enum class Digits : std::uint8_t { uu, xx };
std::string uuencoded(std::string_view bytes, Digits digits = Digits::uu) {
  std::string out = "begin 644 long.csv\n";
  const auto digit = [digits](unsigned value) {
    if (digits == Digits::xx)
      return "+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[value];
    return static_cast<char>(value == 0 ? '`' : value + 32);
  };
  for (std::size_t line = 0; line < bytes.size(); line += 45) {
    const std::string_view part = bytes.substr(line, 45);
    out += digit(static_cast<unsigned>(part.size()));
    for (std::size_t i = 0; i < part.size(); i += 3) {
      unsigned group = 0;
      for (std::size_t j = i; j < i + 3; ++j)
        group = group << 8 | (j < part.size() ? static_cast<unsigned char>(part[j]) : 0U);
      for (int shift = 18; shift >= 0; shift -= 6) out += digit(group >> shift & 63);
    }
    out += '\n';
  }
  out += digit(0);
  return out + "\nend\n";
}

std::string yenced(std::string_view bytes) {
  std::string out = "=ybegin part=1 line=128 size=" + std::to_string(bytes.size()) +
                    " name=long.csv\r\n=ypart begin=1 end=" + std::to_string(bytes.size()) + "\r\n";
  std::size_t column = 0;
  for (const char c : bytes) {
    auto byte = static_cast<unsigned char>(c + 42);
    if (byte == 0 || byte == '\n' || byte == '\r' || byte == '=') {
      out += '=';
      byte = static_cast<unsigned char>(byte + 64);
    }
    out += static_cast<char>(byte);
    if (++column % 128 == 0) out += "\r\n";
  }
  return out + "\r\n=yend size=" + std::to_string(bytes.size()) + " part=1\r\n";
}

std::string ascii85(std::string_view bytes) {
  std::string out = "<~";
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    std::uint32_t group = 0;
    for (std::size_t j = i; j < i + 4; ++j)
      group = group << 8 | (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0U);
    std::string digits(5, '!');
    for (std::size_t digit = 5; digit-- > 0; group /= 85)
      digits[digit] = static_cast<char>('!' + group % 85);
    const std::size_t left = bytes.size() - i;
    out +=
        left >= 4 && digits == "!!!!!" ? "z" : digits.substr(0, std::min<std::size_t>(left, 4) + 1);
  }
  return out + "~>";
}

std::string colons(std::string_view bytes) {
  std::string out;
  char text[4];
  for (const char c : bytes) {
    std::snprintf(text, sizeof text, "%02x", static_cast<unsigned char>(c));
    out += (out.empty() ? "" : ":") + std::string(text);
  }
  return out;
}

const Disguise kLong[] = {
    {"xxd", xxd(kPeople), "hexdump", kPeople},
    {"gzip_in_xxd", "$ cat it\n" + xxd(gzipped(kPeople)) + "$ exit\n", "hexdump>gzip", kPeople},
    {"uuencode", uuencoded(kPeople), "long.csv", kPeople},
    {"xxencode", uuencoded(kPeople, Digits::xx), "long.csv", kPeople},
    {"xxencode_of_one_line", uuencoded("bob@example.com", Digits::xx), "long.csv",
     "bob@example.com"},
    {"gzip_in_xxencode", "x\n" + uuencoded(gzipped(kPeople), Digits::xx), "long.csv>gzip", kPeople},
    {"gzip_in_uuencode", "x\n" + uuencoded(gzipped(kPeople)), "long.csv>gzip", kPeople},
    {"uuencode_in_base64", base64(uuencoded(kPeople), 76), "base64>long.csv", kPeople},
    {"gzip_in_yenc", yenced(gzipped(kPeople)), "long.csv>gzip", kPeople},
    {"yenc", "From a newsgroup\r\n" + yenced(kPeople), "long.csv", kPeople},
    {"gzip_in_ascii85", ascii85(gzipped(kPeople)), "base85>gzip", kPeople},
    {"ascii85_of_zeros", ascii85(kFew + std::string(8, '\0') + "x"), "base85",
     kFew + std::string(8, '\0') + "x"},
    {"colons", colons(kPeople), "hex", kPeople},
    {"gzip_in_colons", colons(gzipped(kPeople)), "hex>gzip", kPeople},
};
INSTANTIATE_TEST_SUITE_P(Long, Disguises, testing::ValuesIn(kLong),
                         [](const auto& test) { return test.param.name; });

TEST(CodedRuns, FilesAfterOneAnotherAreNodesEach) {
  const std::string wire = uuencoded("alice@example.com") + "and\n" + uuencoded("bob@example.org");
  Bench bench;
  bench.run(part(PartKind::body, "text/plain"), wire, 10);
  EXPECT_EQ(bench.texts["long.csv"], "alice@example.combob@example.org");
  EXPECT_EQ(bench.windows.size(), 3U);
}
TEST(CodedRuns, OrdinaryTextHoldsNone) {
  Bench bench;
  bench.run(part(PartKind::body, "text/plain"),
            "begin at the end\n2024-01-02 10:11:12.13 14:15 16:17:18 19:20:21 22:23:24\n"
            "00:1a:2b:3c:4d:5e\nint a[] = {0x1, 0x22};\n0123 4567\n"
            "da39a3ee:5e6b4b0d:3255bfef\n"
            "e3:b0:c4:42:98:fc:1c:14:9a:fb:f4:c8:99:6f:b9:24:27:ae:41:e4:64:9b:93:4c:a4:95:99\n"
            "https://example.com/a/path/that/is/long/enough?to=be&judged=1\n"
            "=ybegin of nothing\n<~\n");
  for (const auto& [path, text] : bench.texts) EXPECT_TRUE(path.empty() || text.empty()) << path;
}

std::string rows(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "Name;Mail\r\n";
  return text;
}
// Made with Python's codecs.
const Disguise kCodePages[] = {
    {"windows_1252",
     "Zo\353 M\374ller;zoe@example.com\015\012Jos\351 N\372\361ez;jose@example.com\015\012", "",
     "Zo\303\253 M\303\274ller;zoe@example.com\015\012Jos\303\251 "
     "N\303\272\303\261ez;jose@example.com\015\012"},
    {"latin_1_late",
     rows(200) +
         "Zo\353 M\374ller;zoe@example.com\015\012Jos\351 N\372\361ez;jose@example.com\015\012",
     "",
     rows(200) + "Zo\303\253 M\303\274ller;zoe@example.com\015\012Jos\303\251 "
                 "N\303\272\303\261ez;jose@example.com\015\012"},
    {"windows_1251",
     "\310\342\340\355 \317\345\362\360\356\342;ivan@example.com\015\012\314\340\360\350\377 "
     "\321\354\350\360\355\356\342\340 \346\350\342\270\362 \342 \314\356\361\352\342\345 \355\340 "
     "\363\353\350\366\345 "
     "\313\345\355\350\355\340;maria@example.com\015\012\317\360\350\342\345\362, \375\362\356 "
     "\361\357\350\361\356\352 \355\340\370\350\365 \352\353\350\345\355\362\356\342, "
     "\352\356\362\356\360\373\351 \354\373 \356\341\345\371\340\353\350 "
     "\357\360\350\361\353\340\362\374.\015\012",
     "", kRussian},
    {"koi8_r",
     "\351\327\301\316 \360\305\324\322\317\327;ivan@example.com\015\012\355\301\322\311\321 "
     "\363\315\311\322\316\317\327\301 \326\311\327\243\324 \327 \355\317\323\313\327\305 \316\301 "
     "\325\314\311\303\305 "
     "\354\305\316\311\316\301;maria@example.com\015\012\360\322\311\327\305\324, \334\324\317 "
     "\323\320\311\323\317\313 \316\301\333\311\310 \313\314\311\305\316\324\317\327, "
     "\313\317\324\317\322\331\312 \315\331 \317\302\305\335\301\314\311 "
     "\320\322\311\323\314\301\324\330.\015\012",
     "", kRussian},
    {"greek",
     "\303\351\376\361\343\357\362 "
     "\320\341\360\341\344\374\360\357\365\353\357\362;george@example.com\015\012\301\365\364\336 "
     "\345\337\355\341\351 \347 \353\337\363\364\341 \364\371\355 \360\345\353\341\364\376\355 "
     "\354\341\362 \360\357\365 \365\360\357\363\367\345\350\336\352\341\354\345 \355\341 "
     "\363\364\345\337\353\357\365\354\345.\015\012",
     "",
     "\316\223\316\271\317\216\317\201\316\263\316\277\317\202 "
     "\316\240\316\261\317\200\316\261\316\264\317\214\317\200\316\277\317\205\316\273\316\277\317"
     "\202;george@example.com\015\012\316\221\317\205\317\204\316\256 "
     "\316\265\316\257\316\275\316\261\316\271 \316\267 \316\273\316\257\317\203\317\204\316\261 "
     "\317\204\317\211\316\275 \317\200\316\265\316\273\316\261\317\204\317\216\316\275 "
     "\316\274\316\261\317\202 \317\200\316\277\317\205 "
     "\317\205\317\200\316\277\317\203\317\207\316\265\316\270\316\256\316\272\316\261\316\274\316"
     "\265 \316\275\316\261 "
     "\317\203\317\204\316\265\316\257\316\273\316\277\317\205\316\274\316\265.\015\012"},
    {"shift_jis",
     "\216R\223c\221\276\230Y;yamada@example."
     "com\015\012\202\261\202\352\202\315\226\361\221\251\202\265\202\275\202\250\213q\227l\202\314"
     "\203\212\203X\203g\202\305\202\267\201B\202\346\202\353\202\265\202\255\202\250\212\350\202"
     "\242\202\265\202\334\202\267\201B\015\012",
     "",
     "\345\261\261\347\224\260\345\244\252\351\203\216;yamada@example."
     "com\015\012\343\201\223\343\202\214\343\201\257\347\264\204\346\235\237\343\201\227\343\201"
     "\237\343\201\212\345\256\242\346\247\230\343\201\256\343\203\252\343\202\271\343\203\210\343"
     "\201\247\343\201\231\343\200\202\343\202\210\343\202\215\343\201\227\343\201\217\343\201\212"
     "\351\241\230\343\201\204\343\201\227\343\201\276\343\201\231\343\200\202\015\012"},
    {"gb18030",
     "\315\365\320\241\303\367;wang@example."
     "com\015\012\325\342\312\307\316\322\303\307\264\360\323\246\267\242\313\315\265\304\277\315"
     "\273\247\303\373\265\245\243\254\307\353\262\351\312\325\243\254\320\273\320\273\304\372\265"
     "\304\326\247\263\326\272\315\300\355\275\342\241\243\015\012",
     "",
     "\347\216\213\345\260\217\346\230\216;wang@example."
     "com\015\012\350\277\231\346\230\257\346\210\221\344\273\254\347\255\224\345\272\224\345\217"
     "\221\351\200\201\347\232\204\345\256\242\346\210\267\345\220\215\345\215\225\357\274\214\350"
     "\257\267\346\237\245\346\224\266\357\274\214\350\260\242\350\260\242\346\202\250\347\232\204"
     "\346\224\257\346\214\201\345\222\214\347\220\206\350\247\243\343\200\202\015\012"},
    {"ebcdic_cp037",
     "\325\201\224\205^\324\201\211\223%\301\223\211\203\205@\305\247\201\224\227\223\205^"
     "\201\223\211\203\205|\205\247\201\224\227\223\205K\203\226\224%\302\226\202@"
     "\305\247\201\224\227\223\205^\202\226\202|\205\247\201\224\227\223\205K\226\231\207%",
     "", "Name;Mail\012Alice Example;alice@example.com\012Bob Example;bob@example.org\012"},
    {"ebcdic_cp1047_nel",
     "\325\201\224\205^\324\201\211\223\025\301\223\211\203\205@\305\247\201\224\227\223\205^"
     "\201\223\211\203\205|\205\247\201\224\227\223\205K\203\226\224\025\302\226\202@"
     "\305\247\201\224\227\223\205^\202\226\202|\205\247\201\224\227\223\205K\226\231\207\025",
     "", "Name;Mail\012Alice Example;alice@example.com\012Bob Example;bob@example.org\012"},
    {"utf8_stays", rows(20) + "Zo\303\253 \360\237\230\200\r\n", "",
     rows(20) + "Zo\303\253 \360\237\230\200\r\n"},
};
INSTANTIATE_TEST_SUITE_P(CodePages, Disguises, testing::ValuesIn(kCodePages),
                         [](const auto& test) { return test.param.name; });

std::string random_bytes(std::size_t size, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

// Made with Python's zipfile.
const std::string kZip(
    "PK\003\004\024\000\000\000\000\000\000\000!\134)"
    "\352\375\231\021\000\000\000\021\000\000\000\010\000\000\000list.txtalice@example."
    "comPK\001\002\024\003\024\000\000\000\000\000\000\000!\134)"
    "\352\375\231\021\000\000\000\021\000\000\000\010\000\000\000\000\000\000\000\000\000\000\000"
    "\200\001\000\000\000\000list."
    "txtPK\005\006\000\000\000\000\001\000\001\0006\000\000\0007\000\000\000\000\000",
    131);
const std::string kProgramMark =
    "\x7f"
    "ELF\x02\x01\x01";
/// As deflated(), with the mark of the best level: the level is only said.
std::string best(std::string_view text) {
  std::string stream = deflated(text, 15);
  stream[1] = '\xda';
  return stream;
}
const Disguise kAppended[] = {
    {"gzip_behind_a_program", kProgramMark + random_bytes(5000) + gzipped(kPeople), "appended>gzip",
     kPeople},
    {"gzip_behind_a_script", "#!/bin/sh\ntail -c +40 $0 | gunzip\nexit\n" + gzipped(kPeople),
     "appended>gzip", kPeople},
    {"zlib_inside_of_other_bytes",
     "\1\2BLOB\xff" + random_bytes(300) + deflated(kPeople, 15) + std::string(1300, '\7'),
     "appended>deflate", kPeople},
    {"zlib_at_its_best", kProgramMark + random_bytes(5000) + "x" + best(kPeople) + random_bytes(90),
     "appended>deflate", kPeople},
    {"zip_behind_a_program", kProgramMark + random_bytes(5000) + kZip, "appended>list.txt",
     "alice@example.com"},
    {"zip_behind_a_script", "#!/usr/bin/env python3\n" + kZip, "appended>list.txt",
     "alice@example.com"},
};
class Appended : public testing::TestWithParam<Disguise> {};
INSTANTIATE_TEST_SUITE_P(AppendedFiles, Appended, testing::ValuesIn(kAppended),
                         [](const auto& test) { return test.param.name; });
TEST_P(Appended, IsReadHoweverCut) {
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body), GetParam().wire, piece);
    EXPECT_EQ(bench.texts[GetParam().path], GetParam().text) << piece;
    EXPECT_EQ(bench.texts[""], GetParam().wire) << piece;
  }
}

const std::string kBinary = kProgramMark + random_bytes(3000);

/// A program that writes gzip holds its head. What is behind one hides nothing, and is found.
TEST(AppendedFiles, AFalseMarkOfGzipCostsNothing) {
  const std::string mark("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  const std::string program = kBinary + mark;
  std::string many = program;
  for (int i = 0; i < 30; ++i)
    many += std::string(i * 7, '\0') + mark + "usage: alice@example.com ";
  for (const std::size_t piece : kPieces) {
    for (const std::string& bytes : {program + std::string(5000, '\0'), many, program + mark,
                                     program + "alice@example.com, bob@example.org"}) {
      Bench bench;
      bench.run(part(PartKind::body), bytes, piece);
      EXPECT_TRUE(bench.blind_spots.empty());
      EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], bytes.size());
    }
    Bench bench;
    const std::string wire = many + gzipped(kPeople);
    bench.run(part(PartKind::body), wire, piece);
    EXPECT_EQ(bench.texts["appended>gzip"], kPeople) << piece;
    EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], wire.size()) << piece;
  }
}
/// Text of which each byte was combined with one.
class Xored : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Keys, Xored, testing::Values(1, 7, 0x20, 0x42, 0x55, 0x80, 0xaa, 0xff));
TEST_P(Xored, IsReadHoweverCut) {
  std::string wire = people(40);
  for (char& byte : wire) byte = static_cast<char>(byte ^ GetParam());
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body), wire, piece);
    EXPECT_EQ(bench.texts["xor"], people(40)) << piece;
    EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], wire.size());
  }
}
TEST(Xored, WhatIsSomethingElseIsReadOnce) {
  for (const std::string& bytes : {people(40), gzipped(people(400)), random_bytes(4000), kBinary,
                                   std::string(400, '\0'), std::string(400, 'e') + '\1',
                                   "\xff\xfe" + std::string(300, '\0'), kProgramMark + people(9)}) {
    Bench bench;
    bench.run(part(PartKind::body), bytes, 100);
    EXPECT_EQ(bench.texts.count("xor"), 0u);
  }
}

/// Two bytes are no mark: program code is full of them.
TEST(AppendedFiles, FalseMarksOfZlibCostNothing) {
  std::string bytes = kBinary;
  for (unsigned i = 0; i < 300; ++i)
    bytes += (i % 2 == 0 ? "x\x9c" : "x\xda") + random_bytes(40, i) + " alice@example.com ";
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body), bytes, piece);
    EXPECT_EQ(bench.texts.count("appended>deflate"), 0u) << piece;
    EXPECT_EQ(bench.texts[""], bytes) << piece;
  }
}
/// Batches in the frames of a broker: depth counts what is inside, not what follows.
struct Siblings {
  std::string name;
  std::string (*pack)(std::string_view text);
  std::size_t count;
  std::size_t people;  // in each
};
const Siblings kSiblings[] = {
    {"gzip", [](std::string_view text) { return gzipped(text); }, 20, 5},
    {"gzip_large", [](std::string_view text) { return gzipped(text); }, 20, 3000},
    {"gzip_tiny", [](std::string_view text) { return gzipped(text); }, 500, 1},
    {"gzip_of_gzip", [](std::string_view text) { return gzipped(gzipped(text)); }, 20, 5},
    {"zstd", [](std::string_view text) { return zstded(text); }, 20, 5},
    {"zstd_large", [](std::string_view text) { return zstded(text); }, 20, 3000},
};
class SiblingFiles : public testing::TestWithParam<Siblings> {};
INSTANTIATE_TEST_SUITE_P(AppendedFiles, SiblingFiles, testing::ValuesIn(kSiblings),
                         [](const auto& test) { return test.param.name; });
TEST_P(SiblingFiles, AreAllOpenedHoweverCut) {
  std::string wire;
  for (std::size_t i = 0; i < GetParam().count; ++i) {
    const std::string batch =
        GetParam().pack("last" + std::to_string(i) + "@example.com\n" + people(GetParam().people));
    // Offsets, a length, a sum, as in a record batch of Kafka.
    wire += std::string("\0\0\0\0\0\0\0\0", 8) + static_cast<char>(batch.size() >> 8) +
            static_cast<char>(batch.size()) + random_bytes(9 + i % 50, static_cast<unsigned>(i)) +
            batch;
  }
  wire += "\xff\xff the end";
  for (const std::size_t piece : {0UL, 7UL, 1000UL, 1460UL, 70000UL}) {
    if (piece == 7 && wire.size() > 100000) continue;
    Bench bench;
    bench.run(part(PartKind::raw), wire, piece);
    for (std::size_t i = 0; i < GetParam().count; ++i)
      EXPECT_TRUE(bench.saw("last" + std::to_string(i) + "@example.com\n")) << i << ' ' << piece;
    EXPECT_TRUE(bench.blind_spots.empty()) << piece;
    EXPECT_EQ(bench.texts[""], wire) << piece;
  }
}

TEST(AppendedFiles, AGzipThatBreaksLaterIsDamaged) {
  std::string packed("\x1f\x8b\x08\0\0\0\0\0\0\x03\0\x58\x02\xa7\xfd", 15);  // 600 bytes stored
  packed += people(40).substr(0, 600) + std::string(1000, '\x07');           // no type of a block
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body), kBinary + packed, piece);
    ASSERT_EQ(bench.blind_spots.size(), 1U) << piece;
    EXPECT_EQ(bench.blind_spots[0].reason, "damaged");
  }
}
/// After too many false ones a mark counts, and says what is not read.
TEST(AppendedFiles, FalseMarksWithoutEndAreTold) {
  std::string wire = kBinary;
  for (int i = 0; i < 70; ++i)
    wire += std::string(
        "\0\x1f\x8b\x08\0\0\0\0\0\0\x03"
        "alice",
        16);
  Bench bench;
  bench.run(part(PartKind::body), wire + std::string(3000, '\0'), 100);
  ASSERT_EQ(bench.blind_spots.size(), 1U);
  EXPECT_EQ(bench.blind_spots[0].reason, "damaged");
}

std::string in_hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes)
    for (const int shift : {4, 0})
      out += "0123456789abcdef"[static_cast<unsigned char>(c) >> shift & 15];
  return out;
}

/// As sha256sum writes them.
std::string hashes() {
  std::string text;
  for (unsigned line = 1; line <= 300; ++line) text += in_hex(random_bytes(32, line)) + "  name\n";
  return text;
}

struct Blob {
  const char* name;
  std::string bytes;
  bool opaque;
  const char* reason = "high-entropy";
};
std::string table_of_numbers() {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::string bytes;
  for (int i = 0; i < 5000; ++i) {
    const float value = normal(random);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  return bytes;
}
const Blob kBlobs[] = {
    {"random", random_bytes(100000), true},
    {"random_short", "\x01" + random_bytes(1500), true},
    {"random_shortest", "\x01" + random_bytes(255), true},
    {"too_short", "\x01" + random_bytes(254), false},
    {"deflate_without_its_beginning", deflated(base64(random_bytes(60000)), -15).substr(500), true},
    {"an_image", "\x89PNG\r\n\x1a\n" + random_bytes(50000), true, "media"},
    {"a_program", kProgramMark + random_bytes(50000), false},
    {"numbers", "\x01" + table_of_numbers(), false},
    {"text", people(2000), false},
    {"base64", base64(random_bytes(30000)), true},
    {"base64_short", base64(random_bytes(1302)), true},
    {"base64_too_short", base64(random_bytes(900)), false},
    {"base64_of_text", base64(people(2000)), false},
    {"base64_of_numbers", base64("\x01" + table_of_numbers()), false},
    {"base64_of_a_program", base64(kProgramMark + random_bytes(50000)), false},
    {"xxencode", uuencoded(gzipped(in_hex(random_bytes(30000))), Digits::xx), false},
    {"hex", in_hex(random_bytes(30000)), false},
    {"list_of_hashes", hashes(), false},
    {"base32", base32(random_bytes(30000)), false},
    {"zeros", std::string(5000, '\0'), false},
};
class Blobs : public testing::TestWithParam<Blob> {};
INSTANTIATE_TEST_SUITE_P(HighEntropy, Blobs, testing::ValuesIn(kBlobs),
                         [](const auto& test) { return test.param.name; });
TEST_P(Blobs, OfRandomBytesAreOpaqueAndScanned) {
  for (const std::size_t piece : {0UL, 13UL, 1460UL}) {
    Bench bench;
    bench.run(part(PartKind::raw), GetParam().bytes, piece);
    const Columns& columns = bench.account.columns(Side::client);
    EXPECT_EQ(columns[Column::opaque], GetParam().opaque ? GetParam().bytes.size() : 0U) << piece;
    if (GetParam().opaque) {
      ASSERT_EQ(bench.blind_spots.size(), 1U);
      EXPECT_EQ(bench.blind_spots[0].reason, GetParam().reason);
    }
    EXPECT_EQ(bench.texts[""], GetParam().bytes);
  }
}
TEST(Media, InCodesAndAfterOneAnotherAreOneBlindSpot) {
  const std::string image = "\x89PNG\r\n\x1a\n" + random_bytes(50000);
  for (const std::size_t piece : {0UL, 1460UL}) {
    Bench bench;
    const std::string wire =
        R"({"first":")" + base64(image) + R"(","second":")" + base64(image) + R"("})";
    bench.run(part(PartKind::body, "application/json"), wire, piece);
    ASSERT_EQ(bench.blind_spots.size(), 1U);
    EXPECT_EQ(bench.blind_spots[0].reason, "media");
    const Columns& columns = bench.account.columns(Side::client);
    EXPECT_EQ(columns[Column::opaque], bench.blind_spots[0].bytes);
    EXPECT_GE(columns[Column::opaque], image.size());
  }
}
/// How random bytes in base64 are sent.
struct Sent {
  const char* name;
  std::string before;
  std::string base64;
  std::string behind;
  const char* type;
};
std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}
const std::string kNoise = base64(random_bytes(20001));
const std::string kNoiseInLines = base64(random_bytes(19950), 76);
const Sent kSent[] = {
    {"in_json", "{\"id\": 17, \"file\": \"", kNoise, "\"}", "application/json"},
    {"with_escaped_slashes", "{\"file\": \"", replaced(kNoise, "/", "\\/"), "\"}",
     "application/json"},
    {"lines_in_json", "{\"file\": \"", replaced(kNoiseInLines, "\r\n", "\\n"), "\"}",
     "application/json"},
    {"lines", "Here it is:\n\n", kNoiseInLines, "\n Regards\n", "text/plain"},
    {"blanks", "Here it is: ", spaced(kNoise, 64), "== or not\n", "text/plain"},
    {"form", "a=1&file=", replaced(replaced(kNoise, "/", "%2F"), "+", "%2B"), "%3D&b=2",
     "application/x-www-form-urlencoded"},
    {"url_alphabet", "{\"file\": \"", url_safe(kNoise), "\"}", "application/json"},
};
class SentNoise : public testing::TestWithParam<Sent> {};
INSTANTIATE_TEST_SUITE_P(HighEntropy, SentNoise, testing::ValuesIn(kSent),
                         [](const auto& test) { return test.param.name; });
TEST_P(SentNoise, IsOpaqueAndTheTextAroundIsNot) {
  const Sent& test = GetParam();
  const std::string wire = test.before + test.base64 + test.behind;
  for (const std::size_t piece : kPieces) {
    Bench bench;
    bench.run(part(PartKind::body, test.type), wire, piece);
    ASSERT_EQ(bench.blind_spots.size(), 1U);
    EXPECT_EQ(bench.blind_spots[0].reason, "high-entropy");
    EXPECT_EQ(bench.texts[""], wire);
    const Columns& columns = bench.account.columns(Side::client);
    EXPECT_EQ(columns[Column::opaque] + columns[Column::inspected], wire.size());
    EXPECT_LE(columns[Column::opaque], test.base64.size());
    EXPECT_GE(columns[Column::opaque] + 200, test.base64.size());
  }
}
TEST(HighEntropy, ArmourIsToldOnce) {
  const std::string wire = "-----BEGIN PGP MESSAGE-----\n\n" + base64(random_bytes(6000), 64) +
                           "=abcd\n-----END PGP MESSAGE-----\n";
  Bench bench;
  bench.run(part(PartKind::body, "text/plain"), wire);
  ASSERT_EQ(bench.blind_spots.size(), 1U);
  EXPECT_EQ(bench.blind_spots[0].reason, "pgp");
  EXPECT_EQ(bench.blind_spots[0].bytes, wire.size());
}
TEST(HighEntropy, TextBehindNoiseInBase64IsStillRead) {
  Bench bench;
  bench.run(part(PartKind::body, "text/plain"), base64(random_bytes(57 * 40) + people(100), 76));
  EXPECT_TRUE(bench.saw("person7919@example.com"));
}
TEST(HighEntropy, ManyShortBlobsAreFoundAndTextsAreNot) {
  int missed = 0;
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    marks::Spread random;
    random.add(as_bytes(random_bytes(marks::Spread::kMinOpaqueBytes, seed)));
    missed += random.is_opaque() ? 0 : 1;
  }
  EXPECT_EQ(missed, 0);
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
    {"every_character", "=61=6C=69=63=65=40=65=78=61=6D=70=6C=65=2E=63=6F=6D", "alice@example.com"},
    {"every_character_and_soft_breaks",
     "Hi: =61=6C=69=63=65=40=65=\r\n=78=61=\r\n=6D=70=6C=65=2E=63=6F=6D bye",
     "Hi: alice@example.com bye"},
    {"every_character_a_word_each", "=61=6C=69 =63=65=40\r\n=65=78=61=6D", "ali ce@\r\nexam"},
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
       {"=41=42=43=44=45=46=47", "=41=42=43=44=45=46=47=48=49 and x=41",
        "a=61&b=62&c=63&d=64&e=65&f=66&g=67&h=68", "call +44 20 7946 0123 or +4420 79460123",
        "x=42&year=2024", "a += B+C; std::string s = a;", "fe80::1 and ::1", "key:: not base64",
        "if (a==b) c=d;", "mail::AAEC\n", "1+Bxyz"}) {
    Bench bench;
    bench.run(part(PartKind::body, "text/plain"), text);
    EXPECT_TRUE(bench.unescaped_texts.empty()) << text;
  }
}

}  // namespace
}  // namespace outspan::content

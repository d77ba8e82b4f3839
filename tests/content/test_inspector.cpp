#include <gtest/gtest.h>

#include "tests/content/encoders.h"
#include "tests/content/support.h"

namespace outspan::content {
namespace {

using protocol::PartKind;

std::string people(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += "person" + std::to_string(i * 7919 % 100003) + "@example.com;+44 20 7946 0" +
            std::to_string(100 + i % 900) + "\r\n";
  return text;
}

struct CodingCase {
  const char* name;
  const char* coding;
  std::string (*encode)(std::string_view);
};
const CodingCase kCodings[] = {
    {"gzip", "gzip", gzipped},
    {"x_gzip", "x-gzip", gzipped},
    {"deflate_zlib", "deflate", [](std::string_view t) { return deflated(t, 15); }},
    {"deflate_raw", "deflate", [](std::string_view t) { return deflated(t, -15); }},
    {"brotli", "br", brotlied},
    {"zstd", "zstd", zstded},
};

class Codings : public testing::TestWithParam<CodingCase> {};
INSTANTIATE_TEST_SUITE_P(ContentEncoding, Codings, testing::ValuesIn(kCodings),
                         [](const auto& test) { return test.param.name; });

TEST_P(Codings, GiveTheTextBackHoweverCut) {
  const std::string text = people(3000);
  const std::string wire = GetParam().encode(text);
  for (const std::size_t piece : {0UL, 1UL, 2UL, 7UL, 1000UL, 65536UL}) {
    Bench bench;
    bench.run(part(PartKind::body, "text/csv", {GetParam().coding}), wire, piece);
    EXPECT_EQ(bench.texts[""], text) << "pieces of " << piece;
    EXPECT_EQ(bench.problem, "");
    EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], wire.size());
    EXPECT_EQ(bench.summary.opaque_reason, nullptr);
  }
}

TEST_P(Codings, CutAtEveryByteOfAShortBody) {
  const std::string text = "alice@example.com wrote to bob@example.org";
  const std::string wire = GetParam().encode(text);
  for (std::size_t cut = 1; cut < wire.size(); ++cut) {
    Bench bench;
    const auto writer = bench.begin();
    writer->begin_part(part(PartKind::body, "", {GetParam().coding}));
    bench.deliver(*writer, std::string_view(wire).substr(0, cut));
    bench.deliver(*writer, std::string_view(wire).substr(cut));
    writer->end(protocol::ObjectEnd::complete);
    EXPECT_EQ(bench.texts[""], text) << "cut at " << cut;
  }
}

TEST_P(Codings, DamageIsOpaqueBehindWhatWasRead) {
  const std::string text = people(20000);
  std::string wire = GetParam().encode(text);
  for (std::size_t i = wire.size() / 2; i < wire.size() / 2 + 400; ++i) wire[i] = '\x55';
  Bench bench;
  bench.run(part(PartKind::body, "", {GetParam().coding}), wire, 1460);
  const Columns& columns = bench.account.columns(Side::client);
  EXPECT_EQ(columns.total(), wire.size());
  if (columns[Column::opaque] == 0) return;  // some damage is a legal stream
  EXPECT_STREQ(bench.summary.opaque_reason, "damaged");
  EXPECT_GT(columns[Column::opaque], wire.size() / 4);
  ASSERT_EQ(bench.blind_spots.size(), 1U);
  EXPECT_EQ(bench.blind_spots[0].reason, "damaged");
  EXPECT_EQ(text.compare(0, 1000, bench.texts[""], 0, 1000), 0);
}

TEST(Inspector, AFileStandsInThePathOnce) {
  struct Case {
    const char* object;
    const char* file;
    const char* path;
  };
  const Case kCases[] = {{"PUT /dav/list.csv", "list.csv", ""},
                         {"STOR list.csv", "list.csv", ""},
                         {"POST /upload", "list.csv", "list.csv"},
                         {"PUT /dav/mylist.csv", "list.csv", "list.csv"}};
  for (const Case& test : kCases) {
    Bench bench;
    const auto writer = bench.begin(test.object);
    protocol::PartInfo part;
    part.kind = protocol::PartKind::body;
    part.file_name = test.file;
    writer->begin_part(std::move(part));
    bench.deliver(*writer, "some text");
    writer->end_part();
    writer->end(protocol::ObjectEnd::complete);
    EXPECT_EQ(bench.texts[test.path], "some text") << test.object;
  }
}

TEST(Coding, SeveralGzipMembersAreOneText) {
  Bench bench;
  const std::string wire = gzipped("first alice@example.com ") + gzipped("second") + "trailer";
  for (const std::size_t piece : {0UL, 1UL, 5UL}) {
    Bench one;
    one.run(part(PartKind::body, "", {"gzip"}), wire, piece);
    EXPECT_EQ(one.texts[""], "first alice@example.com secondtrailer") << piece;
  }
}

TEST(Coding, GzipIsFoundByItsBytes) {
  Bench bench;
  bench.run(part(PartKind::raw), gzipped("alice@example.com"));
  EXPECT_EQ(bench.texts["gzip"], "alice@example.com");
}

TEST(Coding, TextBehindAWrongHeaderIsRead) {
  for (const char* coding : {"gzip", "br", "deflate", "zstd"}) {
    Bench bench;
    bench.run(part(PartKind::body, "", {coding}), "plain alice@example.com");
    EXPECT_TRUE(bench.saw("alice@example.com")) << coding;
  }
}

TEST(Coding, AReferenceBeforeTheBeginningReadsNoOldMemory) {
  // Found by fuzzing: ISA-L copied what was left in its state.
  const std::string wire(
      "\xc3\x78\x9c\x4b\xcc\xc9\x4c\x4e\xad\x48\x76\x48\x78\x9c\x4b\xcc\x2d\xc8\x49\xcc", 20);
  Bench bench;
  bench.run(part(PartKind::body, "", {"deflate"}), gzipped(people(500)));
  bench.texts.clear();
  bench.run(part(PartKind::body, "", {"deflate"}), wire);
  for (const char c : bench.texts[""].substr(std::min<std::size_t>(2, bench.texts[""].size())))
    EXPECT_EQ(c, '\0');
}

TEST(Coding, AGapLosesTheRestOfTheMember) {
  const std::string text = people(5000);
  const std::string wire = gzipped(text);
  Bench bench;
  const auto writer = bench.begin();
  writer->begin_part(part(PartKind::body, "", {"gzip"}));
  bench.deliver(*writer, std::string_view(wire).substr(0, 5000));
  writer->gap(100);
  bench.deliver(*writer, std::string_view(wire).substr(5100));
  writer->end(protocol::ObjectEnd::complete);
  EXPECT_EQ(bench.account.columns(Side::client)[Column::opaque], wire.size() - 5100);
  EXPECT_STREQ(bench.summary.opaque_reason, "gap");
}

TEST(Windows, CoresAreTheTextHoweverItIsCut) {
  const std::string text = people(4000);
  std::vector<std::uint64_t> offsets;
  for (const std::size_t piece : {0UL, 1UL, 13UL, 1460UL, 16384UL, 16768UL, 16769UL, 40000UL}) {
    Bench bench;
    bench.run(part(PartKind::body, "text/plain"), text, piece);
    EXPECT_EQ(bench.texts[""], text) << piece;
    std::vector<std::uint64_t> now;
    for (const Window& window : bench.windows) {
      now.push_back(window.offset);
      now.push_back(window.core_begin);
      now.push_back(window.core_end);
      now.push_back(window.raw.size());
      now.push_back(window.at_end);
    }
    if (piece == 0) offsets = now;
    EXPECT_EQ(now, offsets) << piece;
    EXPECT_TRUE(bench.windows.front().at_start);
    EXPECT_TRUE(bench.windows.back().at_end);
  }
}

TEST(Windows, APauseHoldsTheLastWordBack) {
  Bench bench;
  const auto writer = bench.begin();
  writer->begin_part(part(PartKind::raw));
  bench.deliver(*writer, "mail to alice@exam");
  writer->pause();
  EXPECT_EQ(bench.texts[""], "mail to ");
  bench.deliver(*writer, "ple.com now ");
  writer->pause();
  EXPECT_EQ(bench.texts[""], "mail to alice@example.com now ");
  writer->gap(5);
  bench.deliver(*writer, "next");
  writer->end(protocol::ObjectEnd::complete);
  EXPECT_TRUE(bench.windows.back().at_start);
  EXPECT_EQ(bench.texts[""], "mail to alice@example.com now next");
}

TEST(Windows, ABoundaryEndsAText) {
  Bench bench;
  const auto writer = bench.begin();
  writer->begin_part(part(PartKind::raw));
  bench.deliver(*writer, "alice@exam");
  writer->boundary();
  bench.deliver(*writer, "ple.com");
  writer->end(protocol::ObjectEnd::complete);
  ASSERT_EQ(bench.windows.size(), 2U);
  EXPECT_TRUE(bench.windows[0].at_end);
  EXPECT_TRUE(bench.windows[1].at_start);
}

TEST(Windows, WithoutMemoryEveryByteIsStillScanned) {
  config::Limits limits;
  limits.memory_mib = 0;
  const std::string text = people(2000);
  Bench bench(limits);
  bench.run(part(PartKind::body, "text/plain"), text, 1460);
  EXPECT_EQ(bench.texts[""], text);
}

struct EscapeCase {
  const char* name;
  const char* raw;
  const char* expected;
};
const EscapeCase kEscapes[] = {
    {"percent", "alice%40example.com", "alice@example.com"},
    {"percent_twice", "alice%2540example.com", "alice@example.com"},
    {"json_unicode", "alice\\u0040example.com", "alice@example.com"},
    {"json_surrogates", "a\\ud83d\\ude00b",
     "a\xf0\x9f\x98\x80"
     "b"},
    {"json_slash", "a\\/b", "a/b"},
    {"hex_escape", "alice\\x40example.com", "alice@example.com"},
    {"entity_decimal", "alice&#64;example.com", "alice@example.com"},
    {"entity_hex", "alice&#x40;example.com", "alice@example.com"},
    {"entity_named", "alice&commat;example&period;com", "alice@example.com"},
    {"entity_in_json", "alice\\u0026#64;example.com", "alice@example.com"},
    {"iis", "alice%u0040example.com", "alice@example.com"},
    {"mixed", "%61lice&#64;ex\\u0061mple.com", "alice@example.com"},
};
class Escapes : public testing::TestWithParam<EscapeCase> {};
INSTANTIATE_TEST_SUITE_P(Unescape, Escapes, testing::ValuesIn(kEscapes),
                         [](const auto& test) { return test.param.name; });
TEST_P(Escapes, AreUndone) {
  Bench bench;
  bench.run(part(PartKind::body, "text/plain"), GetParam().raw);
  ASSERT_EQ(bench.unescaped_texts.size(), 1U);
  EXPECT_EQ(bench.unescaped_texts[0], GetParam().expected);
  EXPECT_EQ(bench.problem, "");
}
TEST(Unescape, LeavesWhatIsNoEscape) {
  Bench bench;
  bench.run(part(PartKind::body, "text/plain"), "50% off & C:\\dir %zz &nosuch; a+b");
  EXPECT_TRUE(bench.unescaped_texts.empty());
}
TEST(Unescape, AFormHasBlanks) {
  Bench bench;
  bench.run(part(PartKind::body, "application/x-www-form-urlencoded"),
            "name=Alice+Example&phone=%2B44+20+7946+0123");
  ASSERT_EQ(bench.unescaped_texts.size(), 1U);
  EXPECT_EQ(bench.unescaped_texts[0], "name=Alice Example&phone=+44 20 7946 0123");
}

TEST(Embedded, Base64InsideJsonHoweverCut) {
  const std::string secret = people(2000);
  for (const std::size_t line : {0UL, 76UL}) {
    const std::string json = "{\"id\": 17, \"file\": \"" + base64(secret, line) + "\", \"n\": 1}";
    for (const std::size_t piece : {0UL, 1UL, 333UL}) {
      Bench bench;
      bench.run(part(PartKind::body, "application/json"), json, piece);
      EXPECT_EQ(bench.texts["base64"], secret) << piece << " " << line;
    }
  }
}
struct RunCase {
  const char* name;
  std::string text;
  const char* expected;
};
const RunCase kRuns[] = {
    {"bare", base64("alice@example.com, bob@example.org"), "alice@example.com, bob@example.org"},
    {"behind_a_path", "/files/" + base64("alice@example.com, bob@example.org"),
     "alice@example.com"},
    {"data_uri", "data:x/y;base64," + base64("\x01\x02 alice@example.com"), "alice@example.com"},
    {"gzip_inside", base64(gzipped("alice@example.com and others")), "alice@example.com"},
    {"twice", base64(base64("alice@example.com and bob@example.org")), "alice@example.com"},
    {"hex", "616c696365406578616d706c652e636f6d20616c696365", "alice@example.com"},
};
class Runs : public testing::TestWithParam<RunCase> {};
INSTANTIATE_TEST_SUITE_P(Embedded, Runs, testing::ValuesIn(kRuns),
                         [](const auto& test) { return test.param.name; });
TEST_P(Runs, AreDecoded) {
  Bench bench;
  bench.run(part(PartKind::body, "text/plain"), "x=\"" + GetParam().text + "\" end");
  EXPECT_TRUE(bench.saw(GetParam().expected));
}
TEST(Embedded, OrdinaryWordsAndHashesAreNotDecoded) {
  Bench bench;
  bench.run(part(PartKind::body, "text/plain"),
            "antidisestablishmentarianism /usr/lib/x86_64-linux-gnu/pkgconfig/libthing "
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 "
            "------------------------------------------------------------");
  EXPECT_EQ(bench.texts.size(), 1U);
}
TEST(Embedded, WideTextInsideBytes) {
  std::string wide = "\x01\x02\x03";
  for (const char c : std::string_view("alice@example.com")) (wide += c) += '\0';
  wide += "\xff\xfe\xfd\xfcxyz";
  Bench bench;
  bench.run(part(PartKind::raw), std::string(40, '\x07') + wide);
  EXPECT_TRUE(bench.saw("alice@example.com"));
}

TEST(Charset, Utf16AndLegacySetsBecomeUtf8) {
  std::string wide("\xff\xfe", 2);
  for (const char c : std::string_view("Name;Mail\r\nalice;alice@example.com")) (wide += c) += '\0';
  for (const std::size_t piece : {0UL, 1UL, 3UL}) {
    Bench bench;
    bench.run(part(PartKind::body, "text/csv"), wide, piece);
    EXPECT_TRUE(bench.saw("alice;alice@example.com"));
    Bench latin;
    latin.run(part(PartKind::body, "text/plain; charset=ISO-8859-1"), "Andr\xe9 M\xfcller", piece);
    EXPECT_EQ(latin.texts[""], "Andr\xc3\xa9 M\xc3\xbcller");
    Bench japanese;
    japanese.run(part(PartKind::body, "text/plain; charset=shift_jis"), "\x93\xfa\x96\x7b", piece);
    EXPECT_EQ(japanese.texts[""], "\xe6\x97\xa5\xe6\x9c\xac");
    Bench utf7;
    utf7.run(part(PartKind::body, "text/plain; charset=utf-7"), "alice+AEA-example.com", piece);
    EXPECT_EQ(utf7.texts[""], "alice@example.com");
  }
}

TEST(Opaque, AContainerNobodyOpensIsScannedAndSaidSo) {
  Bench bench;
  const std::string wire = "7z\xbc\xaf\x27\x1c stored: alice@example.com";
  bench.run(part(PartKind::body, "application/x-7z-compressed"), wire);
  EXPECT_TRUE(bench.saw("alice@example.com"));
  EXPECT_EQ(bench.account.columns(Side::client)[Column::opaque], wire.size());
  ASSERT_EQ(bench.blind_spots.size(), 1U);
  EXPECT_EQ(bench.blind_spots[0].reason, "unsupported");
}

TEST(Budget, ABombIsCutShort) {
  config::Limits limits;
  limits.expanded_mib = 8;
  Bench bench(limits);
  const std::string wire = gzipped(std::string(64 << 20, '\0'));
  bench.run(part(PartKind::body, "", {"gzip"}), wire, 1460);
  EXPECT_LE(bench.summary.text_bytes, 8U << 20);
  const Columns& columns = bench.account.columns(Side::client);
  EXPECT_GT(columns[Column::skipped], wire.size() / 2);
  EXPECT_EQ(columns.total(), wire.size());
  ASSERT_FALSE(bench.blind_spots.empty());
  EXPECT_EQ(bench.blind_spots[0].reason, "budget");
}
TEST(Budget, DepthEnds) {
  std::string wire = "alice@example.com";
  for (int i = 0; i < 20; ++i) wire = gzipped(wire);
  Bench bench;
  bench.run(part(PartKind::body), wire);
  EXPECT_FALSE(bench.saw("alice@example.com"));
  EXPECT_FALSE(bench.blind_spots.empty());
}
TEST(Budget, NothingIsKeptBehind) {
  Bench bench;
  for (int i = 0; i < 10; ++i)
    bench.run(part(PartKind::body, "", {"br"}), brotlied(people(100)), 99);
  Stats stats;
  bench.inspector.report(stats);
  EXPECT_EQ(stats.value("content.memory_bytes"), 0U);
  EXPECT_EQ(stats.value("content.objects"), 10U);
}

TEST(Summary, NamesTheBodyAndItsDigest) {
  Bench bench;
  bench.run(part(PartKind::body, "text/csv; charset=utf-8"), "abc", 1);
  EXPECT_EQ(bench.summary.media_type, "text/csv");
  EXPECT_EQ(bench.summary.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(bench.summary.wire_bytes, 3U);
  EXPECT_EQ(bench.objects_ended, 1);
}
TEST(Summary, HasNoDigestThatNobodyWants) {
  Bench bench({}, false);
  bench.run(part(PartKind::body, "text/csv"), "abc");
  EXPECT_EQ(bench.summary.sha256, "");
  EXPECT_EQ(bench.summary.wire_bytes, 3U);
}
TEST(Summary, DestroyingAWriterEndsItsObject) {
  Bench bench;
  { const auto writer = bench.begin(); }
  EXPECT_EQ(bench.objects_ended, 1);
  EXPECT_EQ(bench.summary.end, protocol::ObjectEnd::cut_short);
}

}  // namespace
}  // namespace outspan::content

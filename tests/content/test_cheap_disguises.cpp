#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/content/disguise.h"
#include "tests/content/support.h"

/// Disguises that are undone only when the operator asks for it.
namespace outspan::content {
namespace {

using protocol::PartKind;

constexpr std::size_t kPieces[] = {0, 1, 7, 333, 1460};

std::string people(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += "Zoë Person" + std::to_string(i) + ",person" + std::to_string(i * 7919 % 100003) +
            "@example.com,+44 20 7946 0" + std::to_string(100 + i % 900) + "\n";
  return text;
}

config::Config asked() {
  config::Config config;
  config.inspect_disguises = true;
  return config;
}

std::string rot13(std::string text) {
  for (char& c : text) {
    const char small = static_cast<char>(c | 0x20);
    if (small >= 'a' && small <= 'z') c = static_cast<char>(c + (small < 'n' ? 13 : -13));
  }
  return text;
}

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> all;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xc0) == 0x80)
      all.back() += c;
    else
      all.emplace_back(1, c);
  }
  return all;
}

/// As `rev` does: each line.
std::string reversed(std::string_view text) {
  std::string out;
  std::string line;
  for (const std::string& character : characters(text)) {
    if (character != "\n") {
      line.insert(0, character);
      continue;
    }
    out += line + "\n";
    line.clear();
  }
  return out + line;
}

/// As " ".join() does, line by line or over all.
std::string spaced(std::string_view text, bool line_ends_too = false) {
  std::string out;
  for (const std::string& character : characters(text)) {
    const bool line_end = character == "\n";
    if (line_end && !line_ends_too && !out.empty()) out.pop_back();
    out += character;
    if (!line_end || line_ends_too) out += ' ';
  }
  return out;
}

class CheapDisguises : public testing::TestWithParam<Disguise> {};

TEST_P(CheapDisguises, AreUndoneHoweverCut) {
  const Disguise& test = GetParam();
  for (const std::size_t piece : kPieces) {
    Bench bench(asked());
    bench.run(part(PartKind::body, test.type), test.wire, piece);
    EXPECT_EQ(bench.texts[test.path], test.text) << "pieces of " << piece;
    EXPECT_EQ(bench.texts[""], test.wire);
    EXPECT_EQ(bench.problem, "");
    EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], test.wire.size());
  }
}

TEST_P(CheapDisguises, AreLeftAloneUnlessAsked) {
  const Disguise& test = GetParam();
  Bench bench;
  bench.run(part(PartKind::body, test.type), test.wire);
  EXPECT_EQ(bench.texts, (std::map<std::string, std::string>{{"", test.wire}}));
}

const std::string kPeople = people(1500);

const Disguise kCheap[] = {
    {"rot13", rot13(kPeople), "rot13", kPeople},
    {"rot13_in_json", R"({"mail": "nyvpr\u0040rknzcyr.pbz"})", "rot13",
     R"({"znvy": "alice@example.com"})"},
    {"reversed_lines", reversed(kPeople), "reversed", kPeople},
    {"reversed_dos_lines", "moc.elpmaxe@ecila\r\nmoc.elpmaxe@bob\r\n", "reversed",
     "\ralice@example.com\n\rbob@example.com\n"},
    {"reversed_without_a_line_end", "moc.elpmaxe@ecila", "reversed", "alice@example.com"},
    {"spaced_lines", spaced(kPeople), "spaced", " " + kPeople},
    {"spaced_altogether", spaced(kPeople, true), "spaced", " " + kPeople},
    {"spaced_with_wide_gaps", "J o h n  S m i t h     a t  h o m e", "spaced",
     " John Smith at home"},
    {"spaced_in_cells", "17,\"a l i c e @ e x a m p l e . c o m\",+ 4 4 2 0 7 9 4 6,x y", "spaced",
     " ,\"alice@example.com\",+44207946,xy"},
    {"spaced_in_words", "Mail to a l i c e @ e x a m p l e . c o m, is what he said", "spaced",
     " alice@example.com,"},
    {"spaced_in_a_form", "q=a+l+i+c+e+%40+e+x+a+m+p+l+e", "spaced", " q=alice@example",
     "application/x-www-form-urlencoded"},
};
INSTANTIATE_TEST_SUITE_P(Content, CheapDisguises, testing::ValuesIn(kCheap),
                         [](const auto& test) { return test.param.name; });

TEST(Disguise, ListsOfNumbersAndWordsAreNotSpacedText) {
  Bench bench(asked());
  bench.run(part(PartKind::body, "text/plain"),
            "1,2,3,4,5,6,7,8,9,10\n1 22 3 44 5 66\na b c d e\n        \nI am a man\n");
  EXPECT_FALSE(bench.texts.contains("spaced"));
}

TEST(Disguise, ALongReversedLineIsCutBetweenValues) {
  std::string text = "[";
  for (int i = 0; i < 400; ++i) text += "\"person" + std::to_string(1000 + i) + "@example.com\",";
  Bench bench(asked());
  bench.run(part(PartKind::body, "text/plain"), reversed(text), 100);
  for (int i = 0; i < 400; ++i) {
    const std::string mail = "person" + std::to_string(1000 + i) + "@example.com";
    EXPECT_NE(bench.texts["reversed"].find(mail), std::string::npos) << mail;
  }
}

TEST(Disguise, WhatIsUndoneIsNotWrittenAgain) {
  Bench bench(asked());
  bench.run(part(PartKind::body, "text/plain"), kPeople);
  for (const auto& [path, text] : bench.texts) EXPECT_EQ(path.find('>'), path.npos) << path;
}

TEST(Disguise, BytesAreLeftAlone) {
  Bench bench(asked());
  bench.run(part(PartKind::body, "application/octet-stream"), std::string("ab\0\1\2cd\3", 8));
  EXPECT_FALSE(bench.texts.contains("rot13"));
}

TEST(Disguise, NothingIsJoinedOverAGap) {
  Bench bench(asked());
  const auto writer = bench.begin();
  writer->begin_part(part(PartKind::body, "text/plain"));
  bench.deliver(*writer, "a l i c e @ e x ");
  writer->gap(10);
  bench.deliver(*writer, "p l e . c o m 1 2 3");
  writer->end_part();
  writer->end(protocol::ObjectEnd::complete);
  EXPECT_FALSE(bench.saw("alice@exple"));
}

TEST(Disguise, APauseTearsNoLineApart) {
  Bench bench(asked());
  const auto writer = bench.begin();
  writer->begin_part(part(PartKind::body, "text/plain"));
  bench.deliver(*writer, "moc.elpmaxe@ecila\nmoc.elp");
  writer->pause();
  EXPECT_EQ(bench.texts["reversed"], "alice@example.com\n");
  bench.deliver(*writer, "maxe@bob\n");
  writer->end_part();
  writer->end(protocol::ObjectEnd::complete);
  EXPECT_EQ(bench.texts["reversed"], "alice@example.com\nbob@example.com\n");
}

TEST(Disguise, TheLimitsOfTheObjectHold) {
  config::Config config = asked();
  config.limits.expanded_mib = 1;
  Bench bench(config);
  const std::string wire = rot13(people(40'000));
  bench.run(part(PartKind::body, "text/plain"), wire);
  EXPECT_LE(bench.texts["rot13"].size() + bench.texts["reversed"].size(), std::size_t{1} << 20);
  EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], wire.size());

  config.limits.depth = 1;
  Bench flat(config);
  flat.run(part(PartKind::body, "text/plain"), wire);
  EXPECT_FALSE(flat.texts.contains("rot13"));
}

}  // namespace
}  // namespace outspan::content

#include "fingerprint/forms/name_form.h"

#include "fingerprint/forms/words.h"
#include "tests/fingerprint/support.h"

namespace outspan::fingerprint {
namespace {

const SipKey& key() {
  static const KeyPtr key = test_key();
  return key->of(Key::Use::name);
}
Name name_of(std::string_view cell) {
  Name name;
  EXPECT_EQ(read_name(key(), cell, name), NameProblem::none) << cell;
  return name;
}
bool same(std::string_view a, std::string_view b) {
  return name_of(a).tag.packed() == name_of(b).tag.packed();
}
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  WordReader reader(text);
  Word word;
  while (reader.next(word)) words.emplace_back(word.folded);
  return words;
}

TEST(Words, AreFoldedAsPeopleTypeThem) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(words_of("Søren Kierkegård, Łukasz ŻÓŁĆ"),
            (Words{"soren", "kierkegard", "lukasz", "zolc"}));
  EXPECT_EQ(words_of("O'Brien O’Connor Van-Dijk"), (Words{"obrien", "oconnor", "van", "dijk"}));
  EXPECT_EQ(words_of("Straße Æther ﬁn İzmir Yılmaz"),
            (Words{"strasse", "aether", "fin", "izmir", "yilmaz"}));
  // Composed or not.
  EXPECT_EQ(words_of("Jose\u0301"), words_of("José"));
  EXPECT_EQ(words_of("Ελένη ΙΒΆΝΟΒ Иванова"), (Words{"ελενη", "ιβανοβ", "иванова"}));
  EXPECT_EQ(words_of("山田太郎 様"), (Words{"山", "田", "太", "郎", "様"}));
  EXPECT_EQ(words_of("x\xff\xfe"
                     "y"),
            (Words{"x", "y"}));
  EXPECT_EQ(words_of(std::string(200, 'a') + " b"), (Words{"b"}));
  EXPECT_EQ(words_of(""), Words{});
}

TEST(Words, KnowWhereTheyStand) {
  const std::string text = "  Zoë: O'Brien2 ";
  WordReader reader(text);
  Word word;
  ASSERT_TRUE(reader.next(word));
  EXPECT_EQ(text.substr(word.begin, word.end - word.begin), "Zoë");
  EXPECT_FALSE(word.has_digit);
  ASSERT_TRUE(reader.next(word));
  EXPECT_EQ(text.substr(word.begin, word.end - word.begin), "O'Brien2");
  EXPECT_TRUE(word.has_digit);
  EXPECT_FALSE(reader.next(word));
}

TEST(NameForm, IsOneForAllSpellings) {
  EXPECT_TRUE(same("Ada Lovelace", "Lovelace, Ada"));
  EXPECT_TRUE(same("Ada Lovelace", "  ADA   LOVELACE "));
  EXPECT_TRUE(same("Dr. Ada Lovelace", "Ada Lovelace"));
  EXPECT_TRUE(same("Ada Lovelace, PhD", "Ada Lovelace"));
  EXPECT_TRUE(same("Björn Müller", "Bjorn Muller"));
  EXPECT_TRUE(same("Ada B. Lovelace", "Ada Byron Lovelace"));  // first and last count
  EXPECT_FALSE(same("Ada Lovelace", "Ada Byron"));
  EXPECT_FALSE(same("Ada Lovelace", "Eva Lovelace"));
}

TEST(NameForm, NeedsTwoWords) {
  Name name;
  EXPECT_EQ(read_name(key(), "Ada", name), NameProblem::one_word);
  EXPECT_EQ(read_name(key(), "A. Lovelace", name), NameProblem::one_word);
  EXPECT_EQ(read_name(key(), "4711", name), NameProblem::one_word);
  EXPECT_EQ(read_name(key(), "one two three four five six seven", name), NameProblem::too_long);
}

TEST(NameForm, WithoutBlanksIsTheSumOfItsSymbols) {
  EXPECT_TRUE(same("山田太郎", "山田 太郎"));
  EXPECT_NE(name_of("山田太郎").tag.whole, 0u);
  EXPECT_EQ(name_of("山田太郎").tag.first, 0u);
}

TEST(NameTagBits, ComeBack) {
  const NameTag tag = name_of("Ada Lovelace").tag;
  const NameTag copy = NameTag::unpack(tag.packed());
  EXPECT_EQ(copy.first, tag.first);
  EXPECT_EQ(copy.last, tag.last);
  EXPECT_EQ(copy.whole, tag.whole);
  EXPECT_EQ(copy.initial, tag.initial);
  EXPECT_EQ(tag.packed() >> 56, 0u);
}

TEST(FoldText, DropsEverythingButLettersAndDigits) {
  EXPECT_EQ(fold_text("SW1A 1AA"), "sw1a1aa");
  EXPECT_EQ(fold_text("DE-4711/ Ä"), "de4711a");
}

}  // namespace
}  // namespace outspan::fingerprint

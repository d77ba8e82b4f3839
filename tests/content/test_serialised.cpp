#include <gtest/gtest.h>

#include "support.h"

namespace outspan::content {
namespace {

using protocol::PartKind;
using namespace std::string_view_literals;

struct SerialisedCase {
  const char* name;
  std::string_view bytes;
};

// Made by pickle.dumps(rows, protocol) of Python, and by ObjectOutputStream of Java.
const SerialisedCase kSerialised[] = {
    {"pickle_0",
     "(lp0\x0a(dp1\x0aVname\x0ap2\x0aVAnn Lee\x0ap3\x0asVemail\x0ap4\x0aVann.lee@example.com\x0ap5\x0asVphone\x0ap6\x0aV+44 7700 900001\x0ap7\x0asa."sv},
    {"pickle_2",
     "\x80\x02]q\x00}q\x01(X\x04\x00\x00\x00nameq\x02X\x07\x00\x00\x00"
     "Ann Leeq\x03X\x05\x00\x00\x00"
     "emailq\x04X\x13\x00\x00\x00"
     "ann.lee@example.comq\x05X\x05\x00\x00\x00phoneq\x06X\x0f\x00\x00\x00+44 7700 900001q\x07ua."sv},
    {"pickle_3",
     "\x80\x03]q\x00}q\x01(X\x04\x00\x00\x00nameq\x02X\x07\x00\x00\x00"
     "Ann Leeq\x03X\x05\x00\x00\x00"
     "emailq\x04X\x13\x00\x00\x00"
     "ann.lee@example.comq\x05X\x05\x00\x00\x00phoneq\x06X\x0f\x00\x00\x00+44 7700 900001q\x07ua."sv},
    {"pickle_4",
     "\x80\x04\x95Q\x00\x00\x00\x00\x00\x00\x00]\x94}\x94(\x8c\x04name\x94\x8c\x07"
     "Ann Lee\x94\x8c\x05"
     "email\x94\x8c\x13"
     "ann.lee@example.com\x94\x8c\x05phone\x94\x8c\x0f+44 7700 900001\x94ua."sv},
    {"pickle_5",
     "\x80\x05\x95Q\x00\x00\x00\x00\x00\x00\x00]\x94}\x94(\x8c\x04name\x94\x8c\x07"
     "Ann Lee\x94\x8c\x05"
     "email\x94\x8c\x13"
     "ann.lee@example.com\x94\x8c\x05phone\x94\x8c\x0f+44 7700 900001\x94ua."sv},
    {"java",
     "\xac\xed\x00\x05ur\x00\x13[Ljava.lang.String;\xad\xd2V\xe7\xe9\x1d{"
     "G\x02\x00\x00xp\x00\x00\x00\x03t\x00\x07"
     "Ann Leet\x00\x13"
     "ann.lee@example.comt\x00\x0f+44 7700 900001"sv},
};

class Serialised : public testing::TestWithParam<SerialisedCase> {};
INSTANTIATE_TEST_SUITE_P(Formats, Serialised, testing::ValuesIn(kSerialised),
                         [](const auto& test) { return test.param.name; });

TEST_P(Serialised, StringsStandAloneHoweverCut) {
  for (const std::size_t piece : {0UL, 1UL, 3UL, 7UL}) {
    Bench bench;
    bench.run(part(PartKind::raw), GetParam().bytes, piece);
    const std::string& text = bench.texts[""];
    for (const char* value : {"\nAnn Lee\n", "\nann.lee@example.com\n", "\n+44 7700 900001"})
      EXPECT_NE(text.find(value), std::string::npos) << value << " in pieces of " << piece;
    EXPECT_EQ(text.size(), GetParam().bytes.size());
  }
}

TEST_P(Serialised, EveryPrefixKeepsItsLength) {
  const std::string_view bytes = GetParam().bytes;
  for (std::size_t size = 16; size < bytes.size(); ++size) {
    Bench bench;
    bench.run(part(PartKind::raw), bytes.substr(0, size));
    EXPECT_EQ(bench.texts[""].size(), size);
  }
}

TEST(SerialisedText, ALengthThatIsALieHidesNothing) {
  Bench bench;
  bench.run(part(PartKind::raw), "\xac\xed\0\5t\x1f\xffone@example.com\nt\0\xfftwo@example.com"sv);
  EXPECT_TRUE(bench.saw("one@example.com"));
  EXPECT_TRUE(bench.saw("two@example.com"));
}

}  // namespace
}  // namespace outspan::content

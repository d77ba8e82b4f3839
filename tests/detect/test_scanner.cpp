#include "detect/scanner.h"

#include <random>

#include "core/hash.h"
#include "detect/value_id.h"
#include "tests/detect/support.h"

namespace outspan::detect {
namespace {

using testing::Bench;
using testing::Value;

std::vector<std::string> ids_and_values(const std::vector<Value>& values) {
  std::vector<std::string> texts;
  for (const Value& value : values) texts.push_back(value.id + " " + value.value);
  return texts;
}

const std::string kLeak =
    "name,email,ticket,phone\n"
    "Ann Miller,ann.miller@example.com,TM-00412977,+44 20 7946 0123\n"
    "Bob Weiß,bob.weiß@example.org,TM-00412978,+49 30 231251234\n"
    "Eve \"E\" Larsen,eve+x@mail.example.net,tm-00412979,+1 (415) 555-0132\n";

TEST(Scanner, FindsARecordOfEachLine) {
  Bench bench(testing::builtin());
  EXPECT_EQ(ids_and_values(bench.scan(kLeak)),
            (std::vector<std::string>{
                "email ann.miller@example.com", "ticket TM-00412977", "phone +442079460123",
                "email bob.weiss@example.org", "ticket TM-00412978", "phone +4930231251234",
                "email eve+x@mail.example.net", "ticket TM-00412979", "phone +14155550132"}));
}

TEST(Scanner, TheSameForAnyCutIntoWindows) {
  Bench bench(testing::builtin({"US"}));
  const std::string text = kLeak +
                           "ssn 536-22-1845 card 4111 2742 3159 4259, DE89 3704 0044 0532 " +
                           "0130 00 and RSSMRA85T10A562S codice fiscale\n" + kLeak;
  const auto whole = bench.scan(text);
  ASSERT_GE(whole.size(), 22u);
  for (std::size_t core = 1; core < text.size(); core += core < 80 ? 1 : 37)
    ASSERT_EQ(bench.scan(text, core), whole) << "cores of " << core;
}

TEST(Scanner, OffsetsAndTextAreThoseOfTheWire) {
  Bench bench(testing::builtin());
  for (const Value& value : bench.scan(kLeak, 50)) {
    EXPECT_EQ(value.text, kLeak.substr(value.offset, value.text.size()));
    EXPECT_GE(value.confidence, 50);
  }
}

TEST(Scanner, ValueCutByTheEdgeOfWhatIsKnownIsLeftOut) {
  Bench bench(testing::builtin());
  for (const std::string text : {"ann@example.com", "TM-00412977", "+442079460123"}) {
    content::Window window;
    window.raw = text;
    window.core_end = static_cast<std::uint32_t>(text.size());
    window.at_start = true;
    bench.values.clear();
    bench.window(window);
    EXPECT_TRUE(bench.values.empty()) << text;
    window.at_end = true;
    bench.window(window);
    EXPECT_EQ(bench.values.size(), 1u) << text;
  }
}

TEST(Scanner, OnlyWhatBeginsInTheCoreCounts) {
  Bench bench(testing::builtin());
  const std::string text = "a@example.com b@example.com c@example.com";
  content::Window window;
  window.raw = text;
  window.core_begin = 14;
  window.core_end = 28;
  window.at_start = window.at_end = true;
  bench.window(window);
  EXPECT_EQ(ids_and_values(bench.values), std::vector<std::string>{"email b@example.com"});
}

struct Unescaped {
  const char* raw;
  std::string unescaped;
  std::vector<text::Escape> escapes;
  std::vector<std::string> expected;
  std::vector<std::uint64_t> offsets;
};

TEST(Scanner, UnescapedTextComesFirstAndNothingTwice) {
  const Unescaped kCases[] = {
      // The escape makes the value.
      {"q=ann%40example.com&x",
       "q=ann@example.com&x",
       {{5, 8, 5, 6}},
       {"email ann@example.com"},
       {2}},
      // A letter of the escape touches the value.
      {"\\nann@example.com", "\nann@example.com", {{0, 2, 0, 1}}, {"email ann@example.com"}, {2}},
      // Behind an escape, found in both texts.
      {"%20 ann@example.com", "  ann@example.com", {{0, 3, 0, 1}}, {"email ann@example.com"}, {4}},
      // The plus of a number is no blank.
      {"tel=+442079460123", "tel= 442079460123", {{4, 5, 4, 5}}, {"phone +442079460123"}, {4}},
      // Soft line break inside a value.
      {"an=\r\nn@example.com", "ann@example.com", {{2, 5, 2, 2}}, {"email ann@example.com"}, {0}},
  };
  Bench bench(testing::builtin());
  for (const Unescaped& test : kCases) {
    content::Window window;
    window.raw = test.raw;
    window.core_end = static_cast<std::uint32_t>(window.raw.size());
    window.at_start = window.at_end = true;
    window.unescaped = test.unescaped;
    window.escapes = test.escapes;
    bench.values.clear();
    bench.window(window);
    EXPECT_EQ(ids_and_values(bench.values), test.expected) << test.raw;
    std::vector<std::uint64_t> offsets;
    for (const Value& value : bench.values) offsets.push_back(value.offset);
    EXPECT_EQ(offsets, test.offsets) << test.raw;
  }
}

TEST(Scanner, ParticipantsOfAMailAreNotItsContent) {
  Bench bench(testing::builtin());
  bench.object.info.actor.email_from = "Agent@Example.com";
  bench.object.info.destination.email_to = {"boss@example.org", "b@example.org"};
  bench.object.info.participants = {{"Desk@example.com"}};
  EXPECT_EQ(ids_and_values(bench.scan("From: agent@example.com\nTo: boss@example.org\n"
                                      "Reply-To: desk@example.com\n\n"
                                      "customer@example.net")),
            std::vector<std::string>{"email customer@example.net"});
}

TEST(Scanner, ColumnNamesOfATableAreContextForItsRows) {
  Bench bench(testing::builtin());
  const std::string filler = "x,9434159083\n";
  std::string table = "name,NHS Number\n";
  while (table.size() < 5000) table += filler;
  const auto values = bench.scan(table, 512);
  EXPECT_EQ(values.size(), (table.size() - 16) / filler.size());
  EXPECT_TRUE(bench.scan("name,number\nx,9434159083\n").empty());
}

TEST(Scanner, ForeignIdentifiersNeedContext) {
  const std::string text = "529.330.434-83";
  EXPECT_TRUE(Bench(testing::builtin()).scan(text).empty());
  EXPECT_EQ(Bench(testing::builtin({"BR"})).scan(text).size(), 1u);
  EXPECT_EQ(Bench(testing::builtin()).scan("CPF: " + text).size(), 1u);
}

TEST(Scanner, NationalPhonesOfConfiguredCountries) {
  struct Case {
    const char* country;
    const char* text;
    const char* value;  // nullptr: none
  };
  const Case kCases[] = {
      {"GB", "020 7946 0123", "+442079460123"},
      {"GB", "(020) 7946 0123,", "+442079460123"},
      {"GB", "02079460123", nullptr},
      {"GB", "phone 02079460123", "+442079460123"},
      {"US", "(415) 555-0132", "+14155550132"},
      {"US", "415-555-0132", "+14155550132"},
      {"US", "415.555.0132", "+14155550132"},
      {"US", "4155550132", nullptr},
      {"US", "415 555.0132", nullptr},
      {"FR", "01 99 00 12 34", "+33199001234"},
      {"FR", "01.99.00.12.34", "+33199001234"},
      {"DE", "030/231251234", "+4930231251234"},
      {"DE", "030/231251234 15.01.2024", "+4930231251234"},
      {"ES", "612 34 56 78", "+34612345678"},
      {"DE", "2024-01-15", nullptr},
      {"GB", "0.020 7946", nullptr},
  };
  for (const Case& test : kCases) {
    Bench bench(testing::builtin({test.country}));
    const auto values = bench.scan(test.text);
    if (test.value == nullptr) {
      EXPECT_TRUE(values.empty()) << test.text << ::testing::PrintToString(values);
    } else {
      ASSERT_EQ(values.size(), 1u) << test.text << ::testing::PrintToString(values);
      EXPECT_EQ(values[0].value, test.value) << test.text;
      EXPECT_GE(values[0].confidence, 50) << test.text;
    }
  }
  EXPECT_TRUE(Bench(testing::builtin()).scan("020 7946 0123").empty());
}

TEST(Scanner, EqualValuesHaveEqualIdentities) {
  const std::uint64_t email = value_scope("email"), other = value_scope("other");
  EXPECT_EQ(value_id(email, "a@example.com"), value_id(value_scope("email"), "a@example.com"));
  EXPECT_NE(value_id(email, "a@example.com"), value_id(email, "b@example.com"));
  EXPECT_NE(value_id(email, "a@example.com"), value_id(other, "a@example.com"));
}

/// Values at random places of random text, ends of blocks of 64 bytes included: all found, once.
TEST(Scanner, FindsWhateverIsPlanted) {
  Bench bench(testing::builtin());
  std::mt19937 random(5);
  const std::vector<std::pair<std::string, std::string>> kPlanted = {
      {"k.larsen@example.com", "email k.larsen@example.com"},
      {"TM-00412977", "ticket TM-00412977"},
      {"+44 20 7946 0123", "phone +442079460123"},
      {"4111 2742 3159 4259", "payment-card 4111274231594259"},
      {"GB29NWBK60161331926819", "iban GB29NWBK60161331926819"},
      {"536-22-1845", "us-ssn 536221845"}};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    std::vector<std::string> expected;
    for (std::size_t i = random() % 4 + 1; i > 0; --i) {
      for (std::size_t filler = random() % 150; filler > 0; --filler)
        text += "abc <>\"{}\n;|"[random() % 12];
      const auto& [planted, found] = kPlanted[random() % kPlanted.size()];
      text += ";" + planted + ";";
      expected.push_back(found);
    }
    ASSERT_EQ(ids_and_values(bench.scan(text, random() % 2 == 0 ? 64 : SIZE_MAX)), expected)
        << text;
  }
}

TEST(Scanner, PatternsHaveExtentsAndValidators) {
  Bench bench(testing::compile(R"(
- id: badge
  title: Badges
  pattern: '\bEMP-[0-9]{4,8}\b'
  examples: {match: ['EMP-1234']}
- id: account
  title: Accounts with a check digit
  pattern: 'acct:[0-9]{10}'
  validator: luhn
)"));
  EXPECT_EQ(ids_and_values(bench.scan("EMP-1234 EMP-123 EMP-12345678 XEMP-1234 EMP-1234")),
            (std::vector<std::string>{"badge EMP-1234", "badge EMP-12345678", "badge EMP-1234"}));
  EXPECT_EQ(ids_and_values(bench.scan("acct:7992739871 acct:7992739870")).size() +
                ids_and_values(bench.scan("acct:1234567897")).size(),
            1u);
}

TEST(Scanner, CountsWhatItDoes) {
  Bench bench(testing::builtin());
  bench.scan(kLeak);
  Stats stats;
  bench.scanner.report(stats);
  EXPECT_EQ(stats.value("detect.hits"), 9u);
  EXPECT_EQ(stats.value("detect.windows"), 1u);
  EXPECT_EQ(stats.value("detect.scanned_bytes"), kLeak.size());
  EXPECT_EQ(stats.value("detect.scan_errors"), 0u);
}

}  // namespace
}  // namespace outspan::detect

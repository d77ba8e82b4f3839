// What may stand beside a value, for each kind of value: every character of ASCII and some beyond
// it, on both sides, wherever the text is cut. What refuses is written down here, with the reason.
#include "detect/beside.h"

#include "tests/detect/support.h"

namespace outspan::detect {
namespace {

using testing::Bench;
using testing::Value;

struct Kind {
  const char* name;
  const char* signature;
  const char* text;
  const char* value;
};
const Kind kKinds[] = {
    {"email", "email", "ann.lee@example.com", "ann.lee@example.com"},
    {"ticket", "ticket", "TM-00412977", "TM-00412977"},
    {"phone_with_plus", "phone", "+442079460123", "+442079460123"},
    {"phone_in_groups", "phone", "020 7946 0123", "+442079460123"},
    {"phone_with_dashes", "phone", "415-555-0132", "+14155550132"},
    {"card_in_groups", "payment-card", "4111 2742 3159 4259", "4111274231594259"},
    {"card_of_digits", "payment-card", "4111274231594259", "4111274231594259"},
    {"us_ssn", "us-ssn", "536-22-1845", "536221845"},
    {"pl_pesel", "national-id-pl-pesel", "44051401359", "44051401359"},
    {"br_cpf", "national-id-br-cpf", "529.330.434-83", "52933043483"},
    {"iban", "iban", "GB29NWBK60161331926819", "GB29NWBK60161331926819"},
};

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kLowerCase = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";

enum class Side { before, after };

struct Refusal {
  std::vector<std::string_view> kinds;
  Side side;
  std::vector<std::string_view> characters;  ///< each byte of ASCII; others whole
  const char* why;
};
const std::vector<std::string_view> kNumbers = {
    "phone_in_groups", "phone_with_dashes", "card_in_groups", "card_of_digits",
    "us_ssn",          "pl_pesel",          "br_cpf"};
const std::vector<std::string_view> kGroups = {"phone_in_groups", "phone_with_dashes", "us_ssn"};

const Refusal kRefusals[] = {
    {{"email"}, Side::before, {kLetters, kDigits, "_"}, "goes on: part of the local part"},
    {{"email"}, Side::before, {"é", "ß", "ж", "α", "٣"}, "goes on: letters of RFC 6531"},
    {{"email"}, Side::before, {"@"}, "the domain of user@domain@host"},
    {{"email"}, Side::after, {kLowerCase, kDigits}, "goes on: no such top-level domain"},
    {{"ticket", "iban", "phone_with_plus"}, Side::before, {kLetters, kDigits}, "inside a word"},
    {{"ticket", "iban", "phone_with_plus"},
     Side::before,
     {"é", "ß", "ж", "α", "٣"},
     "inside a word"},
    {{"ticket", "iban", "phone_with_plus"}, Side::after, {kLetters, kDigits}, "inside a word"},
    {{"ticket", "iban", "phone_with_plus"},
     Side::after,
     {"é", "ß", "ж", "α", "٣"},
     "inside a word"},
    {kNumbers, Side::before, {kLetters, kDigits}, "inside a word, a longer number"},
    {kNumbers, Side::before, {"é", "ß", "ж", "α", "٣"}, "inside a word"},
    {kNumbers, Side::after, {kLetters, kDigits}, "inside a word, a longer number"},
    {kNumbers, Side::after, {"é", "ß", "ж", "α", "٣"}, "inside a word"},
    {kNumbers, Side::before, {"$", "€", "£"}, "an amount"},
    {kNumbers, Side::after, {"$", "€", "£"}, "an amount"},
    {{"phone_with_plus"}, Side::after, {"$", "€", "£"}, "an amount"},
    {kNumbers, Side::before, {"%"}, "digits of an escape"},
    {kNumbers, Side::after, {"%"}, "a share"},
    {{"phone_with_plus"}, Side::after, {"%"}, "a share"},
    {kNumbers, Side::before, {"."}, "a fraction"},
    {kGroups,
     Side::before,
     {"#", "&", "/", "@", "\\", "_", "~"},
     "part of a path or a name: counts with a word right before it"},
    {kGroups, Side::after, {"\\", "_", "@"}, "the same"},
    {{"phone_in_groups", "phone_with_dashes", "pl_pesel"},
     Side::before,
     {"+"},
     "a plus stands before calling codes"},
};

/// One digit that makes another number of the same kind: "1-415-555-0132".
bool makes_another(const Kind& kind, std::string_view character) {
  return std::string_view(kind.name) == "phone_with_dashes" && character == "1";
}

bool is_listed(const Refusal& refusal, std::string_view character) {
  for (const std::string_view characters : refusal.characters)
    if (static_cast<unsigned char>(character[0]) < 0x80
            ? characters.find(character) != std::string_view::npos
            : characters == character)
      return true;
  return false;
}

const char* refusal_of(const Kind& kind, Side side, std::string_view character) {
  if (side == Side::before && makes_another(kind, character)) return nullptr;
  for (const Refusal& refusal : kRefusals) {
    if (refusal.side != side || !is_listed(refusal, character)) continue;
    for (const std::string_view name : refusal.kinds)
      if (name == kind.name) return refusal.why;
  }
  return nullptr;
}

std::vector<std::string> characters() {
  std::vector<std::string> all;
  for (char c = 1; c > 0; ++c) all.emplace_back(1, c);
  // Blanks, quotes, dashes, marks, letters with and without case, amounts, bytes of nothing.
  for (const char* one :
       {"\u00a0",     "\u202f", "\u3000", "\u2009", "\u200b", "\u00ab", "\u00bb", "\u2018",
        "\u2019",     "\u201c", "\u201d", "\u2013", "\u2014", "\u2026", "\u3001", "\u3002",
        "\u300c",     "\uff1a", "\uff0c", "\u00b0", "\u96fb", "\u3067", "\ud638", "\u0639",
        "\u0e02",     "\u00e9", "\u00df", "\u0436", "\u03b1", "\u0663", "\u20ac", "\u00a3",
        "\U0001f4de", "\x80",   "\xff",   "\xc3"})
    all.emplace_back(one);
  return all;
}

class BesideValue : public ::testing::TestWithParam<Kind> {
 protected:
  bool finds(const std::string& text, std::size_t core_bytes) {
    for (const Value& value : bench_.scan(text, core_bytes))
      if (value.id == GetParam().signature && value.value == GetParam().value) return true;
    return false;
  }
  void check(Side side, const std::string& character) {
    const std::string value = GetParam().text;
    const std::string text =
        side == Side::before ? "x\n" + character + value + " ." : "x " + value + character + "\n.";
    const char* why = refusal_of(GetParam(), side, character);
    // In one piece, cut before each byte of the value, and cut into pieces of seven.
    for (std::size_t core = 1; core < 28; core += core < 7 ? 6 : 5)
      EXPECT_EQ(finds(text, core), why == nullptr)
          << ::testing::PrintToString(text) << " in cores of " << core << "; "
          << (why == nullptr ? "must be found" : why);
    EXPECT_EQ(finds(text, text.size()), why == nullptr) << ::testing::PrintToString(text);
  }

  Bench bench_{testing::builtin({"US", "GB", "PL", "BR"})};
};

TEST_P(BesideValue, IsABorderUnlessItIsWrittenDown) {
  for (const Side side : {Side::before, Side::after})
    for (const std::string& character : characters()) check(side, character);
}

INSTANTIATE_TEST_SUITE_P(Kinds, BesideValue, ::testing::ValuesIn(kKinds),
                         [](const auto& test) { return test.param.name; });

struct EdgeCase {
  const char* name;
  const char* before;  ///< of a number
  const char* after;
  Edge edge_before, edge_after;
};
const EdgeCase kEdges[] = {
    {"blanks", "call ", " now", Edge::clear, Edge::clear},
    {"nothing", "", "", Edge::clear, Edge::clear},
    {"row_of_a_table", "1001,", ",x", Edge::listed, Edge::clear},
    {"tuple", "(1001,", ",'N')", Edge::listed, Edge::clear},
    {"key_and_value", "12:", ":1001", Edge::listed, Edge::listed},
    {"time", "10:", ":30", Edge::listed, Edge::listed},
    {"fields_of_a_line", "1001:20:", ":7:x", Edge::listed, Edge::listed},
    {"fraction", "3.", ".5", Edge::refused, Edge::refused},
    {"fraction_with_comma", "0,", ",5", Edge::listed, Edge::clear},
    {"keys_and_apostrophes", "1001'", "'12345678", Edge::listed, Edge::listed},
    {"amount", "$", "$", Edge::refused, Edge::refused},
    {"escape", "%", "%20", Edge::refused, Edge::refused},
    {"entity", "&#", ";", Edge::refused, Edge::clear},
    {"path", "/users/", "/orders", Edge::joined, Edge::joined},
    {"file", "IMG_", "_1.jpg", Edge::joined, Edge::joined},
    {"document", "tel ", ".pdf", Edge::clear, Edge::clear},
    {"page", "tel ", ".html", Edge::clear, Edge::joined},
    {"label", "tel-", "-home", Edge::joined, Edge::joined},
    {"abbreviation", "Tel.", ". Then", Edge::joined, Edge::clear},
    {"next_sentence", "", ".Then", Edge::clear, Edge::clear},
    {"part_number", "TM-", "-7", Edge::refused, Edge::refused},
    {"uuid", "a716-", "-a1", Edge::refused, Edge::joined},
    {"extension", "", "x3179", Edge::clear, Edge::clear},
    {"extension_with_dash", "", "-x11", Edge::clear, Edge::clear},
    {"extension_word", "", "ext. 12", Edge::clear, Edge::clear},
    {"parameter", "", ";ext=12", Edge::clear, Edge::clear},
    {"size_of_a_picture", "", "x1024px", Edge::clear, Edge::refused},
    {"whole_float", "", ".0", Edge::clear, Edge::clear},
    {"float", "", ".05", Edge::clear, Edge::refused},
    {"version", "", ".0.1", Edge::clear, Edge::refused},
    {"account_of_a_messenger", "", "@s.whatsapp.net", Edge::clear, Edge::clear},
    {"account", "", "@example.com", Edge::clear, Edge::joined},
    {"glued_words", "Tel", "Fax", Edge::joined, Edge::joined},
    {"glued_small_word", "phone", "fax", Edge::joined, Edge::refused},
    {"glued_capitals", "TEL", "FAX", Edge::refused, Edge::refused},
    {"glued_part_of_an_id", "x_tel", "F", Edge::refused, Edge::refused},
    {"two_letters", "id", "Id", Edge::refused, Edge::joined},
    {"extension_in_spanish", "", "int5", Edge::clear, Edge::clear},
    {"extension_in_russian", "", "доб. 5", Edge::clear, Edge::clear},
    {"pause", "", "p9988", Edge::clear, Edge::clear},
    {"pixels", "", "px", Edge::clear, Edge::refused},
    {"colour_of_a_terminal", "\x1b[1;32m", "\x1b[0m", Edge::clear, Edge::clear},
    {"no_colour_of_a_terminal", "[1;32m", "[0m", Edge::refused, Edge::clear},
    {"six_zeros", "", ".000000", Edge::clear, Edge::clear},
    {"seven_zeros", "", ".0000000", Edge::clear, Edge::refused},
    {"sip_address", "sip:", "@example.com", Edge::clear, Edge::clear},
    {"sum", "1+", "+1", Edge::refused, Edge::refused},
};

class NumberEdge : public ::testing::TestWithParam<EdgeCase> {};

TEST_P(NumberEdge, IsWhatItsNeighboursMakeIt) {
  const EdgeCase& test = GetParam();
  const std::string before = test.before, number = "4155550132";
  const std::string text = before + number + test.after;
  const auto begin = static_cast<std::uint32_t>(before.size());
  EXPECT_EQ(edge_before_number({text}, begin), test.edge_before) << text;
  EXPECT_EQ(edge_after_number({text}, begin + 10), test.edge_after) << text;
}

INSTANTIATE_TEST_SUITE_P(Numbers, NumberEdge, ::testing::ValuesIn(kEdges),
                         [](const auto& test) { return test.param.name; });

TEST(NumberEdges, ThousandsAreOneNumber) {
  const std::string_view text = "1'000'000";
  EXPECT_EQ(edge_after_number({text}, 1), Edge::refused);
  EXPECT_EQ(edge_before_number({text}, 2), Edge::refused);
  EXPECT_EQ(edge_after_number({text}, 5), Edge::refused);
}

/// Log files of programs that write to a terminal.
TEST_P(BesideValue, IsFoundInColours) {
  const std::string text = std::string("x \x1b[1;32m") + GetParam().text + "\x1b[0m y";
  for (const std::size_t core : {text.size(), std::size_t{1}, std::size_t{6}, std::size_t{11}})
    EXPECT_TRUE(finds(text, core)) << core;
}

struct ShortRuns {
  const char* name;
  const char* text;
  std::uint32_t begin, end;  ///< of a run
};

/// Runs between colons that are too short for a number.
TEST(NumberEdges, TimesAndAddressesAreRefused) {
  for (const auto& [name, text, begin, end] :
       std::initializer_list<ShortRuns>{{"minutes", "12:30 5550132", 3, 5},
                                        {"hour", "4155 12:30", 5, 7},
                                        {"hardware address", "00:11:22:33", 6, 8},
                                        {"IPv6", "2001:4155:5501:1", 5, 9}}) {
    EXPECT_EQ(std::max(edge_before_number({text}, begin), edge_after_number({text}, end)),
              Edge::refused)
        << name;
  }
}

}  // namespace
}  // namespace outspan::detect

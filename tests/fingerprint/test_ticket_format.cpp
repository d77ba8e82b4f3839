#include "fingerprint/build/format_counts.h"
#include "fingerprint/forms/ticket_format.h"

#include "detect/hyperscan.h"

namespace outspan::fingerprint {
namespace {

TicketFormat format(const char* text) {
  auto made = TicketFormat::parse("", text);
  EXPECT_TRUE(made.ok()) << text << ": " << made.problems().front().what;
  return *made;
}

TEST(TicketFormat, ReadsEverySpellingOfAValue) {
  const TicketFormat tickets = format("TM-########");
  for (const char* text : {"TM-00412977", "tm-00412977", "TM00412977", "TM 00412977", "tm_00412977",
                           "TM.00412977", "00412977"}) {
    std::string canonical;
    ASSERT_TRUE(tickets.read(text, canonical)) << text;
    EXPECT_EQ(canonical, "TM00412977");
  }
  std::string canonical;
  for (const char* text : {"TM-0041297", "TM-004129770", "XM-00412977", "TM+00412977", ""})
    EXPECT_FALSE(tickets.read(text, canonical)) << text;
}

TEST(TicketFormat, RefusesWhatCannotBeSearched) {
  for (const char* text : {"", "##",
                           "?"
                           "?-##",
                           "A#####", "TM-*", "TM-###$",
                           "?"
                           "?"
                           "?"
                           "?"
                           "?"})
    EXPECT_FALSE(TicketFormat::parse("", text).ok()) << text;
}

TEST(TicketFormat, SpaceIsThatOfItsPlaceholders) {
  EXPECT_DOUBLE_EQ(format("TM-########").space(), 1e8);
  EXPECT_DOUBLE_EQ(format("AB-?#*#").space(), 26.0 * 10 * 36 * 10);
}

struct Found {
  std::string value;
  detect::Strength strength;
};
/// All digit-led values in a text.
std::vector<Found> find_all(const TicketFormat& tickets, const std::string& text) {
  std::vector<Found> found;
  const detect::TextSpan span{text};
  for (std::uint32_t at = 0; at < text.size();) {
    if (!detect::is_digit(text[at])) {
      ++at;
      continue;
    }
    detect::NumberGroup group;
    at = group.read(span, at);
    for (std::size_t i = 0; i < group.runs().size(); ++i) {
      detect::Finding finding;
      if (tickets.find(span, group, i, finding))
        found.push_back({std::string(finding.value()), finding.strength});
    }
  }
  return found;
}

struct TextCase {
  const char* name;
  const char* format;
  const char* text;
  const char* value;  // nullptr: none
  detect::Strength strength = detect::Strength::strong;
};
const TextCase kTextCases[] = {
    {"with_beginning", "TM-########", "ticket TM-00412977, please", "TM00412977"},
    {"lower_case", "TM-########", "tm-00412977", "TM00412977"},
    {"blank", "TM-########", "TM 00412977", "TM00412977"},
    {"no_separator", "TM-########", "TM00412977", "TM00412977"},
    {"end_of_a_sentence", "TM-########", "TM-00412977.", "TM00412977"},
    {"bare", "TM-########", "no 00412977 yet", "TM00412977", detect::Strength::weak},
    {"followed_by_a_date", "TM-########", "TM-00412977 2024-05-06", "TM00412977"},
    {"in_groups", "CASE-####-####", "case 0041-2977", "CASE00412977"},
    {"groups_run_together", "CASE-####-####", "CASE00412977", "CASE00412977"},
    {"no_beginning", "##########", "id 4711000123 ok", "4711000123", detect::Strength::weak},
    {"longer_word_in_front", "TM-########", "ATM-00412977", nullptr},
    {"longer_number", "TM-########", "TM-004129770", nullptr},
    {"a_fraction_follows", "TM-########", "TM-00412977.5", nullptr},
    {"inside_a_word", "TM-########", "x00412977", nullptr},
};
class TicketText : public testing::TestWithParam<TextCase> {};
TEST_P(TicketText, IsFoundByItsDigits) {
  const TicketFormat tickets = format(GetParam().format);
  ASSERT_TRUE(tickets.digit_led());
  const auto found = find_all(tickets, GetParam().text);
  if (GetParam().value == nullptr) {
    EXPECT_TRUE(found.empty());
    return;
  }
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().value, GetParam().value);
  EXPECT_EQ(found.front().strength, GetParam().strength);
}
INSTANTIATE_TEST_SUITE_P(Forms, TicketText, testing::ValuesIn(kTextCases),
                         [](const auto& test) { return test.param.name; });

TEST(TicketExpression, FindsWhatIsNotLedByDigits) {
  const TicketFormat tickets = format(
      "REF-?"
      "?-###");
  ASSERT_FALSE(tickets.digit_led());
  const auto database =
      detect::compile_database({{tickets.expression(), HS_FLAG_CASELESS, "test"}});
  ASSERT_TRUE(database.ok());
  hs_scratch_t* raw = nullptr;
  ASSERT_EQ(hs_alloc_scratch(database->get(), &raw), HS_SUCCESS);
  const detect::HsScratch scratch(raw);
  for (const auto& [text, value] :
       {std::pair<std::string, std::string>{"see ref-ab-123.", "REFAB123"},
        {"REFAB123", "REFAB123"},
        {"REF ab/123,", "REFAB123"},
        {"XREF-AB-123", ""},
        {"REF-AB-1234", ""}}) {
    struct Context {
      const TicketFormat& tickets;
      detect::TextSpan span;
      std::string value;
    } context{tickets, {text}, ""};
    hs_scan(
        database->get(), text.data(), static_cast<unsigned>(text.size()), 0, scratch.get(),
        [](unsigned, unsigned long long, unsigned long long to, unsigned, void* opaque) {
          auto& c = *static_cast<Context*>(opaque);
          detect::Finding finding;
          if (c.tickets.find_ending(c.span, static_cast<std::uint32_t>(to), finding))
            c.value = finding.value();
          return 0;
        },
        &context);
    EXPECT_EQ(context.value, value) << text;
  }
}

TEST(TicketFormat, OfAValueKeepsTheLettersOfItsBeginning) {
  const std::pair<const char*, const char*> cases[] = {
      {"tm-00412977", "TM-########"}, {"KX7F3K9Q", "KX#?#?#?"},
      {"00412977-gb", "########-??"}, {"#00412977", "-########"},
      {"INC/2024/17", "INC/####/##"}, {"ADA-LOVELACE", "ADA-LOVELACE"},
      {"Łódź 12", "!!!!D!! ##"}};
  for (const auto& [value, format] : cases) EXPECT_EQ(TicketFormat::of_value(value), format);
}

struct ChoiceCase {
  const char* name;
  std::vector<std::pair<const char*, int>> tickets;  ///< `%` is the number of the ticket
  std::vector<std::string> formats;
};
const ChoiceCase kChoiceCases[] = {
    {"one_beginning", {{"TM-%", 3}}, {"TM-########"}},
    {"some_beginnings", {{"TM-%", 9}, {"CASE-%", 6}}, {"TM-########", "CASE-########"}},
    {"a_single_ticket_with_a_short_beginning", {{"TM-%", 1}}, {"TM-########"}},
    {"a_single_ticket_with_a_long_one", {{"LOVELACE%", 1}}, {}},
    {"a_rare_beginning_is_somebodys_name", {{"TM-%", 400}, {"LOVELACE%", 3}}, {"TM-########"}},
    {"what_many_share_is_nobodys",
     {{"TM-%", 400}, {"INCIDENT%", 20}},
     {"TM-########", "INCIDENT########"}},
    {"words_are_no_tickets", {{"ADA LOVELACE", 400}}, {}},
    {"a_word_and_too_few_digits", {{"LOVELACE12", 400}}, {}},
    {"letters_behind_digits", {{"TM%-GB", 400}}, {"TM########-GB"}},
    {"letters_behind_digits_of_few", {{"TM%-GB", 19}}, {"TM########-??"}},
    {"other_characters", {{"TM*%", 400}}, {}},
};
class Choice : public testing::TestWithParam<ChoiceCase> {};
TEST_P(Choice, ShowsNoValue) {
  FormatCounts counts;
  std::uint64_t row = 0, chosen = 0;
  for (const auto& [ticket, count] : GetParam().tickets) {
    for (int i = 0; i < count; ++i) {
      std::string value = ticket;
      if (const std::size_t at = value.find('%'); at != std::string::npos)
        value.replace(at, 1, std::to_string(10'000'000 + i * 7919));
      counts.add(TicketFormat::of_value(value), value, ++row);
    }
  }
  RejectCounts rejects;
  std::vector<std::string> formats;
  for (const auto& one : counts.choose(rejects)) {
    formats.push_back(one.format);
    chosen += one.cells;
  }
  EXPECT_EQ(formats, GetParam().formats);
  EXPECT_EQ(chosen + rejects.total(), row) << "each cell is one of these";
}
INSTANTIATE_TEST_SUITE_P(Formats, Choice, testing::ValuesIn(kChoiceCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace outspan::fingerprint

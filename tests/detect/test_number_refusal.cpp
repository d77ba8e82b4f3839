// What is refused by the masks of a group would not have been found in it: beside a scanner that
// reads every group, as it does for an index.
#include <random>

#include "tests/detect/support.h"

namespace outspan::detect {
namespace {

using testing::Bench;

class ReadsAll final : public CandidateSink {
  void begin_window(const content::Object&, const content::Node&,
                    const content::Window&) noexcept override {}
  void begin_text(TextSpan, bool, std::uint32_t, const TableHeader&) noexcept override {}
  void on_address(std::uint32_t, std::uint32_t) noexcept override {}
  void on_spelled_address(std::uint32_t, std::uint32_t, std::string_view) noexcept override {}
  void on_framed_address(std::uint32_t) noexcept override {}
  void on_numbers(const NumberGroup&) noexcept override {}
  void on_expression(std::uint32_t, std::uint32_t) noexcept override {}
  void end_window() noexcept override {}
};

/// Digits for each `#`.
std::string filled(std::string_view form, std::mt19937& random) {
  std::string text;
  for (const char c : form) text += c == '#' ? static_cast<char>('0' + random() % 10) : c;
  return text;
}

constexpr std::string_view kForms[] = {"2024-##-##",
                                       "19##/##/##",
                                       "20##.##.##",
                                       "2024-##-## ##",
                                       "2024-##-## 415 555 01##",
                                       "20##-##-##-###",
                                       "####.##",
                                       "####.##.###",
                                       "##.######",
                                       "00.##########",
                                       "004479111234##.0",
                                       "1234567.0",
                                       "415.555.01##",
                                       "(415) 555-01##",
                                       "+1 415-555-01##",
                                       "+20##-##-##",
                                       "+44 20##.##",
                                       "415-555-01##",
                                       "4155550###",
                                       "#####",
                                       "######",
                                       "## ## #",
                                       "##-####",
                                       "AB ## ## ## C",
                                       "AB######C",
                                       "###-##-####",
                                       "######-###A",
                                       "DE## #### #### #### #### ##",
                                       "NL## ABNA 0### #### ##",
                                       "#### #### #### ####",
                                       "198.51.100.##",
                                       "(####.##",
                                       "-12.##",
                                       "#########"};
constexpr std::string_view kBetween[] = {
    " ",   "\n",  ",",       ";",      "\t",   ": ",    "\"",     "=", "-",   "+", " (",
    "\n+", "\n-", " phone ", " Tel. ", "ssn,", " BSN ", " IBAN ", "A", " A ", "x"};

TEST(NumberRefusal, FindsWhatAScannerFindsThatReadsEveryGroup) {
  ReadsAll sink;
  const auto signatures = testing::builtin({"US", "GB", "DE", "NL"});
  Bench refusing(signatures), reading(signatures, &sink);
  std::mt19937 random(11);
  std::size_t found = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    // Columns of one form have neighbours that are asked.
    const std::string_view column = kForms[random() % std::size(kForms)];
    const bool in_columns = random() % 3 == 0;
    for (std::size_t i = random() % 30; i > 0; --i) {
      text += kBetween[random() % std::size(kBetween)];
      text += filled(in_columns ? column : kForms[random() % std::size(kForms)], random);
    }
    const auto values = refusing.scan(text);
    ASSERT_EQ(values, reading.scan(text)) << text;
    found += values.size();
  }
  EXPECT_GT(found, 3000U);
}

}  // namespace
}  // namespace outspan::detect

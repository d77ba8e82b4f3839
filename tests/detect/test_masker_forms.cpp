#include "tests/detect/field_bench.h"
#include "tests/detect/text_forms.h"

/// The masker masks whatever the detectors can read.
namespace outspan::detect {
namespace {

class Forms : public ::testing::TestWithParam<testing::NamedForm> {};
INSTANTIATE_TEST_SUITE_P(Masker, Forms, ::testing::ValuesIn(testing::kForms),
                         [](const auto& test) { return test.param.name; });

TEST_P(Forms, OfAValueAreGoneFromEveryField) {
  static testing::FieldBench bench(testing::builtin({"GB", "US"}));
  std::size_t found_in_fields = 0;
  for (const testing::Surroundings& around : testing::kSurroundings) {
    for (const std::string_view value : testing::kValues) {
      const std::string text =
          std::string(around.before) + GetParam().write(value) + std::string(around.after);
      const std::set<std::string> found = bench.values_of(text);
      found_in_fields += found.empty() ? 0 : 1;
      for (const Masked& masked : {bench.masker.mask(text), bench.masker.mask_url(text),
                                   bench.masker.mask_address(text, false)}) {
        EXPECT_EQ(masked.text().find(value), std::string::npos) << text;
        for (const std::string& left : bench.values_of(masked.text()))
          EXPECT_FALSE(found.contains(left)) << text << " -> " << masked.text();
      }
    }
  }
  // Otherwise nothing was proven.
  EXPECT_GE(found_in_fields, 8U) << "fields in which the value is read at all";
}

TEST(MaskerForms, WhatStandsBesideAValueStays) {
  testing::FieldBench bench(testing::builtin());
  const std::pair<const char*, const char*> kCases[] = {
      {"GET /users/ann.miller%40example.com/orders", "GET /users/a***@e***.com/orders"},
      {"GET /users/616e6e2e6d696c6c6572406578616d706c652e636f6d/orders", "GET /users/***/orders"},
      {"GET /u?x=MFXG4LTNNFWGYZLSIBSXQYLNOBWGKLTDN5WQ====", "GET /u?x=***"},
      {"report of 2026-01-05.xlsx", "report of 2026-01-05.xlsx"},
      {"/assets/app.3f2504e04f8911d39a0c0305e82c3301.js",
       "/assets/app.3f2504e04f8911d39a0c0305e82c3301.js"},
      {"GET /deep/path/with/many/elements/and-dashes_and_lines/index.html",
       "GET /deep/path/with/many/elements/and-dashes_and_lines/index.html"}};
  for (const auto& [wire, masked] : kCases) EXPECT_EQ(bench.masker.mask(wire).text(), masked);
}

}  // namespace
}  // namespace outspan::detect

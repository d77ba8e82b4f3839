#include <gtest/gtest.h>

#include "text/unescape.h"

namespace outspan::text {
namespace {

TEST(Unescape, LayersThatMakeOneAnother) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"%2540", "@"},     {"%25%34%30", "@"},        // the digits come a layer later than the lead
      {"%%34%30", "@"},                              // an old lead that did not fit before
      {"&#%36%34;", "@"}, {"a & b %41", "a & b A"},  // a lead that stays one
      {"\\\\u0040", "@"}, {"&amp;#64;", "@"},       {"\\u{%34%30}", "@"},
  };
  for (const auto& [raw, text] : cases) {
    Unescaper unescaper;
    ASSERT_TRUE(unescaper.run(raw, EscapeMode::text)) << raw;
    EXPECT_EQ(unescaper.text(), text) << raw;
  }
}

}  // namespace
}  // namespace outspan::text

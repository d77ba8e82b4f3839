#include <chrono>

#include "config/duration_text.h"
#include "config/nearest_name.h"

namespace outspan::config {
namespace {

TEST(NearestName, IsTheOneFewestEditsAway) {
  const std::vector<std::string> names{"email", "phone", "iban"};
  EXPECT_EQ(nearest_name("emial", names), "email");
  EXPECT_EQ(nearest_name("phones", names), "phone");
  EXPECT_EQ(nearest_name("payment-card-number", names), "");
  EXPECT_EQ(nearest_name(std::string(100'000, 'x'), names), "");
}

TEST(DurationText, UsesTheLargestWholeUnit) {
  EXPECT_EQ(to_text(std::chrono::hours(48)), "2d");
  EXPECT_EQ(to_text(std::chrono::minutes(90)), "90m");
  EXPECT_EQ(to_text(std::chrono::milliseconds(1500)), "1500ms");
  EXPECT_EQ(to_text(Duration::zero()), "0s");
}

}  // namespace
}  // namespace outspan::config

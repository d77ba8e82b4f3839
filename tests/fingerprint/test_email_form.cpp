#include "fingerprint/forms/email_form.h"

#include "detect/email.h"

namespace outspan::fingerprint {
namespace {

std::string canonical(std::string_view address) {
  std::string out;
  detect::EmailRules::canonical(address, out);
  return out;
}

TEST(CanonicalEmail, IsFoldedComposedAndHasAnAsciiDomain) {
  EXPECT_EQ(canonical("Ada.Lovelace@Example.COM"), "ada.lovelace@example.com");
  EXPECT_EQ(canonical("ada@BÜCHER.example"), "ada@xn--bcher-kva.example");
  EXPECT_EQ(canonical("ada@xn--bcher-kva.example"), "ada@xn--bcher-kva.example");
  // e and a combining acute accent are é.
  EXPECT_EQ(canonical("Rene\u0301@example.com"), canonical("ren\u00e9@example.com"));
  EXPECT_EQ(canonical("ΑΔΑ@example.com"), canonical("αδα@example.com"));
}

struct ReducedCase {
  const char* name;
  const char* address;
  const char* reduced;  // nullptr: it is the mailbox itself
};
const ReducedCase kReducedCases[] = {
    {"plain", "ada@example.com", nullptr},
    {"tag", "ada+news@example.com", "ada@example.com"},
    {"two_tags", "ada+a+b@example.com", "ada@example.com"},
    {"nothing_but_a_tag", "+news@example.com", nullptr},
    {"dots_elsewhere_mean_something", "a.d.a@example.com", nullptr},
    {"gmail_dots", "a.d.a@gmail.com", "ada@gmail.com"},
    {"googlemail", "ada@googlemail.com", "ada@gmail.com"},
    {"gmail_both", "a.da+x@googlemail.com", "ada@gmail.com"},
    {"gmail_plain", "ada@gmail.com", nullptr},
};
class ReduceEmail : public testing::TestWithParam<ReducedCase> {};
TEST_P(ReduceEmail, LeadsToTheMailbox) {
  std::string out = "left over";
  EXPECT_EQ(reduce_email(GetParam().address, out), GetParam().reduced != nullptr);
  if (GetParam().reduced != nullptr) {
    EXPECT_EQ(out, GetParam().reduced);
  }
}
INSTANTIATE_TEST_SUITE_P(Forms, ReduceEmail, testing::ValuesIn(kReducedCases),
                         [](const auto& test) { return test.param.name; });

TEST(LongerLocalParts, BeginBehindEachUnusualCharacter) {
  const std::string text = "x email=a&b@example.com";
  std::size_t starts[kLongerMax];
  ASSERT_EQ(longer_local_parts(text, text.find("b@"), starts), 2u);
  EXPECT_EQ(text.substr(starts[0]), "a&b@example.com");
  EXPECT_EQ(text.substr(starts[1]), "email=a&b@example.com");
  EXPECT_EQ(longer_local_parts("ada@example.com", 0, starts), 0u);
}

}  // namespace
}  // namespace outspan::fingerprint

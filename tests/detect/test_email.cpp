// Addresses: what counts by itself, what only an index may confirm, what is none.
#include "detect/email.h"

#include "config/signature_file.h"
#include "tests/detect/support.h"

namespace outspan::detect {
namespace {

using testing::Bench;

/// Keeps the addresses that an index would be asked for.
class Asked final : public CandidateSink {
 public:
  std::vector<std::string> addresses;

 private:
  void begin_window(const content::Object&, const content::Node&,
                    const content::Window&) noexcept override {}
  void begin_text(TextSpan text, bool, std::uint32_t, const TableHeader&) noexcept override {
    text_ = text;
  }
  void on_address(std::uint32_t begin, std::uint32_t end) noexcept override {
    add(text_.bytes.substr(begin, end - begin));
  }
  void on_framed_address(std::uint32_t) noexcept override {}
  void on_spelled_address(std::uint32_t begin, std::uint32_t end,
                          std::string_view address) noexcept override {
    EXPECT_LT(begin, end);
    EXPECT_LE(end, text_.bytes.size());
    add(address);
  }
  void on_numbers(const NumberGroup&) noexcept override {}
  void on_expression(std::uint32_t, std::uint32_t) noexcept override {}
  void end_window() noexcept override {}

  void add(std::string_view address) {
    std::string canonical;
    EmailRules::canonical(address, canonical);
    addresses.push_back(canonical);
  }
  TextSpan text_;
};

struct Case {
  const char* name;
  const char* text;
  const char* found = nullptr;  ///< by the signature
  const char* asked = nullptr;  ///< of an index; nullptr: what was found
};
const Case kCases[] = {
    {"in_a_path", "GET /users/ann@example.org/orders HTTP/1.1", "ann@example.org"},
    {"two_with_a_slash", "ann@example.org/bob@example.net", "bob@example.net"},
    {"in_the_path_of_a_url", "https://api.example.com/users/ann@example.org?x", "ann@example.org"},
    {"user_domain_host", "login ann@example.org@sftp.example.net", "ann@example.org"},
    {"user_at_two_signs", "a@b@example.com", nullptr, "b@example.com"},
    {"glued_to_a_word_in_title_case", "ann@example.comTel: 5", "ann@example.com"},
    {"glued_to_capitals", "ann@example.comZZZZ", "ann@example.com"},
    {"glued_to_a_script_without_case", "ann@example.comまで", "ann@example.com"},
    {"after_a_script_without_case", "連絡はann@example.com", "ann@example.com"},
    {"glued_to_small_letters", "ann@example.comtel", nullptr, "ann@example.com"},
    {"glued_to_a_digit", "ann@example.com1", nullptr, "ann@example.com"},
    {"glued_on_both_sides", "NameAnn.lee@example.comtel", nullptr, "ann.lee@example.com"},
    {"after_capitals", "MAILann.lee@example.com", "mailann.lee@example.com", "ann.lee@example.com"},
    {"after_an_underscore", "x_ann@example.com", "x_ann@example.com", "ann@example.com"},
    {"after_a_word_longer_than_a_local_part",
     "QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQann.lee@example.com",
     nullptr, "ann.lee@example.com"},
    {"after_a_word_of_mail", "Emailann@example.com", "emailann@example.com", "ann@example.com"},
    {"after_mailto", "mailtoann@example.com", "mailtoann@example.com", "ann@example.com"},
    {"after_a_hyphen", "export-ann@example.com", "export-ann@example.com", "ann@example.com"},
    {"after_letters_of_another_script", "почтаann@example.comадрес", "почтаann@example.com",
     "ann@example.com"},
    {"before_extensions_of_a_file", "ann@example.com.tar.gz", nullptr, "ann@example.com"},
    {"before_the_extension_of_a_backup", "ann@example.com.bak", nullptr, "ann@example.com"},
    {"in_a_colour_of_a_terminal", "\x1b[32mann@example.com\x1b[0m", "ann@example.com"},
    {"in_several_colours_of_a_terminal", "\x1b[1;32mann@example.com\x1b[0m", "ann@example.com"},
    {"after_brackets", "[32mann@example.com", "32mann@example.com"},
    {"quotes_that_are_not_needed", "\"ann.lee\"@example.com", "ann.lee@example.com"},
    {"quotes_with_nothing", "\"\"@example.com"},
    {"quotes_around_a_blank", "\"ann lee\"@example.com"},
    {"domain_beyond_ascii", "ann@bücher.example", "ann@xn--bcher-kva.example"},
    {"top_level_domain_beyond_ascii", "ann@пример.рф", "ann@xn--e1afmkfd.xn--p1ai"},
    {"user_information_of_a_url", "https://ann@example.com/x", nullptr, "ann@example.com"},
    {"user_and_password_of_a_url", "ftp://x:ann@example.com/x", nullptr, "ann@example.com"},
    {"message_id", "Message-ID: <ann@example.com>", nullptr, "ann@example.com"},
    {"algorithm_of_ssh", "ciphers aes128-gcm@openssh.com,none", nullptr, "aes128-gcm@openssh.com"},
    {"algorithm_of_another_maker", "curve25519-sha256@libssh.org", nullptr,
     "curve25519-sha256@libssh.org"},
    {"algorithm_of_any_maker", "x25519-kyber512-sha512@aws.example.com", nullptr,
     "x25519-kyber512-sha512@aws.example.com"},
    {"repository", "git clone git@example.com:x", nullptr, "git@example.com"},
    {"picture", "icon@2x.ai", nullptr, "icon@2x.ai"},
    {"words", "ann at example dot com", nullptr, "ann@example.com"},
    {"words_in_brackets", "ann [at] example [dot] com", nullptr, "ann@example.com"},
    {"words_in_parentheses", "ann.lee (at) example.com", nullptr, "ann.lee@example.com"},
    {"words_in_capitals", "ANN AT EXAMPLE DOT COM", nullptr, "ann@example.com"},
    {"words_of_the_local_part", "ann dot lee at mail dot example dot co dot uk", nullptr,
     "ann.lee@mail.example.co.uk"},
    {"words_with_underscores", "ann_at_example_dot_com", nullptr, "ann@example.com"},
    {"words_and_a_sentence", "write to ann at example.com. Thanks", nullptr, "ann@example.com"},
    {"blanks_around_the_sign", "ann @ example.com", nullptr, "ann@example.com"},
    {"blanks_around_the_dot", "ann@ example . com", nullptr, "ann@example.com"},
    {"sign_on_a_line_of_its_own", "ann.lee\n@example.com", nullptr, "ann.lee@example.com"},
    {"sign_in_brackets", "ann[@]example.com", nullptr, "ann@example.com"},
    {"underscores_between_letters", "x|a_n_n_@_e_x_a_m_p_l_e_._c_o_m|", nullptr, "ann@example.com"},
    {"blanks_between_letters", "a n n @ e x a m p l e . c o m", nullptr, "ann@example.com"},
    {"at_of_a_sentence", "we met at noon. Then it rained"},
    {"at_and_no_such_domain", "meet at hall dot nowhere"},
    {"annotation", "\n@Override.me foo"},
};

/// The signature alone; `index`: somebody asks for candidates as well.
std::shared_ptr<const SignatureSet> emails(bool index) {
  const auto compile = [](bool candidates) {
    const auto specs = config::read_signatures("test.yaml",
                                               "id: email\ntitle: Addresses\ndetector: email\n"
                                               "examples: {match: [a@example.com]}\n");
    EXPECT_TRUE(specs);
    return *SignatureSet::compile(*specs, {{}, {}, {candidates, false, {}}});
  };
  static const auto alone = compile(false), asked = compile(true);
  return index ? asked : alone;
}

class Addresses : public ::testing::TestWithParam<Case> {
 protected:
  /// With and without an index, as a whole or in windows.
  std::vector<std::string> scan(bool index, std::size_t core_bytes) {
    asked_ = {};
    Bench bench(emails(index), index ? &asked_ : nullptr);
    std::vector<std::string> found;
    for (const auto& value : bench.scan(GetParam().text, core_bytes)) found.push_back(value.value);
    return found;
  }
  Asked asked_;
};

TEST_P(Addresses, CountOrAreAskedFor) {
  const Case& test = GetParam();
  const auto found = scan(true, SIZE_MAX);
  const auto holds = [](const std::vector<std::string>& all, const char* one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  if (test.found == nullptr)
    EXPECT_TRUE(found.empty()) << ::testing::PrintToString(found);
  else
    EXPECT_TRUE(holds(found, test.found)) << ::testing::PrintToString(found);
  const char* asked = test.asked != nullptr ? test.asked : test.found;
  if (asked == nullptr)
    EXPECT_TRUE(asked_.addresses.empty()) << ::testing::PrintToString(asked_.addresses);
  else
    EXPECT_TRUE(holds(asked_.addresses, asked)) << ::testing::PrintToString(asked_.addresses);
}

TEST_P(Addresses, AreTheSameWithoutAnIndexAndWhereverTheTextIsCut) {
  const auto whole = scan(true, SIZE_MAX);
  EXPECT_EQ(scan(false, SIZE_MAX), whole);
  EXPECT_TRUE(asked_.addresses.empty());
  for (std::size_t core = 1; core < 20; core += 3) EXPECT_EQ(scan(true, core), whole) << core;
}

INSTANTIATE_TEST_SUITE_P(Texts, Addresses, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace outspan::detect

#include <gmock/gmock.h>

#include <sstream>

#include "tests/alert/outputs.h"

namespace outspan::alert {
namespace {

using std::chrono::milliseconds;

class MailTest : public testing::Test {
 protected:
  /// A sendmail that keeps what it is given; `ends`: how.
  config::Output by(const std::string& ends) {
    const std::filesystem::path program = folder_.path() / "sendmail";
    std::ofstream(program) << "#!/bin/sh\necho \"$@\" >>" << kept().string() << "\ncat >>"
                           << kept().string() << "\n"
                           << ends << "\n";
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    config::Output output;
    output.type = config::OutputType::mail;
    output.to = {"soc@example.com", "cert@example.org"};
    output.from = "outspan@sensor.example";
    output.sendmail = program;
    return output;
  }
  std::filesystem::path kept() { return folder_.path() / "kept"; }
  std::string mail() {
    std::ostringstream text;
    text << std::ifstream(kept()).rdbuf();
    return text.str();
  }

  TemporaryFolder folder_;
  config::Config config_;
};

TEST_F(MailTest, ADigestNamesEachIncidentOnce) {
  auto output = open_output(by("exit 0"), config_, nullptr, false, milliseconds(10'000));
  for (int number = 0; number < 3; ++number) output->write(numbered(number));
  Event update = numbered(1);
  std::get<policy::Incident>(update.body).state = policy::IncidentState::updated;
  output->write(update);
  EXPECT_EQ(ended(*output), "");
  const std::string text = mail();
  EXPECT_THAT(text, testing::StartsWith("-t -i\nTo: soc@example.com, cert@example.org\n"
                                        "From: outspan@sensor.example\nSubject: Outspan "));
  EXPECT_THAT(text, testing::HasSubstr(": 3 incidents, worst "));
  EXPECT_THAT(text, testing::HasSubstr("\n\n       3  "));
  for (const char* id : {"100000", "100001", "100002"}) {
    const std::size_t at = text.find(id);
    EXPECT_NE(at, text.npos) << text;
    EXPECT_EQ(text.find(id, at + 1), text.npos);
  }
}

TEST_F(MailTest, ADigestGoesOutWhenItsTimeHasCome) {
  config::Output its = by("exit 0");
  its.every = std::chrono::seconds(1);
  auto output = open_output(its, config_, nullptr, true, milliseconds(10'000));
  output->write(numbered(1));
  EXPECT_TRUE(within(kPatience, [&] { return mail().ends_with("\n\n"); }));
  EXPECT_EQ(ended(*output), "");
}

TEST_F(MailTest, AProgramThatFailsIsReported) {
  auto output = open_output(by("exit 75"), config_);
  output->write(numbered(1));
  EXPECT_THAT(ended(*output), testing::HasSubstr("1 event"));
}

TEST_F(MailTest, AProgramThatIsNotThereIsAProblemAtOnce) {
  config::Output output = by("");
  output.sendmail = "/nonexistent/sendmail";
  const auto made = make_output(output, config_, {nullptr, false, not_stopping()});
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.problems()[0].to_string(), testing::HasSubstr("cannot be run"));
}

}  // namespace
}  // namespace outspan::alert

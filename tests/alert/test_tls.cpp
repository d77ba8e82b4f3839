#include <gmock/gmock.h>

#include <set>

#include "tests/alert/tls_receiver.h"

/// Syslog over TLS (RFC 5425), to a receiver that is right, and to those that are not.
namespace outspan::alert {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::HasSubstr;

class TlsTest : public testing::Test {
 protected:
  /// A CA, receivers of many kinds, two clients, and a CA that nobody trusts.
  static void SetUpTestSuite() {
    ::signal(SIGPIPE, SIG_IGN);  // as the program does; the receiver is in this process, too
    folder_ = new TemporaryFolder;
    const std::filesystem::path& path = folder_->path();
    const Identity ca = make_identity({.common_name = "ca"}, nullptr);
    const Identity other_ca = make_identity({.common_name = "other-ca"}, nullptr);
    ca.write(path, "ca");
    const std::string local = "DNS:localhost,IP:127.0.0.1";
    make_identity({.common_name = "good", .alternative_names = local}, &ca).write(path, "good");
    make_identity({.common_name = "misnamed", .alternative_names = "DNS:other.example"}, &ca)
        .write(path, "misnamed");
    make_identity(
        {.common_name = "expired", .alternative_names = local, .from = hours(-48), .to = hours(-1)},
        &ca)
        .write(path, "expired");
    make_identity({.common_name = "early", .alternative_names = local, .from = hours(1)}, &ca)
        .write(path, "early");
    make_identity({.common_name = "stranger", .alternative_names = local}, &other_ca)
        .write(path, "stranger");
    const Identity alone =
        make_identity({.common_name = "alone", .alternative_names = "DNS:alone.example"}, nullptr);
    alone.write(path, "alone");
    fingerprint_ = alone.fingerprint();
    for (const char* name : {"sensor-1", "sensor-2"})
      make_identity({.common_name = name, .alternative_names = "DNS:sensor.example"}, &ca)
          .write(path, name);
    make_identity({.common_name = "rogue", .alternative_names = "DNS:sensor.example"}, &other_ca)
        .write(path, "rogue");
  }
  static void TearDownTestSuite() { delete folder_; }

  static std::string file(const std::string& name) { return folder_->path() / name; }
  config::Output output_to(TlsReceiver& receiver, const std::string& host = "localhost") {
    config::Output its = syslog_to(receiver.url(host));
    its.tls.ca_file = file("ca.pem");
    return its;
  }
  static void identify(config::Output& output, const std::string& name) {
    output.tls.cert_file = file(name + ".pem");
    output.tls.key_file = file(name + ".key");
  }
  /// How the first trouble of the output reads.
  static std::string trouble_of(Output& output) {
    std::vector<NoticeEvent> notices;
    within(milliseconds(4000), [&] { return !(notices = output.take_notices()).empty(); });
    return notices.empty() ? "" : notices[0].detail;
  }
  std::set<std::string> ids(TlsReceiver& receiver) {
    std::set<std::string> found;
    for (const std::string& record : receiver.records())
      found.insert(record.substr(record.find("event_id=\"") + 10, 6));
    return found;
  }

  static TemporaryFolder* folder_;
  static std::string fingerprint_;
  config::Config config_;
};
TemporaryFolder* TlsTest::folder_ = nullptr;
std::string TlsTest::fingerprint_;

TEST_F(TlsTest, RecordsArriveWhole) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    for (const char* host : {"localhost", "127.0.0.1"}) {
      TlsReceiver receiver(folder_->path(), "good", {.version_max = version});
      auto output = open_output(output_to(receiver, host), config_);
      for (int i = 0; i < 100; ++i) output->write(numbered(i));
      output->write(hostile_alert("line\nbreak"));
      EXPECT_EQ(ended(*output), "");
      EXPECT_EQ(receiver.records().size(), 101u);
      EXPECT_EQ(receiver.ends_in_order(), 1);
    }
}

struct Refusal {
  const char* name;
  const char* receiver;
  const char* why;
  int version_max = TLS1_3_VERSION;
};
class RefusedReceiver : public TlsTest, public testing::WithParamInterface<Refusal> {};
TEST_P(RefusedReceiver, GetsNothingAndIsTold) {
  TlsReceiver receiver(folder_->path(), GetParam().receiver,
                       {.version_max = GetParam().version_max});
  auto output = open_output(output_to(receiver), config_);
  output->write(numbered(1));
  EXPECT_THAT(trouble_of(*output), HasSubstr(GetParam().why));
  EXPECT_EQ(output->state().written, 0u);
  EXPECT_TRUE(receiver.records().empty());
  EXPECT_THAT(ended(*output), HasSubstr("1 events not delivered"));
}
const Refusal kRefusals[] = {
    {"another_name", "misnamed", "hostname mismatch"},
    {"expired", "expired", "certificate has expired"},
    {"not_yet_valid", "early", "certificate is not yet valid"},
    {"unknown_ca", "stranger", "unable to get local issuer certificate"},
    {"signed_by_itself", "alone", "self-signed certificate"},
    {"old_tls", "good", "TLS: ", TLS1_1_VERSION},
};
INSTANTIATE_TEST_SUITE_P(Tls, RefusedReceiver, testing::ValuesIn(kRefusals),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(TlsTest, ANameOfItsOwnInTheCertificate) {
  TlsReceiver receiver(folder_->path(), "misnamed", {});
  config::Output its = output_to(receiver);
  its.tls.server_name = "other.example";
  auto output = open_output(its, config_);
  output->write(numbered(1));
  EXPECT_EQ(ended(*output), "");
  EXPECT_EQ(receiver.records().size(), 1u);
}

TEST_F(TlsTest, AFingerprintStandsForCaAndName) {
  TlsReceiver receiver(folder_->path(), "alone", {});
  config::Output its = output_to(receiver);
  its.tls.fingerprints = {std::string(64, '0'), fingerprint_};
  auto output = open_output(its, config_);
  output->write(numbered(1));
  EXPECT_EQ(ended(*output), "");
  EXPECT_EQ(receiver.records().size(), 1u);
  its.tls.fingerprints = {std::string(64, '0')};
  auto refused = open_output(its, config_);
  refused->write(numbered(2));
  EXPECT_THAT(trouble_of(*refused), HasSubstr("another fingerprint"));
  EXPECT_EQ(receiver.records().size(), 1u);
}

TEST_F(TlsTest, AReceiverThatWantsACertificate) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsReceiver receiver(folder_->path(), "good",
                         {.wants_certificate = true, .version_max = version});
    config::Output its = output_to(receiver);
    auto anonymous = open_output(its, config_);
    anonymous->write(numbered(1));
    EXPECT_THAT(trouble_of(*anonymous), HasSubstr("TLS: "));
    EXPECT_THAT(ended(*anonymous), HasSubstr("1 events not delivered"))
        << "not taken for delivered";
    identify(its, "rogue");
    auto rogue = open_output(its, config_);
    rogue->write(numbered(1));
    EXPECT_THAT(ended(*rogue), HasSubstr("1 events not delivered"));
    identify(its, "sensor-1");
    auto output = open_output(its, config_);
    output->write(numbered(1));
    EXPECT_EQ(ended(*output), "");
    EXPECT_EQ(receiver.client_names(), std::vector<std::string>{"sensor-1"});
    EXPECT_EQ(receiver.records().size(), 1u);
  }
}

TEST_F(TlsTest, ANewCertificateIsUsedWithoutARestart) {
  const auto put = [](const std::string& from) {
    for (const char* kind : {".pem", ".key"}) {
      std::filesystem::copy_file(file(from + kind), file(std::string("fresh") + kind),
                                 std::filesystem::copy_options::overwrite_existing);
      std::filesystem::rename(file(std::string("fresh") + kind),
                              file(std::string("current") + kind));
    }
  };
  put("sensor-1");
  TlsReceiver receiver(folder_->path(), "good", {.wants_certificate = true, .cut_after = 1});
  config::Output its = output_to(receiver);
  identify(its, "current");
  auto output = open_output(its, config_);
  output->write(numbered(1));
  ASSERT_TRUE(within(kPatience, [&] { return receiver.client_names().size() == 1; }));
  put("sensor-2");
  output->write(numbered(2));
  EXPECT_TRUE(within(kPatience, [&] { return receiver.client_names().back() == "sensor-2"; }));
  std::ofstream(file("current.pem")) << "half a file";
  // The next connection may be there already; the one after it begins with that file.
  const std::size_t connections = receiver.client_names().size();
  int number = 3;
  EXPECT_TRUE(within(kPatience, [&] {
    output->write(numbered(number++));
    return receiver.client_names().size() > connections + 1;
  }));
  receiver.cut_after(0);
  EXPECT_EQ(receiver.client_names().back(), "sensor-2")
      << "what cannot be used leaves what is in use";
  EXPECT_EQ(ended(*output), "");
}

TEST_F(TlsTest, FilesThatCannotBeUsedAreProblemsAtTheStart) {
  TlsReceiver receiver(folder_->path(), "good", {});
  const auto problem = [this](const config::Output& its) {
    const auto made = make_output(its, config_, {nullptr, false, not_stopping()});
    return made.ok() ? "" : made.problems()[0].to_string();
  };
  config::Output its = output_to(receiver);
  its.tls.ca_file = file("missing.pem");
  EXPECT_THAT(problem(its), HasSubstr("missing.pem: cannot be used"));
  its = output_to(receiver);
  identify(its, "sensor-1");
  its.tls.key_file = file("sensor-2.key");
  EXPECT_THAT(problem(its), HasSubstr("sensor-2.key: cannot be used: key values mismatch"));
}

/// Tickets of TLS 1.3 that nobody reads turn a close into a reset, which costs what is under way.
TEST_F(TlsTest, AnEndLosesNothingHoweverSlowTheReceiverReads) {
  TlsReceiver receiver(folder_->path(), "good", {.pause = milliseconds(2)});
  auto output = open_output(output_to(receiver), config_);
  for (int i = 0; i < 2000; ++i) output->write(numbered(i));
  EXPECT_EQ(ended(*output), "");
  EXPECT_TRUE(within(kPatience, [&] { return ids(receiver).size() == 2000; }));
  EXPECT_EQ(output->state().resent, 0u);
}

TEST_F(TlsTest, ConnectionsCutInsideARecordCostNothing) {
  for (const bool resets : {false, true}) {
    const TemporaryFolder folder;
    SpoolOf spool(folder.path() / "spool", config_);
    TlsReceiver receiver(folder_->path(), "good", {.cut_after = 100'000, .resets = resets});
    auto output = open_output(output_to(receiver), config_, spool.spool.get());
    for (int i = 0; i < 300; ++i) spool.write(numbered(i));
    ASSERT_TRUE(within(kPatience, [&] { return receiver.client_names().size() >= 2; }));
    receiver.cut_after(0);
    for (int i = 300; i < 400; ++i) spool.write(numbered(i));
    EXPECT_TRUE(within(kPatience, [&] { return ids(receiver).size() == 400; }))
        << ids(receiver).size();
  }
}

}  // namespace
}  // namespace outspan::alert

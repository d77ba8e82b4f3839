#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/alert/outputs.h"
#include "tests/alert/receiver.h"

/// A real rsyslog receives what we send and writes down how it understood it.
namespace outspan::alert {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

const char* rsyslogd() {
  for (const char* path : {"/usr/sbin/rsyslogd", "/sbin/rsyslogd"})
    if (::access(path, X_OK) == 0) return path;
  return nullptr;
}

class Rsyslog {
 public:
  explicit Rsyslog(const std::filesystem::path& folder) : folder_(folder) {
    udp_port = DatagramReceiver().port();
    tcp_port = TcpReceiver().port();
  }
  ~Rsyslog() { stop(); }

  bool start() {
    std::ofstream(folder_ / "rsyslog.conf") << fmt::format(
        R"(global(workDirectory="{0}" maxMessageSize="8k")
module(load="imudp") module(load="imtcp") module(load="imuxsock" SysSock.Use="off")
template(name="fields" type="list") {{
  property(name="pri") constant(value="\t") property(name="timereported" dateFormat="rfc3339")
  constant(value="\t") property(name="hostname") constant(value="\t") property(name="app-name")
  constant(value="\t") property(name="msgid") constant(value="\t") property(name="structured-data")
  constant(value="\t") property(name="msg") constant(value="\n")
}}
input(type="imudp" address="127.0.0.1" port="{1}")
input(type="imtcp" address="127.0.0.1" port="{2}")
input(type="imuxsock" socket="{0}/log" useSpecialParser="off" ignoreTimestamp="off"
      rateLimit.interval="0")
action(type="omfile" file="{0}/out" template="fields" asyncWriting="off" flushOnTXEnd="on")
)",
        folder_.string(), udp_port, tcp_port);
    const std::string config = (folder_ / "rsyslog.conf").string();
    const std::string pid_file = (folder_ / "pid").string();
    std::string program = rsyslogd();
    std::vector<std::string> words{program, "-n", "-f", config, "-i", pid_file, "-C"};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (::posix_spawn(&process_, program.c_str(), nullptr, nullptr, arguments.data(), environ) != 0)
      return false;
    return within(seconds(15),
                  [this] { return std::filesystem::exists(folder_ / "log") && listening(); });
  }
  void stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
    std::filesystem::remove(folder_ / "log");
  }
  [[nodiscard]] std::string received() const {
    std::ifstream in(folder_ / "out");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] std::size_t lines() const {
    const std::string text = received();
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  std::uint16_t udp_port = 0, tcp_port = 0;

 private:
  [[nodiscard]] bool listening() const {
    const FileDescriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(tcp_port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(probe.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  std::filesystem::path folder_;
  pid_t process_ = -1;
};

class RsyslogTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!rsyslogd()) GTEST_SKIP() << "rsyslogd is not installed: nothing to receive with";
    rsyslog_ = std::make_unique<Rsyslog>(folder_.path());
    ASSERT_TRUE(rsyslog_->start()) << "rsyslogd did not come up";
  }
  std::unique_ptr<Output> output(std::string url) {
    return open_output(syslog_to(std::move(url)), config_, nullptr, false, seconds(5));
  }
  std::string tcp() { return "tcp://127.0.0.1:" + std::to_string(rsyslog_->tcp_port); }

  /// All fields as rsyslog read them, for every kind of event and for hostile text.
  void expect_everything_understood(const std::string& url) {
    {
      auto out = output(url);
      out->write(sample_alert());
      out->write(sample_blind_spot());
      out->write(hostile_alert("quote\" bracket] back\\slash \n tab\t \x1b \xff"));
      out->write(sample_ledger());
    }
    ASSERT_TRUE(within(seconds(10), [this] { return rsyslog_->lines() >= 4; }))
        << rsyslog_->received();
    const std::string text = rsyslog_->received();
    EXPECT_EQ(rsyslog_->lines(), 4u) << text;
    EXPECT_THAT(text, HasSubstr("131\t2026-01-31T23:59:59.123456Z\toutspan\toutspan\talert\t"
                                "[outspan@32473 event_id=\"0123456789abcdef-new-0\" "
                                "incident_id=\"0123456789abcdef\" state=\"new\" "
                                "rule=\"customer-data-leaving\" severity=\"high\""));
    EXPECT_THAT(text, HasSubstr("]\thigh new customer-data-leaving: 187 email, about 40 phone"));
    EXPECT_THAT(text, AllOf(HasSubstr("\tblindspot\t[outspan@32473 event_id="),
                            HasSubstr("reason=\"tls\" bytes=\"1234567\"")));
    // A datagram has room for the beginning of such a text.
    EXPECT_THAT(text, HasSubstr(R"(user="quote\" bracket\] back\\)"));
    EXPECT_THAT(text, HasSubstr("134\t2026-01-31T23:59:59.123456Z\toutspan\toutspan\tledger\t"));
  }

  TemporaryFolder folder_;
  config::Config config_;
  std::unique_ptr<Rsyslog> rsyslog_;
};

TEST_F(RsyslogTest, Udp) {
  expect_everything_understood("udp://127.0.0.1:" + std::to_string(rsyslog_->udp_port));
}
TEST_F(RsyslogTest, TcpWithOctetCounting) { expect_everything_understood(tcp()); }
TEST_F(RsyslogTest, UnixSocket) {
  expect_everything_understood("unix://" + (folder_.path() / "log").string());
}

TEST_F(RsyslogTest, TenThousandRecordsAllArriveOverTcp) {
  constexpr std::size_t kRecords = 10'000;
  {
    auto out = output(tcp());
    for (std::size_t i = 0; i < kRecords; ++i) out->write(sample_alert());
  }
  EXPECT_TRUE(within(seconds(20), [&] { return rsyslog_->lines() >= kRecords; }))
      << rsyslog_->lines();
  EXPECT_EQ(rsyslog_->lines(), kRecords);
}

TEST_F(RsyslogTest, ARestartedReceiverGetsTheRest) {
  auto out = output(tcp());
  for (int i = 0; i < 20; ++i) out->write(sample_alert());
  ASSERT_TRUE(within(seconds(10), [&] {
    out->flush();
    return rsyslog_->lines() >= 20;
  }));
  rsyslog_->stop();
  for (int i = 0; i < 20; ++i) out->write(sample_blind_spot());
  ASSERT_TRUE(rsyslog_->start());
  for (int i = 0; i < 20; ++i) out->write(sample_anomaly());
  out.reset();
  EXPECT_TRUE(within(seconds(10), [this] { return rsyslog_->lines() >= 60; })) << rsyslog_->lines();
}

}  // namespace
}  // namespace outspan::alert

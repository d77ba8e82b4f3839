#include "alert/metrics/metrics.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <thread>

#include "tests/alert/outputs.h"

namespace outspan::alert {
namespace {

using testing::HasSubstr;
using testing::Not;

/// What a port answers to `request`, until it ends the connection.
std::string ask(const std::string& address, const std::string& request) {
  const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port =
      htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&to), sizeof(to)) != 0) return "no port";
  ::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL);
  std::string answer;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::recv(socket.get(), buffer, sizeof(buffer), 0)) > 0;)
    answer.append(buffer, static_cast<std::size_t>(n));
  return answer;
}

/// An output that says that it is away.
class AwayOutput final : public Output {
 public:
  void write(const Event&) noexcept override {}
  void flush() noexcept override {}
  [[nodiscard]] OutputState state() const override {
    OutputState state;
    state.name = "siem \"1\"";
    state.delays.add(0.02);
    state.delays.add(0.3);
    state.written = 7;
    state.waiting = 3;
    state.away = true;
    return state;
  }
};

std::unique_ptr<Metrics> open_metrics(const config::Metrics& options,
                                      std::vector<const Output*> outputs = {}) {
  auto metrics = Metrics::open(options, std::move(outputs));
  EXPECT_TRUE(metrics.ok()) << metrics.problems()[0].to_string();
  return std::move(*metrics);
}

TEST(Metrics, CountWhatIsSaid) {
  const AwayOutput away;
  const auto metrics = open_metrics({}, {&away});
  for (const Event& event : all_samples()) metrics->write(event);
  metrics->write(sample_ledger());
  metrics->write(sample_stats());
  const std::string text = metrics->text();
  for (const char* line : {
           "outspan_events_total{type=\"alert\"} 3\n",
           "outspan_events_total{type=\"ledger\"} 3\n",
           "outspan_alerts_total{rule=\"customer-data-leaving\",severity=\"high\"} 1\n",
           "outspan_alerts_total{rule=\"customer-records-leaving\",severity=\"critical\"} 1\n",
           "outspan_blindspots_total{reason=\"tls\"} 1\n",
           "outspan_blindspot_bytes_total{reason=\"tls\"} 1234567\n",
           "outspan_anomalies_total{kind=\"tcp_overlap_differs\"} 1\n",
           "outspan_ledger_bytes_total{direction=\"outbound\",column=\"inspected\"} 1000000\n",
           "outspan_ledger_bytes_total{direction=\"inbound\",column=\"skipped\"} 777\n",
           "outspan_ledger_complete 1\n",
           "outspan_flows_evicted_total 3\n",
           "outspan_stat{name=\"decode.errors.ipv4_header\"} 0\n",
           "outspan_output_events_total{output=\"siem \\\"1\\\"\",result=\"delivered\"} 7\n",
           "outspan_output_waiting{output=\"siem \\\"1\\\"\"} 3\n",
           "outspan_output_up{output=\"siem \\\"1\\\"\"} 0\n",
           "outspan_delivery_delay_seconds_bucket{output=\"siem \\\"1\\\"\",le=\"0.05\"} 1\n",
           "outspan_delivery_delay_seconds_bucket{output=\"siem \\\"1\\\"\",le=\"0.1\"} 1\n",
           "outspan_delivery_delay_seconds_bucket{output=\"siem \\\"1\\\"\",le=\"0.5\"} 2\n",
           "outspan_delivery_delay_seconds_count{output=\"siem \\\"1\\\"\"} 2\n",
           "outspan_alert_delay_seconds_count 2\n",
           "outspan_alert_delay_seconds_bucket{le=\"+Inf\"} 2\n",
       })
    EXPECT_THAT(text, HasSubstr(line));
}

TEST(Metrics, CustomersAreCountedWhenAnIncidentIsClosed) {
  const auto metrics = open_metrics({});
  Event event = record_alert();
  metrics->write(event);
  EXPECT_THAT(metrics->text(), Not(HasSubstr("outspan_customers_total{")));
  std::get<policy::Incident>(event.body).state = policy::IncidentState::closed;
  metrics->write(event);
  EXPECT_THAT(metrics->text(),
              HasSubstr("outspan_customers_total{rule=\"customer-records-leaving\",index=\"crm\"} "
                        "68000\n"));
}

TEST(Metrics, ALedgerThatMissesSomethingIsNotComplete) {
  const auto metrics = open_metrics({});
  LedgerEvent ledger;
  ledger.missing = {{"kernel-drops", "", 7, 0, "dropped"}};
  metrics->write(event_with(ledger));
  EXPECT_THAT(metrics->text(), HasSubstr("outspan_ledger_complete 0\n"));
}

TEST(Metrics, NothingFromTheWireBecomesALabel) {
  const auto metrics = open_metrics({});
  for (const std::string& text : hostile_texts())
    if (!text.empty()) metrics->write(hostile_alert("wire-" + text));
  EXPECT_THAT(metrics->text(), Not(HasSubstr("wire-")));
}

TEST(Metrics, TheFileIsWrittenAtOnceAndAtTheEnd) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "outspan.prom";
  const auto metrics = open_metrics({"", path});
  EXPECT_THAT(read_file(path), HasSubstr("outspan_build_info{version="));
  metrics->write(sample_alert());
  metrics->end();
  metrics->finish();
  EXPECT_THAT(read_file(path), HasSubstr("outspan_events_total{type=\"alert\"} 1\n"));
  EXPECT_EQ(metrics->take_problem(), "");
}

TEST(Metrics, AFileThatCannotBeWrittenIsReportedOnce) {
  const TemporaryFolder folder;
  const std::filesystem::path inside = folder.path() / "gone";
  std::filesystem::create_directory(inside);
  const auto metrics = open_metrics({"", inside / "outspan.prom"});
  std::filesystem::remove_all(inside);
  metrics->end();
  const auto notices = metrics->take_notices();
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].kind, "output_away");
  EXPECT_THAT(notices[0].detail, HasSubstr("outspan.prom: No such file or directory"));
  EXPECT_TRUE(metrics->take_notices().empty());
  EXPECT_THAT(metrics->take_problem(), HasSubstr("No such file or directory"));
  EXPECT_FALSE(Metrics::open({"", inside / "outspan.prom"}, {}).ok());
}

struct Asked {
  const char* name;
  const char* request;
  const char* answer;
};
class MetricsPort : public testing::TestWithParam<Asked> {};
TEST_P(MetricsPort, Answers) {
  const auto metrics = open_metrics({"127.0.0.1:0", ""});
  metrics->flush();
  EXPECT_THAT(ask(metrics->address(), GetParam().request), testing::StartsWith(GetParam().answer));
  metrics->finish();
}
const Asked kAsked[] = {
    {"metrics", "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
     "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"},
    {"metrics_with_a_query", "GET /metrics?x=y HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\n"},
    {"health", "GET /healthz HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n"},
    {"nothing_else", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 404 "},
    {"another_method", "POST /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 405 "},
    {"no_http", "hello\r\n\r\n", "HTTP/1.1 400 "},
    {"one_word_and_a_blank", "GET \r\n\r\n", "HTTP/1.1 400 "},
    {"two_words", "GET /metrics\r\n\r\n", "HTTP/1.1 400 "},
};
INSTANTIATE_TEST_SUITE_P(Metrics, MetricsPort, testing::ValuesIn(kAsked),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(HttpPort, ALongRequestIsCutAndASilentClientIsLeft) {
  const auto metrics = open_metrics({"127.0.0.1:0", ""});
  metrics->flush();
  EXPECT_THAT(ask(metrics->address(), std::string(10'000, 'x')),
              testing::AnyOf(testing::StartsWith("HTTP/1.1 400 "), ""));
  EXPECT_EQ(ask(metrics->address(), "GET /metr"), "");
  EXPECT_THAT(ask(metrics->address(), "GET /healthz HTTP/1.1\r\n\r\n"), HasSubstr("ok\n"));
}

TEST(HttpPort, ATakenPortIsAProblemAtTheStart) {
  const auto metrics = open_metrics({"127.0.0.1:0", ""});
  const auto second = Metrics::open({metrics->address(), ""}, {});
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.problems()[0].to_string(), HasSubstr("Address already in use"));
}

}  // namespace
}  // namespace outspan::alert

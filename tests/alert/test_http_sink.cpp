#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "alert/sink/http_protocol.h"
#include "tests/alert/http_receiver.h"
#include "tests/alert/outputs.h"

/// Splunk's HTTP Event Collector, Elasticsearch's bulk interface, webhooks.
namespace outspan::alert {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using testing::HasSubstr;
using Request = HttpReceiver::Request;
using Answer = HttpReceiver::Answer;
using Fate = HttpProtocol::Fate;

class HttpTest : public testing::Test {
 protected:
  config::Output output_to(config::OutputType type, const std::string& url) {
    config::Output output;
    output.type = type;
    output.url = url;
    if (type == config::OutputType::elastic) output.format = config::EventFormat::ecs;
    if (type == config::OutputType::splunk) output.token_file = file("token", "secret-token\n");
    return output;
  }
  /// For tests in which all arrives, on a busy machine as well.
  std::unique_ptr<Output> open_patiently(const config::Output& output) {
    return open_output(output, config_, nullptr, false, milliseconds(10'000));
  }
  std::string file(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_.path() / name;
    std::ofstream(path) << text;
    return path;
  }
  /// The numbers of numbered() events in a body, in their order.
  static std::vector<int> numbers_in(const std::string& body) {
    std::vector<int> found;
    const std::string key = "\"event_id\":\"";
    for (std::size_t at = body.find(key); at != body.npos; at = body.find(key, at + 1))
      found.push_back(std::stoi(body.substr(at + key.size(), 6)) - 100000);
    return found;
  }

  TemporaryFolder folder_;
  config::Config config_;
};

TEST_F(HttpTest, SplunkGetsEventsWithTheirToken) {
  HttpReceiver receiver([](const Request&) { return Answer{}; });
  config::Output its = output_to(config::OutputType::splunk, receiver.url());
  its.index = "dlp";
  auto output = open_patiently(its);
  output->write(numbered(7));
  EXPECT_EQ(ended(*output), "");
  ASSERT_EQ(receiver.requests().size(), 1u);
  const Request request = receiver.requests()[0];
  EXPECT_THAT(request.head, testing::StartsWith("POST /services/collector/event HTTP/1.1\r\n"));
  EXPECT_THAT(request.head, HasSubstr("\r\nAuthorization: Splunk secret-token"));
  const json event = json::parse(request.body);
  EXPECT_EQ(event["sourcetype"], "outspan:alert");
  EXPECT_EQ(event["index"], "dlp");
  EXPECT_EQ(event["time"], "1769903999.123456");
  EXPECT_EQ(event["event"]["event_id"], "100007-new-0");
}

TEST_F(HttpTest, SplunkGetsOtherFormatsAsText) {
  config::Output its = output_to(config::OutputType::splunk, "http://splunk.example");
  its.format = config::EventFormat::cef;
  const json item = json::parse(make_http_protocol(its, config_)->item(sample_alert()));
  EXPECT_THAT(item["event"].get<std::string>(), testing::StartsWith("CEF:0|Outspan|"));
}

TEST_F(HttpTest, ElasticGetsDocumentsByTheirIds) {
  HttpReceiver receiver([](const Request&) {
    return Answer{200, R"({"items":[{"create":{"status":201}},{"create":{"status":409}}]})"};
  });
  config::Output its = output_to(config::OutputType::elastic, receiver.url("/"));
  its.user = "outspan";
  its.password_file = file("password", "a b");
  auto output = open_patiently(its);
  output->write(numbered(1));
  output->write(numbered(2));
  EXPECT_EQ(ended(*output), "");
  const Request request = receiver.requests().back();
  EXPECT_THAT(request.head, testing::StartsWith("POST /_bulk HTTP/1.1\r\n"));
  EXPECT_THAT(request.head, HasSubstr("Content-Type: application/x-ndjson"));
  EXPECT_THAT(request.head, HasSubstr("Authorization: Basic b3V0c3BhbjphIGI="));
  EXPECT_THAT(request.body, HasSubstr("{\"create\":{\"_index\":\"outspan\",\"_id\":\"10000"));
  EXPECT_THAT(request.body, testing::EndsWith("}\n"));
}

TEST_F(HttpTest, AWebhookGetsAListOrOneEvent) {
  for (const std::uint32_t batch : {500u, 1u}) {
    HttpReceiver receiver([](const Request&) { return Answer{204, ""}; });
    config::Output its = output_to(config::OutputType::webhook, receiver.url("/hook?team=soc"));
    its.token_file = file("token", "bearer-token\r\n");
    its.batch_events = batch;
    auto output = open_patiently(its);
    output->write(numbered(3));
    EXPECT_EQ(ended(*output), "");
    const Request request = receiver.requests().at(0);
    EXPECT_THAT(request.head, testing::StartsWith("POST /hook?team=soc HTTP/1.1\r\n"));
    EXPECT_THAT(request.head, HasSubstr("\r\nAuthorization: Bearer bearer-token\r\n"));
    const json body = json::parse(request.body);
    EXPECT_EQ(body.is_array(), batch != 1);
    EXPECT_EQ((batch == 1 ? body : body[0])["incident_id"], "100003");
  }
}

TEST_F(HttpTest, EveryEventArrivesInOrderInFewRequests) {
  HttpReceiver receiver([](const Request&) { return Answer{}; });
  auto output = open_patiently(output_to(config::OutputType::webhook, receiver.url()));
  for (int i = 0; i < 2000; ++i) output->write(numbered(i));
  EXPECT_EQ(ended(*output), "");
  std::vector<int> all;
  for (const Request& request : receiver.requests())
    for (const int number : numbers_in(request.body)) all.push_back(number);
  ASSERT_EQ(all.size(), 2000u);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  EXPECT_LT(receiver.requests().size(), 200u);
  EXPECT_EQ(output->state().connections, 1u);
  EXPECT_EQ(output->state().written, 2000u);
}

struct Status {
  const char* name;
  int status;
  bool delivered_at_last;  ///< after one such answer the receiver takes everything
  bool refused;
};
class StatusOf : public HttpTest, public testing::WithParamInterface<Status> {};
TEST_P(StatusOf, Decides) {
  bool first = true;
  HttpReceiver receiver([&](const Request&) {
    return std::exchange(first, false) ? Answer{GetParam().status, "{\"text\":\"no\"}"} : Answer{};
  });
  auto output = open_output(output_to(config::OutputType::webhook, receiver.url()), config_,
                            nullptr, false, milliseconds(1600));
  output->write(numbered(1));
  const std::string problem = ended(*output);
  EXPECT_EQ(output->state().written, GetParam().delivered_at_last ? 1u : 0u);
  EXPECT_EQ(output->state().refused, GetParam().refused ? 1u : 0u);
  EXPECT_EQ(problem.empty(), GetParam().delivered_at_last) << problem;
  EXPECT_EQ(receiver.requests().size(), GetParam().delivered_at_last ? 2u : 1u);
}
const Status kStatuses[] = {
    {"busy_passes", 429, true, false},
    {"timeout_passes", 408, true, false},
    {"broken_server_passes", 500, true, false},
    {"gateway_without_server_passes", 503, true, false},
    {"cut_connection_passes", 0, true, false},
    {"bad_request_refuses", 400, false, true},
    {"too_large_refuses", 413, false, true},
    {"unprocessable_refuses", 422, false, true},
    {"wrong_credentials_keep_the_event", 401, false, false},
    {"no_permission_keeps_the_event", 403, false, false},
    {"wrong_url_keeps_the_event", 404, false, false},
    {"redirection_keeps_the_event", 301, false, false},
};
INSTANTIATE_TEST_SUITE_P(Http, StatusOf, testing::ValuesIn(kStatuses),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(HttpTest, OneBadEventDoesNotTakeItsBatchAlong) {
  HttpReceiver receiver([](const Request& request) {
    return request.body.find("100037-new-0") == std::string::npos ? Answer{}
                                                                  : Answer{400, "bad event"};
  });
  auto output = open_patiently(output_to(config::OutputType::webhook, receiver.url()));
  for (int i = 0; i < 100; ++i) output->write(numbered(i));
  EXPECT_EQ(ended(*output),
            "webhook:" + receiver.url() +
                ": 1 events refused by the receiver, the last one: HTTP 400: bad event");
  EXPECT_EQ(output->state().written, 99u);
  EXPECT_EQ(output->state().refused, 1u);
}

TEST_F(HttpTest, CredentialsAreReadAnewAndNeverShown) {
  HttpReceiver receiver([](const Request& request) {
    return request.head.find("Bearer right") != std::string::npos ? Answer{} : Answer{503, "no"};
  });
  config::Output its = output_to(config::OutputType::webhook, receiver.url("/hooks/of-a-secret"));
  its.token_file = file("token", "wrong-token");
  auto output = open_patiently(its);
  output->write(numbered(1));
  std::vector<NoticeEvent> notices;
  ASSERT_TRUE(within(kPatience, [&] { return !(notices = output->take_notices()).empty(); }));
  EXPECT_EQ(notices[0].kind, "output_away");
  EXPECT_EQ(notices[0].detail, "webhook:" + receiver.url() + ": HTTP 503: no");
  file("token", "right");
  EXPECT_EQ(ended(*output), "");
}

TEST_F(HttpTest, AMissingSecretIsAProblemAtTheStart) {
  config::Output its = output_to(config::OutputType::webhook, "https://hooks.example/");
  its.token_file = folder_.path() / "none";
  auto made = make_output(its, config_, {nullptr, false, not_stopping(), milliseconds(100)});
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.problems()[0].to_string(), HasSubstr("none: cannot be read: No such file"));
}

struct BulkAnswer {
  const char* name;
  const char* answer;
  std::vector<Fate> fates;
};
class AnswerOfBulk : public HttpTest, public testing::WithParamInterface<BulkAnswer> {};
TEST_P(AnswerOfBulk, SaysWhatBecameOfEach) {
  const auto protocol =
      make_http_protocol(output_to(config::OutputType::elastic, "http://elastic.example"), config_);
  EXPECT_EQ(protocol->fates(GetParam().answer, 2).of, GetParam().fates);
}
const BulkAnswer kBulkAnswers[] = {
    {"all_created",
     R"({"items":[{"create":{"status":201}},{"create":{"status":201}}]})",
     {Fate::delivered, Fate::delivered}},
    {"it_was_there_already",
     R"({"items":[{"create":{"status":409}},{"create":{"status":201}}]})",
     {Fate::delivered, Fate::delivered}},
    {"full_queue",
     R"({"items":[{"create":{"status":429}},{"create":{"status":201}}]})",
     {Fate::again, Fate::delivered}},
    {"document_does_not_fit_the_mapping",
     R"({"items":[{"create":{"status":400,"error":{"type":"t","reason":"r"}}},{"create":{"status":201}}]})",
     {Fate::refused, Fate::delivered}},
    {"no_such_index",
     R"({"items":[{"create":{"status":404}},{"create":{"status":403}}]})",
     {Fate::again, Fate::again}},
    {"fewer_answers_than_events",
     R"({"items":[{"create":{"status":201}}]})",
     {Fate::delivered, Fate::again}},
    {"more_answers_than_events",
     R"({"items":[{"create":{"status":201}},{"create":{"status":201}},{"create":{"status":400}}]})",
     {Fate::delivered, Fate::delivered}},
    {"statuses_that_are_none",
     R"({"items":[{"create":{"status":"201"}},{"create":{}}]})",
     {Fate::again, Fate::again}},
    {"items_that_are_none", R"({"items":[7,[]]})", {Fate::again, Fate::again}},
    {"no_items", R"({"took":1})", {Fate::again, Fate::again}},
    {"a_list", "[]", {Fate::again, Fate::again}},
    {"a_page_of_a_proxy", "<html>", {Fate::again, Fate::again}},
    {"nothing", "", {Fate::again, Fate::again}},
    {"cut", R"({"items":[{"create":{"sta)", {Fate::again, Fate::again}},
};
INSTANTIATE_TEST_SUITE_P(Http, AnswerOfBulk, testing::ValuesIn(kBulkAnswers),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(HttpTest, WhyAnEventIsRefusedHasNoValueOfIt) {
  const auto protocol =
      make_http_protocol(output_to(config::OutputType::elastic, "http://elastic.example"), config_);
  const auto fates = protocol->fates(
      R"({"items":[{"create":{"status":400,"error":{"type":"mapper_parsing_exception",)"
      R"("reason":"failed to parse field [user.name]","caused_by":{"reason":"For input: \"x\""}}}}]})",
      1);
  EXPECT_EQ(fates.why_refused, "mapper_parsing_exception: failed to parse field [user.name]");
}

TEST_F(HttpTest, SplunkRefusesEventsAndNotItsOwnConfiguration) {
  const auto protocol =
      make_http_protocol(output_to(config::OutputType::splunk, "http://splunk.example"), config_);
  EXPECT_TRUE(protocol->refuses(400, R"({"text":"Invalid data format","code":6})"));
  EXPECT_FALSE(protocol->refuses(400, R"({"text":"Incorrect index","code":7})"));
  EXPECT_TRUE(protocol->refuses(400, "no JSON"));
  EXPECT_FALSE(protocol->refuses(403, R"({"text":"Invalid token","code":4})"));
}

TEST_F(HttpTest, AKilledSensorSendsWhatWasNotDelivered) {
  TemporaryFolder folder;
  std::set<int> arrived;
  for (const bool answers : {false, true}) {
    HttpReceiver receiver([&](const Request&) { return Answer{answers ? 200 : 503, ""}; });
    config::Output its = output_to(config::OutputType::webhook, receiver.url());
    its.name = "hook";
    SpoolOf spool(folder.path(), config_);
    auto output = open_output(its, config_, spool.spool.get(), false, milliseconds(1500));
    if (!answers)
      for (int i = 0; i < 50; ++i) spool.write(numbered(i));
    ended(*output);
    if (!answers) continue;
    for (const Request& request : receiver.requests())
      for (const int number : numbers_in(request.body)) arrived.insert(number);
  }
  EXPECT_EQ(arrived.size(), 50u);
}

}  // namespace
}  // namespace outspan::alert

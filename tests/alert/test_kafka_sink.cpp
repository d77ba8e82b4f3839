#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/alert/kafka_broker.h"
#include "tests/alert/outputs.h"

namespace outspan::alert {
namespace {

using std::chrono::milliseconds;

class KafkaTest : public testing::Test {
 protected:
  config::Output to(const std::string& brokers) {
    config::Output output;
    output.type = config::OutputType::kafka;
    output.brokers = {brokers};
    output.topic = "alerts";
    return output;
  }
  std::unique_ptr<Output> open_patiently(const config::Output& output) {
    return open_output(output, config_, nullptr, false, milliseconds(20'000));
  }

  config::Config config_;
};

TEST_F(KafkaTest, EventsArriveOnceAndInOrder) {
  KafkaBroker broker;
  auto output = open_patiently(to(broker.address()));
  for (int number = 0; number < 200; ++number) output->write(numbered(number));
  EXPECT_EQ(ended(*output), "");
  const auto messages = broker.messages(200);
  ASSERT_EQ(messages.size(), 200u);
  for (int number = 0; number < 200; ++number) {
    const KafkaBroker::Message& message = messages[static_cast<std::size_t>(number)];
    const std::string incident = std::to_string(100000 + number);
    EXPECT_EQ(message.key, incident);
    EXPECT_EQ(message.event_id, incident + "-new-0");
    EXPECT_EQ(nlohmann::json::parse(message.text)["event_id"], message.event_id);
  }
}

TEST_F(KafkaTest, ABrokerThatIsAwayAndOneThatRefusesForAWhileLoseNothing) {
  KafkaBroker broker;
  broker.down();
  auto output = open_patiently(to(broker.address()));
  for (int number = 0; number < 50; ++number) output->write(numbered(number));
  std::this_thread::sleep_for(milliseconds(300));
  broker.fail(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, 2);
  broker.up();
  EXPECT_EQ(ended(*output), "");
  std::set<std::string> ids;
  for (const auto& message : broker.messages(50)) ids.insert(message.event_id);
  EXPECT_EQ(ids.size(), 50u);
}

TEST_F(KafkaTest, ABrokerThatNobodyReachesIsReported) {
  auto output = open_output(to("127.0.0.1:1"), config_);
  output->write(numbered(1));
  EXPECT_THAT(ended(*output), testing::HasSubstr("1 event"));
}

TEST_F(KafkaTest, ACertificateThatIsNotThereIsAProblemAtOnce) {
  config::Output output = to("127.0.0.1:1");
  output.tls.ca_file = "/nonexistent/ca.pem";
  const auto made = make_output(output, config_, {nullptr, false, not_stopping()});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.problems()[0].where, "/nonexistent/ca.pem");
}

}  // namespace
}  // namespace outspan::alert

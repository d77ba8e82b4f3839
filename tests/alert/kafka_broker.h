#pragma once

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <chrono>
#include <string>
#include <vector>

#include "core/handle.h"

namespace outspan::alert {

/// librdkafka's broker for tests, and a consumer of one of its topics.
class KafkaBroker {
 public:
  struct Message {
    std::string key, event_id, text;
  };

  KafkaBroker() : client_(client({{"bootstrap.servers", "127.0.0.1:1"}}, RD_KAFKA_PRODUCER)) {
    cluster_ = rd_kafka_mock_cluster_new(client_.get(), 1);
    EXPECT_NE(cluster_, nullptr);
    rd_kafka_mock_topic_create(cluster_, "alerts", 1, 1);
  }
  ~KafkaBroker() { rd_kafka_mock_cluster_destroy(cluster_); }
  KafkaBroker(const KafkaBroker&) = delete;
  KafkaBroker& operator=(const KafkaBroker&) = delete;

  [[nodiscard]] std::string address() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  void down() { rd_kafka_mock_broker_set_down(cluster_, 1); }
  void up() { rd_kafka_mock_broker_set_up(cluster_, 1); }
  /// The next answers to records.
  void fail(rd_kafka_resp_err_t error, int times) {
    constexpr std::int16_t kProduce = 0;
    for (int i = 0; i < times; ++i) rd_kafka_mock_push_request_errors(cluster_, kProduce, 1, error);
  }

  /// All that is in the topic, once there are `count` of them or five seconds have passed.
  std::vector<Message> messages(std::size_t count) {
    const Client consumer = client({{"bootstrap.servers", address()},
                                    {"group.id", "tests"},
                                    {"auto.offset.reset", "earliest"},
                                    {"enable.partition.eof", "true"}},
                                   RD_KAFKA_CONSUMER);
    const CHandle<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy> topics(
        rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(topics.get(), "alerts", 0)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(consumer.get(), topics.get());
    std::vector<Message> all;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < give_up) {
      const CHandle<rd_kafka_message_t, rd_kafka_message_destroy> message(
          rd_kafka_consumer_poll(consumer.get(), 100));
      if (!message) continue;
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF && all.size() >= count) break;
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) all.push_back(read(*message));
    }
    rd_kafka_consumer_close(consumer.get());
    return all;
  }

 private:
  using Client = CHandle<rd_kafka_t, rd_kafka_destroy>;

  static Client client(const std::vector<std::pair<const char*, std::string>>& properties,
                       rd_kafka_type_t type) {
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    char why[256];
    for (const auto& [name, value] : properties)
      EXPECT_EQ(rd_kafka_conf_set(conf, name, value.c_str(), why, sizeof why), RD_KAFKA_CONF_OK)
          << why;
    rd_kafka_conf_set(conf, "log_level", "0", why, sizeof why);
    return Client(rd_kafka_new(type, conf, why, sizeof why));
  }

  static Message read(const rd_kafka_message_t& message) {
    Message out{{static_cast<const char*>(message.key), message.key_len},
                {},
                {static_cast<const char*>(message.payload), message.len}};
    rd_kafka_headers_t* headers = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR &&
        rd_kafka_header_get_last(headers, "event_id", &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR)
      out.event_id.assign(static_cast<const char*>(value), size);
    return out;
  }

  Client client_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace outspan::alert

#pragma once

#include <librdkafka/rdkafka.h>

#include <deque>

#include "alert/format/formatter.h"
#include "alert/sink/sink.h"
#include "config/output.h"
#include "core/handle.h"
#include "core/result.h"
#include "core/wake.h"

namespace outspan::alert {

/// Produces events to a topic of Kafka, with librdkafka's idempotent producer: within a run each
/// event is there once and in order. The key is the incident, so that its states stay in one
/// partition; the header `event_id` lets consumers drop what a restart repeated.
class KafkaSink final : public Sink {
 public:
  /// Problems are those of the options; brokers that cannot be reached are none.
  static Result<std::unique_ptr<KafkaSink>> open(const config::Output& output, Formatter format,
                                                 OutputCounters& counters);
  ~KafkaSink() override;

  Offer offer(const Event& event, std::uint64_t number) override;
  void work(int wake, std::chrono::milliseconds timeout) override;
  [[nodiscard]] std::optional<std::uint64_t> unconfirmed() const override;
  [[nodiscard]] std::uint64_t sent() const override;
  [[nodiscard]] std::uint64_t progress() const override { return reports_; }
  std::optional<std::uint64_t> take_break() override;
  bool finish(Clock::time_point give_up) override;
  [[nodiscard]] std::string trouble() const override { return trouble_; }
  [[nodiscard]] std::string refusal() const override { return refusal_; }

 private:
  using Producer = CHandle<rd_kafka_t, rd_kafka_destroy>;
  using Queue = CHandle<rd_kafka_queue_t, rd_kafka_queue_destroy>;
  struct UnderWay {
    std::uint64_t number = 0;
    bool done = false;
  };

  KafkaSink(const config::Output& output, Formatter format, OutputCounters& counters);
  [[nodiscard]] Problems start();
  Problems configure(rd_kafka_conf_t* conf) const;
  void restart();
  static void on_report(rd_kafka_t*, const rd_kafka_message_t* message, void* self);
  static void on_error(rd_kafka_t*, int error, const char* reason, void* self);
  void reported(std::uint64_t number, rd_kafka_resp_err_t error);

  const config::Output output_;
  const Formatter format_;
  OutputCounters& counters_;
  const Wake reports_there_;
  Producer producer_;
  Queue queue_;

  std::deque<UnderWay> under_way_;
  std::uint64_t next_ = 0;
  std::uint64_t reports_ = 0;
  std::optional<std::uint64_t> again_;
  std::string trouble_, refusal_;
};

}  // namespace outspan::alert

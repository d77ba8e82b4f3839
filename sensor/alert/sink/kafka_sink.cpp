#include "alert/sink/kafka_sink.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "core/credential.h"

namespace outspan::alert {
namespace {

/// Events that may wait for their reports; librdkafka holds their texts.
constexpr std::size_t kUnderWayMax = 10'000;

std::string key_of(const Event& event) {
  const auto* incident = std::get_if<policy::Incident>(&event.body);
  return incident ? incident->id : event.id;
}

std::string first_line(const std::string& path) {
  std::ifstream file(credential_path(path));
  std::string line;
  std::getline(file, line);
  return line;
}

std::string joined(const std::vector<std::string>& items) {
  std::string all;
  for (const std::string& item : items) all += (all.empty() ? "" : ",") + item;
  return all;
}

/// The broker will never take this event, whoever asks.
bool is_refusal(rd_kafka_resp_err_t error) noexcept {
  return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
         error == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE || error == RD_KAFKA_RESP_ERR_INVALID_RECORD ||
         error == RD_KAFKA_RESP_ERR_POLICY_VIOLATION;
}

}  // namespace

KafkaSink::KafkaSink(const config::Output& output, Formatter format, OutputCounters& counters)
    : output_(output), format_(std::move(format)), counters_(counters) {}

KafkaSink::~KafkaSink() {
  // What is not delivered is in the spool, or was reported; nobody waits for it here.
  if (producer_)
    rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
}

Result<std::unique_ptr<KafkaSink>> KafkaSink::open(const config::Output& output, Formatter format,
                                                   OutputCounters& counters) {
  std::unique_ptr<KafkaSink> sink(new KafkaSink(output, std::move(format), counters));
  if (Problems problems = sink->start(); !problems.empty()) return problems;
  return sink;
}

Problems KafkaSink::configure(rd_kafka_conf_t* conf) const {
  const bool tls = !output_.tls.ca_file.empty() || !output_.tls.cert_file.empty();
  const bool sasl = !output_.user.empty();
  std::vector<std::pair<std::string, std::string>> properties{
      {"bootstrap.servers", joined(output_.brokers)},
      {"client.id", "outspan"},
      {"enable.idempotence", "true"},
      {"message.timeout.ms", "0"},  // what waits is in the spool: nothing is given up here
      {"queue.buffering.max.messages", std::to_string(2 * kUnderWayMax)},
      {"linger.ms", "5"},
      {"log_level", "0"},  // troubles are reported by the callback
      {"security.protocol",
       tls ? (sasl ? "sasl_ssl" : "ssl") : (sasl ? "sasl_plaintext" : "plaintext")}};
  const auto add = [&properties](const char* name, const std::string& value) {
    if (!value.empty()) properties.emplace_back(name, value);
  };
  add("ssl.ca.location", output_.tls.ca_file);
  add("ssl.certificate.location", output_.tls.cert_file);
  if (!output_.tls.key_file.empty()) add("ssl.key.location", credential_path(output_.tls.key_file));
  if (sasl) {
    add("sasl.mechanism", output_.mechanism);
    add("sasl.username", output_.user);
    add("sasl.password", first_line(output_.password_file));
  }
  Problems problems;
  std::array<char, 512> why{};
  for (const auto& [name, value] : properties)
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why.data(), why.size()) !=
        RD_KAFKA_CONF_OK)
      problems.push_back({config::output_name(output_), why.data()});
  return problems;
}

Problems KafkaSink::start() {
  CHandle<rd_kafka_conf_t, rd_kafka_conf_destroy> conf(rd_kafka_conf_new());
  if (Problems problems = configure(conf.get()); !problems.empty()) return problems;
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), &KafkaSink::on_report);
  rd_kafka_conf_set_error_cb(conf.get(), &KafkaSink::on_error);
  std::array<char, 512> why{};
  producer_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), why.data(), why.size()));
  if (!producer_) return {{config::output_name(output_), why.data()}};
  static_cast<void>(conf.release());  // the producer's now
  queue_.reset(rd_kafka_queue_get_main(producer_.get()));
  static constexpr std::uint64_t kOne = 1;
  rd_kafka_queue_io_event_enable(queue_.get(), reports_there_.descriptor(), &kOne, sizeof(kOne));
  ++counters_.connections;
  return {};
}

/// An idempotent producer that has failed for good is replaced; what it had is offered again.
void KafkaSink::restart() {
  if (!under_way_.empty()) again_ = under_way_.front().number;
  under_way_.clear();
  queue_.reset();
  if (producer_)
    rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  producer_.reset();
  if (const Problems problems = start(); !problems.empty()) trouble_ = problems[0].what;
}

Sink::Offer KafkaSink::offer(const Event& event, std::uint64_t number) {
  if (!producer_ || under_way_.size() >= kUnderWayMax) return Offer::later;
  std::string text = format_(event);
  while (text.ends_with('\n')) text.pop_back();
  if (text.empty()) return Offer::taken;
  const std::string key = key_of(event);
  // librdkafka checks the types of arguments by an extension of GCC.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wgnu-statement-expression"
#endif
  const rd_kafka_resp_err_t error = rd_kafka_producev(
      producer_.get(), RD_KAFKA_V_TOPIC(output_.topic.c_str()),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.data(), key.size()),
      RD_KAFKA_V_VALUE(text.data(), text.size()),
      RD_KAFKA_V_HEADER("event_id", event.id.data(), static_cast<ssize_t>(event.id.size())),
      RD_KAFKA_V_TIMESTAMP(
          std::chrono::duration_cast<std::chrono::milliseconds>(event.time.time_since_epoch())
              .count()),
      RD_KAFKA_V_OPAQUE(reinterpret_cast<void*>(number)), RD_KAFKA_V_END);
#pragma GCC diagnostic pop
  if (is_refusal(error)) {
    ++counters_.refused;
    refusal_ = rd_kafka_err2str(error);
    return Offer::taken;
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (error == RD_KAFKA_RESP_ERR__FATAL) restart();
    return Offer::later;
  }
  under_way_.push_back({number, false});
  next_ = number + 1;
  return Offer::taken;
}

void KafkaSink::on_report(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  static_cast<KafkaSink*>(self)->reported(reinterpret_cast<std::uint64_t>(message->_private),
                                          message->err);
}

void KafkaSink::on_error(rd_kafka_t*, int error, const char* reason, void* self) {
  auto& sink = *static_cast<KafkaSink*>(self);
  const auto code = static_cast<rd_kafka_resp_err_t>(error);
  // One broker of several is not worth a word.
  if (code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__RESOLVE) {
    if (sink.trouble_.empty() && sink.output_.brokers.size() == 1) sink.trouble_ = reason;
    return;
  }
  sink.trouble_ = reason;
}

void KafkaSink::reported(std::uint64_t number, rd_kafka_resp_err_t error) {
  ++reports_;
  if (error == RD_KAFKA_RESP_ERR__PURGE_QUEUE || error == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) return;
  const auto at = std::lower_bound(
      under_way_.begin(), under_way_.end(), number,
      [](const UnderWay& one, std::uint64_t wanted) { return one.number < wanted; });
  if (at == under_way_.end() || at->number != number) return;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    ++counters_.written;
    trouble_.clear();
  } else if (is_refusal(error)) {
    ++counters_.refused;
    refusal_ = rd_kafka_err2str(error);
  } else {
    // No topic, no right to write to it: offered again, as it may be there tomorrow.
    trouble_ = rd_kafka_err2str(error);
    again_ = std::min(number, again_.value_or(number));
  }
  at->done = true;
  while (!under_way_.empty() && under_way_.front().done && !again_) under_way_.pop_front();
}

void KafkaSink::work(int wake, std::chrono::milliseconds timeout) {
  reports_there_.clear();
  if (producer_) rd_kafka_poll(producer_.get(), 0);
  if (producer_ && rd_kafka_fatal_error(producer_.get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR)
    restart();
  // Asked for again at once, what was refused a moment ago is refused again.
  if (again_) ::poll(nullptr, 0, 500);
  std::array<pollfd, 2> waited{{{wake, POLLIN, 0}, {reports_there_.descriptor(), POLLIN, 0}}};
  if (!again_) ::poll(waited.data(), waited.size(), static_cast<int>(timeout.count()));
}

std::optional<std::uint64_t> KafkaSink::unconfirmed() const {
  return under_way_.empty() ? std::nullopt : std::optional(under_way_.front().number);
}

std::uint64_t KafkaSink::sent() const {
  return under_way_.empty() ? next_ : under_way_.front().number;
}

/// Everything from the first failed event on is produced again, what was under way after it with
/// it.
std::optional<std::uint64_t> KafkaSink::take_break() {
  const auto again = std::exchange(again_, {});
  if (again) {
    std::erase_if(under_way_, [&again](const UnderWay& one) { return one.number >= *again; });
    while (!under_way_.empty() && under_way_.front().done) under_way_.pop_front();
  }
  return again;
}

bool KafkaSink::finish(Clock::time_point give_up) {
  for (;;) {
    work(-1, std::chrono::milliseconds(20));
    if (again_) return false;
    if (under_way_.empty()) return true;
    if (Clock::now() >= give_up) return false;
  }
}

}  // namespace outspan::alert

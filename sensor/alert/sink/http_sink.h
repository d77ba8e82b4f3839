#pragma once

#include <deque>

#include "alert/sink/http_protocol.h"
#include "alert/sink/http_request.h"
#include "alert/sink/sink.h"

namespace outspan::alert {

/// Posts batches of events to a receiver over HTTP. What it answers decides: 2xx is delivered; 408,
/// 425, 429, 5xx and no answer are tried again, ever more slowly (Retry-After is kept). 400, 413
/// and 422 refuse the batch, which is then halved until the event stands alone that is refused for
/// good. Any other answer is about URL or credentials: once a minute, with the latter read anew.
class HttpSink final : public Sink {
 public:
  HttpSink(std::unique_ptr<HttpProtocol> protocol, const config::Output& output,
           OutputCounters& counters);

  Offer offer(const Event& event, std::uint64_t number) override;
  void work(int wake, std::chrono::milliseconds timeout) override;
  [[nodiscard]] std::optional<std::uint64_t> unconfirmed() const override;
  [[nodiscard]] std::uint64_t sent() const override;
  [[nodiscard]] std::uint64_t progress() const override { return answered_; }
  /// Never: what a request did not deliver is still here.
  std::optional<std::uint64_t> take_break() override { return {}; }
  bool finish(Clock::time_point give_up) override;
  [[nodiscard]] std::string trouble() const override { return trouble_; }
  [[nodiscard]] std::string refusal() const override { return refusal_; }

 private:
  struct Item {
    std::uint64_t number = 0;
    std::string text;
  };
  void go_on();
  void start();
  void judge(const HttpRequest::Answer& answer);
  void settle(const HttpProtocol::Fates& all);
  void try_again(const std::string& trouble, std::chrono::seconds least);

  std::unique_ptr<HttpProtocol> protocol_;
  HttpRequest request_;
  OutputCounters& counters_;
  const std::size_t batch_max_;

  std::deque<Item> items_;  // not delivered; the first of them are under way
  std::size_t bytes_ = 0;
  std::size_t under_way_ = 0;
  std::size_t batch_ = 0;  // at most so many at once, while events are refused
  std::uint64_t next_ = 0;
  std::uint64_t answered_ = 0;
  Clock::time_point not_before_{};
  std::chrono::seconds pause_{0};
  std::string trouble_, refusal_;
};

}  // namespace outspan::alert

#include "alert/sink/http_sink.h"

#include <fmt/format.h>

#include <algorithm>

#include "alert/event/utf8.h"

namespace outspan::alert {
namespace {

constexpr std::size_t kBodyBytesMax = 1 << 20;
constexpr std::chrono::seconds kPauseMin{1}, kPauseMax{60};
constexpr std::size_t kShownBytesMax = 160;

/// What passes by itself. Others (a wrong URL, credentials) wait for the operator.
bool is_passing(long status) noexcept {
  return status == 0 || status == 408 || status == 425 || status == 429 || status >= 500;
}

std::string described(const HttpRequest::Answer& answer) {
  if (answer.status == 0) return answer.problem;
  return fmt::format("HTTP {}{}{}", answer.status, answer.body.empty() ? "" : ": ",
                     shortened(printable(answer.body), kShownBytesMax));
}

}  // namespace

HttpSink::HttpSink(std::unique_ptr<HttpProtocol> protocol, const config::Output& output,
                   OutputCounters& counters)
    : protocol_(std::move(protocol)),
      request_({protocol_->url(), output.tls}),
      counters_(counters),
      batch_max_(output.batch_events),
      batch_(output.batch_events) {}

Sink::Offer HttpSink::offer(const Event& event, std::uint64_t number) {
  // One batch under way and one that is being filled.
  if (items_.size() >= 2 * batch_max_ || bytes_ >= 2 * kBodyBytesMax) return Offer::later;
  std::string text = protocol_->item(event);
  if (text.empty()) return Offer::taken;
  bytes_ += text.size();
  items_.push_back({number, std::move(text)});
  next_ = number + 1;
  return Offer::taken;
}

void HttpSink::work(int wake, std::chrono::milliseconds timeout) {
  go_on();
  request_.wait(wake, timeout);
  go_on();
}

void HttpSink::go_on() {
  if (!request_.under_way() && !items_.empty() && Clock::now() >= not_before_) start();
  if (const auto answer = request_.advance()) judge(*answer);
}

void HttpSink::start() {
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  for (const Item& item : items_) {
    if (texts.size() >= batch_ || (bytes != 0 && bytes + item.text.size() > kBodyBytesMax)) break;
    bytes += item.text.size();
    texts.push_back(item.text);
  }
  under_way_ = texts.size();
  request_.start(protocol_->body(texts), protocol_->headers());
}

void HttpSink::judge(const HttpRequest::Answer& answer) {
  counters_.connections += static_cast<std::uint64_t>(answer.connections);
  if (answer.status >= 200 && answer.status < 300)
    return settle(protocol_->fates(answer.body, under_way_));
  if (!protocol_->refuses(answer.status, answer.body))
    return try_again(described(answer), is_passing(answer.status) ? answer.retry_after : kPauseMax);
  if (under_way_ == 1) return settle({{HttpProtocol::Fate::refused}, described(answer), {}});
  batch_ = std::max<std::size_t>(under_way_ / 2, 1);
  ++answered_;
}

void HttpSink::settle(const HttpProtocol::Fates& all) {
  const auto& fates = all.of;
  std::deque<Item> kept;
  bool moved = false;
  for (std::size_t i = 0; i < fates.size(); ++i) {
    Item& item = items_[i];
    if (fates[i] == HttpProtocol::Fate::again) {
      kept.push_back(std::move(item));
      continue;
    }
    moved = true;
    bytes_ -= item.text.size();
    fates[i] == HttpProtocol::Fate::delivered ? ++counters_.written : ++counters_.refused;
  }
  items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(fates.size()));
  items_.insert(items_.begin(), std::make_move_iterator(kept.begin()),
                std::make_move_iterator(kept.end()));
  ++answered_;
  if (!moved) return try_again(shortened(printable(all.why_again), kShownBytesMax), kPauseMin);
  pause_ = std::chrono::seconds(0);
  batch_ = std::min(batch_ * 2, batch_max_);
  if (!all.why_refused.empty()) refusal_ = shortened(printable(all.why_refused), kShownBytesMax);
  trouble_.clear();
}

void HttpSink::try_again(const std::string& trouble, std::chrono::seconds least) {
  trouble_ = trouble;
  pause_ = std::clamp(std::max(pause_ * 2, least), kPauseMin, kPauseMax);
  not_before_ = Clock::now() + pause_;
}

std::optional<std::uint64_t> HttpSink::unconfirmed() const {
  return items_.empty() ? std::nullopt : std::optional(items_.front().number);
}

std::uint64_t HttpSink::sent() const { return items_.empty() ? next_ : items_.front().number; }

bool HttpSink::finish(Clock::time_point give_up) {
  for (;;) {
    go_on();
    if (items_.empty()) return true;
    if (Clock::now() >= give_up) return false;
    request_.wait(-1, std::chrono::milliseconds(20));
  }
}

}  // namespace outspan::alert

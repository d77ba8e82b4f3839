#include "alert/output/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace outspan::alert {
namespace {

using Clock = Sink::Clock;

/// Events between two looks at the receiver.
constexpr int kEventsAtOnce = 256;
constexpr std::chrono::milliseconds kIdle{1000};
constexpr std::chrono::milliseconds kBusy{20};
/// After each of these the end looks whether something has moved.
constexpr std::chrono::milliseconds kEndStep{200};
constexpr std::chrono::minutes kBetweenRefusals{10};

}  // namespace

Result<std::unique_ptr<OutputWorker>> OutputWorker::start(Options options, EventFilter filter,
                                                          std::unique_ptr<Feed> feed,
                                                          const MakeSink& make_sink) {
  std::unique_ptr<OutputWorker> worker(
      new OutputWorker(std::move(options), std::move(filter), std::move(feed)));
  auto sink = make_sink(worker->counters_);
  if (!sink) return sink.problems();
  worker->sink_ = std::move(*sink);
  worker->thread_ = std::thread([its = worker.get()] { its->run(); });
  return worker;
}

OutputWorker::~OutputWorker() { finish(); }

void OutputWorker::write(const Event& event) noexcept {
  if (filter_.wants(event)) feed_->add(event);
}

std::uint64_t OutputWorker::unconfirmed() const {
  const std::uint64_t given = held_ ? held_->number : feed_->position();
  return std::min(given, sink_->unconfirmed().value_or(given));
}

void OutputWorker::run() noexcept {
  Ending ending;
  for (;;) {
    feed_->wake().clear();
    const bool more = give();
    if (const auto again = sink_->take_break()) {
      held_.reset();
      feed_->rewind(*again);
      while (!under_way_.empty() && under_way_.back().number >= *again) under_way_.pop_back();
      continue;
    }
    confirm(unconfirmed());
    note_oldest();
    note_trouble();
    if (ending_ && end_now(more, ending)) break;
    const bool under_way = sink_->unconfirmed().has_value() || held_;
    sink_->work(feed_->wake().descriptor(), more                   ? std::chrono::milliseconds(0)
                                            : under_way || ending_ ? kBusy
                                                                   : kIdle);
  }
  note_trouble();
}

/// Offers what waits. True: there is more, and the sink takes it.
bool OutputWorker::give() {
  for (int i = 0; i < kEventsAtOnce; ++i) {
    if (!held_) held_ = feed_->next();
    if (!held_) return false;
    if (filter_.wants(*held_->event)) {
      if (sink_->offer(*held_->event, held_->number) == Sink::Offer::later) return false;
      if (held_->number >= confirmed_) under_way_.push_back({held_->number, held_->added});
    }
    held_.reset();
  }
  return true;
}

/// All before `number` has arrived.
void OutputWorker::confirm(std::uint64_t number) {
  feed_->confirm(number);
  confirmed_ = std::max(confirmed_, number);
  if (under_way_.empty() || under_way_.front().number >= number) return;
  const Timestamp now = wall_clock();
  const std::lock_guard lock(mutex_);
  for (; !under_way_.empty() && under_way_.front().number < number; under_way_.pop_front())
    delays_.add(
        std::max(0.0, std::chrono::duration<double>(now - under_way_.front().added).count()));
}

void OutputWorker::note_oldest() {
  Timestamp oldest{};
  if (!under_way_.empty())
    oldest = under_way_.front().added;
  else if (held_)
    oldest = held_->added;
  oldest_ns_ = oldest.time_since_epoch().count();
}

/// True: all has arrived, or the receiver is given up.
bool OutputWorker::end_now(bool more, Ending& ending) {
  const std::uint64_t now_at = unconfirmed() + sink_->progress();
  const bool first = ending.give_up == Clock::time_point::max();
  if (first && options_.end_max > std::chrono::milliseconds::zero())
    ending.by = Clock::now() + options_.end_max;
  if (first || now_at != ending.progress) {
    ending.progress = now_at;
    ending.give_up = std::min(ending.by, Clock::now() + options_.patience);
  }
  if (Clock::now() >= ending.give_up) return true;
  if (more || held_) return false;
  if (!sink_->finish(std::min(ending.give_up, Clock::now() + kEndStep))) return false;
  if (feed_->position() > unconfirmed()) return false;  // it broke; all is offered again
  confirm(feed_->position());
  return feed_->waiting() == 0;
}

/// A receiver that comes and goes every second is said to be away once, and to be back once it has
/// stayed.
void OutputWorker::note_trouble() {
  std::string trouble = sink_->trouble();
  const Clock::time_point now = Clock::now();
  if (!trouble.empty()) well_since_ = now;
  const bool away = !trouble.empty() || (counters_.away && now - well_since_ < options_.stays);
  const std::lock_guard lock(mutex_);
  note_refusals(now);
  if (!trouble.empty()) trouble_ = std::move(trouble);
  if (away == counters_.away) return;
  counters_.away = away;
  notices_.push_back(away ? NoticeEvent{"output_away", options_.name + ": " + trouble_}
                          : NoticeEvent{"output_back", options_.name + ": takes events again"});
  if (!away) trouble_.clear();
}

/// Under mutex_. Once in ten minutes, with all of them.
void OutputWorker::note_refusals(Clock::time_point now) {
  refusal_ = sink_->refusal();
  if (counters_.refused == refusals_reported_) return;
  if (refusals_reported_at_ && now - *refusals_reported_at_ < kBetweenRefusals) return;
  refusals_reported_ = counters_.refused;
  refusals_reported_at_ = now;
  notices_.push_back({"output_refused", options_.name + ": " + refusals()});
}

/// Under mutex_.
std::string OutputWorker::refusals() const {
  return fmt::format("{} events refused by the receiver{}{}", counters_.refused.load(),
                     refusal_.empty() ? "" : ", the last one: ", refusal_);
}

void OutputWorker::end() noexcept {
  feed_->close();
  ending_ = true;
  feed_->wake().signal();
}

void OutputWorker::finish() noexcept {
  if (!thread_.joinable()) return;
  end();
  thread_.join();
}

OutputState OutputWorker::state() const {
  OutputState state;
  state.name = options_.name;
  state.type = options_.type;
  state.written = counters_.written;
  state.resent = counters_.resent;
  state.refused = counters_.refused;
  state.connections = counters_.connections;
  state.lost = feed_->lost();
  state.waiting = feed_->waiting();
  state.away = counters_.away;
  if (const std::int64_t oldest = oldest_ns_; oldest != 0 && state.waiting != 0)
    state.lag_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(
        0, std::chrono::duration_cast<std::chrono::milliseconds>(wall_clock() -
                                                                 timestamp_from_ns(oldest))
               .count()));
  const std::lock_guard lock(mutex_);
  state.delays = delays_;
  return state;
}

std::vector<NoticeEvent> OutputWorker::take_notices() {
  const std::lock_guard lock(mutex_);
  return std::exchange(notices_, {});
}

std::string OutputWorker::take_problem() {
  const std::uint64_t lost = feed_->lost() + (feed_->durable() ? 0 : feed_->waiting());
  const std::lock_guard lock(mutex_);
  std::string problem;
  if (lost != 0)
    problem =
        fmt::format("{} events not delivered{}{}", lost, trouble_.empty() ? "" : ": ", trouble_);
  if (counters_.refused != 0) problem += (problem.empty() ? "" : "; ") + refusals();
  return problem.empty() ? problem : options_.name + ": " + problem;
}

}  // namespace outspan::alert

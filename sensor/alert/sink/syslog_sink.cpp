#include "alert/sink/syslog_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace outspan::alert {
namespace {

/// Records that went within this time share a mark.
constexpr std::chrono::milliseconds kMarkTime{100};
constexpr std::chrono::milliseconds kOlderMarkTime{1000};
/// A certificate of ours that the receiver refuses is refused after the handshake (TLS 1.3).
constexpr std::chrono::milliseconds kProbation{1000};
constexpr std::chrono::seconds kStall{1};
/// An end that the receiver does not answer, all being with its kernel.
constexpr std::chrono::milliseconds kEndUnanswered{2000};

}  // namespace

SyslogSink::SyslogSink(Connection::Target target, Format format, Options options,
                       OutputCounters& counters)
    : connection_(std::move(target)),
      format_(std::move(format)),
      options_(options),
      counters_(counters) {}

Sink::Offer SyslogSink::offer(const Event& event, std::uint64_t number) {
  if (!open_) return Offer::later;
  std::string record = format_(event);
  if (record.empty()) return Offer::taken;
  if (connection_.stream())
    record = options_.framing == Framing::line_feed ? record + '\n'
                                                    : fmt::format("{} {}", record.size(), record);
  switch (connection_.send(record)) {
    case Connection::Sent::later: full_ = true; return Offer::later;
    case Connection::Sent::too_large: ++counters_.refused; return Offer::taken;
    case Connection::Sent::taken: break;
  }
  mark(number);
  return Offer::taken;
}

void SyslogSink::mark(std::uint64_t number) {
  const Clock::time_point now = Clock::now();
  const std::uint64_t end = connection_.taken_bytes();
  // Without acknowledgement of bytes one mark serves for many.
  if (!under_way_.empty() && now - under_way_.back().time < kMarkTime / 10)
    under_way_.back().end = end;
  else
    under_way_.push_back({number, end, now});
  ++counters_.written;
  if (number <= highest_) ++counters_.resent;
  highest_ = std::max(highest_, number);
  next_ = number + 1;
}

void SyslogSink::work(int wake, std::chrono::milliseconds timeout) {
  go_on();
  // What was full has room again: there is nothing to wait for.
  if (again_ || (std::exchange(full_, false) && !connection_.blocked())) return;
  connection_.wait(wake, timeout);
  go_on();
}

void SyslogSink::go_on() {
  const bool open = connection_.advance() == Connection::State::open;
  if (open_ && !open) break_off(connection_.end());
  open_ = open;
  connection_.take_received();
  counters_.connections = connection_.connections();
  settle();
}

/// Moves what the receiver's kernel has confirmed on, and lets go of what is old enough.
void SyslogSink::settle() {
  const Clock::time_point now = Clock::now();
  if (connection_.state() != Connection::State::open) return;
  const std::uint64_t arrived = connection_.arrived_bytes();
  watch_progress(arrived, now);
  if (now - connection_.opened_at() < kProbation && connection_.secured()) return;
  const auto add = [now](std::deque<Mark>& marks, Mark mark, std::chrono::milliseconds apart) {
    mark.time = now;
    if (marks.empty() || now - marks.back().time >= apart) marks.push_back(mark);
  };
  for (; !under_way_.empty() && under_way_.front().end <= arrived; under_way_.pop_front()) {
    if (options_.hold > options_.hold.zero()) add(held_, under_way_.front(), kMarkTime);
    if (options_.hold_for_reset > options_.hold.zero())
      add(older_, under_way_.front(), kOlderMarkTime);
  }
  const auto let_go = [&](std::deque<Mark>& marks, std::chrono::milliseconds hold,
                          std::chrono::milliseconds apart) {
    while (!marks.empty() && now - marks.front().time >= hold + apart && now - stalled_ >= hold)
      marks.pop_front();
  };
  let_go(held_, options_.hold, kMarkTime);
  let_go(older_, options_.hold_for_reset, kOlderMarkTime);
}

std::optional<std::uint64_t> SyslogSink::unconfirmed() const {
  if (!held_.empty()) return held_.front().first;
  if (!under_way_.empty()) return under_way_.front().first;
  return std::nullopt;
}

/// A receiver that makes no room does not read what its kernel has taken.
void SyslogSink::watch_progress(std::uint64_t arrived, Clock::time_point now) {
  if (arrived != arrived_ || arrived == connection_.taken_bytes()) progress_ = now;
  if (now - progress_ >= kStall) stalled_ = now;
  arrived_ = arrived;
}

void SyslogSink::break_off(Connection::End how) {
  const auto from = [this](std::uint64_t number) {
    again_ = std::min(number, again_.value_or(number));
  };
  if (const auto number = unconfirmed()) from(*number);
  if (how == Connection::End::broken && !older_.empty()) from(older_.front().first);
  open_ = false;
  under_way_.clear();
  held_.clear();
  older_.clear();
}

std::optional<std::uint64_t> SyslogSink::take_break() { return std::exchange(again_, {}); }

bool SyslogSink::finish(Clock::time_point give_up) {
  for (;;) {
    settle();
    const bool all_there = connection_.arrived_bytes() == connection_.taken_bytes();
    switch (connection_.finish()) {
      case Connection::Finish::closed:
        under_way_.clear();
        held_.clear();
        older_.clear();
        return true;
      case Connection::Finish::broken:
        if (under_way_.empty() && held_.empty()) return true;
        break_off(connection_.end());
        return false;
      case Connection::Finish::going_on: break;
    }
    if (end_asked_ == Clock::time_point{}) end_asked_ = Clock::now();
    if (all_there && under_way_.empty() && options_.hold == options_.hold.zero() &&
        Clock::now() - end_asked_ >= kEndUnanswered)
      return true;
    if (Clock::now() >= give_up) return false;
    connection_.wait(-1, std::chrono::milliseconds(5));
  }
}

}  // namespace outspan::alert

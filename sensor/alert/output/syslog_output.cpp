#include "alert/output/syslog_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace outspan::alert {
namespace {

using Clock = SyslogConnection::Clock;
constexpr std::chrono::milliseconds kWaitStep{20};

std::string octet_counted(const std::string& record) {
  return fmt::format("{} {}", record.size(), record);
}

}  // namespace

SyslogOutput::SyslogOutput(std::string url, SyslogTransport transport,
                           std::vector<SocketAddress> addresses, SyslogFormat format,
                           EventFilter filter, Patience patience)
    : url_(std::move(url)),
      record_bytes_max_(transport == SyslogTransport::udp ? SyslogFormat::kDatagramBytesMax
                                                          : SyslogFormat::kStreamBytesMax),
      connection_(std::move(addresses)),
      format_(std::move(format)),
      filter_(std::move(filter)),
      patience_(patience) {
  connection_.advance();
}

SyslogOutput::~SyslogOutput() {
  drain(patience_.drain_max);
  connection_.finish_sending();
}

void SyslogOutput::write(const Event& event) noexcept {
  if (!filter_.wants(event)) return;
  std::string record = format_.record(event, record_bytes_max_);
  make_room(record.size());
  if (queued_bytes_ + record.size() > patience_.queue_bytes_max) {
    ++lost_;
    return;
  }
  queued_bytes_ += record.size();
  waiting_.push_back({std::move(record), 0});
  pump();
}

/// A full queue: a receiver that takes bytes is waited for, one that does not is waited for once.
void SyslogOutput::make_room(std::size_t bytes) {
  if (queued_bytes_ + bytes <= patience_.queue_bytes_max) {
    stalled_ = false;
    return;
  }
  auto give_up = Clock::now() + patience_.stall_max;
  while (queued_bytes_ + bytes > patience_.queue_bytes_max) {
    if (pump()) {
      stalled_ = false;
      give_up = Clock::now() + patience_.stall_max;
      continue;
    }
    if (stalled_ || connection_.state() == SyslogConnection::State::closed) return;
    if (Clock::now() >= give_up) {
      stalled_ = true;
      return;
    }
    connection_.wait(kWaitStep);
  }
}

/// Sends and confirms what can be without waiting. True: something moved.
bool SyslogOutput::pump() noexcept {
  const bool open = connection_.advance() == SyslogConnection::State::open;
  if (connection_.connections() != connection_seen_ || !open) resend_unconfirmed();
  if (!open) return false;
  connection_seen_ = connection_.connections();
  const std::uint64_t queued_before = queued_bytes_;
  const std::uint64_t sent_before = connection_bytes_;
  while (!waiting_.empty() && send_front()) {
  }
  confirm();
  return queued_bytes_ != queued_before || connection_bytes_ != sent_before;
}

bool SyslogOutput::send_front() {
  Frame& front = waiting_.front();
  const std::string framed = connection_.stream() ? octet_counted(front.text) : front.text;
  const std::size_t taken = connection_.send(std::string_view(framed).substr(front_sent_bytes_));
  if (connection_.refused()) {
    // A record too long even for this transport: drop it, or nothing would follow it.
    ++lost_;
    drop_front();
    return true;
  }
  if (taken == 0) return false;
  front_sent_bytes_ += taken;
  connection_bytes_ += taken;
  if (front_sent_bytes_ < framed.size()) return false;
  front_sent_bytes_ = 0;
  ++written_;
  front.end = connection_bytes_;
  sent_.push_back(std::move(front));
  waiting_.pop_front();
  return true;
}

void SyslogOutput::drop_front() {
  queued_bytes_ -= waiting_.front().text.size();
  waiting_.pop_front();
  front_sent_bytes_ = 0;
}

void SyslogOutput::confirm() {
  if (sent_.empty()) return;
  const std::uint64_t unconfirmed = connection_.unconfirmed_bytes();
  const std::uint64_t confirmed = connection_bytes_ - std::min(connection_bytes_, unconfirmed);
  while (!sent_.empty() && sent_.front().end <= confirmed) {
    queued_bytes_ -= sent_.front().text.size();
    sent_.pop_front();
  }
}

/// The connection broke: what it has not confirmed goes to the front of the queue again.
void SyslogOutput::resend_unconfirmed() {
  front_sent_bytes_ = 0;
  connection_bytes_ = 0;
  resent_ += sent_.size();
  written_ -= sent_.size();
  for (; !sent_.empty(); sent_.pop_back()) waiting_.push_front(std::move(sent_.back()));
}

bool SyslogOutput::drain(std::chrono::milliseconds timeout) noexcept {
  auto give_up = Clock::now() + timeout;
  while (!waiting_.empty() || !sent_.empty()) {
    if (pump()) {
      give_up = Clock::now() + timeout;
    } else if (Clock::now() >= give_up) {
      return false;
    } else {
      // A socket with room is ready at once while we wait for confirmations.
      connection_.wait(waiting_.empty() ? std::chrono::milliseconds(0) : kWaitStep);
      if (waiting_.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  return true;
}

void SyslogOutput::report(Stats& stats) const {
  stats.add("output.syslog.written", written_);
  stats.add("output.syslog.lost", lost_);
  stats.add("output.syslog.resent", resent_);
  stats.add("output.syslog.queued", waiting_.size() + sent_.size());
  stats.add("output.syslog.connections", connection_.connections());
}

std::string SyslogOutput::take_problem() {
  const std::uint64_t lost =
      lost_ + (connection_.state() == SyslogConnection::State::closed ? waiting_.size() : 0);
  if (lost <= lost_reported_) return {};
  lost_reported_ = lost;
  return fmt::format("{}: {} records not delivered{}{}", url_, lost,
                     connection_.problem().empty() ? "" : ": ", connection_.problem());
}

}  // namespace outspan::alert

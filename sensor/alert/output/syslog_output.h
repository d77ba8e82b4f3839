#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

#include "alert/format/syslog_format.h"
#include "alert/output/event_filter.h"
#include "alert/output/output.h"
#include "alert/output/syslog_connection.h"

namespace outspan::alert {

/// Sends records to a syslog receiver: one datagram each (UDP, Unix), or with octet counting
/// (RFC 6587, 3.4.1) on a stream.
///
/// Syslog has no acknowledgement. On TCP, records stay in memory until the receiver's kernel has
/// confirmed their bytes and are sent again over the next connection otherwise, so a receiver may
/// get a record twice after a break; event_id tells.
///
/// The queue is bounded. When it is full, write waits for a receiver that is connected and still
/// takes bytes; one that takes none for `stall_max` costs records, which are counted.
class SyslogOutput final : public Output {
 public:
  struct Patience {
    std::uint64_t queue_bytes_max = std::uint64_t{8} * 1024 * 1024;
    std::chrono::milliseconds stall_max{2000};
    /// At the end, without any progress.
    std::chrono::milliseconds drain_max{5000};
  };

  SyslogOutput(std::string url, SyslogTransport transport, std::vector<SocketAddress> addresses,
               SyslogFormat format, EventFilter filter, Patience patience);
  ~SyslogOutput() override;

  void write(const Event& event) noexcept override;
  void flush() noexcept override { pump(); }
  void report(Stats& stats) const override;
  std::string take_problem() override;
  /// Waits until all is sent and confirmed, or until `timeout`. True: all is.
  bool drain(std::chrono::milliseconds timeout) noexcept;

 private:
  struct Frame {
    std::string text;  // with octet counting put in front once the socket is known to be a stream
    std::uint64_t end = 0;  // of the frame in the bytes of the connection, once sent
  };
  bool pump() noexcept;
  bool send_front();
  void confirm();
  void resend_unconfirmed();
  void make_room(std::size_t bytes);
  void drop_front();

  std::string url_;
  std::size_t record_bytes_max_;
  SyslogConnection connection_;
  SyslogFormat format_;
  EventFilter filter_;
  Patience patience_;

  std::deque<Frame> sent_;     // not confirmed yet
  std::deque<Frame> waiting_;  // the front may be sent in part
  std::size_t front_sent_bytes_ = 0;
  std::uint64_t connection_bytes_ = 0;  // sent over the connection
  std::uint64_t connection_seen_ = 0;   // SyslogConnection::connections() of it
  std::uint64_t queued_bytes_ = 0;
  bool stalled_ = false;

  std::uint64_t written_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t resent_ = 0;
  std::uint64_t lost_reported_ = 0;
};

}  // namespace outspan::alert

#pragma once

#include <netdb.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "alert/output/syslog_url.h"
#include "core/file_descriptor.h"
#include "core/result.h"

namespace outspan::alert {

/// A socket address that a receiver may listen on.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  int type = 0;  // SOCK_DGRAM or SOCK_STREAM
};

/// Addresses to try, in order. Asks the resolver, so it may take seconds: at the start only.
Result<std::vector<SocketAddress>> resolve(const SyslogUrl& url);

/// A non-blocking socket to the first address that takes it. Connecting goes on in the background;
/// a failed or lost connection is tried again, with the next address, at most once a second.
/// Time here is the machine's: it decides when to try again, never what is said.
class SyslogConnection {
 public:
  enum class State : std::uint8_t { closed, connecting, open };
  using Clock = std::chrono::steady_clock;

  explicit SyslogConnection(std::vector<SocketAddress> addresses);

  /// Goes on with connecting where that is due; never waits.
  State advance();
  [[nodiscard]] State state() const noexcept { return state_; }
  /// Bytes are a stream and records need frames; otherwise each send is one record.
  [[nodiscard]] bool stream() const noexcept { return stream_; }

  /// Bytes taken; 0: not now (or too large for a datagram: see refused()). A connection that broke
  /// is closed.
  std::size_t send(std::string_view bytes);
  /// The last datagram can never be sent (EMSGSIZE).
  [[nodiscard]] bool refused() const noexcept { return refused_; }
  /// Sent bytes that the receiver's kernel has not confirmed (TCP); 0 elsewhere.
  [[nodiscard]] std::uint64_t unconfirmed_bytes() const;
  /// Waits until the socket can be used or `timeout` is over.
  void wait(std::chrono::milliseconds timeout) const;
  /// Nothing more will be sent.
  void finish_sending() noexcept;

  [[nodiscard]] std::uint64_t connections() const noexcept { return connections_; }
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  void start();
  void opened() noexcept;
  void lost(int error);
  [[nodiscard]] bool closed_by_peer() const noexcept;

  std::vector<SocketAddress> addresses_;
  std::size_t next_address_ = 0;
  FileDescriptor socket_;
  State state_ = State::closed;
  bool stream_ = false;
  bool tcp_ = false;
  bool refused_ = false;
  Clock::time_point next_try_{};
  std::uint64_t connections_ = 0;
  std::string problem_;
};

}  // namespace outspan::alert

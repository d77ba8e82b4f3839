#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/net/address.h"
#include "alert/net/tls_context.h"
#include "alert/net/tls_session.h"
#include "core/file_descriptor.h"

namespace outspan::alert {

/// A non-blocking connection to a receiver, over TLS where the URL says so. Connecting goes on in
/// the background; a failed or lost connection is tried again, with the next address, once a
/// second. Names are looked up anew after every address has failed, which may take seconds. Time
/// here is the machine's: it decides when to try again, never what is said. Thread: its output's.
class Connection {
 public:
  using Clock = std::chrono::steady_clock;
  struct Target {
    ReceiverUrl url;
    std::unique_ptr<TlsContext> tls;  ///< nullptr: none
    TlsSession::Peer peer;
  };
  explicit Connection(Target target) : target_(std::move(target)) {}

  enum class State : std::uint8_t { closed, connecting, securing, open };
  /// Goes on with connecting, sending and receiving as far as that is possible now; never waits
  /// (but for a name).
  State advance();
  [[nodiscard]] State state() const noexcept { return state_; }
  /// Bytes are a stream and records need frames; otherwise each send is one record.
  [[nodiscard]] bool stream() const noexcept { return stream_; }
  [[nodiscard]] bool secured() const noexcept { return tls_.has_value(); }

  enum class Sent : std::uint8_t { taken, later, too_large };
  /// Takes all of the bytes or none.
  Sent send(std::string_view bytes);
  /// Bytes that this connection took, and those of them that the receiver's kernel has confirmed
  /// (TCP), that were read (Unix streams) or that left (datagrams).
  [[nodiscard]] std::uint64_t taken_bytes() const noexcept { return taken_; }
  [[nodiscard]] std::uint64_t arrived_bytes();
  /// Some of what was taken still waits for the receiver to make room.
  [[nodiscard]] bool blocked() const noexcept { return !outgoing_.empty() || !plain_.empty(); }
  /// What the receiver said.
  std::string take_received() { return std::exchange(received_, {}); }

  /// How the last connection ended. `orderly`: the receiver said that it ends, having read all that
  /// had arrived.
  enum class End : std::uint8_t { none, orderly, broken };
  [[nodiscard]] End end() const noexcept { return end_; }
  [[nodiscard]] Clock::time_point opened_at() const noexcept { return opened_at_; }
  [[nodiscard]] std::uint64_t connections() const noexcept { return connections_; }
  /// Why there is no connection; empty: there is one, or none was tried yet.
  [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

  /// Waits until advance() can do something, until `wake` is readable, or for `timeout`.
  void wait(int wake, std::chrono::milliseconds timeout) const;

  enum class Finish : std::uint8_t {
    going_on,
    closed,  ///< both ends said so: everything has arrived
    broken,
  };
  /// Nothing will be sent any more: sends what was taken and ends the connection from both ends.
  Finish finish();
  void close(const std::string& trouble, End end);

 private:
  void start();
  bool try_next_address();
  void connected();
  void opened();
  void check_connecting();
  void receive();
  void push();
  void wrap();
  void to_wire(std::string_view bytes);
  void refused(int error);

  Target target_;
  std::vector<SocketAddress> addresses_;
  std::size_t next_address_ = 0;
  FileDescriptor socket_;
  State state_ = State::closed;
  bool stream_ = false, tcp_ = false, local_ = false;
  std::optional<TlsSession> tls_;
  bool finishing_ = false, said_end_ = false;
  Clock::time_point next_try_{}, began_{}, opened_at_{};

  std::string plain_;     // taken, not yet on its way
  std::string outgoing_;  // for the socket
  std::uint64_t taken_ = 0, arrived_ = 0;
  std::uint64_t wire_ = 0;  // bytes that outgoing_ ever held
  /// With TLS: where what was taken ends on the wire.
  struct Mark {
    std::uint64_t wire, taken;
  };
  std::deque<Mark> marks_;
  std::string received_;

  End end_ = End::none;
  std::uint64_t connections_ = 0;
  std::string trouble_;
};

}  // namespace outspan::alert

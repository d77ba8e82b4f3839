#include "alert/net/connection.h"

#include <fmt/format.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace outspan::alert {
namespace {

constexpr std::chrono::seconds kBetweenTries{1};
constexpr std::chrono::seconds kOpeningMax{10};
/// What waits for the socket; more is not taken.
constexpr std::size_t kOutgoingMax = 64 << 10;
/// Nobody answers for so long: the connection is dead (a cable, a machine without power).
constexpr int kUserTimeoutMs = 60'000;
constexpr int kKeepIdleSeconds = 30, kKeepIntervalSeconds = 10, kKeepProbes = 3;

void set(int fd, int level, int option, int value) noexcept {
  ::setsockopt(fd, level, option, &value, sizeof(value));
}

void notice_death(int fd) noexcept {
  set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(fd, IPPROTO_TCP, TCP_KEEPIDLE, kKeepIdleSeconds);
  set(fd, IPPROTO_TCP, TCP_KEEPINTVL, kKeepIntervalSeconds);
  set(fd, IPPROTO_TCP, TCP_KEEPCNT, kKeepProbes);
  set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeoutMs);
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);  // records are put together here
}

bool try_again(int error) noexcept { return error == EAGAIN || error == EINTR || error == ENOBUFS; }

}  // namespace

Connection::State Connection::advance() {
  if (state_ == State::closed && Clock::now() >= next_try_) start();
  if (state_ == State::connecting) check_connecting();
  if (state_ == State::securing || state_ == State::open) receive();
  if (state_ == State::securing || state_ == State::open) push();
  if ((state_ == State::connecting || state_ == State::securing) &&
      Clock::now() - began_ > kOpeningMax)
    close(std::strerror(ETIMEDOUT), End::broken);
  return state_;
}

/// Tries every address once; a refusal that comes later makes the next call go on behind it.
void Connection::start() {
  next_try_ = Clock::now() + kBetweenTries;
  if (next_address_ >= addresses_.size()) {
    auto found = resolve(target_.url);
    if (!found) return close(found.problems()[0].to_string(), End::none);
    addresses_ = std::move(*found);
    next_address_ = 0;
  }
  while (next_address_ < addresses_.size() && !try_next_address()) {
  }
}

/// True: it takes the connection, or may do so soon.
bool Connection::try_next_address() {
  const SocketAddress& address = addresses_[next_address_++];
  socket_ = FileDescriptor(
      ::socket(address.storage.ss_family, address.type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  stream_ = address.type == SOCK_STREAM;
  local_ = address.storage.ss_family == AF_UNIX;
  tcp_ = stream_ && !local_;
  began_ = Clock::now();
  if (socket_ && ::connect(socket_.get(), address.generic(), address.size) == 0) {
    connected();
    return true;
  }
  if (socket_ && errno == EINPROGRESS) {
    state_ = State::connecting;
    return true;
  }
  close(std::strerror(errno), End::none);
  return false;
}

void Connection::check_connecting() {
  pollfd ready{socket_.get(), POLLOUT, 0};
  if (::poll(&ready, 1, 0) != 1) return;
  int error = 0;
  socklen_t size = sizeof(error);
  getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  error == 0 ? connected() : close(std::strerror(error), End::none);
}

void Connection::connected() {
  --next_address_;  // the next try starts with the address that worked
  if (tcp_) notice_death(socket_.get());
  plain_.clear();
  outgoing_.clear();
  marks_.clear();
  received_.clear();
  taken_ = arrived_ = wire_ = 0;
  finishing_ = said_end_ = false;
  if (!target_.tls) return opened();
  state_ = State::securing;
  tls_.emplace(target_.tls->current(), target_.peer);
}

void Connection::opened() {
  state_ = State::open;
  opened_at_ = Clock::now();
  end_ = End::none;
  ++connections_;
  trouble_.clear();
}

void Connection::close(const std::string& trouble, End end) {
  if (!trouble.empty()) trouble_ = trouble;
  // An address that failed is not the first again.
  if (state_ == State::securing) ++next_address_;
  if (state_ == State::open) end_ = end;
  tls_.reset();
  socket_.reset();
  state_ = State::closed;
}

/// Reads all there is: a receiver that went away has sent FIN, and what we send then would be
/// taken by our kernel, answered with a reset and lost without an error. What stays unread here
/// (session tickets of TLS 1.3) would turn our own end into a reset.
void Connection::receive() {
  if (!stream_) {
    int error = 0;
    socklen_t size = sizeof(error);
    getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0 && !try_again(error)) close(std::strerror(error), End::broken);
    return;
  }
  std::array<char, 16384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
  for (;;) {
    const ssize_t n = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0 && try_again(errno)) return;
    if (n < 0) return close(std::strerror(errno), End::broken);
    if (n == 0) return close("the receiver closed the connection", End::orderly);
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(n));
    if (!tls_) {
      received_ += bytes;
      continue;
    }
    received_ += tls_->receive(bytes);
    to_wire(tls_->take_output());
    if (tls_->state() == TlsSession::State::open && state_ == State::securing) opened();
    if (tls_->state() == TlsSession::State::failed) {
      push();  // says why, as far as it goes
      return close(tls_ ? tls_->error() : "", End::broken);
    }
    if (tls_->state() == TlsSession::State::ended && !finishing_)
      return close("the receiver closed the connection", End::orderly);
  }
}

/// Sends what waits for the socket.
void Connection::push() {
  if (tls_ && state_ == State::securing) to_wire(tls_->take_output());
  wrap();
  while (!outgoing_.empty()) {
    const ssize_t n =
        ::send(socket_.get(), outgoing_.data(), outgoing_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && try_again(errno)) return;
    if (n < 0) return refused(errno);
    outgoing_.erase(0, static_cast<std::size_t>(n));
  }
}

/// What the receiver said before it went says more than how it went.
void Connection::refused(int error) {
  std::array<char, 4096> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
  if (tls_ && tls_->state() != TlsSession::State::failed) {
    const ssize_t n = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n > 0) tls_->receive({buffer.data(), static_cast<std::size_t>(n)});
  }
  const bool said = tls_ && tls_->state() == TlsSession::State::failed;
  close(said ? tls_->error() : std::strerror(error), End::broken);
}

Connection::Sent Connection::send(std::string_view bytes) {
  if (state_ != State::open) return Sent::later;
  if (!stream_) {
    const ssize_t n =
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EMSGSIZE) return Sent::too_large;
    if (n < 0 && !try_again(errno)) close(std::strerror(errno), End::broken);
    if (n < 0) return Sent::later;
    taken_ += bytes.size();
    arrived_ = taken_;
    return Sent::taken;
  }
  if (plain_.size() + outgoing_.size() >= kOutgoingMax) return Sent::later;
  plain_ += bytes;
  taken_ += bytes.size();
  return Sent::taken;
}

/// What was taken since the last call, in as few records of TLS as it fits into.
void Connection::wrap() {
  if (plain_.empty() || state_ != State::open) return;
  if (tls_) {
    tls_->send(plain_);
    to_wire(tls_->take_output());
    marks_.push_back({wire_, taken_});
  } else {
    to_wire(plain_);
  }
  plain_.clear();
}

void Connection::to_wire(std::string_view bytes) {
  outgoing_ += bytes;
  wire_ += bytes.size();
}

std::uint64_t Connection::arrived_bytes() {
  if (!stream_ || state_ != State::open) return arrived_;
  int queued = 0;
  if (::ioctl(socket_.get(), SIOCOUTQ, &queued) != 0) return arrived_;
  const std::uint64_t left = wire_ - outgoing_.size();
  if (local_) {  // counts buffers, not bytes
    if (queued == 0 && !blocked()) arrived_ = taken_;
    return arrived_;
  }
  const std::uint64_t there = left - std::min(left, static_cast<std::uint64_t>(queued));
  if (!tls_) return arrived_ = there;
  for (; !marks_.empty() && marks_.front().wire <= there; marks_.pop_front())
    arrived_ = marks_.front().taken;
  return arrived_;
}

void Connection::wait(int wake, std::chrono::milliseconds timeout) const {
  const bool wants_room = state_ == State::connecting || blocked();
  std::array<pollfd, 2> waited{
      {{wake, POLLIN, 0},
       {socket_.get(), static_cast<short>(wants_room ? POLLIN | POLLOUT : POLLIN), 0}}};
  if (state_ == State::closed) {
    const auto until_try = std::chrono::ceil<std::chrono::milliseconds>(next_try_ - Clock::now());
    timeout = std::min(timeout, std::max(until_try, std::chrono::milliseconds(1)));
  }
  ::poll(waited.data(), state_ == State::closed ? 1 : 2, static_cast<int>(timeout.count()));
}

Connection::Finish Connection::finish() {
  if (state_ != State::open) return Finish::broken;
  finishing_ = true;
  if (!stream_) return arrived_ == taken_ ? Finish::closed : Finish::going_on;
  if (advance() == State::open && !blocked() && !said_end_) {
    if (tls_) {
      tls_->shut_down();
      to_wire(tls_->take_output());
      push();
    }
    said_end_ = state_ == State::open && !blocked();
    if (said_end_) ::shutdown(socket_.get(), SHUT_WR);
  }
  if (state_ == State::open) return Finish::going_on;
  if (end_ != End::orderly || !said_end_) return Finish::broken;
  arrived_ = taken_;
  trouble_.clear();
  return Finish::closed;
}

}  // namespace outspan::alert

#include "alert/output/syslog_connection.h"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "core/handle.h"

namespace outspan::alert {
namespace {

constexpr std::chrono::seconds kBetweenTries{1};

std::vector<SocketAddress> unix_addresses(const std::string& path) {
  SocketAddress address;
  auto& un = reinterpret_cast<sockaddr_un&>(address.storage);
  un.sun_family = AF_UNIX;
  path.copy(un.sun_path, sizeof(un.sun_path) - 1);
  address.size = sizeof(sockaddr_un);
  std::vector<SocketAddress> both{address, address};
  both[0].type = SOCK_DGRAM;  // /dev/log is one almost everywhere
  both[1].type = SOCK_STREAM;
  return both;
}

}  // namespace

Result<std::vector<SocketAddress>> resolve(const SyslogUrl& url) {
  if (url.transport == SyslogTransport::unix_socket) return unix_addresses(url.host);
  addrinfo wanted{};
  wanted.ai_socktype = url.transport == SyslogTransport::udp ? SOCK_DGRAM : SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &wanted, &found);
  if (error != 0) return Problem{url.host, gai_strerror(error)};
  const CHandle<addrinfo, freeaddrinfo> owner(found);
  std::vector<SocketAddress> addresses;
  for (const addrinfo* at = found; at; at = at->ai_next) {
    SocketAddress& address = addresses.emplace_back();
    std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
    address.size = at->ai_addrlen;
    address.type = at->ai_socktype;
  }
  return addresses;
}

SyslogConnection::SyslogConnection(std::vector<SocketAddress> addresses)
    : addresses_(std::move(addresses)) {}

SyslogConnection::State SyslogConnection::advance() {
  if (state_ == State::open && closed_by_peer()) lost(ECONNRESET);
  if (state_ == State::closed && Clock::now() >= next_try_) start();
  if (state_ == State::connecting) {
    pollfd ready{socket_.get(), POLLOUT, 0};
    if (::poll(&ready, 1, 0) == 1) {
      int error = 0;
      socklen_t size = sizeof(error);
      getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
      error == 0 ? opened() : lost(error);
    }
  }
  return state_;
}

/// Tries every address once; a refusal that comes later makes the next call go on behind it.
void SyslogConnection::start() {
  next_try_ = Clock::now() + kBetweenTries;
  for (std::size_t tried = 0; tried < addresses_.size() && state_ == State::closed; ++tried) {
    const SocketAddress& address = addresses_[next_address_];
    next_address_ = (next_address_ + 1) % addresses_.size();
    socket_ = FileDescriptor(
        ::socket(address.storage.ss_family, address.type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    stream_ = address.type == SOCK_STREAM;
    tcp_ = stream_ && address.storage.ss_family != AF_UNIX;
    const auto* generic = reinterpret_cast<const sockaddr*>(&address.storage);
    if (socket_ && ::connect(socket_.get(), generic, address.size) == 0) {
      opened();
    } else if (socket_ && errno == EINPROGRESS) {
      state_ = State::connecting;
    } else {
      lost(errno);
    }
  }
}

void SyslogConnection::opened() noexcept {
  state_ = State::open;
  ++connections_;
  problem_.clear();
  // The next try starts with the address that worked.
  next_address_ = (next_address_ + addresses_.size() - 1) % addresses_.size();
}

void SyslogConnection::lost(int error) {
  problem_ = std::strerror(error);
  socket_.reset();
  state_ = State::closed;
}

/// A receiver that went away has sent FIN: what we send next would be taken by our kernel and
/// answered with a reset, and be lost without an error.
bool SyslogConnection::closed_by_peer() const noexcept {
  if (!stream_) return false;
  char ignored[256];
  ssize_t n = 0;
  do {
    n = ::recv(socket_.get(), ignored, sizeof(ignored), MSG_DONTWAIT);
  } while (n > 0);
  return n == 0 || (errno != EAGAIN && errno != EINTR);
}

std::size_t SyslogConnection::send(std::string_view bytes) {
  refused_ = false;
  if (advance() != State::open) return 0;
  // A connected UDP socket reports the last datagram's ICMP error once; this one was not sent then.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const ssize_t n =
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS) return 0;
    if (errno == EMSGSIZE) {
      refused_ = true;
      return 0;
    }
    if (stream_ || errno != ECONNREFUSED ||
        reinterpret_cast<const sockaddr&>(addresses_[next_address_].storage).sa_family == AF_UNIX) {
      lost(errno);
      return 0;
    }
  }
  return 0;
}

std::uint64_t SyslogConnection::unconfirmed_bytes() const {
  int bytes = 0;
  if (!tcp_ || !socket_ || ::ioctl(socket_.get(), SIOCOUTQ, &bytes) != 0) return 0;
  return static_cast<std::uint64_t>(bytes);
}

void SyslogConnection::wait(std::chrono::milliseconds timeout) const {
  pollfd ready{socket_.get(), POLLOUT, 0};
  ::poll(&ready, state_ == State::closed ? 0 : 1, static_cast<int>(timeout.count()));
}

void SyslogConnection::finish_sending() noexcept {
  if (stream_ && socket_) ::shutdown(socket_.get(), SHUT_WR);
}

}  // namespace outspan::alert

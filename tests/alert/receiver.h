#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "core/file_descriptor.h"

namespace outspan::alert {

/// Undoes octet counting (RFC 6587, 3.4.1); nullopt: the bytes are no whole frames.
inline std::optional<std::vector<std::string>> frames_of(const std::string& bytes) {
  std::vector<std::string> frames;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t blank = bytes.find(' ', at);
    if (blank == std::string::npos) return std::nullopt;
    const std::size_t size = std::stoul(bytes.substr(at, blank - at));
    if (blank + 1 + size > bytes.size()) return std::nullopt;
    frames.push_back(bytes.substr(blank + 1, size));
    at = blank + 1 + size;
  }
  return frames;
}

/// A TCP receiver on the loopback that the test reads by hand.
class TcpReceiver {
 public:
  explicit TcpReceiver(std::uint16_t port = 0) {
    socket_ = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ok_ = ::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
          ::listen(socket_.get(), 4) == 0;
    socklen_t size = sizeof(address);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }
  /// Makes the kernel take little that is not read.
  void take_little() {
    const int bytes = 4096;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
  }
  void accept(int timeout_ms = 1000) {
    if (ready(socket_.get(), timeout_ms))
      connection_ = FileDescriptor(::accept(socket_.get(), nullptr, nullptr));
  }
  /// What comes until the sender is silent for a moment or ends.
  std::string read() {
    std::string bytes;
    char buffer[65536];
    while (connection_ && ready(connection_.get())) {
      const ssize_t n = ::recv(connection_.get(), buffer, sizeof(buffer), 0);
      if (n <= 0) break;
      bytes.append(buffer, static_cast<std::size_t>(n));
    }
    return bytes;
  }
  std::string read_some(std::size_t bytes_max, int timeout_ms = 3000) {
    std::string bytes(bytes_max, '\0');
    if (!connection_ || !ready(connection_.get(), timeout_ms)) return {};
    const ssize_t n = ::recv(connection_.get(), bytes.data(), bytes.size(), 0);
    bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return bytes;
  }
  void hang_up() { connection_.reset(); }
  /// Ends the connection with a reset: what it has taken and not read is lost.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(connection_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    connection_.reset();
  }

 private:
  static bool ready(int fd, int timeout_ms = 300) {
    pollfd in{fd, POLLIN, 0};
    return ::poll(&in, 1, timeout_ms) == 1;
  }
  FileDescriptor socket_, connection_;
  bool ok_ = false;
  std::uint16_t port_ = 0;
};

/// A datagram receiver: UDP on the loopback, or a Unix socket at `path`.
class DatagramReceiver {
 public:
  explicit DatagramReceiver(std::uint16_t port = 0) {
    socket_ = FileDescriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address));
    socklen_t size = sizeof(address);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  explicit DatagramReceiver(const std::string& path) {
    socket_ = FileDescriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    ::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address));
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  std::optional<std::string> read(int timeout_ms = 500) {
    pollfd in{socket_.get(), POLLIN, 0};
    if (::poll(&in, 1, timeout_ms) != 1) return std::nullopt;
    char buffer[65536];
    const ssize_t n = ::recv(socket_.get(), buffer, sizeof(buffer), 0);
    return n < 0 ? std::nullopt : std::optional(std::string(buffer, static_cast<std::size_t>(n)));
  }

 private:
  FileDescriptor socket_;
  std::uint16_t port_ = 0;
};

}  // namespace outspan::alert

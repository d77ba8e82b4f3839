#include "alert/metrics/http_port.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "alert/net/address.h"
#include "config/listen_address.h"

namespace outspan::alert {
namespace {

constexpr std::size_t kHeadBytesMax = 4096;
constexpr std::chrono::seconds kPatience{2};
/// How soon an end is seen.
constexpr int kPollMs = 200;
constexpr int kWaiting = 16;

std::string_view reason_of(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 503: return "Service Unavailable";
    default: return "Bad Request";
  }
}

std::string text_of(const HttpPort::Answer& answer) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
      answer.status, reason_of(answer.status), answer.type, answer.body.size(), answer.body);
}

/// The head of a request, as far as it came; empty: it took too long.
std::string read_head(int connection) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  std::string head;
  char buffer[kHeadBytesMax];
  while (head.size() < kHeadBytesMax && head.find("\r\n\r\n") == head.npos) {
    if (std::chrono::steady_clock::now() > deadline) return {};
    const ssize_t n = ::recv(connection, buffer, kHeadBytesMax - head.size(), 0);
    if (n <= 0) return {};
    head.append(buffer, static_cast<std::size_t>(n));
  }
  return head;
}

HttpPort::Answer plain(int status) {
  return {status, "text/plain", std::string(reason_of(status)) + "\n"};
}

/// RFC 9112, section 3: method, target, version.
HttpPort::Answer answer_to(std::string_view head, const HttpPort::Respond& respond) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::size_t target = line.find(' ');
  const std::size_t version = line.rfind(' ');
  if (target == line.npos || version == target || !line.substr(version + 1).starts_with("HTTP/1."))
    return plain(400);
  if (line.substr(0, target) != "GET") return plain(405);
  const std::string_view path = line.substr(target + 1, version - target - 1);
  return respond(path.substr(0, path.find('?')));
}

Problem failed(const std::string& listen) { return {listen, std::strerror(errno)}; }

}  // namespace

Result<std::unique_ptr<HttpPort>> HttpPort::open(const std::string& listen) {
  const auto wanted = config::parse_listen_address(listen);
  if (!wanted) return Problem{listen, "is no address with a port"};
  const auto found = resolve({Transport::tcp, wanted->address.to_string(), wanted->port});
  if (!found) return found.problems();
  const SocketAddress& address = found->front();
  FileDescriptor socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (!socket) return failed(listen);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(socket.get(), address.generic(), address.size) != 0 ||
      ::listen(socket.get(), kWaiting) != 0)
    return failed(listen);
  return std::unique_ptr<HttpPort>(new HttpPort(std::move(socket)));
}

std::string HttpPort::address() const {
  sockaddr_storage at{};
  socklen_t size = sizeof(at);
  ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&at), &size);
  if (at.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(at);
    return fmt::format("{}:{}", IpAddress::v4(ntohl(v4.sin_addr.s_addr)).to_string(),
                       ntohs(v4.sin_port));
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(at);
  return fmt::format("[{}]:{}", IpAddress::from_bytes(Bytes(v6.sin6_addr.s6_addr)).to_string(),
                     ntohs(v6.sin6_port));
}

void HttpPort::start(Respond respond) {
  respond_ = std::move(respond);
  thread_ = std::thread([this] { serve(); });
}

void HttpPort::stop() noexcept {
  stopped_ = true;
  if (thread_.joinable()) thread_.join();
}

void HttpPort::serve() noexcept {
  while (!stopped_) {
    pollfd in{socket_.get(), POLLIN, 0};
    if (::poll(&in, 1, kPollMs) != 1) continue;
    const FileDescriptor connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection) serve(connection.get());
  }
}

void HttpPort::serve(int connection) const {
  const timeval patience{kPatience.count(), 0};
  ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  ::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  const std::string head = read_head(connection);
  if (head.empty()) return;
  const std::string text = text_of(answer_to(head, respond_));
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n = ::send(connection, text.data() + at, text.size() - at, MSG_NOSIGNAL);
    if (n <= 0) return;
    at += static_cast<std::size_t>(n);
  }
}

}  // namespace outspan::alert

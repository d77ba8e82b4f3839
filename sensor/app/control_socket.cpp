#include "app/control_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <optional>

namespace outspan::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kRequestBytesMax = 256;
/// Of an answer, for whoever asks.
constexpr std::size_t kAnswerBytesMax = std::size_t{1} << 20;
constexpr std::chrono::seconds kPatience{2};
/// How soon an end is seen.
constexpr int kPollMs = 200;
constexpr int kWaiting = 16;

std::optional<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) return std::nullopt;
  path.copy(address.sun_path, path.size());
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

FileDescriptor connect_to(const sockaddr_un& address) {
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket && ::connect(socket.get(), generic(address), sizeof(address)) == 0) return socket;
  return {};
}

void set_patience(int socket, std::chrono::seconds patience) {
  const timeval time{patience.count(), 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
}

bool send_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

/// Without its end of line; nullopt: none came in time.
std::optional<std::string> read_request(int connection) {
  const auto deadline = Clock::now() + kPatience;
  std::string request;
  char buffer[kRequestBytesMax];
  while (request.size() < kRequestBytesMax && Clock::now() < deadline) {
    const ssize_t n = ::recv(connection, buffer, kRequestBytesMax - request.size(), 0);
    if (n <= 0) return std::nullopt;
    request.append(buffer, static_cast<std::size_t>(n));
    if (const std::size_t end = request.find('\n'); end != request.npos)
      return request.substr(0, end);
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<ControlSocket>> ControlSocket::open(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return Problem{path, "is no path for a socket: it is empty or too long"};
  if (connect_to(*address)) return Problem{path, "another sensor answers there"};
  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0 && S_ISSOCK(there.st_mode)) ::unlink(path.c_str());
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // Before it has a name, so that nobody else can connect in between.
  if (!socket || ::fchmod(socket.get(), 0660) != 0 ||
      ::bind(socket.get(), generic(*address), sizeof(*address)) != 0 ||
      ::chmod(path.c_str(), 0660) != 0 || ::listen(socket.get(), kWaiting) != 0)
    return Problem{path, std::string("no control socket can be made: ") + std::strerror(errno)};
  return std::unique_ptr<ControlSocket>(new ControlSocket(std::move(socket), path));
}

ControlSocket::~ControlSocket() {
  stop();
  ::unlink(path_.c_str());
}

void ControlSocket::start(Respond respond) {
  respond_ = std::move(respond);
  thread_ = std::thread([this] { serve(); });
}

void ControlSocket::stop() noexcept {
  stopped_ = true;
  if (thread_.joinable()) thread_.join();
}

void ControlSocket::serve() noexcept {
  while (!stopped_) {
    pollfd in{socket_.get(), POLLIN, 0};
    if (::poll(&in, 1, kPollMs) != 1) continue;
    const FileDescriptor connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection) continue;
    set_patience(connection.get(), kPatience);
    try {
      if (const auto request = read_request(connection.get()))
        send_all(connection.get(), respond_(*request));
    } catch (const std::exception&) {
      // No memory for an answer: the client sees that there is none.
    }
  }
}

Result<std::string> ask_sensor(const std::string& path, std::string_view request,
                               std::chrono::seconds patience) {
  const auto address = address_of(path);
  if (!address) return Problem{path, "is no path for a socket: it is empty or too long"};
  const FileDescriptor socket = connect_to(*address);
  if (!socket)
    return Problem{path, std::string("no sensor can be asked there: ") + std::strerror(errno)};
  set_patience(socket.get(), patience);
  if (!send_all(socket.get(), std::string(request) + "\n"))
    return Problem{path, "the sensor takes no request"};
  std::string answer;
  char buffer[4096];
  while (answer.size() < kAnswerBytesMax) {
    const ssize_t n = ::recv(socket.get(), buffer, sizeof(buffer), 0);
    if (n < 0) return Problem{path, "the sensor gives no answer"};
    if (n == 0) break;
    answer.append(buffer, static_cast<std::size_t>(n));
  }
  if (answer.empty()) return Problem{path, "the sensor gives no answer"};
  return answer;
}

}  // namespace outspan::app

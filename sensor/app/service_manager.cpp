#include "app/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace outspan::app {
namespace {

/// Empty: not set. It is gone from the environment afterwards.
std::string take_variable(const char* name) {
  const char* const value = std::getenv(name);
  std::string text = value == nullptr ? "" : value;
  unsetenv(name);
  return text;
}

/// `name`: a path, or @ and a name in the abstract namespace. -1: not to be reached.
int connect_to(const std::string& name) noexcept {
  sockaddr_un to{};
  if (name.size() < 2 || name.size() >= sizeof to.sun_path) return -1;
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, name.data(), name.size());
  if (name[0] == '@') to.sun_path[0] = '\0';
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  if (connect(fd, reinterpret_cast<const sockaddr*>(&to), size) == 0) return fd;
  close(fd);
  return -1;
}

}  // namespace

ServiceManager::ServiceManager() : socket_(connect_to(take_variable("NOTIFY_SOCKET"))) {
  const std::string usec = take_variable("WATCHDOG_USEC");
  const std::string pid = take_variable("WATCHDOG_PID");
  std::uint64_t value = 0;
  const auto read = std::from_chars(usec.data(), usec.data() + usec.size(), value);
  if (read.ec != std::errc() || value == 0) return;
  if (pid.empty() || pid == std::to_string(getpid())) watchdog_ = std::chrono::microseconds(value);
}

ServiceManager::~ServiceManager() {
  if (socket_ >= 0) close(socket_);
}

void ServiceManager::tell(std::string_view state) const noexcept {
  // A manager that does not listen is no reason to stop.
  if (socket_ >= 0)
    static_cast<void>(send(socket_, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

}  // namespace outspan::app

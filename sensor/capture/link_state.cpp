#include "capture/link_state.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace outspan::capture {

LinkState link_state(const std::string& interface, unsigned& index) noexcept {
  index = if_nametoindex(interface.c_str());
  ifreq request{};
  if (index == 0 || interface.size() >= sizeof request.ifr_name) return LinkState::gone;
  std::memcpy(request.ifr_name, interface.data(), interface.size());
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return LinkState::up;  // nobody knows better
  const bool known = ioctl(fd, SIOCGIFFLAGS, &request) == 0;
  close(fd);
  if (!known) return LinkState::gone;
  if ((request.ifr_flags & IFF_UP) == 0) return LinkState::down;
  return (request.ifr_flags & IFF_RUNNING) == 0 ? LinkState::no_carrier : LinkState::up;
}

}  // namespace outspan::capture

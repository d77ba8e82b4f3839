#include "capture/link_state.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace outspan::capture {

namespace {

/// Asks the kernel about the interface named in `request`. False: it does not answer.
bool ask(unsigned long question, ifreq& request) noexcept {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool answered = ioctl(fd, question, &request) == 0;
  close(fd);
  return answered;
}

/// False: too long for a name.
bool name(ifreq& request, const std::string& interface) noexcept {
  if (interface.size() >= sizeof request.ifr_name) return false;
  std::memcpy(request.ifr_name, interface.data(), interface.size());
  return true;
}

std::uint32_t ethtool(const std::string& interface, std::uint32_t command) noexcept {
  ethtool_value value{command, 0};
  ifreq request{};
  request.ifr_data = reinterpret_cast<char*>(&value);
  return name(request, interface) && ask(SIOCETHTOOL, request) ? value.data : 0;
}

}  // namespace

LinkState link_state(const std::string& interface, unsigned& index) noexcept {
  index = if_nametoindex(interface.c_str());
  ifreq request{};
  if (index == 0 || !name(request, interface) || !ask(SIOCGIFFLAGS, request))
    return LinkState::gone;
  if ((request.ifr_flags & IFF_UP) == 0) return LinkState::down;
  return (request.ifr_flags & IFF_RUNNING) == 0 ? LinkState::no_carrier : LinkState::up;
}

LinkSettings link_settings(const std::string& interface) noexcept {
  LinkSettings settings;
  ifreq request{};
  if (name(request, interface) && ask(SIOCGIFMTU, request))
    settings.mtu = static_cast<unsigned>(request.ifr_mtu);
  settings.merges_segments = ethtool(interface, ETHTOOL_GGRO) != 0 ||
                             (ethtool(interface, ETHTOOL_GFLAGS) & ETH_FLAG_LRO) != 0;
  return settings;
}

}  // namespace outspan::capture

#include "alert/net/address.h"

#include <netdb.h>
#include <sys/un.h>

#include <cstring>

#include "core/handle.h"

namespace outspan::alert {
namespace {

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

Result<std::vector<SocketAddress>> resolve(const ReceiverUrl& url) {
  if (url.transport == Transport::unix_socket) return unix_addresses(url.host);
  addrinfo wanted{};
  wanted.ai_socktype = url.transport == Transport::udp ? SOCK_DGRAM : SOCK_STREAM;
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

}  // namespace outspan::alert

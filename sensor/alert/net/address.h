#pragma once

#include <sys/socket.h>

#include <vector>

#include "alert/net/receiver_url.h"
#include "core/result.h"

namespace outspan::alert {

/// A socket address that a receiver may listen on.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  int type = 0;  // SOCK_DGRAM or SOCK_STREAM

  [[nodiscard]] const sockaddr* generic() const noexcept {
    return reinterpret_cast<const sockaddr*>(&storage);
  }
};

/// Addresses to try, in order. Asks the resolver, so it may take seconds.
Result<std::vector<SocketAddress>> resolve(const ReceiverUrl& url);

}  // namespace outspan::alert

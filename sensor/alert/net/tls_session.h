#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alert/net/tls_context.h"

namespace outspan::alert {

/// The client's end of one TLS connection, without the socket: takes in what came from the network,
/// gives out what is to be sent there.
class TlsSession {
 public:
  /// Whom we expect: the name or address in the certificate (RFC 5425, 5.2), or a certificate by
  /// its SHA-256 fingerprint, which then needs no CA.
  struct Peer {
    std::string name;
    std::vector<std::string> fingerprints;  ///< 64 hexadecimal digits, lower case
  };
  TlsSession(SslContext context, const Peer& peer);

  enum class State : std::uint8_t {
    securing,  ///< the handshake goes on
    open,
    ended,   ///< the other side said that nothing follows
    failed,  ///< error() says why
  };
  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

  /// Bytes from the network, and what they held for us.
  std::string receive(std::string_view bytes);
  /// Once open. What it makes is in take_output().
  void send(std::string_view text);
  /// Says that nothing follows. True: the other side has said so, too.
  bool shut_down();
  /// Bytes for the network.
  std::string take_output();

 private:
  void go_on();
  void fail();
  [[nodiscard]] bool fingerprint_matches() const;

  SslContext context_;
  CHandle<SSL, SSL_free> ssl_;
  BIO* in_ = nullptr;   // owned by ssl_
  BIO* out_ = nullptr;  // owned by ssl_
  std::vector<std::string> fingerprints_;
  State state_ = State::securing;
  std::string error_;
};

}  // namespace outspan::alert

#pragma once

#include <openssl/ssl.h>
#include <sys/stat.h>

#include <array>
#include <memory>
#include <string>

#include "config/config.h"
#include "core/handle.h"
#include "core/result.h"

namespace outspan::alert {

using SslContext = std::shared_ptr<SSL_CTX>;

/// Certificates and keys of one receiver: whom we believe, and who we are. TLS 1.2 and newer.
/// Thread: its output's.
class TlsContext {
 public:
  /// Reads all files. Without a CA file those of the system count.
  static Result<std::unique_ptr<TlsContext>> open(const config::Tls& options);

  /// What a new connection uses. Files that changed are read anew; while those cannot be used, the
  /// ones before stay.
  SslContext current();

 private:
  /// Of CA, certificate and key.
  using Identity = std::array<std::array<std::int64_t, 3>, 3>;

  explicit TlsContext(const config::Tls& options) : options_(options) {}
  [[nodiscard]] Result<SslContext> read() const;
  [[nodiscard]] Identity identity() const;

  const config::Tls options_;
  SslContext context_;
  Identity tried_{};
};

/// What OpenSSL has to say about the last failure in this thread; "" where it says nothing.
std::string openssl_error();

}  // namespace outspan::alert

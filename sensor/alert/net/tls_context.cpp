#include "alert/net/tls_context.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include "core/credential.h"

namespace outspan::alert {

std::string openssl_error() {
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  return reason ? reason : "";
}

Result<std::unique_ptr<TlsContext>> TlsContext::open(const config::Tls& options) {
  std::unique_ptr<TlsContext> made(new TlsContext(options));
  made->tried_ = made->identity();
  auto context = made->read();
  if (!context) return context.problems();
  made->context_ = std::move(*context);
  return made;
}

Result<SslContext> TlsContext::read() const {
  const SslContext context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context) return Problem{"TLS", openssl_error()};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const auto problem = [](const std::string& path) {
    const std::string reason = openssl_error();
    return Problem{path, reason.empty() ? "cannot be used" : "cannot be used: " + reason};
  };
  const std::string& ca = options_.ca_file;
  if (ca.empty() ? SSL_CTX_set_default_verify_paths(context.get()) != 1
                 : SSL_CTX_load_verify_locations(context.get(), ca.c_str(), nullptr) != 1)
    return problem(ca.empty() ? "the system's certificates" : ca);
  if (options_.cert_file.empty()) return context;
  const std::string key = credential_path(options_.key_file);
  if (SSL_CTX_use_certificate_chain_file(context.get(), options_.cert_file.c_str()) != 1)
    return problem(options_.cert_file);
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)
    return problem(options_.key_file);
  return context;
}

TlsContext::Identity TlsContext::identity() const {
  Identity all{};
  std::size_t at = 0;
  for (const std::string& path :
       {options_.ca_file, options_.cert_file, credential_path(options_.key_file)}) {
    struct stat status {};
    if (!path.empty() && ::stat(path.c_str(), &status) == 0)
      all[at] = {static_cast<std::int64_t>(status.st_ino), status.st_size,
                 std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
    ++at;
  }
  return all;
}

SslContext TlsContext::current() {
  const Identity now = identity();
  if (now == tried_) return context_;
  tried_ = now;
  if (auto fresh = read()) context_ = std::move(*fresh);
  return context_;
}

}  // namespace outspan::alert

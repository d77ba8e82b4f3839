#include "alert/net/tls_session.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <limits>

#include "core/address.h"

namespace outspan::alert {
namespace {

/// With fingerprints the certificate itself is known: no CA has to vouch for it.
int accept_any(int, X509_STORE_CTX*) { return 1; }

int bounded(std::size_t size) noexcept {
  return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

TlsSession::TlsSession(SslContext context, const Peer& peer)
    : context_(std::move(context)),
      ssl_(SSL_new(context_.get())),
      in_(BIO_new(BIO_s_mem())),
      out_(BIO_new(BIO_s_mem())),
      fingerprints_(peer.fingerprints) {
  BIO_set_mem_eof_return(in_, -1);  // empty is "not yet", not the end
  SSL_set_bio(ssl_.get(), in_, out_);
  SSL_set_connect_state(ssl_.get());
  if (!fingerprints_.empty()) SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, accept_any);
  X509_VERIFY_PARAM* expected = SSL_get0_param(ssl_.get());
  if (IpAddress::parse(peer.name)) {
    X509_VERIFY_PARAM_set1_ip_asc(expected, peer.name.c_str());
  } else {
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(expected, peer.name.c_str(), peer.name.size());
    SSL_set_tlsext_host_name(ssl_.get(), peer.name.c_str());
  }
  go_on();
}

void TlsSession::go_on() {
  if (state_ != State::securing) return;
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_.get());
  if (done == 1) {
    state_ = State::open;
    if (!fingerprints_.empty() && !fingerprint_matches()) {
      error_ = "the receiver's certificate has another fingerprint";
      state_ = State::failed;
    }
  } else if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ) {
    fail();
  }
}

void TlsSession::fail() {
  state_ = State::failed;
  const long verified = SSL_get_verify_result(ssl_.get());
  const std::string reason = openssl_error();
  if (verified != X509_V_OK && fingerprints_.empty())
    error_ = std::string("the receiver's certificate is refused: ") +
             X509_verify_cert_error_string(verified);
  else
    error_ = "TLS: " + (reason.empty() ? std::string("the connection broke") : reason);
}

bool TlsSession::fingerprint_matches() const {
  const CHandle<X509, X509_free> certificate(SSL_get1_peer_certificate(ssl_.get()));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1)
    return false;
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return std::find(fingerprints_.begin(), fingerprints_.end(), hex) != fingerprints_.end();
}

std::string TlsSession::receive(std::string_view bytes) {
  BIO_write(in_, bytes.data(), bounded(bytes.size()));
  go_on();
  std::string text;
  std::array<char, 16384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
  while (state_ == State::open) {
    ERR_clear_error();
    const int n = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (n > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(n));
      continue;
    }
    const int error = SSL_get_error(ssl_.get(), n);
    if (error == SSL_ERROR_ZERO_RETURN)
      state_ = State::ended;
    else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
      fail();
    break;
  }
  return text;
}

void TlsSession::send(std::string_view text) {
  ERR_clear_error();
  while (state_ == State::open && !text.empty()) {
    const int n = SSL_write(ssl_.get(), text.data(), bounded(text.size()));
    if (n <= 0) return fail();  // memory takes everything
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

bool TlsSession::shut_down() {
  if (state_ == State::failed || state_ == State::securing) return false;
  ERR_clear_error();
  if ((SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) == 0) SSL_shutdown(ssl_.get());
  return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

std::string TlsSession::take_output() {
  std::string bytes;
  char* data = nullptr;
  const long size = BIO_get_mem_data(out_, &data);
  if (size > 0) bytes.assign(data, static_cast<std::size_t>(size));
  BIO_reset(out_);
  return bytes;
}

}  // namespace outspan::alert

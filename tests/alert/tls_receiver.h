#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <atomic>
#include <thread>

#include "tests/alert/certificates.h"
#include "tests/alert/outputs.h"
#include "tests/alert/receiver.h"

namespace outspan::alert {

/// A TLS receiver on the loopback, in a thread of its own, that behaves as it is told.
class TlsReceiver {
 public:
  struct Options {
    bool wants_certificate = false;
    int version_max = TLS1_3_VERSION;
    /// Hangs up after so many bytes of text, in the middle of a record; 0: never.
    std::size_t cut_after = 0;
    bool resets = false;  ///< a cut is a reset
    /// Reads no faster than this.
    std::chrono::milliseconds pause{0};
  };
  TlsReceiver(const std::filesystem::path& folder, const std::string& identity, Options options)
      : options_(options), context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_use_certificate_file(context_.get(), (folder / (identity + ".pem")).c_str(),
                                 SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context_.get(), (folder / (identity + ".key")).c_str(),
                                SSL_FILETYPE_PEM);
    SSL_CTX_set_security_level(context_.get(), 0);  // for old versions
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), options.version_max);
    if (options.wants_certificate) {
      SSL_CTX_load_verify_locations(context_.get(), (folder / "ca.pem").c_str(), nullptr);
      SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                         nullptr);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socket_ = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address));
    ::listen(socket_.get(), 8);
    socklen_t size = sizeof(address);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsReceiver() {
    ended_ = true;
    thread_.join();
  }
  [[nodiscard]] std::string url(const std::string& host = "localhost") const {
    return "tls://" + host + ":" + std::to_string(port_);
  }
  /// What came over each connection, as far as the records were whole.
  std::vector<std::string> records() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const std::string& text : texts_) {
      std::string whole = text;
      // The last record may be cut.
      while (!whole.empty() && !frames_of(whole)) whole.pop_back();
      if (const auto frames = frames_of(whole))
        all.insert(all.end(), frames->begin(), frames->end());
    }
    return all;
  }
  std::vector<std::string> client_names() {
    const std::lock_guard lock(mutex_);
    return client_names_;
  }
  [[nodiscard]] int ends_in_order() const { return ends_in_order_; }
  void cut_after(std::size_t bytes) { options_.cut_after = bytes; }

 private:
  void serve() {
    while (!ended_) {
      pollfd in{socket_.get(), POLLIN, 0};
      if (::poll(&in, 1, 20) != 1) continue;
      FileDescriptor connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      talk(connection);
    }
  }
  void talk(FileDescriptor& connection) {
    const CHandle<SSL, SSL_free> ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), connection.get());
    const timeval second{1, 0};
    ::setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
    if (SSL_accept(ssl.get()) != 1) {
      ERR_clear_error();
      return;
    }
    note_client(ssl.get());
    std::size_t bytes = 0;
    char buffer[16384];
    while (!ended_) {
      std::this_thread::sleep_for(options_.pause);
      const int n = SSL_read(ssl.get(), buffer, sizeof(buffer));
      if (n > 0) {
        {
          const std::lock_guard lock(mutex_);
          texts_.back().append(buffer, static_cast<std::size_t>(n));
        }
        bytes += static_cast<std::size_t>(n);
        if (options_.cut_after == 0 || bytes < options_.cut_after) continue;
        if (options_.resets) {
          const linger now{1, 0};
          ::setsockopt(connection.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
        }
        return;
      }
      const int error = SSL_get_error(ssl.get(), n);
      if (error == SSL_ERROR_WANT_READ) continue;
      if (error == SSL_ERROR_ZERO_RETURN) {
        ++ends_in_order_;
        SSL_shutdown(ssl.get());
      }
      ERR_clear_error();
      return;
    }
  }
  void note_client(SSL* ssl) {
    const Certificate client(SSL_get1_peer_certificate(ssl));
    char name[128] = "";
    if (client)
      X509_NAME_get_text_by_NID(X509_get_subject_name(client.get()), NID_commonName, name,
                                sizeof(name));
    const std::lock_guard lock(mutex_);
    client_names_.emplace_back(name);
    texts_.emplace_back();
  }

  std::atomic<bool> ended_{false};
  Options options_;
  CHandle<SSL_CTX, SSL_CTX_free> context_;
  FileDescriptor socket_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::vector<std::string> texts_, client_names_;
  std::atomic<int> ends_in_order_{0};
  std::thread thread_;
};

}  // namespace outspan::alert

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "core/file_descriptor.h"
#include "core/result.h"

namespace outspan::alert {

/// A port that answers GET, one request after the other: for a Prometheus on this host, not for the
/// world. A client has two seconds for each step and sends 4 KiB at most.
/// Thread: one of its own, on which `answer` is called.
class HttpPort {
 public:
  struct Answer {
    int status = 200;
    std::string type = "text/plain; version=0.0.4; charset=utf-8";
    std::string body;
  };
  /// `path` without its query.
  using Respond = std::function<Answer(std::string_view path)>;

  /// Takes the port; `listen` is a listen address (see config/listen_address.h).
  static Result<std::unique_ptr<HttpPort>> open(const std::string& listen);
  ~HttpPort() { stop(); }
  HttpPort(const HttpPort&) = delete;
  HttpPort& operator=(const HttpPort&) = delete;

  /// "127.0.0.1:9437", with the port that was taken.
  [[nodiscard]] std::string address() const;
  /// From now on requests are answered; those that came before have waited.
  void start(Respond respond);
  void stop() noexcept;

 private:
  explicit HttpPort(FileDescriptor socket) : socket_(std::move(socket)) {}
  void serve() noexcept;
  void serve(int connection) const;

  const FileDescriptor socket_;
  std::atomic<bool> stopped_{false};
  Respond respond_;
  std::thread thread_;
};

}  // namespace outspan::alert

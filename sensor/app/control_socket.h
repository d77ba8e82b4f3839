#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "core/file_descriptor.h"
#include "core/result.h"

namespace outspan::app {

/// Where a sensor listens, and is asked, if nobody says otherwise.
inline constexpr const char* kControlPath = "/run/outspan/control.sock";

/// A local socket (mode 0660) that answers one request after the other: a line of at most 256
/// bytes, and text until the end. A client has two seconds to send it and two for each step of
/// reading the answer.
/// Thread: one of its own, on which `respond` is called, so that a slow client keeps nobody waiting
/// but the next client.
class ControlSocket {
 public:
  using Respond = std::function<std::string(std::string_view request)>;

  /// A socket that a sensor has left behind is replaced; one that a sensor answers at is a problem.
  static Result<std::unique_ptr<ControlSocket>> open(const std::string& path);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  void start(Respond respond);
  /// Nothing is answered any more.
  void stop() noexcept;

 private:
  ControlSocket(FileDescriptor socket, std::string path)
      : socket_(std::move(socket)), path_(std::move(path)) {}
  void serve() noexcept;

  const FileDescriptor socket_;
  const std::string path_;
  std::atomic<bool> stopped_{false};
  Respond respond_;
  std::thread thread_;
};

/// The answer of the sensor that listens at `path`.
Result<std::string> ask_sensor(const std::string& path, std::string_view request,
                               std::chrono::seconds patience);

}  // namespace outspan::app

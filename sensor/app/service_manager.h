#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace outspan::app {

/// The systemd that started this program, if one did: what is reported to it of the program's state
/// (sd_notify(3)) and how often it wants a sign of life. Thread: any, once made.
class ServiceManager {
 public:
  /// Takes what it needs out of the environment, so that child processes do not speak for us.
  ServiceManager();
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  /// "READY=1", "WATCHDOG=1", "STOPPING=1", "STATUS=..." and combinations, a line each. Nobody is
  /// told where systemd did not start us.
  void tell(std::string_view state) const noexcept;

  /// Without a sign of life for so long it restarts us; nullopt: it does not watch.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog() const noexcept {
    return watchdog_;
  }

 private:
  int socket_ = -1;
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace outspan::app

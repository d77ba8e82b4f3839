#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "config/output.h"
#include "core/handle.h"

namespace outspan::alert {

/// POST requests to one URL, one at a time, without waiting: libcurl's multi interface.
/// Thread: its output's.
class HttpRequest {
 public:
  struct Options {
    std::string url;
    config::Tls tls;
  };
  explicit HttpRequest(const Options& options);

  /// Begins a request; none is under way.
  void start(std::string body, const std::vector<std::string>& headers);
  [[nodiscard]] bool under_way() const noexcept { return under_way_; }

  struct Answer {
    long status = 0;      ///< 0: there was none
    std::string problem;  ///< why there was none
    std::string body;     ///< at most 1 MiB
    std::chrono::seconds retry_after{0};
    long connections = 0;  ///< that were made for it
  };
  /// Goes on; the answer once it is there.
  std::optional<Answer> advance();
  /// Waits until advance() can do something, until `wake` is readable, or for `timeout`.
  void wait(int wake, std::chrono::milliseconds timeout);

 private:
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);

  CHandle<CURLM, curl_multi_cleanup> multi_;
  CHandle<CURL, curl_easy_cleanup> easy_;
  CHandle<curl_slist, curl_slist_free_all> headers_;
  std::string key_file_;
  std::string sent_;
  std::string received_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  bool under_way_ = false;
};

}  // namespace outspan::alert

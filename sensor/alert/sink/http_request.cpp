#include "alert/sink/http_request.h"

#include "core/credential.h"

namespace outspan::alert {
namespace {

constexpr std::size_t kAnswerBytesMax = 1 << 20;
constexpr long kConnectSeconds = 10, kRequestSeconds = 60;

/// Once a process: outputs are made before their threads.
bool library_is_ready() noexcept {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  return kReady == CURLE_OK;
}

}  // namespace

HttpRequest::HttpRequest(const Options& options)
    : multi_(library_is_ready() ? curl_multi_init() : nullptr),
      easy_(multi_ ? curl_easy_init() : nullptr),
      key_file_(credential_path(options.tls.key_file)) {
  CURL* const curl = easy_.get();
  if (curl == nullptr) return;
  curl_easy_setopt(curl, CURLOPT_URL, options.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "outspan");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, kRequestSeconds);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &HttpRequest::on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(curl, CURLOPT_CA_CACHE_TIMEOUT, 0L);  // a CA file may change
  if (!options.tls.ca_file.empty())
    curl_easy_setopt(curl, CURLOPT_CAINFO, options.tls.ca_file.c_str());
  if (options.tls.cert_file.empty()) return;
  curl_easy_setopt(curl, CURLOPT_SSLCERT, options.tls.cert_file.c_str());
  curl_easy_setopt(curl, CURLOPT_SSLKEY, key_file_.c_str());
}

std::size_t HttpRequest::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  std::string& received = static_cast<HttpRequest*>(self)->received_;
  const std::size_t bytes = size * count;
  received.append(data, std::min(bytes, kAnswerBytesMax - received.size()));
  return bytes;  // the rest is read and forgotten
}

void HttpRequest::start(std::string body, const std::vector<std::string>& headers) {
  sent_ = std::move(body);
  received_.clear();
  error_[0] = '\0';
  // Without "Expect", which costs a turn with each batch.
  headers_.reset(curl_slist_append(nullptr, "Expect:"));
  for (const std::string& header : headers) curl_slist_append(headers_.get(), header.c_str());
  curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(sent_.size()));
  curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDS, sent_.c_str());
  curl_multi_add_handle(multi_.get(), easy_.get());
  under_way_ = true;
}

std::optional<HttpRequest::Answer> HttpRequest::advance() {
  if (!under_way_) return std::nullopt;
  int running = 0, left = 0;
  curl_multi_perform(multi_.get(), &running);
  const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left);
  if (message == nullptr || message->msg != CURLMSG_DONE) return std::nullopt;
  Answer answer;
  curl_off_t seconds = 0;
  if (message->data.result != CURLE_OK) {
    answer.problem = error_[0] != '\0' ? error_.data() : curl_easy_strerror(message->data.result);
  } else {
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    curl_easy_getinfo(easy_.get(), CURLINFO_RETRY_AFTER, &seconds);
    answer.retry_after = std::chrono::seconds(seconds);
    answer.body = std::move(received_);
  }
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &answer.connections);
  curl_multi_remove_handle(multi_.get(), easy_.get());
  under_way_ = false;
  return answer;
}

void HttpRequest::wait(int wake, std::chrono::milliseconds timeout) {
  curl_waitfd more{wake, CURL_WAIT_POLLIN, 0};
  curl_multi_poll(multi_.get(), &more, wake >= 0 ? 1 : 0, static_cast<int>(timeout.count()),
                  nullptr);
}

}  // namespace outspan::alert

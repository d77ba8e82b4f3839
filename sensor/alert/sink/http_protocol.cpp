#include "alert/sink/http_protocol.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "alert/format/budget.h"
#include "alert/format/json_writer.h"
#include "core/credential.h"

namespace outspan::alert {
namespace {

/// The first line of a secret's file.
std::string secret(const std::string& path) {
  std::ifstream file(credential_path(path));
  std::string line;
  std::getline(file, line);
  while (line.ends_with('\r') || line.ends_with(' ')) line.pop_back();
  return line;
}

std::string base64(const std::string& text) {
  std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

/// Of an event that is longer, detail is left out.
constexpr std::size_t kEventBytesMax = 256 * 1024;
constexpr long kBadRequest = 400, kConflict = 409, kTooLarge = 413, kUnprocessable = 422;

/// `url` with a path, where it has none.
std::string with_path(std::string url, std::string_view path) {
  const std::size_t host = url.find("://");
  const std::size_t slash = host == url.npos ? url.npos : url.find('/', host + 3);
  if (slash == url.npos) return url + std::string(path);
  return slash + 1 == url.size() ? url.substr(0, slash) + std::string(path) : url;
}

class Common : public HttpProtocol {
 public:
  Common(const config::Output& output, const config::Config& config)
      : output_(output),
        sensor_(config.sensor),
        format_(make_formatter(output.format, config, Colour::none)) {}

 protected:
  /// Without its line feed.
  [[nodiscard]] std::string formatted(const Event& event) const {
    std::string text = format_within(event, kEventBytesMax, format_);
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }
  [[nodiscard]] std::string credentials(std::string_view scheme) const {
    if (!output_.token_file.empty())
      return fmt::format("Authorization: {} {}", scheme, secret(output_.token_file));
    if (output_.user.empty()) return {};
    return "Authorization: Basic " + base64(output_.user + ":" + secret(output_.password_file));
  }
  [[nodiscard]] std::vector<std::string> headers_of(std::string_view type,
                                                    std::string_view scheme) const {
    std::vector<std::string> headers{fmt::format("Content-Type: {}", type)};
    if (std::string authorization = credentials(scheme); !authorization.empty())
      headers.push_back(std::move(authorization));
    return headers;
  }
  [[nodiscard]] static std::string joined(const std::vector<std::string>& items,
                                          std::string_view between) {
    std::string all;
    for (const std::string& item : items) {
      if (!all.empty()) all += between;
      all += item;
    }
    return all;
  }

  const config::Output output_;
  const std::string sensor_;
  const Formatter format_;
};

/// https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector
class Splunk final : public Common {
 public:
  using Common::Common;
  [[nodiscard]] std::string url() const override {
    return with_path(output_.url, "/services/collector/event");
  }
  [[nodiscard]] std::string item(const Event& event) const override {
    std::string text = formatted(event);
    if (text.empty()) return {};
    const auto time =
        std::chrono::duration_cast<std::chrono::microseconds>(event.time.time_since_epoch());
    JsonWriter json;
    json.begin_object();
    json.field("time", fmt::format("{}.{:06}", time.count() / 1'000'000, time.count() % 1'000'000));
    json.field("host", sensor_);
    json.field("source", "outspan");
    json.field("sourcetype", "outspan:" + std::string(type_name(event)));
    json.optional("index", output_.index);
    if (config::is_json(output_.format)) return json.text() + ",\"event\":" + text + "}";
    json.field("event", text);
    json.end_object();
    return json.text();
  }
  [[nodiscard]] std::string body(const std::vector<std::string>& items) const override {
    return joined(items, "\n");
  }
  [[nodiscard]] std::vector<std::string> headers() const override {
    return headers_of("application/json", "Splunk");
  }
  [[nodiscard]] bool refuses(long status, const std::string& answer) const override {
    if (status != kBadRequest) return HttpProtocol::refuses(status, answer);
    const auto document = nlohmann::json::parse(answer, nullptr, false);
    if (!document.is_object()) return true;
    const auto code = document.find("code");
    return code == document.end() || (*code != kWrongIndex && *code != kNoChannel);
  }

 private:
  static constexpr int kWrongIndex = 7, kNoChannel = 10;
};

/// https://www.elastic.co/guide/en/elasticsearch/reference/current/docs-bulk.html. `create` with
/// the event's id: an event that comes again is answered with a conflict and stands there once.
class Elastic final : public Common {
 public:
  using Common::Common;
  [[nodiscard]] std::string url() const override { return with_path(output_.url, "/_bulk"); }
  [[nodiscard]] std::string item(const Event& event) const override {
    const std::string text = formatted(event);
    if (text.empty()) return {};
    JsonWriter json;
    json.begin_object();
    json.begin_object("create");
    json.field("_index", output_.index.empty() ? "outspan" : output_.index);
    json.field("_id", event.id);
    json.end_object();
    json.end_object();
    return json.text() + "\n" + text + "\n";
  }
  [[nodiscard]] std::string body(const std::vector<std::string>& items) const override {
    return joined(items, "");
  }
  [[nodiscard]] std::vector<std::string> headers() const override {
    return headers_of("application/x-ndjson", "ApiKey");
  }
  [[nodiscard]] Fates fates(const std::string& answer, std::size_t items) const override {
    Fates fates;
    fates.of.assign(items, Fate::again);
    fates.why_again = "no answer of the bulk interface";
    const auto document = nlohmann::json::parse(answer, nullptr, false);
    if (!document.is_object() || !document.contains("items") || !document["items"].is_array())
      return fates;
    std::size_t at = 0;
    for (const auto& item : document["items"]) {
      if (at == items) break;
      const Fate fate = fates.of[at++] = fate_of(item);
      if (fate != Fate::delivered)
        (fate == Fate::refused ? fates.why_refused : fates.why_again) = reason_of(item);
    }
    return fates;
  }

 private:
  using Json = nlohmann::json;
  /// {"create": {"status": 201, ...}}
  static Fate fate_of(const Json& item) {
    const Json found = member(item, "status");
    const long status = found.is_number_integer() ? found.get<long>() : 0;
    if ((status >= 200 && status < 300) || status == kConflict) return Fate::delivered;
    return status == kBadRequest || status == kTooLarge ? Fate::refused : Fate::again;
  }
  /// "mapper_parsing_exception: failed to parse field [user]". Not its "caused_by", which may have
  /// the value.
  static std::string reason_of(const Json& item) {
    const Json error = member(item, "error");
    std::string reason;
    for (const char* key : {"type", "reason"})
      if (error.is_object() && error.contains(key) && error[key].is_string())
        reason += (reason.empty() ? "" : ": ") + error[key].get<std::string>();
    return reason.empty() ? "an error without a reason" : reason;
  }
  /// null: there is none.
  static Json member(const Json& item, const char* key) {
    if (!item.is_object() || item.empty() || !item.begin()->is_object()) return {};
    const auto found = item.begin()->find(key);
    return found == item.begin()->end() ? Json() : *found;
  }
};

class Webhook final : public Common {
 public:
  using Common::Common;
  [[nodiscard]] std::string url() const override { return output_.url; }
  [[nodiscard]] std::string item(const Event& event) const override { return formatted(event); }
  [[nodiscard]] std::string body(const std::vector<std::string>& items) const override {
    if (!config::is_json(output_.format)) return joined(items, "\n") + "\n";
    return output_.batch_events == 1 ? items.front() : "[" + joined(items, ",") + "]";
  }
  [[nodiscard]] std::vector<std::string> headers() const override {
    return headers_of(
        config::is_json(output_.format) ? "application/json" : "text/plain; charset=utf-8",
        "Bearer");
  }
};

}  // namespace

bool HttpProtocol::refuses(long status, const std::string&) const {
  return status == kBadRequest || status == kTooLarge || status == kUnprocessable;
}

std::unique_ptr<HttpProtocol> make_http_protocol(const config::Output& output,
                                                 const config::Config& config) {
  if (output.type == config::OutputType::splunk) return std::make_unique<Splunk>(output, config);
  if (output.type == config::OutputType::elastic) return std::make_unique<Elastic>(output, config);
  return std::make_unique<Webhook>(output, config);
}

}  // namespace outspan::alert

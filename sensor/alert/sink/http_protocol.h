#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alert/event/event.h"
#include "alert/format/formatter.h"
#include "config/config.h"

namespace outspan::alert {

/// What a kind of receiver over HTTP wants: how events stand in a request, and what its answer
/// says.
class HttpProtocol {
 public:
  virtual ~HttpProtocol() = default;

  /// The URL that events are posted to, made of what the operator gave.
  [[nodiscard]] virtual std::string url() const = 0;
  /// An event as it stands in a body; empty: there is nothing to send for it.
  [[nodiscard]] virtual std::string item(const Event& event) const = 0;
  [[nodiscard]] virtual std::string body(const std::vector<std::string>& items) const = 0;
  /// With credentials, which are read anew each time: they may change.
  [[nodiscard]] virtual std::vector<std::string> headers() const = 0;

  enum class Fate : std::uint8_t { delivered, again, refused };
  struct Fates {
    std::vector<Fate> of;
    std::string why_refused;  ///< the last of them
    std::string why_again;    ///< the last of them
  };
  /// The receiver will never take the events of this request, whoever asks: what is wrong is in
  /// them. False: it is in the receiver, in the URL or in the credentials, and may pass.
  [[nodiscard]] virtual bool refuses(long status, const std::string& answer) const;

  /// What became of each of `items` events, the status being 200 to 299.
  [[nodiscard]] virtual Fates fates(const std::string& answer, std::size_t items) const {
    static_cast<void>(answer);
    return {std::vector<Fate>(items, Fate::delivered), {}, {}};
  }
};

/// For Splunk's HTTP Event Collector, Elasticsearch's bulk interface, or any that takes JSON.
/// `config` outlives it.
std::unique_ptr<HttpProtocol> make_http_protocol(const config::Output& output,
                                                 const config::Config& config);

}  // namespace outspan::alert

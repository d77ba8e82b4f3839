#include "alert/format/formatter.h"

#include "alert/format/json_format.h"
#include "alert/format/syslog_format.h"

namespace outspan::alert {

Formatter make_formatter(config::EventFormat format, const config::Config& config, Colour colour) {
  switch (format) {
    case config::EventFormat::text:
      return [colour](const Event& event) { return to_text(event, colour); };
    case config::EventFormat::syslog:
      return [format = SyslogFormat(config)](const Event& event) {
        return format.record(event, SyslogFormat::kStreamBytesMax) + '\n';
      };
    case config::EventFormat::json: break;
  }
  return [&config](const Event& event) { return to_json(event, config.sensor); };
}

}  // namespace outspan::alert

#include "alert/format/formatter.h"

#include "alert/format/cef_format.h"
#include "alert/format/ecs_format.h"
#include "alert/format/json_format.h"
#include "alert/format/ocsf_format.h"
#include "alert/format/syslog_format.h"

namespace outspan::alert {

Formatter make_formatter(config::EventFormat format, const config::Config& config, Colour colour,
                         Incidents incidents) {
  switch (format) {
    case config::EventFormat::text:
      return [colour, incidents](const Event& event) { return to_text(event, colour, incidents); };
    case config::EventFormat::syslog:
      return [format = SyslogFormat(config)](const Event& event) {
        return format.record(event, SyslogFormat::kStreamBytesMax) + '\n';
      };
    case config::EventFormat::cef:
      return [&config](const Event& event) { return to_cef(event, config.sensor); };
    case config::EventFormat::leef:
      return [&config](const Event& event) { return to_leef(event, config.sensor); };
    case config::EventFormat::ecs:
      return [&config](const Event& event) { return to_ecs(event, config.sensor); };
    case config::EventFormat::ocsf:
      return [&config](const Event& event) { return to_ocsf(event, config.sensor); };
    case config::EventFormat::json: break;
  }
  return [&config](const Event& event) { return to_json(event, config.sensor); };
}

}  // namespace outspan::alert

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "alert/event/utf8.h"
#include "alert/format/cef_format.h"
#include "alert/format/ecs_format.h"
#include "alert/format/json_format.h"
#include "alert/format/ocsf_format.h"
#include "alert/format/syslog_format.h"
#include "alert/format/text_format.h"
#include "tests/alert/samples.h"

/// Any bytes as wire text of an alert: every format gives one record of valid UTF-8 that does
/// nothing to a terminal or a log.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan;
  using namespace outspan::alert;
  const Event event = hostile_alert(std::string(reinterpret_cast<const char*>(data), size));

  for (const auto& format : {to_json, to_cef, to_leef, to_ecs, to_ocsf}) {
    std::string line = format(event, "s");
    if (line.find('\n') != line.size() - 1) std::abort();
    line.pop_back();
    std::erase(line, '\t');  // apart in LEEF
    if (printable(line) != line) std::abort();
  }

  const SyslogFormat syslog{config::Config{}};
  for (const std::size_t limit : {SyslogFormat::kDatagramBytesMax, SyslogFormat::kStreamBytesMax}) {
    const std::string record = syslog.record(event, limit);
    if (record.size() > limit || printable(record) != record) std::abort();
    if (record.find("incident_id=\"0123456789abcdef\"") == record.npos) std::abort();
  }

  std::string text = to_text(event, Colour::none, Incidents::growing) +
                     to_text(event, Colour::none, Incidents::ended);
  text.erase(std::remove(text.begin(), text.end(), '\n'), text.end());
  if (printable(text) != text) std::abort();
  return 0;
}

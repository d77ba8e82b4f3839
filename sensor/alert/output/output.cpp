#include "alert/output/output.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "alert/format/json_format.h"
#include "alert/format/text_format.h"
#include "alert/output/file_output.h"
#include "alert/output/syslog_output.h"

namespace outspan::alert {
namespace {

bool wants_colour(int fd) noexcept {
  const char* no_colour = std::getenv("NO_COLOR");  // no-color.org
  const char* terminal = std::getenv("TERM");
  return ::isatty(fd) && (no_colour == nullptr || *no_colour == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

FileOutput::Format format_of(config::OutputType type, const config::Config& config, int fd) {
  switch (type) {
    case config::OutputType::text:
      return [colour = wants_colour(fd) ? Colour::ansi : Colour::none](const Event& event) {
        return to_text(event, colour);
      };
    case config::OutputType::syslog:
      return [format = SyslogFormat(config)](const Event& event) {
        return format.record(event, SyslogFormat::kStreamBytesMax) + '\n';
      };
    case config::OutputType::json: break;
  }
  return [&config](const Event& event) { return to_json(event, config.sensor); };
}

Result<std::unique_ptr<Output>> make_file_output(const config::Output& output,
                                                 const config::Config& config) {
  const bool standard = output.file.empty() || output.file == "-";
  FileDescriptor file(
      standard
          ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
          : ::open(output.file.c_str(),
                   O_WRONLY | O_CREAT | O_CLOEXEC | (output.append ? O_APPEND : O_TRUNC), 0640));
  const std::string name = standard ? "standard output" : output.file;
  if (!file) return Problem{name, fmt::format("cannot be written: {}", std::strerror(errno))};
  auto format = format_of(output.type, config, file.get());
  return std::unique_ptr<Output>(std::make_unique<FileOutput>(
      name, std::move(file), EventFilter(output, config), std::move(format)));
}

Result<std::unique_ptr<Output>> make_syslog_output(const config::Output& output,
                                                   const config::Config& config) {
  const auto url = parse_syslog_url(output.url);
  if (!url) return url.problems();
  auto addresses = resolve(*url);
  if (!addresses) return addresses.problems();
  return std::unique_ptr<Output>(std::make_unique<SyslogOutput>(
      output.url, url->transport, std::move(*addresses), SyslogFormat(config),
      EventFilter(output, config), SyslogOutput::Patience{}));
}

}  // namespace

Result<std::unique_ptr<Output>> make_output(const config::Output& output,
                                            const config::Config& config) {
  if (output.type == config::OutputType::syslog && !syslog_facility(config.syslog.facility))
    return Problem{"syslog.facility",
                   "must be a facility of RFC 5424 such as daemon, auth or local0 to local7, got " +
                       config.syslog.facility};
  if (output.type == config::OutputType::syslog && !output.url.empty())
    return make_syslog_output(output, config);
  return make_file_output(output, config);
}

}  // namespace outspan::alert

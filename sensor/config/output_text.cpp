#include "config/duration_text.h"
#include "config/output_reader.h"
#include "config/yaml_text.h"

namespace outspan::config {
namespace {

/// Lines of one output. What is empty or as by default is left out.
class Lines {
 public:
  explicit Lines(std::string_view type) : text_(fmt::format("  - type: {}\n", type)) {}
  void add(std::string_view key, const std::string& value) {
    text_ += fmt::format("    {}: {}\n", key, value);
  }
  void quote(std::string_view key, const std::string& value) {
    if (!value.empty()) add(key, quoted(value));
  }
  void list(std::string_view key, const std::string& values) {
    if (values != "[]") add(key, values);
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

void add_selection(Lines& lines, const EventSelection& wants) {
  lines.list("events", texts(wants.events));
  if (wants.severity) lines.add("severity", std::string(to_string(*wants.severity)));
  lines.list("rules", texts(wants.rules));
  lines.list("directions", directions(wants.directions));
  lines.list("networks", prefixes(wants.networks));
}

void add_tls(Lines& lines, const Tls& tls) {
  lines.quote("ca_file", tls.ca_file);
  lines.quote("cert_file", tls.cert_file);
  lines.quote("key_file", tls.key_file);
  lines.quote("server_name", tls.server_name);
  lines.list("peer_fingerprints", texts(tls.fingerprints));
}

void add_file(Lines& lines, const Output& output) {
  lines.quote("file", output.file);
  lines.add("format", std::string(to_string(output.format)));
  if (output.rotate_mib == 0) return;
  lines.add("rotate_mib", std::to_string(output.rotate_mib));
  lines.add("keep_files", std::to_string(output.keep_files));
}

void add_syslog(Lines& lines, const Output& output) {
  lines.quote("url", output.url);
  lines.add("format", output.header == SyslogHeader::rfc3164 ? "rfc3164" : "rfc5424");
  if (output.format != EventFormat::syslog)
    lines.add("message", std::string(to_string(output.format)));
  if (output.framing == SyslogFraming::line_feed) lines.add("framing", "line-feed");
  if (output.max_bytes != 0) lines.add("max_bytes", std::to_string(output.max_bytes));
  add_tls(lines, output.tls);
}

void add_login(Lines& lines, const Output& output) {
  lines.quote("token_file", output.token_file);
  lines.quote("user", output.user);
  lines.quote("password_file", output.password_file);
}

void add_http(Lines& lines, const Output& output) {
  lines.quote("url", output.url);
  lines.add("format", std::string(to_string(output.format)));
  add_login(lines, output);
  lines.quote("index", output.index);
  lines.add("batch_events", std::to_string(output.batch_events));
  add_tls(lines, output.tls);
}

void add_kafka(Lines& lines, const Output& output) {
  lines.list("brokers", texts(output.brokers));
  lines.quote("topic", output.topic);
  lines.add("format", std::string(to_string(output.format)));
  add_login(lines, output);
  if (!output.user.empty()) lines.add("mechanism", output.mechanism);
  add_tls(lines, output.tls);
}

void add_mail(Lines& lines, const Output& output) {
  lines.list("to", texts(output.to));
  lines.quote("from", output.from);
  lines.add("every", to_text(output.every));
  lines.quote("sendmail", output.sendmail);
}

}  // namespace

std::string output_text(const Output& output) {
  Lines lines(to_string(output.type));
  lines.quote("name", output.name);
  add_selection(lines, output.wants);
  switch (output.type) {
    case OutputType::file: add_file(lines, output); break;
    case OutputType::syslog:
      output.url.empty() ? add_file(lines, output) : add_syslog(lines, output);
      break;
    case OutputType::splunk:
    case OutputType::elastic:
    case OutputType::webhook: add_http(lines, output); break;
    case OutputType::kafka: add_kafka(lines, output); break;
    case OutputType::mail: add_mail(lines, output); break;
  }
  return lines.text();
}

}  // namespace outspan::config

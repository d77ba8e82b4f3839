#include "config/output_reader.h"

#include <algorithm>

#include "config/nearest_name.h"

namespace outspan::config {

const std::vector<std::string_view> kEventNames{"alert",  "record", "blindspot", "anomaly", "flow",
                                                "object", "ledger", "stats",     "notice"};

namespace {

const std::vector<std::string_view> kDirectionNames{"outbound", "inbound", "internal", "transit"};
const std::vector<std::string_view> kSeverityNames{"low", "medium", "high", "critical"};
/// `text` and `json` are files of that format.
const std::vector<std::string_view> kTypeNames{"file",  "syslog", "splunk", "elastic", "webhook",
                                               "kafka", "mail",   "text",   "json"};
const std::vector<std::string_view> kFormatNames{"text", "json", "syslog", "cef",
                                                 "leef", "ecs",  "ocsf"};
/// Of a syslog output: a header, or a message behind the header of RFC 5424.
const std::vector<std::string_view> kSyslogFormatNames{"rfc5424", "rfc3164", "json", "cef",
                                                       "leef",    "ecs",     "ocsf"};
const std::vector<std::string_view> kMessageNames{"text", "json", "cef", "leef", "ecs", "ocsf"};
const std::vector<std::string_view> kMechanismNames{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};
const std::vector<std::string_view> kFramingNames{"octet-counting", "line-feed"};

/// The least that every receiver must take (RFC 5424, section 6.1), and the most that a datagram
/// holds.
constexpr std::uint64_t kRecordBytesMin = 480, kRecordBytesMax = 65'000;

bool is_fingerprint(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

void read_certificates(YamlMap& map, Tls& out) {
  map["ca_file"].read(out.ca_file);
  const YamlValue certificate = map["cert_file"];
  const YamlValue key = map["key_file"];
  certificate.read(out.cert_file);
  key.read(out.key_file);
  if (certificate.given() != key.given())
    (key.given() ? key : certificate).fail("'cert_file' and 'key_file' belong together");
}

void read_tls(YamlMap& map, Tls& out) {
  read_certificates(map, out);
  map["server_name"].read(out.server_name);
  each_text(map["peer_fingerprints"], [&out](std::string text, const YamlValue& item) {
    std::erase(text, ':');
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c | 0x20) : c; });
    if (is_fingerprint(text))
      out.fingerprints.push_back(std::move(text));
    else
      item.fail("must be the SHA-256 of a certificate: 64 hexadecimal digits");
  });
}

void read_selection(YamlMap& map, EventSelection& out) {
  read_event_types(map["events"], out.events);
  const YamlValue severity = map["severity"];
  if (severity.given()) read_enum(severity, out.severity.emplace(Severity::low), kSeverityNames);
  map["rules"].read(out.rules);
  read_directions(map["directions"], out.directions);
  read_prefixes(map["networks"], out.networks);
}

void read_file_output(YamlMap& map, bool format_is_type, Output& out) {
  map.require("file").read(out.file);
  if (!format_is_type) read_enum(map["format"], out.format, kFormatNames);
  map["rotate_mib"].read(out.rotate_mib, 0, 1'000'000);
  map["keep_files"].read_integer(out.keep_files, 0, 1000);
}

/// What alert/net/receiver_url.h can connect to.
void check_receiver_scheme(const YamlValue& url, std::string& given) {
  static const std::vector<std::string> kSchemes{"udp", "tcp", "tls", "unix", "relp", "relps"};
  const std::string scheme = given.substr(0, given.find("://"));
  if (scheme != given && std::find(kSchemes.begin(), kSchemes.end(), scheme) != kSchemes.end())
    return;
  const std::string nearest = scheme == given ? "" : nearest_name(scheme, kSchemes);
  url.fail("must begin with udp://, tcp://, tls://, unix://, relp:// or relps://, got '" + given +
           "'" + (nearest.empty() ? "" : "; did you mean '" + nearest + "://'?"));
  given.clear();  // or its reader would complain as well
}

void read_syslog_output(YamlMap& map, Output& out) {
  const YamlValue url = map.require("url");
  if (url.given() && url.read(out.url)) check_receiver_scheme(url, out.url);
  out.format = EventFormat::syslog;
  const auto read_message = [&out](const YamlValue& value, const auto& names, std::size_t first) {
    std::size_t chosen = 0;
    if (!value.given() || !value.read_choice(chosen, names) || chosen < first) return;
    const auto named = std::find(kFormatNames.begin(), kFormatNames.end(), names[chosen]);
    out.format = static_cast<EventFormat>(named - kFormatNames.begin());
  };
  const YamlValue format = map["format"];
  read_message(format, kSyslogFormatNames, 2);
  if (format.given() && format.is_scalar() && format.node().Scalar() == "rfc3164")
    out.header = SyslogHeader::rfc3164;
  read_message(map["message"], kMessageNames, 1);
  read_enum(map["framing"], out.framing, kFramingNames);
  if (const YamlValue most = map["max_bytes"]; most.given())
    most.read(out.max_bytes, kRecordBytesMin, kRecordBytesMax);
  read_tls(map, out.tls);
}

void read_login(YamlMap& map, Output& out) {
  const YamlValue user = map["user"];
  const YamlValue password = map["password_file"];
  user.read(out.user);
  password.read(out.password_file);
  if (user.given() != password.given())
    (user.given() ? user : password).fail("'user' and 'password_file' belong together");
}

void read_http_output(YamlMap& map, Output& out) {
  const YamlValue url = map.require("url");
  if (url.given() && url.read(out.url)) {
    if (!out.url.starts_with("https://") && !out.url.starts_with("http://"))
      url.fail("must begin with https:// or http://, got '" + out.url + "'");
    else if (out.url.find('@') < out.url.find('/', out.url.find("//") + 2))
      url.fail("holds a password; it belongs into a file: 'user' and 'password_file'");
  }
  if (out.type == OutputType::elastic) out.format = EventFormat::ecs;
  const YamlValue format = map["format"];
  read_enum(format, out.format, kFormatNames);
  if (out.type == OutputType::elastic && !is_json(out.format))
    format.fail("must be json, ecs or ocsf: Elasticsearch takes documents");
  const YamlValue token = map["token_file"];
  token.read(out.token_file);
  read_login(map, out);
  if (token.given() && !out.user.empty())
    token.fail("there is a 'user' as well: one of them will do");
  if (out.type == OutputType::splunk && !token.given()) url.fail("needs 'token_file' beside it");
  if (out.type != OutputType::webhook) map["index"].read(out.index);
  map["batch_events"].read_integer(out.batch_events, 1, 10'000);
  read_certificates(map, out.tls);
}

void read_kafka_output(YamlMap& map, Output& out) {
  map.require("brokers").read(out.brokers);
  map.require("topic").read(out.topic);
  read_enum(map["format"], out.format, kFormatNames);
  read_login(map, out);
  std::size_t chosen = 0;
  const YamlValue mechanism = map["mechanism"];
  if (mechanism.given() && mechanism.read_choice(chosen, kMechanismNames))
    out.mechanism = kMechanismNames[chosen];
  read_certificates(map, out.tls);
}

void read_mail_output(YamlMap& map, Output& out) {
  const YamlValue to = map.require("to");
  each_text(to, [&out](std::string address, const YamlValue& item) {
    if (address.find('@') == std::string::npos ||
        address.find_first_of(" ,;<>\r\n") != std::string::npos)
      item.fail("must be an address such as soc@example.com, got '" + address + "'");
    else
      out.to.push_back(std::move(address));
  });
  map["from"].read(out.from);
  map["every"].read(out.every, std::chrono::seconds(1), std::chrono::hours(24 * 7));
  map["sendmail"].read(out.sendmail);
  if (out.wants.events.empty()) out.wants.events = {"alert"};
}

}  // namespace

void read_prefixes(const YamlValue& value, PrefixSet& out) {
  if (!value.given()) return;
  std::vector<IpPrefix> prefixes;
  each_text(value, [&prefixes](const std::string& text, const YamlValue& item) {
    if (const auto prefix = IpPrefix::parse(text))
      prefixes.push_back(*prefix);
    else
      item.fail(
          "must be an address or a network such as 10.0.0.0/8 (no bits behind its length), got '" +
          text + "'");
  });
  out = PrefixSet(std::move(prefixes));
}

void read_directions(const YamlValue& value, std::vector<Direction>& out) {
  if (!value.given()) return;
  out.clear();
  each_text(value, [&out](const std::string&, const YamlValue& item) {
    std::size_t chosen = 0;
    if (item.read_choice(chosen, kDirectionNames)) out.push_back(static_cast<Direction>(chosen));
  });
}

void read_event_types(const YamlValue& value, std::vector<std::string>& out) {
  if (!value.given()) return;
  out.clear();
  each_text(value, [&out](const std::string& text, const YamlValue& item) {
    std::size_t chosen = 0;
    if (item.read_choice(chosen, kEventNames)) out.push_back(text);
  });
}

Output read_output(const YamlValue& value) {
  Output output;
  std::size_t type = 0;
  const YamlValue type_value = YamlMap(value, "an output").require("type");
  if (!type_value.given() || !type_value.read_choice(type, kTypeNames)) return output;
  const bool format_is_type = type >= kTypeNames.size() - 2;
  YamlMap map(value, "an output of type " + std::string(kTypeNames[type]));
  [[maybe_unused]] const YamlValue known = map["type"];
  map["name"].read(output.name);
  read_selection(map, output.wants);
  if (format_is_type) {
    output.format = kTypeNames[type] == "text" ? EventFormat::text : EventFormat::json;
    type = static_cast<std::size_t>(OutputType::file);
  }
  output.type = static_cast<OutputType>(type);
  switch (output.type) {
    case OutputType::file: read_file_output(map, format_is_type, output); break;
    case OutputType::syslog: read_syslog_output(map, output); break;
    case OutputType::splunk:
    case OutputType::elastic:
    case OutputType::webhook: read_http_output(map, output); break;
    case OutputType::kafka: read_kafka_output(map, output); break;
    case OutputType::mail: read_mail_output(map, output); break;
  }
  map.finish();
  return output;
}

}  // namespace outspan::config

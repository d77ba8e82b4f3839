#include "alert/output/make_output.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "alert/format/formatter.h"
#include "alert/format/syslog_format.h"
#include "alert/output/direct_output.h"
#include "alert/output/queue_feed.h"
#include "alert/output/spool_feed.h"
#include "alert/output/worker.h"
#include "alert/sink/file_sink.h"
#include "alert/sink/http_sink.h"
#include "alert/sink/kafka_sink.h"
#include "alert/sink/mail_sink.h"
#include "alert/sink/relp_sink.h"
#include "alert/sink/syslog_sink.h"
#include "core/credential.h"

namespace outspan::alert {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t kMiB = 1 << 20;
/// What a restarted receiver may not have written down yet, and what one may not have read.
constexpr seconds kHold{10};
constexpr minutes kHoldForReset{10};
/// Until a host that nobody listens on has said so (ICMP).
constexpr milliseconds kUdpHold{300};
/// At the end: what is not delivered is lost, or is in the spool.
constexpr seconds kPatience{5};
constexpr seconds kPatienceWithSpool{2};
/// In all, where packets come live. What is in the spool is delivered by the next run.
constexpr seconds kEndMax{10};
constexpr seconds kEndMaxWithSpool{2};

bool wants_colour(int fd) noexcept {
  const char* no_colour = std::getenv("NO_COLOR");  // no-color.org
  const char* terminal = std::getenv("TERM");
  return ::isatty(fd) && (no_colour == nullptr || *no_colour == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

/// The events for a worker: from the spool, or from a queue of its own.
Result<std::unique_ptr<Feed>> make_feed(const std::string& name, bool remember,
                                        const Surroundings& around) {
  if (around.spool == nullptr) {
    QueueFeed::Room room;
    room.when_full = around.live ? QueueFeed::WhenFull::drop : QueueFeed::WhenFull::wait;
    return std::unique_ptr<Feed>(std::make_unique<QueueFeed>(room));
  }
  std::unique_ptr<spool::Cursor> cursor;
  if (remember) {
    auto opened = spool::Cursor::open(around.spool->folder(), name, around.spool->newest());
    if (!opened) return opened.problems();
    cursor = std::move(*opened);
  }
  return std::unique_ptr<Feed>(std::make_unique<SpoolFeed>(*around.spool, name, std::move(cursor)));
}

Result<std::unique_ptr<FileSink>> make_file_sink(const config::Output& output,
                                                 const config::Config& config,
                                                 const Surroundings& around, bool sync,
                                                 OutputCounters& counters) {
  FileSink::Options options;
  options.path = output.file.empty() ? "-" : output.file;
  options.truncate = !output.append;
  options.rotate_bytes = output.rotate_mib * kMiB;
  options.keep_files = output.keep_files;
  options.sync = sync;
  const bool colour = wants_colour(options.path == "-" ? STDOUT_FILENO : -1);
  return FileSink::open(options,
                        make_formatter(output.format, config, colour ? Colour::ansi : Colour::none,
                                       around.live ? Incidents::growing : Incidents::ended),
                        counters);
}

Result<std::unique_ptr<Output>> make_worker(const config::Output& output, EventFilter filter,
                                            bool remember, const Surroundings& around,
                                            const OutputWorker::MakeSink& make_sink) {
  OutputWorker::Options options;
  options.name = config::output_name(output);
  options.type = std::string(config::to_string(output.type));
  auto feed = make_feed(options.name, remember, around);
  if (!feed) return feed.problems();
  options.patience = around.patience > milliseconds::zero() ? around.patience
                     : (*feed)->durable()                   ? kPatienceWithSpool
                                                            : kPatience;
  if (around.live) options.end_max = (*feed)->durable() ? kEndMaxWithSpool : kEndMax;
  auto worker =
      OutputWorker::start(std::move(options), std::move(filter), std::move(*feed), make_sink);
  if (!worker) return worker.problems();
  return std::unique_ptr<Output>(std::move(*worker));
}

Result<std::unique_ptr<Output>> make_file_output(const config::Output& output,
                                                 const config::Config& config,
                                                 const Surroundings& around) {
  const bool standard = output.file.empty() || output.file == "-";
  const std::string name = standard ? "standard output" : output.file;
  EventFilter filter(output.wants, config);
  if (!around.live && around.spool == nullptr)
    return DirectOutput::open(name, std::move(filter), around.stopping,
                              [&](OutputCounters& counters) {
                                return make_file_sink(output, config, around, false, counters);
                              });
  return make_worker(output, std::move(filter), !standard, around,
                     [&](OutputCounters& counters) -> Result<std::unique_ptr<Sink>> {
                       const bool sync = around.spool != nullptr && !standard;
                       auto sink = make_file_sink(output, config, around, sync, counters);
                       if (!sink) return sink.problems();
                       return std::unique_ptr<Sink>(std::move(*sink));
                     });
}

SyslogSink::Options syslog_options(const config::Output& output, Transport transport,
                                   const Surroundings& around) {
  SyslogSink::Options options;
  options.framing = output.framing == config::SyslogFraming::line_feed
                        ? SyslogSink::Framing::line_feed
                        : SyslogSink::Framing::octet_counting;
  if (transport == Transport::udp) options.hold = kUdpHold;
  if (around.spool != nullptr && transport != Transport::udp) {
    options.hold = kHold;
    options.hold_for_reset = kHoldForReset;
  }
  return options;
}

Result<Connection::Target> connection_target(const config::Output& output,
                                             const Surroundings& around) {
  const auto url = parse_receiver_url(output.url);
  if (!url) return url.problems();
  if (!around.live)
    if (auto addresses = resolve(*url); !addresses) return addresses.problems();
  Connection::Target target;
  target.url = *url;
  target.peer.name = output.tls.server_name.empty() ? url->host : output.tls.server_name;
  target.peer.fingerprints = output.tls.fingerprints;
  if (!url->over_tls()) return target;
  auto tls = TlsContext::open(output.tls);
  if (!tls) return tls.problems();
  target.tls = std::move(*tls);
  return target;
}

/// Records as the output wants them, within what its transport takes whole.
Formatter syslog_formatter(const config::Output& output, const config::Config& config,
                           Transport transport) {
  const bool old = output.header == config::SyslogHeader::rfc3164;
  const bool datagram = transport == Transport::udp;
  const std::size_t bytes_max = output.max_bytes != 0 ? output.max_bytes
                                : !datagram           ? SyslogFormat::kStreamBytesMax
                                : old                 ? SyslogFormat::kOldDatagramBytesMax
                                                      : SyslogFormat::kDatagramBytesMax;
  Formatter message;
  if (output.format != config::EventFormat::syslog)
    message = make_formatter(output.format, config, Colour::none);
  return [format = SyslogFormat(config, output.header, std::move(message)),
          bytes_max](const Event& event) { return format.record(event, bytes_max); };
}

Result<std::unique_ptr<Output>> make_syslog_output(const config::Output& output,
                                                   const config::Config& config,
                                                   const Surroundings& around) {
  auto target = connection_target(output, around);
  if (!target) return target.problems();
  const Transport transport = target->url.transport;
  Formatter format = syslog_formatter(output, config, transport);
  return make_worker(output, EventFilter(output.wants, config), true, around,
                     [&](OutputCounters& counters) -> Result<std::unique_ptr<Sink>> {
                       if (target->url.relp())
                         return std::unique_ptr<Sink>(std::make_unique<RelpSink>(
                             std::move(*target), std::move(format), counters));
                       return std::unique_ptr<Sink>(std::make_unique<SyslogSink>(
                           std::move(*target), std::move(format),
                           syslog_options(output, transport, around), counters));
                     });
}

/// A sink that needs nothing to be open before it starts.
template <class Make>
Result<std::unique_ptr<Output>> make_plain_worker(const config::Output& output,
                                                  const config::Config& config,
                                                  const Surroundings& around, Make make) {
  return make_worker(output, EventFilter(output.wants, config), true, around,
                     [&](OutputCounters& counters) -> Result<std::unique_ptr<Sink>> {
                       return std::unique_ptr<Sink>(make(counters));
                     });
}

/// The first of the files that are named and cannot be read.
std::optional<Problem> unreadable(std::initializer_list<std::string_view> paths) {
  for (const std::string_view path : paths)
    if (!path.empty() && ::access(credential_path(std::string(path)).c_str(), R_OK) != 0)
      return Problem{std::string(path), fmt::format("cannot be read: {}", std::strerror(errno))};
  return std::nullopt;
}

Result<std::unique_ptr<Output>> make_http_output(const config::Output& output,
                                                 const config::Config& config,
                                                 const Surroundings& around) {
  if (auto problem = unreadable({output.token_file, output.password_file})) return *problem;
  return make_plain_worker(output, config, around, [&](OutputCounters& counters) {
    return std::make_unique<HttpSink>(make_http_protocol(output, config), output, counters);
  });
}

Result<std::unique_ptr<Output>> make_kafka_output(const config::Output& output,
                                                  const config::Config& config,
                                                  const Surroundings& around) {
  const config::Tls& tls = output.tls;
  if (auto problem = unreadable({output.password_file, tls.ca_file, tls.cert_file, tls.key_file}))
    return *problem;
  return make_worker(output, EventFilter(output.wants, config), true, around,
                     [&](OutputCounters& counters) -> Result<std::unique_ptr<Sink>> {
                       auto sink = KafkaSink::open(
                           output, make_formatter(output.format, config, Colour::none), counters);
                       if (!sink) return sink.problems();
                       return std::unique_ptr<Sink>(std::move(*sink));
                     });
}

Result<std::unique_ptr<Output>> make_mail_output(const config::Output& output,
                                                 const config::Config& config,
                                                 const Surroundings& around) {
  if (::access(output.sendmail.c_str(), X_OK) != 0)
    return Problem{output.sendmail, fmt::format("cannot be run: {}", std::strerror(errno))};
  return make_plain_worker(output, config, around, [&](OutputCounters& counters) {
    return std::make_unique<MailSink>(output, config, around.spool == nullptr, counters);
  });
}

}  // namespace

Result<std::unique_ptr<Output>> make_output(const config::Output& output,
                                            const config::Config& config,
                                            const Surroundings& surroundings) {
  if (output.format == config::EventFormat::syslog && !syslog_facility(config.syslog.facility))
    return Problem{"syslog.facility",
                   "must be a facility of RFC 5424 such as daemon, auth or local0 to local7, got " +
                       config.syslog.facility};
  switch (output.type) {
    case config::OutputType::splunk:
    case config::OutputType::elastic:
    case config::OutputType::webhook: return make_http_output(output, config, surroundings);
    case config::OutputType::kafka: return make_kafka_output(output, config, surroundings);
    case config::OutputType::mail: return make_mail_output(output, config, surroundings);
    case config::OutputType::syslog:
      if (!output.url.empty()) return make_syslog_output(output, config, surroundings);
      break;
    case config::OutputType::file: break;
  }
  return make_file_output(output, config, surroundings);
}

}  // namespace outspan::alert

// What delivery takes: alerts into a spool and out over TLS on the loopback, as fast as they go,
// and how long one is on its way when they come at a pace. Figures are in docs/performance.md.
//
//   bench-delivery [ALERTS]     200,000 if not given
#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "tests/alert/tls_receiver.h"

namespace {

using namespace outspan;
using namespace outspan::alert;
using Clock = std::chrono::steady_clock;

/// Takes records and notes when each came, by the number in its incident.
class Receiver {
 public:
  Receiver(const std::filesystem::path& folder, std::size_t records)
      : arrived_(records), context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_use_certificate_file(context_.get(), (folder / "good.pem").c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context_.get(), (folder / "good.key").c_str(), SSL_FILETYPE_PEM);
    thread_ = std::thread([this] { serve(); });
  }
  ~Receiver() { thread_.join(); }
  [[nodiscard]] std::string url() const {
    return fmt::format("tls://localhost:{}", listener_.port());
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] Clock::time_point arrived(std::size_t i) const { return arrived_[i]; }

 private:
  void serve() {
    const FileDescriptor connection(
        ::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
    const CHandle<SSL, SSL_free> ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), connection.get());
    if (SSL_accept(ssl.get()) != 1) return;
    std::string text;
    char buffer[16384];
    for (int n = 0; (n = SSL_read(ssl.get(), buffer, sizeof(buffer))) > 0;) {
      text.append(buffer, static_cast<std::size_t>(n));
      take(text);
    }
    SSL_shutdown(ssl.get());
  }
  void take(std::string& text) {
    const auto now = Clock::now();
    std::size_t at = 0;
    for (;;) {
      const std::size_t blank = text.find(' ', at);
      if (blank == std::string::npos) break;
      const std::size_t end = blank + 1 + std::stoul(text.substr(at, blank - at));
      if (end > text.size()) break;
      const std::size_t id = text.find("incident_id=\"", blank) + 13;
      arrived_[std::stoul(text.substr(id, 9)) - 100'000'000] = now;
      ++count_;
      at = end;
    }
    text.erase(0, at);
  }

  TcpReceiver listener_;
  std::atomic<std::size_t> count_{0};
  std::vector<Clock::time_point> arrived_;
  CHandle<SSL_CTX, SSL_CTX_free> context_;
  std::thread thread_;
};

Event alert_number(std::size_t i) {
  Event event = sample_alert();
  auto& incident = std::get<policy::Incident>(event.body);
  incident.id = std::to_string(100'000'000 + i);
  event.id = incident.id + "-new-0";
  return event;
}

std::string memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM")) return line.substr(line.find_first_of("0123456789"));
  return "?";
}

/// `pause` between alerts; zero: as fast as they go. The times that they were on their way.
std::vector<double> run(const std::filesystem::path& folder, std::size_t alerts,
                        std::chrono::microseconds pause) {
  const config::Config config;
  spool::Options options;
  options.bytes_max = std::uint64_t{8} << 30;
  auto opened = spool::Spool::open(folder / fmt::format("spool-{}", pause.count()), options);
  SpoolOutput filler(**opened, config);
  Receiver receiver(folder, alerts);
  config::Output its = syslog_to(receiver.url());
  its.tls.ca_file = folder / "ca.pem";
  auto output = open_output(its, config, opened->get(), false, std::chrono::milliseconds(10'000));
  std::vector<Clock::time_point> made(alerts);
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < alerts; ++i) {
    if (pause.count() != 0) std::this_thread::sleep_until(begin + pause * i);
    made[i] = Clock::now();
    filler.write(alert_number(i));
    // A live sensor commits what a read gave.
    if (pause.count() != 0 || i % 100 == 99) filler.flush();
  }
  filler.flush();
  const double spooled = std::chrono::duration<double>(Clock::now() - begin).count();
  while (receiver.count() < alerts) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const double sent = std::chrono::duration<double>(Clock::now() - begin).count();
  ended(*output);
  if (pause.count() == 0)
    fmt::print(
        "{} alerts: spooled (forced to disk each 100) at {:.0f} a second, received over TLS at "
        "{:.0f} a "
        "second, peak memory {}\n",
        alerts, static_cast<double>(alerts) / spooled, static_cast<double>(alerts) / sent,
        memory());
  std::vector<double> times;
  for (std::size_t i = 0; i < alerts; ++i)
    times.push_back(
        std::chrono::duration<double, std::milli>(receiver.arrived(i) - made[i]).count());
  std::sort(times.begin(), times.end());
  return times;
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  const TemporaryFolder folder;
  const Identity ca = make_identity({.common_name = "ca"}, nullptr);
  ca.write(folder.path(), "ca");
  make_identity({.common_name = "good", .alternative_names = "DNS:localhost"}, &ca)
      .write(folder.path(), "good");
  run(folder.path(), argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200'000, {});
  for (const auto pause : {std::chrono::microseconds(20'000), std::chrono::microseconds(1'000)}) {
    const auto times = run(folder.path(), 500, pause);
    fmt::print(
        "one alert each {} ms: on its way {:.1f} ms at the median, {:.1f} ms at the 99th "
        "percentile\n",
        pause.count() / 1000, times[times.size() / 2], times[times.size() * 99 / 100]);
  }
  return 0;
}

#include "app/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "alert/sink/file_sink.h"
#include "app/commands.h"
#include "app/completeness.h"
#include "app/control_socket.h"
#include "app/delivery.h"
#include "app/free_memory.h"
#include "app/live_outputs.h"
#include "app/pipeline.h"
#include "app/port_doubts.h"
#include "app/problems.h"
#include "app/reloader.h"
#include "app/scheduler.h"
#include "app/service_manager.h"
#include "app/signals.h"
#include "app/status.h"
#include "app/status_line.h"
#include "app/system_call_filter.h"
#include "app/watchdog.h"
#include "core/terminal_line.h"
#include "decode/decoder.h"
#include "unpack/pool/pool.h"

namespace outspan::app {
namespace {

/// How long who asks is kept waiting: the largest index is read meanwhile, or no packet comes.
constexpr std::chrono::minutes kReloadPatience{2};
constexpr std::chrono::milliseconds kStatusPatience{1000};

/// What is pulled inside is looked at, and judged.
bool watches_inside(const config::Config& config) {
  return config.access.enabled && std::find(config.directions.begin(), config.directions.end(),
                                            Direction::internal) != config.directions.end();
}

/// CPU and wall time of the run, and its throughput.
class Stopwatch {
 public:
  void report(Stats& stats, std::uint64_t payload_bytes) const {
    const auto wall = std::chrono::steady_clock::now() - start_;
    const auto wall_us = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(wall).count());
    stats.add("run.wall_ms", wall_us / 1000);
    stats.add("run.payload_bytes", payload_bytes);
    stats.add("run.payload_mbit_per_s", payload_bytes * 8 / std::max<std::uint64_t>(wall_us, 1));
    timespec cpu{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    stats.add("run.cpu_ms", static_cast<std::uint64_t>(cpu.tv_sec) * 1000 +
                                static_cast<std::uint64_t>(cpu.tv_nsec) / 1'000'000);
  }

  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Says so once where a worker program is missing: the files that it would open are opaque then.
unpack::PoolOptions worker_programs(const config::Limits& limits, bool is_live) {
  unpack::PoolOptions options = unpack::find_programs();
  options.worker_memory_mib = limits.unpack_memory_mib;
  options.give_way = is_live;
  const auto warn = [](const char* program, const char* files) {
    std::fprintf(stderr,
                 "outspan: %s is not there (beside this program or in ../libexec/outspan): %s are "
                 "not opened, and are reported as opaque\n",
                 program, files);
  };
  if (options.program.empty()) warn("outspan-unpack", "archives, office files and databases");
  if (options.pdf_program.empty()) warn("outspan-unpack-pdf", "PDF files");
  return options;
}

/// The run itself, once everything that the operator could have got wrong is known to be right.
class Run {
 public:
  /// `config` outlives the run.
  Run(const RunOptions& options, const config::Config& config, SearchLoader loader,
      SearchPtr search, Receivers receivers, capture::Source& source, bool is_live)
      : options_(options),
        is_replay_(!is_live),
        source_(source),
        full_config_(config),
        loader_(std::move(loader)),
        unpack_(worker_programs(full_config_.limits, is_live)),
        context_{shard_config(full_config_), std::move(search), &unpack_, is_live},
        decoder_(full_config_),
        live_outputs_(full_config_, receivers, stopping()),
        spool_(std::move(receivers.spool)),
        control_(std::move(receivers.control)),
        status_(full_config_.sensor),
        delivery_(std::move(receivers.outputs), host_windows(receivers.state), source,
                  full_config_.sensor,
                  is_live ? Delivery::WhenFull::drop : Delivery::WhenFull::wait,
                  [this](const Report& sum, Timestamp time) { return reports(sum, time); }),
        shards_(context_, delivery_),
        scheduler_(source, decoder_, shards_,
                   is_live ? full_config_.report_interval : Duration::zero(),
                   is_live ? Scheduler::WhenFull::shed : Scheduler::WhenFull::wait,
                   [this](alert::NoticeEvent notice) { delivery_.tell(std::move(notice)); }) {
    home_networks_ = full_config_.home_networks;
    delivery_.keep_evidence(std::move(receivers.evidence));
    if (context_.search->indexes && watches_inside(full_config_))
      delivery_.watch_access(access_records(receivers.state));
  }

  int run() {
    install_stop_signals(source_);
    if (options_.check_seconds != 0) stop_after(options_.check_seconds);
    const unsigned workers = options_.workers != 0
                                 ? options_.workers
                                 : std::max(1u, std::thread::hardware_concurrency());
    {
      if (!is_replay_) reloader_.emplace(full_config_, loader_, context_.search, reloaded_sensor());
      delivery_.when_in_force([this](const Search& search) {
        status_.take(search.basis->generation);
        home_networks_ = search.home_networks;
        reloader_->in_force(search);
      });
      status_.take(context_.search->basis->generation);
      if (control_) control_->start([this](std::string_view request) { return answer(request); });
      std::optional<Watchdog> watchdog;
      if (!is_replay_)
        watchdog.emplace(
            manager_,
            [this] {
              return Watchdog::Pulse{scheduler_.reads(),
                                     scheduler_.reads() + scheduler_.shard_runs()};
            },
            [this](alert::NoticeEvent notice) { delivery_.tell(std::move(notice)); });
      manager_.tell("READY=1");
      if (!is_replay_ && !options_.quiet) greet();
      const StatusLine line([this] { return is_replay_ ? progress_line() : status_line(); },
                            !options_.quiet);
      scheduler_.run(workers, full_config_.capture.cpus);
    }
    manager_.tell("STOPPING=1");
    if (reloader_) reloader_->stop();  // who waits for it at the control socket is answered
    control_.reset();
    delivery_.finish();
    reloader_.reset();
    forget_stopped_source();
    return options_.check_seconds != 0 ? print_check() : status();
  }

 private:
  /// To who sits at a terminal.
  void greet() const {
    if (!terminal_line::possible()) return;
    std::string ports, networks;
    for (const std::string& name : full_config_.capture.interfaces)
      ports += (ports.empty() ? "" : ", ") + name;
    for (const IpPrefix& network : full_config_.home_networks.prefixes())
      networks += (networks.empty() ? "" : ", ") + network.to_string();
    std::fprintf(
        stderr, "outspan: watching %s; home networks %s; %zu rules, %zu indexes. Ctrl-C ends it.\n",
        ports.c_str(), networks.empty() ? "none" : networks.c_str(),
        context_.search->basis->rules.size(), context_.search->basis->labels->size());
  }

  /// With the account that was asked for a second ago.
  std::string status_line() {
    scheduler_.ask_for_report();
    return status_.line();
  }

  /// How far a replay is.
  std::string progress_line() const {
    constexpr double kMiB = 1 << 20;
    const auto progress = source_.progress();
    const double read = static_cast<double>(progress.bytes_read) / kMiB;
    const double total = static_cast<double>(progress.bytes_total) / kMiB;
    const std::string part = total != 0
                                 ? fmt::format("{:3.0f} % of {:.0f} MiB", 100 * read / total, total)
                                 : fmt::format("{:.0f} MiB", read);
    return fmt::format("{}, {} packets, {:.0f} MiB/s", part, scheduler_.packets(),
                       read / stopwatch_.seconds());
  }

  Reloader::Sensor reloaded_sensor() {
    return {[this] { return live_config(options_); },
            [this](const config::Config& wanted) {
              return live_outputs_.open(wanted, delivery_, [this](alert::NoticeEvent notice) {
                delivery_.tell(std::move(notice));
              });
            },
            [this](const SearchPtr& search) { scheduler_.search_for(search); },
            [this](alert::NoticeEvent notice) { delivery_.tell(std::move(notice)); }};
  }

  std::unique_ptr<access::AccessRecords> access_records(
      const std::shared_ptr<policy::WindowStore>& state) const {
    auto records = std::make_unique<access::AccessRecords>(full_config_, loader_.pseudonym());
    if (state) records->restore(state);
    return records;
  }

  policy::HostWindows host_windows(const std::shared_ptr<policy::WindowStore>& state) const {
    policy::HostWindows windows(full_config_, context_.search->basis);
    if (state && !options_.learn_access) windows.restore(state, context_.search->basis->labels);
    return windows;
  }

  /// To who asks at the control socket.
  std::string answer(std::string_view request) {
    if (request == "reload") {
      alert::FileSink::reopen_all();
      const Reloader::Answer reloaded = reloader_->reload(kReloadPatience);
      std::string text = reloaded.in_force ? "reloaded\n" : "not reloaded\n";
      for (const std::string& line : reloaded.lines) text += line + "\n";
      return text;
    }
    if (request != "status" && request != "status json")
      return "unknown request: status, status json or reload\n";
    const auto since = Status::Clock::now();
    scheduler_.ask_for_report();
    status_.wait_for_news(since, kStatusPatience);
    return request == "status" ? status_.text(scheduler_.loads())
                               : status_.json(scheduler_.loads());
  }

  std::vector<alert::Event> reports(const Report& sum, Timestamp time) {
    alert::StatsEvent stats{sum.stats};
    std::uint64_t payload_bytes = 0;
    for (std::size_t i = 0; i < kDirections; ++i)
      payload_bytes += sum.ledger.of(static_cast<Direction>(i)).total();
    stopwatch_.report(stats.stats, payload_bytes);
    delivery_.report(stats.stats);
    unpack_.report(stats.stats);
    status_.take(sum.ledger, stats.stats, delivery_.output_states(),
                 {sum.senders, delivery_.customer_senders()});
    if (sum.asked) return {};
    if (!is_replay_) give_back_free_memory();
    std::vector<alert::Event> events(2);
    if (options_.check_seconds != 0) seen_ = sum;
    missing_ = missing_parts(sum.stats);
    // Where nothing could be read there is nothing to account for, and no time to do it at.
    const bool nothing = sum.stats.value("capture.packets") == 0;
    if (nothing && !missing_.empty()) return {};
    if (nothing) time = wall_clock();
    if (is_replay_ && stopped_by() != 0) missing_.push_back(interruption());
    events[0].body = alert::ledger_event(sum.ledger, missing_);
    events[1].body = std::move(stats);
    add_notices(limits_reached(sum.stats), events);
    if (!is_replay_) add_doubts(sum, events);
    for (alert::Event& event : events) event.time = time;
    return events;
  }

  /// Each kind of thing that is missing, and each limit, is said once, when it is first seen.
  void add_notices(std::vector<alert::NoticeEvent> limits, std::vector<alert::Event>& events) {
    for (alert::NoticeEvent& limit : limits)
      if (noticed_.insert(limit.kind).second) events.emplace_back().body = std::move(limit);
    for (const alert::Missing& missing : missing_)
      if (noticed_.insert(missing.reason + " " + missing.subject).second)
        events.emplace_back().body = alert::NoticeEvent{"incomplete", missing.detail};
  }

  /// A minute after the start, when there is something to judge by, then daily.
  void add_doubts(const Report& sum, std::vector<alert::Event>& events) {
    const auto now = std::chrono::steady_clock::now();
    if (now < doubts_due_) return;
    doubts_due_ = now + std::chrono::hours(24);
    config::Config config = full_config_;
    config.home_networks = home_networks_;
    for (Doubt& doubt :
         port_doubts(sum.stats, sum.ledger, config, watched_ports(full_config_.capture.interfaces)))
      events.emplace_back().body =
          alert::NoticeEvent{std::move(doubt.kind), doubt.sentence + ": " + doubt.cure};
  }

  /// What the ports carried, and what is wrong with it.
  int print_check() {
    print_problems(source_.problems());
    const auto ports = watched_ports(full_config_.capture.interfaces);
    for (const std::string& fact : port_facts(seen_.stats, seen_.ledger, ports))
      std::printf("%s\n", fact.c_str());
    const auto doubts = port_doubts(seen_.stats, seen_.ledger, full_config_, ports);
    const auto limits = limits_reached(seen_.stats);
    for (const Doubt& doubt : doubts)
      std::printf("\n! %s (%s)\n  %s\n", doubt.sentence.c_str(), doubt.kind.c_str(),
                  doubt.cure.c_str());
    for (const alert::NoticeEvent& limit : limits)
      std::printf("\n! %s (%s)\n", limit.detail.c_str(), limit.kind.c_str());
    if (doubts.empty() && limits.empty()) {
      std::printf("\nNo doubts: this is mirrored traffic, and the home networks fit it.\n");
      return exit_status::kEnd;
    }
    std::printf("\nRun it again after each change.\n");
    return exit_status::kIncomplete;
  }

  alert::Missing interruption() const {
    const std::uint64_t packets = scheduler_.packets();
    const auto at = source_.origin(packets);
    const std::string where =
        at.name.empty() ? "" : " (packet " + std::to_string(at.number) + " of " + at.name + ")";
    return {"interrupted", "", 0, 0,
            "stopped by a signal after packet " + std::to_string(packets) + where};
  }

  int status() {
    print_problems(source_.problems());
    if (const std::string call = take_refused_call(); !call.empty())
      std::fprintf(stderr, "outspan: %s\n", refused_call_sentence(call).c_str());
    const Problems failed = delivery_.take_problems();
    print_problems(failed);
    if (!failed.empty()) return exit_status::kFatal;
    for (const alert::Missing& missing : missing_)
      std::fprintf(stderr, "outspan: not complete: %s\n", missing.detail.c_str());
    if (is_replay_ && stopped_by() != 0) return exit_status::kSignal + stopped_by();
    const bool incomplete = is_replay_ && !missing_.empty();
    if (incomplete || !source_.problems().empty()) return exit_status::kIncomplete;
    return options_.fail_on_alert && delivery_.alerts() != 0 ? exit_status::kAlerts
                                                             : exit_status::kEnd;
  }

  const ServiceManager manager_;  // first: before there are threads and worker processes
  const RunOptions& options_;
  bool is_replay_;
  capture::Source& source_;
  const config::Config& full_config_;
  const SearchLoader loader_;
  unpack::Pool unpack_;
  const RunContext context_;
  const Stopwatch stopwatch_;
  decode::Decoder decoder_;
  // Written by the delivery thread, read once it has ended.
  std::vector<alert::Missing> missing_;
  std::set<std::string> noticed_;
  PrefixSet home_networks_;  // those in force
  std::chrono::steady_clock::time_point doubts_due_ =
      std::chrono::steady_clock::now() + std::chrono::minutes(1);
  Report seen_;  // for print_check()
  LiveOutputs live_outputs_;
  std::unique_ptr<spool::Spool> spool_;  // outputs read it
  std::unique_ptr<ControlSocket> control_;
  Status status_;
  Delivery delivery_;
  Shards shards_;
  Scheduler scheduler_;
  std::optional<Reloader> reloader_;  // uses scheduler and delivery
};

}  // namespace

int run(const RunOptions& options, const config::Config& config, SearchLoader loader,
        SearchPtr search, Receivers receivers, capture::Source& source, bool is_live) {
  return Run(options, config, std::move(loader), std::move(search), std::move(receivers), source,
             is_live)
      .run();
}

}  // namespace outspan::app

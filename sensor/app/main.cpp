#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "app/commands.h"
#include "app/fingerprint_command_line.h"
#include "app/fingerprint_options.h"
#include "app/memory_privacy.h"
#include "detect/builtin_tables.h"

namespace {

using outspan::app::FingerprintCommand;
using outspan::app::RunOptions;

void add_output_options(CLI::App& command, RunOptions& options) {
  command
      .add_option(
          "--format", options.format,
          "of standard output: text, json, syslog, cef, leef, ecs or ocsf (default: text on "
          "a terminal, json otherwise)")
      ->option_text("FORMAT");
  command
      .add_option("-o,--output", options.output,
                  "write there instead of to standard output; replay begins the file anew, live "
                  "appends to it")
      ->option_text("FILE");
  command
      .add_option(
          "--spool", options.spool_folder,
          "keep events on disk there until every output has them (default: none for replay, "
          "`spool` in the state folder for live)")
      ->option_text("DIR");
  command
      .add_option("--syslog", options.syslog_urls,
                  "also send there, repeatable: udp://host:514, tcp://host:601, tls://host:6514, "
                  "unix:///dev/log")
      ->option_text("URL")
      ->allow_extra_args(false);
  command
      .add_option("--report", options.report,
                  "at the end also write a report for people there, one HTML file")
      ->option_text("FILE.html");
  command
      .add_option(
          "--events", options.events,
          "event types to write (default: alert,blindspot,anomaly,ledger,stats,notice; also "
          "record, flow, object)")
      ->option_text("LIST");
}

void add_run_options(CLI::App& command, RunOptions& options) {
  command
      .add_option("-c,--config", options.config_file,
                  "YAML configuration; without it the built-in defaults run")
      ->option_text("FILE");
  command
      .add_option("--home-net", options.home_networks,
                  "home network, repeatable; replaces the configured list")
      ->option_text("CIDR")
      ->allow_extra_args(false);
  command
      .add_option("--signatures", options.signatures,
                  "file or folder of more signatures, repeatable")
      ->option_text("PATH")
      ->allow_extra_args(false);
  command
      .add_option("--fingerprints", options.fingerprints,
                  "index of customers' values, repeatable, each with its --key")
      ->option_text("FILE")
      ->allow_extra_args(false);
  command.add_option("--key", options.keys, "key file of an index, or credential:NAME of systemd")
      ->option_text("FILE")
      ->allow_extra_args(false);
  command
      .add_option("--direction", options.directions,
                  "what is inspected: outbound,inbound,internal,transit or all (default: outbound)")
      ->option_text("LIST");
  add_output_options(command, options);
  command.add_option("-w,--workers", options.workers, "worker threads (default: all cores)")
      ->option_text("N")
      ->check(CLI::Range(1, 1024));
  command.add_option("--cpus", options.cpus, "cores to pin the workers to, in turn: 0-3,6")
      ->option_text("LIST");
  command.add_option("-f,--filter", options.filter, "capture filter, as in tcpdump")
      ->option_text("BPF");
  command.add_flag("--stream-sha256", options.stream_sha256,
                   "with flow events: SHA-256 of each direction's reassembled bytes");
  command.add_flag("--fail-on-alert", options.fail_on_alert,
                   "exit with status 10 if there was an alert");
  command.add_flag("-q,--quiet", options.quiet, "no progress and no notes on standard error");
  command.add_flag("-v,--verbose", options.verbose, "say more on standard error");
  command.footer(
      "Exit status: 0 ran to the end; 1 a replay that is not complete (something was not read, or\n"
      "was dropped: see the ledger); 2 wrong usage or configuration, nothing was run; 3 a fatal\n"
      "error; 10 alerts, with --fail-on-alert; 130 or 143 a replay that a signal stopped.");
}

/// What was chosen on the command line, to be run after parsing.
struct Commands {
  Commands(CLI::App& app, char** argv) : arguments(argv) {
    add_replay(app);
    add_live(app);
    add_check(app);
    add_control(app);
    add_events(app);
    add_report(app);
    add_access(app);
    fingerprints.add_to(app, [this](FingerprintCommand command) {
      run = [this, command] { return run_fingerprint(command); };
    });
    add_signatures(app);
    add_config(app);
    app.add_subcommand("version", "version, build flags, library versions")->callback([this] {
      run = [] { return outspan::app::version(); };
    });
  }

  void add_replay(CLI::App& app) {
    auto* command = app.add_subcommand(
        "replay", "replay captures (pcap, pcapng, also gzip- and zstd-compressed)");
    add_run_options(*command, options);
    command->add_option("captures", options.inputs, "capture files, folders of them, or -")
        ->required()
        ->option_text("FILE|DIR|- ...");
    command->callback([this] { run = [this] { return outspan::app::replay(options); }; });
  }

  void add_live(CLI::App& app) {
    auto* command = app.add_subcommand("live", "watch interfaces (a SPAN or TAP port)");
    add_run_options(*command, options);
    command->add_option("-i,--interface", options.inputs, "interface, repeatable")
        ->option_text("IFACE ...");
    command->add_flag("--truncate", options.truncate, "begin the file of -o anew");
    command
        ->add_option("--state", options.state_folder,
                     "folder in which windows of hosts survive a restart")
        ->option_text("DIR");
    command
        ->add_option("--control", options.control_socket,
                     "socket for `outspan status` and `outspan reload` (default: "
                     "/run/outspan/control.sock, if it can be made)")
        ->option_text("PATH");
    command->callback([this] { run = [this] { return outspan::app::live(options); }; });
  }

  void add_check(CLI::App& app) {
    auto* command = app.add_subcommand(
        "check", "look at interfaces for a while: what they carry, and what to change");
    command->add_option("-i,--interface", options.inputs, "interface, repeatable")
        ->option_text("IFACE ...");
    command
        ->add_option("-c,--config", options.config_file,
                     "YAML configuration: home networks, interfaces, filter, rings")
        ->option_text("FILE");
    command
        ->add_option("--home-net", options.home_networks,
                     "home network, repeatable; replaces the configured list")
        ->option_text("CIDR")
        ->allow_extra_args(false);
    command->add_option("-f,--filter", options.filter, "capture filter, as in tcpdump")
        ->option_text("BPF");
    command->add_option("--seconds", check_seconds, "how long (default: 30)")
        ->option_text("N")
        ->check(CLI::Range(1, 86'400));
    command->footer(
        "Exit status: 0 no doubts; 1 doubts, each with what helps; 2 wrong usage or "
        "configuration.");
    command->callback([this] {
      options.check_seconds = check_seconds;
      run = [this] { return outspan::app::live(options); };
    });
  }

  void add_control(CLI::App& app) {
    auto* status = app.add_subcommand("status", "how the running sensor does");
    auto* reload = app.add_subcommand(
        "reload", "make the running sensor read rules, signatures and indexes anew");
    for (CLI::App* command : {status, reload})
      command
          ->add_option("--socket", control.socket,
                       "its control socket (default: /run/outspan/control.sock)")
          ->option_text("PATH");
    status->add_flag("--json", control.json, "one JSON object");
    status->add_flag("--watch", control.watch, "again every two seconds");
    status->footer("Exit status: 0 answered; 2 no sensor can be asked.");
    reload->footer(
        "Exit status: 0 in force in every shard; 1 refused, what was in use stays; 2 no sensor can "
        "be\nasked.");
    status->callback([this] { run = [this] { return outspan::app::status(control); }; });
    reload->callback([this] { run = [this] { return outspan::app::reload(control); }; });
  }

  void add_events(CLI::App& app) {
    auto* command = app.add_subcommand("events", "print the events of a spool");
    const auto add = [command](const char* name, auto& to, const char* what, const char* help) {
      return command->add_option(name, to, help)->option_text(what);
    };
    add("folder", query.folder, "SPOOL", "its folder (default: that of the configuration)");
    add("-c,--config", query.config_file, "FILE", "YAML configuration");
    add("--since", query.since, "TIME", "from then on: 2026-01-31T23:59, or 2h for two hours ago");
    add("--until", query.until, "TIME", "until then");
    add("--type", query.types, "LIST", "event types");
    add("--severity", query.severity, "NAME", "alerts of this severity and above");
    add("--rule", query.rules, "ID", "alerts of this rule, * for any run of characters; repeatable")
        ->allow_extra_args(false);
    add("--host", query.hosts, "HOST",
        "sent or received by it: address, network or name, * for any run of characters; repeatable")
        ->allow_extra_args(false);
    add("--format", query.format, "FORMAT", "as of replay");
    command->callback([this] { run = [this] { return outspan::app::events(query); }; });
  }

  void add_report(CLI::App& app) {
    auto* command = app.add_subcommand(
        "report", "make one HTML file for people out of a spool, or of events in JSON lines");
    const auto add = [command](const char* name, auto& to, const char* what, const char* help) {
      return command->add_option(name, to, help)->option_text(what);
    };
    add("inputs", report.inputs, "SPOOL|FILE|- ...",
        "folder of a spool, or files of events in JSON lines, - for standard input (default: the "
        "spool of the configuration)");
    add("--spool", report.spool_folder, "DIR", "folder of a spool");
    add("-o,--output", report.output, "FILE.html", "write there instead of to standard output")
        ->capture_default_str();
    add("-c,--config", report.config_file, "FILE", "YAML configuration");
    add("--since", report.since, "TIME",
        "events from then on: 2026-01-31T23:59, or 7d for seven days ago");
    add("--until", report.until, "TIME", "until then");
    add("--title", report.title, "TEXT", "heading of the report");
    command->footer(
        "Exit status: 0 the report was written; 1 it was, but some events could not be read; 2 "
        "wrong\nusage or configuration; 3 it could not be written.");
    command->callback([this] { run = [this] { return outspan::app::report(report); }; });
  }

  void add_access(CLI::App& app) {
    auto* command = app.add_subcommand(
        "access", "who pulls more customers inside than is usual (docs/access.md)");
    command->require_subcommand(1);
    const auto add = [](CLI::App* sub, const char* name, auto& to, const char* what,
                        const char* help) {
      return sub->add_option(name, to, help)->option_text(what);
    };
    auto* learn = command->add_subcommand("learn", "learn what is usual from captures of weeks");
    add(learn, "inputs", options.inputs, "FILE|DIR ...", "captures, oldest first")->required();
    add(learn, "-c,--config", options.config_file, "FILE", "YAML configuration");
    add(learn, "--state", options.state_folder, "DIR", "where `live` keeps its state");
    add(learn, "--fingerprints", options.fingerprints, "FILE", "index of customers")
        ->allow_extra_args(false);
    add(learn, "--key", options.keys, "FILE", "its key")->allow_extra_args(false);
    add(learn, "--home-net", options.home_networks, "CIDR", "home network, repeatable")
        ->allow_extra_args(false);
    learn->callback([this] { run = [this] { return outspan::app::access_learn(options); }; });
    const auto add_shown = [&](const char* name, const char* help, auto shown, bool incident) {
      auto* sub = command->add_subcommand(name, help);
      if (incident)
        add(sub, "incident", access.incident, "INCIDENT", "incident_id of the alert")->required();
      add(sub, "-c,--config", access.config_file, "FILE", "YAML configuration");
      add(sub, "--state", access.state_folder, "DIR", "folder with the state of `live`");
      sub->callback([this, shown] { run = [this, shown] { return shown(access); }; });
    };
    add_shown("list", "who is known, and what is usual for each", outspan::app::access_list, false);
    add_shown("explain", "the days before an alarm", outspan::app::access_explain, true);
    add_shown("expect", "what to write into the configuration so that this is expected",
              outspan::app::access_expect, true);
  }

  void add_signatures(CLI::App& app) {
    auto* command = app.add_subcommand("signatures", "inspect signatures and run their examples");
    command->require_subcommand(1);
    const auto add_paths = [this](CLI::App* sub) {
      sub->add_option("--signatures", paths, "file or folder, repeatable (default: the built-in)")
          ->option_text("PATH")
          ->allow_extra_args(false);
    };
    auto* list = command->add_subcommand("list", "one line a signature");
    add_paths(list);
    list->callback([this] { run = [this] { return outspan::app::signatures_list(paths); }; });
    auto* test =
        command->add_subcommand("test", "run every example; print what each pattern costs");
    add_paths(test);
    test->add_option("paths", paths, "file or folder")->option_text("PATH ...");
    test->callback([this] { run = [this] { return outspan::app::signatures_test(paths); }; });
    auto* show = command->add_subcommand("show", "everything about one signature");
    add_paths(show);
    show->add_option("id", text, "its id")->required()->option_text("ID");
    show->callback([this] { run = [this] { return outspan::app::signatures_show(paths, text); }; });
  }

  void add_config(CLI::App& app) {
    auto* command = app.add_subcommand("config", "check and show configurations");
    command->require_subcommand(1);
    auto* check = command->add_subcommand("check", "find every mistake in a configuration");
    check->add_option("file", text, "configuration")->required()->option_text("FILE");
    check->callback([this] { run = [this] { return outspan::app::config_check(text); }; });
    auto* show = command->add_subcommand("show", "print the effective configuration");
    show->add_option("file", text, "configuration (default: the built-in one)")
        ->option_text("FILE");
    show->callback([this] { run = [this] { return outspan::app::config_show(text); }; });
    auto* init = command->add_subcommand("init", "write a commented starter configuration");
    init->add_option("file", text, "new file (default: standard output)")->option_text("FILE");
    init->callback([this] { run = [this] { return outspan::app::config_init(text); }; });
  }

  int run_fingerprint(FingerprintCommand command) {
    switch (command) {
      case FingerprintCommand::info: return fingerprint_info(fingerprints.options());
      case FingerprintCommand::verify: return fingerprint_verify(fingerprints.options());
      default: return outspan::app::run_builder(arguments);
    }
  }

  char** arguments;
  RunOptions options;
  unsigned check_seconds = 30;
  outspan::app::EventOptions query;
  outspan::app::ReportOptions report;
  outspan::app::AccessOptions access;
  outspan::app::ControlOptions control;
  outspan::app::FingerprintCommandLine fingerprints;
  std::vector<std::string> paths;
  std::string text;
  std::function<int()> run;
};

int run_command_line(int argc, char** argv) {
  CLI::App app("Outspan: says which customer data leaves the network in clear, while it happens");
  app.name("outspan");
  app.require_subcommand(1);
  app.set_version_flag("--version", "outspan " OUTSPAN_VERSION);
  bool core_files = false;
  app.add_flag("--core-files", core_files,
               "allow core files and debuggers, which see customers' values in memory");
  Commands commands(app, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 has its own numbers; help and --version are no error.
    return app.exit(error) == 0 ? outspan::app::exit_status::kEnd
                                : outspan::app::exit_status::kUsage;
  }
  if (!core_files) outspan::app::keep_memory_private();
  return commands.run();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    outspan::detect::use_builtin_tables(&outspan::detect::builtin_tables());
    return run_command_line(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "outspan: %s\n", error.what());
    return outspan::app::exit_status::kFatal;
  }
}

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "app/commands.h"
#include "app/fingerprint_command_line.h"
#include "app/fingerprint_options.h"
#include "app/memory_privacy.h"
#include "config/nearest_name.h"
#include "detect/builtin_tables.h"

namespace {

using outspan::app::FingerprintCommand;
using outspan::app::RunOptions;

template <class Value>
CLI::Option* add(CLI::App& command, const char* name, Value& to, const char* what,
                 const char* help) {
  return command.add_option(name, to, help)->option_text(what);
}

/// One that takes a word each time it is given.
CLI::Option* add_each(CLI::App& command, const char* name, std::vector<std::string>& to,
                      const char* what, const char* help) {
  return add(command, name, to, what, help)->allow_extra_args(false);
}

void add_output_options(CLI::App& command, RunOptions& options) {
  add(command, "--format", options.format, "FORMAT",
      "of standard output: text, json, syslog, cef, leef, ecs or ocsf (default: text on a "
      "terminal, json otherwise)");
  add(command, "-o,--output", options.output, "FILE",
      "write there instead of to standard output; replay begins the file anew, live appends to it");
  add(command, "--spool", options.spool_folder, "DIR",
      "keep events on disk there until every output has them (default: none for replay, `spool` in "
      "the state folder for live)");
  add_each(command, "--syslog", options.syslog_urls, "URL",
           "also send there, repeatable: udp://host:514, tcp://host:601, tls://host:6514, "
           "unix:///dev/log");
  add(command, "--report", options.report, "FILE.html",
      "at the end also write a report for people there, one HTML file");
  add(command, "--events", options.events, "LIST",
      "event types to write (default: alert,blindspot,anomaly,ledger,stats,notice; also record, "
      "flow, object)");
}

void add_home_networks(CLI::App& command, RunOptions& options) {
  add_each(command, "--home-net", options.home_networks, "CIDR",
           "home network, repeatable; replaces the configured list");
}

void add_index(CLI::App& command, RunOptions& options) {
  add_each(command, "--fingerprints", options.fingerprints, "FILE",
           "index of customers' values, repeatable, each with its --key");
  add_each(command, "--key", options.keys, "FILE",
           "key file of an index, or credential:NAME of systemd");
}

void add_filter(CLI::App& command, RunOptions& options) {
  add(command, "-f,--filter", options.filter, "BPF", "capture filter, as in tcpdump");
}

void add_workers(CLI::App& command, RunOptions& options) {
  add(command, "-w,--workers", options.workers, "N", "worker threads (default: all cores)")
      ->check(CLI::Range(1, 1024));
}

void add_quiet(CLI::App& command, RunOptions& options) {
  command.add_flag("-q,--quiet", options.quiet, "no progress and no notes on standard error");
}

void add_captures(CLI::App& command, RunOptions& options) {
  add(command, "captures", options.inputs, "FILE|DIR|- ...", "capture files, folders of them, or -")
      ->required();
}

void add_run_options(CLI::App& command, RunOptions& options) {
  add(command, "-c,--config", options.config_file, "FILE",
      "YAML configuration; without it the built-in defaults run");
  add_home_networks(command, options);
  add_each(command, "--signatures", options.signatures, "PATH",
           "file or folder of more signatures, repeatable");
  add_index(command, options);
  add(command, "--direction", options.directions, "LIST",
      "what is inspected: outbound,inbound,internal,transit or all (default: outbound)");
  add_output_options(command, options);
  add_workers(command, options);
  add(command, "--cpus", options.cpus, "LIST", "cores to pin the workers to, in turn: 0-3,6");
  add_filter(command, options);
  command.add_flag("--stream-sha256", options.stream_sha256,
                   "with flow events: SHA-256 of each direction's reassembled bytes");
  command.add_flag("--fail-on-alert", options.fail_on_alert,
                   "exit with status 10 if there was an alert");
  add_quiet(command, options);
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
    add_trace(app);
    add_control(app);
    add_events(app);
    add_report(app);
    add_evidence(app);
    add_access(app);
    fingerprints.add_to(app, [this](FingerprintCommand command) {
      run = [this, command] { return run_fingerprint(command); };
    });
    add_signatures(app);
    add_config(app);
    app.add_subcommand("version", "version, build flags, library versions")->callback([this] {
      run = [] { return outspan::app::version(); };
    });
    add_manual(app);
  }

  void add_replay(CLI::App& app) {
    auto* command = app.add_subcommand(
        "replay", "replay captures (pcap, pcapng, also gzip- and zstd-compressed)");
    add_run_options(*command, options);
    add_captures(*command, options);
    command->callback([this] { run = [this] { return outspan::app::replay(options); }; });
  }

  void add_live(CLI::App& app) {
    auto* command = app.add_subcommand("live", "watch interfaces (a SPAN or TAP port)");
    add_run_options(*command, options);
    add(*command, "-i,--interface", options.inputs, "IFACE ...", "interface, repeatable");
    command->add_flag("--truncate", options.truncate, "begin the file of -o anew");
    add(*command, "--state", options.state_folder, "DIR",
        "folder in which windows of hosts survive a restart");
    add(*command, "--control", options.control_socket, "PATH",
        "socket for `outspan status` and `outspan reload` (default: that of the configuration, or "
        "/run/outspan/control.sock if it can be made)");
    add(*command, "--user", options.user, "NAME",
        "started as root: go on as this user once the interfaces are open, of all privileges with "
        "CAP_NET_RAW only");
    command->callback([this] { run = [this] { return outspan::app::live(options); }; });
  }

  void add_check(CLI::App& app) {
    auto* command = app.add_subcommand(
        "check", "look at interfaces for a while: what they carry, and what to change");
    add(*command, "-i,--interface", options.inputs, "IFACE ...", "interface, repeatable");
    add(*command, "-c,--config", options.config_file, "FILE",
        "YAML configuration: home networks, interfaces, filter, rings");
    add_home_networks(*command, options);
    add_filter(*command, options);
    add(*command, "--seconds", check_seconds, "N", "how long (default: 30)")
        ->check(CLI::Range(1, 86'400));
    command->footer(
        "Exit status: 0 no doubts; 1 doubts, each with what helps; 2 wrong usage or "
        "configuration.");
    command->callback([this] {
      options.check_seconds = check_seconds;
      run = [this] { return outspan::app::live(options); };
    });
  }

  void add_trace(CLI::App& app) {
    auto* command = app.add_subcommand(
        "trace", "when, from where and to whom the data of the people in a table went");
    add(*command, "table", trace.table, "VICTIMS.csv",
        "table in CSV or TSV, its first line naming the columns")
        ->required();
    add_captures(*command, options);
    add_each(
        *command, "--column", trace.columns, "HEADER:TYPE",
        "a column and what it holds: email, phone, ticket, name or text; repeatable (default: by "
        "the words of the first line)");
    add_each(*command, "--default-country", trace.countries, "CODE",
             "ISO 3166 code for phone numbers without a country code, repeatable");
    add_home_networks(*command, options);
    add(*command, "--direction", options.directions, "LIST",
        "what is searched: outbound,inbound,internal,transit or all (default: all)");
    add_filter(*command, options);
    add_workers(*command, options);
    command->add_flag("--json", trace.json, "one JSON object instead of a table");
    add_quiet(*command, options);
    command->footer(
        "Exit status: 0 everything was read; 1 something was not; 2 wrong usage, nothing was run;\n"
        "3 a fatal error; 130 or 143 a signal stopped it.");
    command->callback([this] { run = [this] { return outspan::app::trace(trace, options); }; });
  }

  void add_control(CLI::App& app) {
    auto* status = app.add_subcommand("status", "how the running sensor does");
    auto* reload = app.add_subcommand(
        "reload", "make the running sensor read rules, signatures and indexes anew");
    for (CLI::App* command : {status, reload}) {
      add(*command, "-c,--config", control.config_file, "FILE",
          "YAML configuration of the sensor, which may name its socket");
      add(*command, "--socket", control.socket, "PATH",
          "its control socket (default: that of the configuration, or /run/outspan/control.sock)");
    }
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
    add(*command, "folder", query.folder, "SPOOL",
        "its folder (default: that of the configuration)");
    add(*command, "-c,--config", query.config_file, "FILE", "YAML configuration");
    add(*command, "--since", query.since, "TIME",
        "from then on: 2026-01-31T23:59, or 2h for two hours ago");
    add(*command, "--until", query.until, "TIME", "until then");
    add(*command, "--type", query.types, "LIST", "event types");
    add(*command, "--severity", query.severity, "NAME", "alerts of this severity and above");
    add_each(*command, "--rule", query.rules, "ID",
             "alerts of this rule, * for any run of characters; repeatable");
    add_each(*command, "--host", query.hosts, "HOST",
             "sent or received by it: address, network or name, * for any run of characters; "
             "repeatable");
    add(*command, "--format", query.format, "FORMAT", "as of replay");
    command->footer(
        "Exit status: 0 all were read; 1 some could not be read; 2 wrong usage or configuration; 3 "
        "they\ncould not be written.");
    command->callback([this] { run = [this] { return outspan::app::events(query); }; });
  }

  void add_report(CLI::App& app) {
    auto* command = app.add_subcommand(
        "report", "make one HTML file for people out of a spool, or of events in JSON lines");
    add(*command, "inputs", report.inputs, "SPOOL|FILE|- ...",
        "folder of a spool, or files of events in JSON lines, - for standard input (default: the "
        "spool of the configuration)");
    add(*command, "--spool", report.spool_folder, "DIR", "folder of a spool");
    add(*command, "-o,--output", report.output, "FILE.html",
        "write there instead of to standard output")
        ->capture_default_str();
    add(*command, "-c,--config", report.config_file, "FILE", "YAML configuration");
    add(*command, "--since", report.since, "TIME",
        "events from then on: 2026-01-31T23:59, or 7d for seven days ago");
    add(*command, "--until", report.until, "TIME", "until then");
    add(*command, "--title", report.title, "TEXT", "heading of the report");
    command->footer(
        "Exit status: 0 the report was written; 1 it was, but some events could not be read; 2 "
        "wrong\nusage or configuration; 3 it could not be written.");
    command->callback([this] { run = [this] { return outspan::app::report(report); }; });
  }

  void add_evidence(CLI::App& app) {
    auto* command = app.add_subcommand(
        "evidence", "encrypted evidence, for the holder of the key (docs/evidence.md)");
    command->require_subcommand(1);
    command->footer(
        "Exit status: 0 done; 1 some files could not be read; 2 wrong usage, or the file cannot "
        "be\n"
        "opened with this key; 3 what came out could not be written.");
    auto* list = command->add_subcommand("list", "one line a file, with its SHA-256");
    add(*list, "folder", evidence.folder, "DIR",
        "where it is (default: that of the configuration)");
    add(*list, "-c,--config", evidence.config_file, "FILE", "YAML configuration");
    list->add_flag("--json", evidence.json, "one JSON object a line");
    list->callback([this] { run = [this] { return outspan::app::evidence_list(evidence); }; });
    auto* decrypt = command->add_subcommand("decrypt", "open a file with the investigator's key");
    add(*decrypt, "file", evidence.file, "FILE", "of the evidence")->required();
    add(*decrypt, "--key", evidence.key_file, "KEY.pem", "private key in PEM")->required();
    add(*decrypt, "--passphrase-file", evidence.passphrase_file, "FILE",
        "its first line is the passphrase of the key (default: asked for at the terminal)");
    add(*decrypt, "-o,--output", evidence.output, "FILE",
        "write there, which must not exist; - for standard output")
        ->required();
    decrypt->callback(
        [this] { run = [this] { return outspan::app::evidence_decrypt(evidence); }; });
  }

  void add_access(CLI::App& app) {
    auto* command = app.add_subcommand(
        "access", "who pulls more customers inside than is usual (docs/access.md)");
    command->require_subcommand(1);
    command->footer(
        "Exit status: 0 done; 1 learned, but something was not read; 2 wrong usage or "
        "configuration, or nothing\nis known of what was asked for; 3 a fatal error.");
    auto* learn = command->add_subcommand("learn", "learn what is usual from captures of weeks");
    add(*learn, "inputs", options.inputs, "FILE|DIR ...", "captures, oldest first")->required();
    add(*learn, "-c,--config", options.config_file, "FILE", "YAML configuration");
    add(*learn, "--state", options.state_folder, "DIR", "where `live` keeps its state");
    add_index(*learn, options);
    add_home_networks(*learn, options);
    learn->callback([this] { run = [this] { return outspan::app::access_learn(options); }; });
    const auto add_shown = [&](const char* name, const char* help, auto shown, bool incident) {
      auto* sub = command->add_subcommand(name, help);
      if (incident)
        add(*sub, "incident", access.incident, "INCIDENT", "incident_id of the alert")->required();
      add(*sub, "-c,--config", access.config_file, "FILE", "YAML configuration");
      add(*sub, "--state", access.state_folder, "DIR", "folder with the state of `live`");
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
    command->footer("Exit status: 0 good; 1 an example failed; 2 wrong usage or signatures.");
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
    command->footer("Exit status: 0 good; 2 wrong usage or configuration: every mistake is named.");
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

  /// For whoever builds and packages.
  void add_manual(CLI::App& app) {
    auto* command = app.add_subcommand("manual", "write man pages and shell completion");
    command->group("");
    command->add_option("folder", text, "where")->required()->option_text("DIR");
    command->callback([this, &app] {
      run = [this, &app] {
        return outspan::app::manual(outspan::app::command_table(app), OUTSPAN_VERSION, text);
      };
    });
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
  outspan::app::EvidenceOptions evidence;
  outspan::app::AccessOptions access;
  outspan::app::TraceOptions trace;
  outspan::app::ControlOptions control;
  outspan::app::FingerprintCommandLine fingerprints;
  std::vector<std::string> paths;
  std::string text;
  std::function<int()> run;
};

/// The word that no command and no option is called, and what was probably meant; empty: there is
/// none.
std::string unknown_word(const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    std::vector<std::string> known;
    if (word.starts_with("--") && word.size() > 2) {
      const std::string name = word.substr(0, word.find('='));
      if (at->get_option_no_throw(name) != nullptr) continue;
      for (const CLI::Option* option : at->get_options())
        for (const std::string& one : option->get_lnames()) known.push_back("--" + one);
    } else if (!word.starts_with('-') && !at->get_subcommands({}).empty()) {
      const CLI::App* next = nullptr;
      for (const CLI::App* command : at->get_subcommands({})) {
        known.push_back(command->get_name());
        if (command->get_name() == word) next = command;
      }
      if (next != nullptr) {
        at = next;
        continue;
      }
    } else {
      continue;
    }
    const std::string nearest =
        outspan::config::nearest_name(word.substr(0, word.find('=')), known);
    return "unknown " + std::string(word[0] == '-' ? "option" : "command") + " '" + word + "'" +
           (nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
  }
  return {};
}

/// CLI11 has its own numbers; help and --version are no error.
int say_error(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  const std::string unknown =
      error.get_exit_code() == 0 ? std::string() : unknown_word(app, argc, argv);
  if (unknown.empty())
    return app.exit(error) == 0 ? outspan::app::exit_status::kEnd
                                : outspan::app::exit_status::kUsage;
  std::fprintf(stderr, "outspan: %s\nRun with --help for more information.\n", unknown.c_str());
  return outspan::app::exit_status::kUsage;
}

int run_command_line(int argc, char** argv) {
  CLI::App app("Outspan: says which customer data leaves the network in clear, while it happens");
  app.name("outspan");
  app.require_subcommand(1);
  app.set_version_flag("--version", "outspan " OUTSPAN_VERSION);
  app.footer(
      "Exit status: 0 ran to the end; 1 ran, but something was not read, or is not good; 2 wrong "
      "usage or\nconfiguration, nothing was run; 3 a fatal error. A command's --help says the "
      "rest.");
  bool core_files = false;
  app.add_flag("--core-files", core_files,
               "allow core files and debuggers, which see customers' values in memory");
  Commands commands(app, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return say_error(app, error, argc, argv);
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

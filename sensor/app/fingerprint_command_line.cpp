#include "app/fingerprint_command_line.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace outspan::app {

void FingerprintCommandLine::add_to(CLI::App& app, std::function<void(FingerprintCommand)> chosen) {
  auto* command =
      app.add_subcommand("fingerprint", "make and inspect indexes of the customers' real values");
  command->require_subcommand(1);
  command->footer(
      "Exit status: 0 good; 1 verify: the index is not good, lookup: nobody has the value; 2 "
      "wrong\n"
      "usage, table, index or key; 3 a fatal error.");
  const auto add = [command, chosen = std::move(chosen)](const char* name, const char* help,
                                                         FingerprintCommand which) {
    auto* sub = command->add_subcommand(name, help);
    sub->callback([chosen, which] { chosen(which); });
    return sub;
  };
  add_build(*add("build", "build an index of a table of customers", FingerprintCommand::build));
  add_update(*add("update",
                  "build an index again from a newer export, with the settings that it has",
                  FingerprintCommand::update));
  add_index(*add("info", "what an index holds; needs no key", FingerprintCommand::info));
  auto* verify = add("verify", "check an index from end to end", FingerprintCommand::verify);
  add_index(*verify);
  verify->add_option("--key", options_.key, "also check that it is genuine")->option_text("FILE");
  add_lookup(*add("lookup",
                  "ask for one value, which is read from standard input, and tell its rows",
                  FingerprintCommand::lookup));
}

void FingerprintCommandLine::add_build(CLI::App& command) {
  add_source_options(command);
  command.add_flag("--new-key", options_.new_key, "make a new key and write it to --key");
  command
      .add_option("--column", options_.columns,
                  "a column of the first line and what it holds: email, phone, ticket, name or "
                  "text; repeatable")
      ->required()
      ->option_text("HEADER:TYPE")
      ->allow_extra_args(false);
  command
      .add_option("--canary-column", options_.canary_column,
                  "column that marks planted, fictitious customers")
      ->option_text("HEADER");
}

void FingerprintCommandLine::add_update(CLI::App& command) {
  add_source_options(command);
  command.add_flag("--allow-shrink", options_.allow_shrink,
                   "also if the new export has less than half of the rows");
}

void FingerprintCommandLine::add_source_options(CLI::App& command) {
  command
      .add_option("source", options_.source,
                  "table in CSV or TSV, its first line naming the columns; - is standard input")
      ->required()
      ->option_text("SOURCE|-");
  command.add_option("-o,--output", options_.index, "index")->required()->option_text("INDEX");
  command.add_option("--key", options_.key, "key file, or credential:NAME of systemd")
      ->required()
      ->option_text("FILE");
  command
      .add_option("--default-country", options_.countries,
                  "ISO 3166 code for phone numbers without a country code, repeatable")
      ->option_text("CODE")
      ->allow_extra_args(false);
  command
      .add_option("--ticket-format", options_.ticket_formats,
                  "how tickets are written, repeatable: TM-########, # a digit, ? a letter, * "
                  "either (default: found out)")
      ->option_text("FORMAT")
      ->allow_extra_args(false);
  command
      .add_option("--separator", options_.separator,
                  "between fields: one character, or tab (default: found out)")
      ->option_text("CHARACTER");
  command.add_option("-w,--workers", options_.threads, "threads (default: all cores)")
      ->option_text("N")
      ->check(CLI::Range(1, 256));
  command.add_flag("-q,--quiet", options_.quiet, "no progress and no report");
}

void FingerprintCommandLine::add_lookup(CLI::App& command) {
  add_index(command);
  command.add_option("--key", options_.key, "its key")->required()->option_text("FILE");
  command.add_option("--column", options_.column, "only in this column")->option_text("NAME");
}

void FingerprintCommandLine::add_index(CLI::App& command) {
  command.add_option("index", options_.index, "index")->required()->option_text("INDEX");
}

FingerprintInvocation parse_fingerprint_invocation(int argc, char** argv) {
  CLI::App app("Reads tables of customers for outspan, which starts this program");
  app.name("outspan");
  app.require_subcommand(1);
  FingerprintInvocation invocation;
  app.add_flag("--core-files", invocation.core_files, "allow core files and debuggers");
  FingerprintCommandLine line;
  line.add_to(app, [&invocation](FingerprintCommand chosen) { invocation.command = chosen; });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  invocation.options = line.options();
  return invocation;
}

}  // namespace outspan::app

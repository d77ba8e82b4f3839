#include "app/command_table.h"

#include <CLI/CLI.hpp>

namespace outspan::app {
namespace {

CommandEntry entry_of(const CLI::App& app, std::vector<std::string> words,
                      const std::string& footer_above) {
  words.push_back(app.get_name());
  CommandEntry entry{words, app.get_description(), app.get_footer(), {}, {}};
  if (entry.footer.empty()) entry.footer = footer_above;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    OptionEntry one;
    for (const std::string& name : option->get_snames()) one.names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) one.names.push_back("--" + name);
    one.value = option->get_option_text();
    one.help = option->get_description();
    one.required = option->get_required();
    entry.options.push_back(std::move(one));
  }
  for (const CLI::App* command : app.get_subcommands({}))
    if (!command->get_group().empty())
      entry.commands.push_back(entry_of(*command, words, entry.footer));
  return entry;
}

}  // namespace

CommandEntry command_table(const CLI::App& app) { return entry_of(app, {}, {}); }

}  // namespace outspan::app

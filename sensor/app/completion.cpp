#include "app/completion.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace outspan::app {
namespace {

/// What the value of an option can be; nullptr: nothing is known of it.
struct Values {
  const char* bash;  ///< options of compgen
  const char* zsh;   ///< action of _arguments
};
constexpr Values kNothing{nullptr, ""};
constexpr Values kFiles{"-f", "_files"};
constexpr Values kFolders{"-d", "_files -/"};

struct Known {
  std::string_view option;
  Values values;
};
/// Whatever is not a path.
constexpr Known kKnown[] = {
    {"--direction",
     {"-W \"outbound inbound internal transit all\"", "(outbound inbound internal transit all)"}},
    {"--format",
     {"-W \"text json syslog cef leef ecs ocsf\"", "(text json syslog cef leef ecs ocsf)"}},
    {"--interface", {"-W \"$(cd /sys/class/net 2>/dev/null && echo *)\"", "_net_interfaces"}},
    {"--severity", {"-W \"low medium high critical\"", "(low medium high critical)"}},
    {"--user", {"-u", "_users"}}};

Values values_of(const OptionEntry& option) {
  for (const Known& known : kKnown)
    if (std::find(option.names.begin(), option.names.end(), known.option) != option.names.end())
      return known.values;
  if (option.value == "DIR") return kFolders;
  for (const char* path : {"FILE", "PATH", "DIR", "SPOOL", "INDEX", "SOURCE", ".csv"})
    if (option.value.find(path) != std::string::npos) return kFiles;
  return kNothing;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : between) + word;
  return all;
}

template <class Call>
void for_each_command(const CommandEntry& command, const Call& call) {
  call(command);
  for (const CommandEntry& below : command.commands) for_each_command(below, call);
}

/// The branch of one command: what may stand here, and what the options take that come before.
std::string bash_branch(const CommandEntry& command) {
  std::string words, values, argument;
  for (const CommandEntry& below : command.commands) words += ' ' + below.words.back();
  std::string options;
  for (const OptionEntry& option : command.options) {
    const Values takes = values_of(option);
    for (const std::string& name : option.names) options += ' ' + name;
    if (option.names.empty() && takes.bash != nullptr) argument = takes.bash;
    if (option.names.empty() || option.value.empty()) continue;
    values += "        " + joined(option.names, "|") + ") takes='" +
              (takes.bash == nullptr ? "none" : takes.bash) + "' ;;\n";
  }
  return "    '" + joined(command.words, " ") + "')\n      options='" + options + "' words='" +
         words + "' argument='" + argument + "'\n      case $before in\n" + values +
         "      esac ;;\n";
}

std::string zsh_quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == '[' || c == ']' || c == ':' || c == '\\')
      out += std::string("\\") + c;
    else
      out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string zsh_function(const CommandEntry& command) { return "_" + joined(command.words, "_"); }

std::string zsh_option(const OptionEntry& option) {
  const Values takes = values_of(option);
  const std::string value =
      option.value.empty() ? "" : ":" + zsh_quoted(option.value) + ":" + takes.zsh;
  if (option.names.empty()) {
    const bool many = option.value.ends_with("...");
    return std::string(" \\\n    '") + (many ? "*" : option.required ? "" : ":") + value + "'";
  }
  std::string text;
  for (const std::string& name : option.names)
    text += " \\\n    '*" + name + "[" + zsh_quoted(option.help) + "]" + value + "'";
  return text;
}

std::string zsh_definition(const CommandEntry& command) {
  std::string text = zsh_function(command) + "() {\n";
  const bool has_commands = !command.commands.empty();
  text += has_commands ? "  local state line\n  _arguments -C -S" : "  _arguments -S";
  for (const OptionEntry& option : command.options) text += zsh_option(option);
  if (!has_commands) return text + "\n}\n";
  text += " \\\n    '1:command:((";
  for (const CommandEntry& below : command.commands)
    text += "\n      " + below.words.back() + "\\:\"" + zsh_quoted(below.help) + "\"";
  text += "))' \\\n    '*::argument:->rest'\n  [[ $state == rest ]] && case $line[1] in\n";
  for (const CommandEntry& below : command.commands)
    text += "    " + below.words.back() + ") " + zsh_function(below) + " ;;\n";
  return text + "  esac\n}\n";
}

}  // namespace

std::string bash_completion(const CommandEntry& program) {
  std::string known, branches;
  for_each_command(program, [&](const CommandEntry& command) {
    if (command.words.size() > 1)
      known += (known.empty() ? "'" : "|'") + joined(command.words, " ") + "'";
    branches += bash_branch(command);
  });
  return R"(# bash completion for outspan. Made by outspan itself, of what --help shows.
_outspan() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=outspan i
  local options words argument takes=
  COMPREPLY=()
  # --option=value comes as three words
  if [ "$word" = = ]; then
    word=
  elif [ "$before" = = ]; then
    before=${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case "$command ${COMP_WORDS[i]}" in
    )" + known +
         R"() command="$command ${COMP_WORDS[i]}" ;;
    esac
  done
  case $command in
)" + branches +
         R"(  esac
  if [ -z "$takes" ]; then
    if [[ $word == -* ]]; then
      takes="-W \"$options\""
    elif [ -n "$words" ]; then
      takes="-W \"$words\""
    else
      takes=${argument:-none}
    fi
  fi
  [ "$takes" = none ] && return
  case $takes in -f|-d) compopt -o filenames 2>/dev/null ;; esac
  mapfile -t COMPREPLY < <(eval "compgen $takes" -- '"$word"')
}
complete -F _outspan outspan
)";
}

std::string zsh_completion(const CommandEntry& program) {
  std::string text = "#compdef outspan\n# Made by outspan itself, of what --help shows.\n";
  for_each_command(program,
                   [&text](const CommandEntry& command) { text += zsh_definition(command); });
  return text + "_outspan \"$@\"\n";
}

}  // namespace outspan::app

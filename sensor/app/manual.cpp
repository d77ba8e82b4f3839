#include "app/manual.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

namespace outspan::app {
namespace {

constexpr std::string_view kExitStatus = "Exit status: ";

/// One line of text, so that man(7) reads none of it as a request.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '\n')
      out += ' ';
    else
      out += c;
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + escaped(text) + "\\fR"; }

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : between) + word;
  return all;
}

std::string sentence(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(text[0]));
  return escaped(text) + ".\n";
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

bool is_argument(const OptionEntry& option) { return option.names.empty(); }

std::string synopsis(const CommandEntry& command) {
  std::string text = bold(joined(command.words, " "));
  if (!std::all_of(command.options.begin(), command.options.end(), is_argument))
    text += " [" + italic("options") + "]";
  if (!command.commands.empty()) text += ' ' + italic("command");
  for (const OptionEntry& option : command.options)
    if (is_argument(option))
      text += option.required ? ' ' + italic(option.value) : " [" + italic(option.value) + "]";
  return text + '\n';
}

std::string option_item(const OptionEntry& option) {
  std::string names;
  for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + bold(name);
  if (!option.value.empty()) names += (names.empty() ? "" : " ") + italic(option.value);
  return ".TP\n" + names + '\n' + sentence(option.help);
}

std::string see_also(const CommandEntry& command, const CommandEntry* above) {
  std::string text;
  const auto add = [&text](const CommandEntry& other) {
    text += (text.empty() ? "" : ", ") + bold(manual_name(other)) + "(1)";
  };
  if (above != nullptr) add(*above);
  for (const CommandEntry& below : command.commands) add(below);
  if (!text.empty()) text += '\n';
  return ".SH SEE ALSO\n" + text + ".PP\n/usr/share/doc/outspan\n";
}

/// "Exit status: 0 done; 130 or 143 a signal stopped it." as a list. Other words stay as they are.
std::string exit_statuses(std::string footer) {
  std::replace(footer.begin(), footer.end(), '\n', ' ');
  std::string_view rest = footer;
  if (!rest.starts_with(kExitStatus)) return ".SH NOTES\n" + escaped(rest) + '\n';
  rest.remove_prefix(kExitStatus.size());
  std::string text = ".SH EXIT STATUS\n";
  while (!rest.empty()) {
    // An item begins with a number after "; ".
    std::size_t end = rest.find("; ");
    while (end != rest.npos && std::isdigit(static_cast<unsigned char>(rest[end + 2])) == 0)
      end = rest.find("; ", end + 2);
    std::string_view item = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 2);
    if (item.ends_with('.')) item.remove_suffix(1);
    std::size_t number = item.find_first_not_of("0123456789");
    if (item.substr(number).starts_with(" or "))
      number = item.find_first_not_of("0123456789", number + 4);
    text += ".TP\n" + bold(item.substr(0, number)) + '\n' +
            sentence(std::string(item.substr(number + 1)));
  }
  return text;
}

}  // namespace

std::string manual_name(const CommandEntry& command) { return joined(command.words, "-"); }

std::string manual_page(const CommandEntry& command, const CommandEntry* above,
                        const std::string& version) {
  const std::string name = manual_name(command);
  // "Outspan: says which ..."
  const std::size_t colon = above == nullptr ? command.help.find(": ") : command.help.npos;
  const std::string help =
      colon == command.help.npos ? command.help : command.help.substr(colon + 2);
  std::string page = ".\\\" Made by outspan itself, of what --help shows.\n.TH " + upper(name) +
                     " 1 \"\" \"outspan " + version + "\" \"Outspan\"\n.SH NAME\n" + escaped(name) +
                     " \\- " + escaped(help) + "\n.SH SYNOPSIS\n" + synopsis(command) +
                     ".SH DESCRIPTION\n" + sentence(help);
  if (!command.commands.empty()) page += ".SH COMMANDS\n";
  for (const CommandEntry& below : command.commands)
    page += ".TP\n" + bold(below.words.back()) + '\n' + sentence(below.help);
  if (!command.options.empty()) page += ".SH OPTIONS\n";
  for (const OptionEntry& option : command.options) page += option_item(option);
  if (!command.footer.empty()) page += exit_statuses(command.footer);
  return page + see_also(command, above);
}

}  // namespace outspan::app

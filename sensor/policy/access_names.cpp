#include "policy/access_names.h"

#include <string>

namespace outspan::policy {
namespace {

/// Of browsers, the one that copies all the others' names first.
constexpr std::string_view kBrowsers[] = {"Edg", "OPR", "Chrome", "Firefox", "Safari"};

/// "https://crm.example/api/v2/customers?page=1" has "/api".
std::string_view first_of_path(std::string_view url) noexcept {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  const std::size_t path = url.find('/');
  if (path == std::string_view::npos) return {};
  url.remove_prefix(path);
  const std::size_t end = url.find_first_of("/?#", 1);
  // A file at the top belongs to no part of the application.
  return end != std::string_view::npos && url[end] == '/' ? url.substr(0, end) : "";
}

}  // namespace

std::string_view without_version(std::string_view program) noexcept {
  if (program.starts_with("Mozilla/"))
    for (const std::string_view browser : kBrowsers)
      if (const std::size_t at = program.find(browser); at != std::string_view::npos &&
                                                        at + browser.size() < program.size() &&
                                                        program[at + browser.size()] == '/')
        return browser;
  program = program.substr(0, program.find('/'));
  for (std::size_t at = 1; at < program.size(); ++at)
    if (program[at - 1] == ' ' && program[at] >= '0' && program[at] <= '9')
      program = program.substr(0, at - 1);
  return program;
}

Masked source_name(const protocol::ObjectInfo& info, Masking& masking) {
  std::string name = info.source;
  if (name.empty() && !info.destination.url.empty())
    name = info.destination.hostname + std::string(first_of_path(info.destination.url));
  return name.empty() ? Masked() : masking.mask(name);
}

Masked program_name(const protocol::ObjectInfo& info, Masking& masking) {
  const std::string_view program =
      without_version(info.actor.program.empty() ? info.user_agent : info.actor.program);
  return program.empty() ? Masked() : masking.mask(program);
}

}  // namespace outspan::policy

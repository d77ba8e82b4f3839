#include "protocol/http1/target.h"

#include <algorithm>

#include "protocol/shared/command_line.h"
#include "text/hex.h"

namespace outspan::protocol::http1 {
namespace {

constexpr auto npos = std::string_view::npos;

/// Behind "scheme://"; 0: the target has no scheme.
std::size_t authority_at(std::string_view target) noexcept {
  const std::size_t at = target.substr(0, 32).find("://");
  const bool scheme = at != npos && target.substr(0, at).find('/') == npos;
  return scheme ? at + 3 : 0;
}

std::string_view without_port(std::string_view authority) noexcept {
  const std::size_t user = authority.rfind('@');
  if (user != npos) authority.remove_prefix(user + 1);
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    return authority.substr(1, end == npos ? npos : end - 1);
  }
  return authority.substr(0, authority.find(':'));
}

std::string_view last_element(std::string_view path) noexcept {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == npos ? path : path.substr(slash + 1);
}

/// The value of a parameter: token or quoted string. Empty: not there.
std::string parameter(std::string_view field, std::string_view name) {
  for (std::size_t at = field.find(';'); at != npos; at = field.find(';', at + 1)) {
    std::string_view rest = field.substr(at + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
    if (rest.size() <= name.size() || !equals_ignoring_case(rest.substr(0, name.size()), name))
      continue;
    rest.remove_prefix(name.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (!rest.starts_with('=')) continue;
    rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (!rest.starts_with('"')) return std::string(rest.substr(0, rest.find_first_of("; \t\r\n")));
    std::string value;
    for (std::size_t i = 1; i < rest.size() && rest[i] != '"'; ++i) {
      if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
      value.push_back(rest[i]);
    }
    return value;
  }
  return {};
}

}  // namespace

std::string_view path_of(std::string_view target) noexcept {
  if (const std::size_t authority = authority_at(target); authority != 0) {
    const std::size_t path = target.find_first_of("/?", authority);
    if (path == npos || target[path] == '?') return "/";
    target.remove_prefix(path);
  }
  return target.substr(0, target.find('?'));
}

std::string_view hostname_of(std::string_view target, std::string_view host_field) noexcept {
  const std::size_t authority = authority_at(target);
  if (authority != 0)
    return without_port(
        target.substr(authority, target.find_first_of("/?", authority) - authority));
  return without_port(host_field);
}

std::string url_of(std::string_view target, std::string_view host_field) {
  // CONNECT has only the authority (RFC 9112, 3.2.3), and says it again in Host.
  if (host_field.empty() || authority_at(target) != 0 || target == host_field)
    return std::string(target);
  std::string url("http://");
  url += host_field;
  if (!target.starts_with('/')) url += '/';
  url += target;
  return url;
}

std::string file_name_of(std::string_view content_disposition, std::string_view path) {
  constexpr std::size_t kNameBytesMax = 1024;
  std::string extended = parameter(content_disposition, "filename*");
  if (const std::size_t quote = extended.rfind('\''); quote != npos)
    extended = text::decode_hex_pairs(std::string_view(extended).substr(quote + 1), '%');
  std::string name = !extended.empty() ? extended : parameter(content_disposition, "filename");
  if (name.empty() && path.substr(path.rfind('/') + 1).find('.') != npos) name = path;
  return std::string(last_element(name).substr(0, kNameBytesMax));
}

}  // namespace outspan::protocol::http1

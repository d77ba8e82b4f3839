#include "protocol/ldap/branch.h"

#include <algorithm>

#include "text/ascii.h"

namespace outspan::protocol::ldap {
namespace {

/// What the upper parts of a directory are named by (RFC 4519, 2.2, 2.4, 2.19 and 2.20).
constexpr std::string_view kTypes[] = {"dc=", "ou=", "o=", "c="};

std::string_view without_blanks(std::string_view part) noexcept {
  while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
  return part;
}

/// One of several values ("ou=support+cn=Ada") names an entry.
bool is_of_branch(std::string_view part) noexcept {
  return part.find('+') == std::string_view::npos &&
         std::any_of(std::begin(kTypes), std::end(kTypes), [part](std::string_view type) {
           return text::starts_ignoring_case(part, type);
         });
}

}  // namespace

std::string_view branch_of(std::string_view name) noexcept {
  std::size_t kept = name.size();
  while (kept > 0) {
    // The comma before what is kept already is not part of the next one.
    const std::size_t end = kept == name.size() ? kept : kept - 1;
    const std::size_t comma = name.substr(0, end).rfind(',');
    const std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
    if (name.size() - begin > kBranchBytesMax ||
        !is_of_branch(without_blanks(name.substr(begin, end - begin))))
      break;
    kept = begin;
  }
  return without_blanks(name.substr(kept));
}

}  // namespace outspan::protocol::ldap

#include "protocol/imap/imap.h"

#include <algorithm>
#include <array>

#include "protocol/imap/connection.h"
#include "protocol/imap/line.h"
#include "protocol/shared/either_role.h"
#include "text/ascii.h"

namespace outspan::protocol::imap {
namespace {

/// The greeting tells; so does a tagged command that no other protocol has.
Claim recognise_roles(std::string_view client, std::string_view server) noexcept {
  static constexpr std::array<std::string_view, 3> kGreetings{"* OK", "* PREAUTH", "* BYE"};
  for (const std::string_view greeting : kGreetings) {
    if (server.starts_with(greeting)) return Claim::mine;
    if (!server.empty() && greeting.starts_with(server)) return Claim::need_more;
  }
  if (fetched_number(server.substr(0, server.find('\r'))) > 0) return Claim::mine;
  static constexpr std::array<std::string_view, 8> kCommands{
      "CAPABILITY", "LOGIN", "AUTHENTICATE", "STARTTLS", "SELECT", "EXAMINE", "FETCH", "APPEND"};
  const std::size_t end = client.find("\r\n");
  if (end == std::string_view::npos || end > kLineMaxBytes) return Claim::not_mine;
  const Request first = split_request(client.substr(0, end));
  const bool tagged = !first.tag.empty() && first.tag.size() <= 16 &&
                      std::all_of(first.tag.begin(), first.tag.end(), text::is_alnum);
  const bool known = std::any_of(
      kCommands.begin(), kCommands.end(),
      [&first](std::string_view each) { return equals_ignoring_case(first.verb, each); });
  return tagged && known && server.empty() ? Claim::mine : Claim::not_mine;
}

}  // namespace

Claim recognise(const Opening& opening) noexcept {
  return claim_in_either_role(opening, recognise_roles);
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Connection>(host);
}

}  // namespace outspan::protocol::imap

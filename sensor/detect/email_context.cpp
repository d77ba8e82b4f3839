#include "detect/email_context.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace outspan::detect {
namespace {

constexpr std::uint32_t kLookBackBytes = 192;

/// "scheme://user:password@host"
bool in_url(std::string_view text, std::uint32_t begin) noexcept {
  const std::uint32_t from = begin > 128 ? begin - 128 : 0;
  for (std::uint32_t i = begin; i > from; --i) {
    const char c = text[i - 1];
    if (c == '/') return i >= 3 && text[i - 2] == '/' && text[i - 3] == ':';
    if (!is_alnum(c) && std::string_view("-._~!$&'()*+,;=:%").find(c) == std::string_view::npos)
      return false;
  }
  return false;
}

bool starts_with_nocase(std::string_view text, std::string_view lower) noexcept {
  return text.size() >= lower.size() && std::equal(lower.begin(), lower.end(), text.begin(),
                                                   [](char a, char b) { return a == to_lower(b); });
}

/// Header lines whose <…@…> name messages and not people. Folded lines belong to the line above.
bool in_message_id_header(std::string_view text, std::uint32_t begin) noexcept {
  std::uint32_t line = begin;
  const std::uint32_t from = begin > kLookBackBytes ? begin - kLookBackBytes : 0;
  for (;;) {
    while (line > from && text[line - 1] != '\n') --line;
    const bool folded = line < begin && (text[line] == ' ' || text[line] == '\t');
    if (!folded || line == from) break;
    --line;
  }
  const std::string_view head = text.substr(line, begin - line);
  for (const std::string_view name :
       {"message-id:", "in-reply-to:", "references:", "content-id:", "resent-message-id:",
        "x-message-id:", "original-message-id:"}) {
    if (starts_with_nocase(head, name)) return true;
  }
  return starts_with_nocase(head, "received:") && head.find(" id ") != std::string_view::npos;
}

/// "ssh-ed25519 AAAA… user@host": a comment behind a long run of base64.
bool behind_key(std::string_view text, std::uint32_t begin) noexcept {
  if (begin < 66 || text[begin - 1] != ' ') return false;
  const std::string_view key = text.substr(begin - 65, 64);
  return std::all_of(key.begin(), key.end(),
                     [](char c) { return is_alnum(c) || c == '+' || c == '/' || c == '='; });
}

/// Private names of algorithms and extensions stand under the domain of whoever made them.
bool names_algorithm(std::string_view local, std::string_view domain) noexcept {
  static constexpr std::string_view kParts[] = {"25519", "-sha1", "-sha2", "-sha5", "nistp",
                                                "-gcm",  "-cbc",  "-ctr",  "hmac-"};
  static constexpr std::string_view kDomains[] = {"openssh.com", "libssh.org", "lysator.liu.se",
                                                  "putty.projects.tartarus.org", "ssh.com"};
  if (std::any_of(std::begin(kDomains), std::end(kDomains), [domain](std::string_view name) {
        return domain.size() == name.size() && starts_with_nocase(domain, name);
      }))
    return true;
  // Names of algorithms have digits and hyphens, as hardly any local part does.
  return local.find('-') != std::string_view::npos &&
         std::any_of(std::begin(kParts), std::end(kParts), [local](std::string_view part) {
           return local.find(part) != std::string_view::npos;
         });
}

}  // namespace

bool names_no_mailbox(TextSpan text, std::uint32_t begin, std::uint32_t at_sign,
                      std::uint32_t end) noexcept {
  const std::string_view local = text.bytes.substr(begin, at_sign - begin);
  const std::string_view domain = text.bytes.substr(at_sign + 1, end - at_sign - 1);
  // logo@2x.ai and its like.
  if (domain.size() > 2 && is_digit(domain[0]) && domain[1] == 'x' && domain[2] == '.') return true;
  if (text.after(end) == ':' && (local == "git" || local == "hg" || local == "svn")) return true;
  if (names_algorithm(local, domain) || behind_key(text.bytes, begin)) return true;
  const char before = text.before(begin);
  if ((before == ':' || before == '/') && in_url(text.bytes, begin)) return true;
  return before == '<' && in_message_id_header(text.bytes, begin);
}

bool is_machine_made(std::string_view local) noexcept {
  const auto digits = std::count_if(local.begin(), local.end(), is_digit);
  return local.size() >= 20 && static_cast<std::size_t>(digits) * 3 >= local.size();
}

}  // namespace outspan::detect

#include "fingerprint/forms/email_form.h"

#include "detect/text_span.h"

namespace outspan::fingerprint {
namespace {

constexpr std::size_t kLocalBytesMax = 64;  // RFC 5321 4.5.3.1.1

bool is_usual(char c) noexcept {
  return detect::is_word(c) || c == '.' || c == '-' || c == '+' || c == '\'';
}

}  // namespace

bool is_unusual(char c) noexcept {
  return std::string_view("!#$%&*/=?^`{|}~").find(c) != std::string_view::npos;
}

bool reduce_email(std::string_view canonical, std::string& out) {
  const std::size_t at = canonical.rfind('@');
  if (at == std::string_view::npos) return false;
  const std::string_view domain = canonical.substr(at + 1);
  std::string_view local = canonical.substr(0, at);
  // "+tag@…" is a mailbox with an odd name, not a tag without one.
  const std::size_t plus = local.find('+');
  if (plus != std::string_view::npos && plus != 0) local = local.substr(0, plus);
  const bool gmail = domain == "gmail.com" || domain == "googlemail.com";
  if (!gmail && local.size() == at) return false;
  out.clear();
  for (const char c : local)
    if (!gmail || c != '.') out += c;
  out += '@';
  out += gmail ? std::string_view("gmail.com") : domain;
  return out != canonical;
}

std::size_t longer_local_parts(std::string_view text, std::size_t begin,
                               std::size_t (&starts)[kLongerMax]) noexcept {
  std::size_t count = 0;
  const std::size_t at = text.find('@', begin);
  if (at == std::string_view::npos) return 0;
  while (count < kLongerMax && begin > 0 && is_unusual(text[begin - 1])) {
    while (begin > 0 && is_unusual(text[begin - 1])) --begin;
    while (begin > 0 && is_usual(text[begin - 1])) --begin;
    if (at - begin > kLocalBytesMax) break;
    starts[count++] = begin;
  }
  return count;
}

}  // namespace outspan::fingerprint

#include "detect/spelled_email.h"

#include <algorithm>

namespace outspan::detect {
namespace {

constexpr std::size_t kLocalBytesMax = 64;
constexpr std::size_t kLabelBytesMax = 63;
constexpr std::size_t kLabelsMax = 8;
constexpr std::uint32_t kBetweenMax = 3;

bool is_between(char c) noexcept {
  return c != '\0' && std::string_view(" \t\r\n[](){}<>_*").find(c) != std::string_view::npos;
}
bool is_label(char c) noexcept {
  return is_alnum(c) || c == '-' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_local(char c) noexcept {
  return is_label(c) || c == '.' || c == '+' || c == '\'' || c == '_';
}

std::uint32_t skip_right(TextSpan text, std::uint32_t at) noexcept {
  const std::uint32_t end = at + kBetweenMax;
  while (at < end && is_between(text.after(at))) ++at;
  return at;
}
std::uint32_t skip_left(TextSpan text, std::uint32_t at) noexcept {
  const std::uint32_t end = at - std::min(at, kBetweenMax);
  while (at > end && is_between(text.before(at))) --at;
  return at;
}

/// "dot" with something around it, or a '.'. The bytes of the word; 0: none of them at `at`.
std::uint32_t dot_size(TextSpan text, std::uint32_t at, bool apart) noexcept {
  if (text.after(at) == '.') return 1;
  const bool word = apart && to_lower(text.after(at)) == 'd' &&
                    to_lower(text.after(at + 1)) == 'o' && to_lower(text.after(at + 2)) == 't';
  return word && is_between(text.after(at + 3)) ? 3 : 0;
}
std::uint32_t dot_size_before(TextSpan text, std::uint32_t at, bool apart) noexcept {
  if (text.before(at) == '.') return 1;
  if (!apart || at < 4) return 0;
  const std::uint32_t begin = at - 3;
  return dot_size(text, begin, true) == 3 && is_between(text.before(begin)) ? 3 : 0;
}

}  // namespace

bool SpelledEmails::find(TextSpan text, std::uint32_t trigger_end, EmailRules& rules) {
  const bool sign_last = text.before(trigger_end) == '@';
  const bool sign = sign_last || text.before(trigger_end - 1) == '@';
  const std::uint32_t end = sign_last ? trigger_end : trigger_end - 1;
  const std::uint32_t begin = end - (sign ? 1 : 2);
  // Told by the byte before it already.
  if (sign && !sign_last && (is_between(text.before(begin)))) return false;
  if (!(sign && read_spaced(text, begin, rules)) &&
      !(read_domain(text, skip_right(text, end), rules) &&
        read_local(text, skip_left(text, begin))))
    return false;
  if (!text.complete(begin_, end_)) return false;
  address_.assign(local_).append("@").append(domain_);
  return true;
}

/// Labels from `from` on, as far as the last one that is a top-level domain.
bool SpelledEmails::read_domain(TextSpan text, std::uint32_t from, EmailRules& rules) {
  std::uint32_t at = from;
  domain_.clear();
  std::size_t size = 0;  // of what is a domain
  for (std::size_t labels = 0; labels < kLabelsMax; ++labels) {
    const std::uint32_t begin = at;
    while (at - begin <= kLabelBytesMax && is_label(text.after(at))) ++at;
    if (at == begin || at - begin > kLabelBytesMax) break;
    const std::string_view label = text.bytes.substr(begin, at - begin);
    domain_ += label;
    if (labels > 0 && rules.top_level_domain(label)) {
      size = domain_.size();
      end_ = at;
    }
    const std::uint32_t dot = skip_right(text, at);
    const std::uint32_t dot_bytes = dot_size(text, dot, dot > at);
    if (dot_bytes == 0) break;
    domain_ += '.';
    at = skip_right(text, dot + dot_bytes);
  }
  domain_.resize(size);
  return size > 0;
}

/// Backwards from `to`.
bool SpelledEmails::read_local(TextSpan text, std::uint32_t to) {
  std::uint32_t at = to;
  local_.clear();
  const bool underscores = text.after(to) == '_';
  while (local_.size() <= kLocalBytesMax) {
    const std::uint32_t end = at;
    while (end - at <= kLocalBytesMax && is_local(text.before(at)) &&
           !(underscores && text.before(at) == '_'))
      --at;
    if (at == end) break;
    local_.insert(0, text.bytes.substr(at, end - at));
    begin_ = at;
    const std::uint32_t dot = skip_left(text, at);
    const std::uint32_t dot_bytes = dot_size_before(text, dot, dot < at);
    if (dot == at || dot_bytes == 0) break;
    local_.insert(0, 1, '.');
    at = skip_left(text, dot - dot_bytes);
  }
  const std::size_t first = local_.find_first_not_of(".'-+");
  if (first == std::string::npos || local_.size() > kLocalBytesMax) return false;
  local_.erase(0, first);
  return local_.back() != '.';
}

/// The same character between all of the address.
bool SpelledEmails::read_spaced(TextSpan text, std::uint32_t at_sign, EmailRules& rules) {
  const char between = text.before(at_sign);
  if (between != text.after(at_sign + 1) || between != text.after(at_sign + 3)) return false;
  domain_.clear();
  std::uint32_t at = at_sign + 2;
  while (domain_.size() < kLabelBytesMax * 2 &&
         (is_label(text.after(at)) || text.after(at) == '.')) {
    domain_ += text.after(at);
    end_ = at + 1;
    if (text.after(at + 1) != between) break;
    at += 2;
  }
  const std::size_t dot = domain_.rfind('.');
  if (dot == std::string::npos || dot == 0 ||
      !rules.top_level_domain(std::string_view(domain_).substr(dot + 1)))
    return false;
  local_.clear();
  at = at_sign - 1;
  while (local_.size() < kLocalBytesMax && is_local(text.before(at))) {
    local_ += text.before(at);
    begin_ = at - 1;
    if (text.before(at - 1) != between) break;
    at -= 2;
  }
  std::reverse(local_.begin(), local_.end());
  return !local_.empty();
}

}  // namespace outspan::detect

#include "detect/email_guesses.h"

#include <algorithm>
#include <string_view>

namespace outspan::detect {
namespace {

constexpr std::uint32_t kLocalBytesMax = 64;
constexpr std::uint32_t kDomainBytesMax = 253;
constexpr std::size_t kTopLevelMin = 2, kTopLevelMax = 12;

bool is_local(char c) noexcept {
  return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '+' || c == '\'';
}
bool case_changes(char a, char b) noexcept {
  return is_letter(a) && is_letter(b) && is_upper(a) != is_upper(b);
}

}  // namespace

EmailGuesses::EmailGuesses(TextSpan text, std::uint32_t at_sign, const EmailFinding* found,
                           EmailRules& rules) {
  if (found != nullptr) {
    found_begin_ = found->begin;
    found_end_ = ends_[0] = found->end;
    ends_size_ = 1;
  } else {
    find_ends(text, at_sign, rules);
  }
  if (ends_size_ > 0) find_begins(text, at_sign);
}

/// From the at-sign to the left. What was found begins at the last of them.
void EmailGuesses::find_begins(TextSpan text, std::uint32_t at_sign) {
  const std::uint32_t first = at_sign - std::min(at_sign, kLocalBytesMax);
  std::uint32_t at = at_sign;
  while (at > first && is_local(text.before(at))) {
    --at;
    const bool changes = at + 1 < at_sign && begins_size_ + 1 < kMax &&
                         (case_changes(text.before(at), text.bytes[at]) || text.before(at) == '_');
    if (changes) begins_[begins_size_++] = at;
  }
  // A longer one has no beginning, nor has one that is cut.
  const bool cut = at == 0 && !text.at_start;
  if (at < at_sign && !cut && !is_local(text.before(at)) && text.bytes[at] != '.')
    begins_[begins_size_++] = at;
}

void EmailGuesses::find_ends(TextSpan text, std::uint32_t at_sign, EmailRules& rules) {
  std::uint32_t end = at_sign + 1, dot = 0;
  while (end - at_sign <= kDomainBytesMax &&
         (is_alnum(text.after(end)) || text.after(end) == '-' || text.after(end) == '.')) {
    if (text.after(end) == '.') dot = end;
    ++end;
  }
  if (dot <= at_sign + 1 || !text.complete(at_sign, end)) return;
  const std::string_view label = text.bytes.substr(dot + 1, end - dot - 1);
  for (std::size_t size = std::min(label.size(), kTopLevelMax);
       size >= kTopLevelMin && ends_size_ < kMax; --size) {
    if (rules.top_level_domain(label.substr(0, size)))
      ends_[ends_size_++] = dot + 1 + static_cast<std::uint32_t>(size);
  }
}

}  // namespace outspan::detect

#include "detect/email_guesses.h"

#include <algorithm>
#include <string_view>

namespace outspan::detect {
namespace {

constexpr std::uint32_t kLocalBytesMax = 64;
constexpr std::uint32_t kDomainBytesMax = 253;
constexpr std::size_t kTopLevelMin = 2, kTopLevelMax = 12;
/// "….tar.gz", at most.
constexpr int kExtensionsMax = 2;

bool is_local(char c) noexcept {
  return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '+' || c == '\'';
}
bool case_changes(char a, char b) noexcept {
  return is_letter(a) && is_letter(b) && is_upper(a) != is_upper(b);
}

bool word_ends(char c) noexcept { return c == '_' || c == '-'; }

}  // namespace

std::size_t EmailGuesses::word_of_mail(std::string_view local) noexcept {
  static constexpr std::string_view kWords[] = {"mailto", "mail", "email", "e-mail"};
  if (local.empty() || (to_lower(local[0]) != 'm' && to_lower(local[0]) != 'e')) return 0;
  for (const std::string_view word : kWords)
    if (local.size() > word.size() && text::starts_ignoring_case(local, word)) return word.size();
  return 0;
}

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
    const bool changes =
        at + 1 < at_sign && begins_size_ + 1 < kMax &&
        (case_changes(text.before(at), text.bytes[at]) || word_ends(text.before(at)));
    if (changes) begins_[begins_size_++] = at;
  }
  // A longer one has no beginning, nor has one that is cut.
  const bool cut = at == 0 && !text.at_start;
  if (at == at_sign || cut || is_local(text.before(at)) || text.bytes[at] == '.') return;
  begins_[begins_size_++] = at;
  const std::size_t word = word_of_mail(text.bytes.substr(at, at_sign - at));
  if (word != 0 && begins_size_ < kMax)
    begins_[begins_size_++] = at + static_cast<std::uint32_t>(word);
}

void EmailGuesses::find_ends(TextSpan text, std::uint32_t at_sign, EmailRules& rules) {
  std::uint32_t end = at_sign + 1;
  while (end - at_sign <= kDomainBytesMax &&
         (is_alnum(text.after(end)) || text.after(end) == '-' || text.after(end) == '.'))
    ++end;
  if (!text.complete(at_sign, end)) return;
  for (int extensions = 0; extensions <= kExtensionsMax; ++extensions) {
    const std::size_t dot = text.bytes.substr(at_sign + 1, end - at_sign - 1).rfind('.');
    if (dot == std::string_view::npos || dot == 0) return;
    const std::uint32_t label = at_sign + 2 + static_cast<std::uint32_t>(dot);
    find_ends_of_label(text, label, end, rules);
    end = label - 1;
  }
}

void EmailGuesses::find_ends_of_label(TextSpan text, std::uint32_t begin, std::uint32_t end,
                                      EmailRules& rules) {
  const std::string_view label = text.bytes.substr(begin, end - begin);
  for (std::size_t size = std::min(label.size(), kTopLevelMax);
       size >= kTopLevelMin && ends_size_ < kMax; --size) {
    if (rules.top_level_domain(label.substr(0, size)))
      ends_[ends_size_++] = begin + static_cast<std::uint32_t>(size);
  }
}

}  // namespace outspan::detect

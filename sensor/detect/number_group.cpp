#include "detect/number_group.h"

#include <algorithm>

namespace outspan::detect {
namespace {

constexpr std::uint32_t kGapBytesMax = 3;

Gap kind_of(char separator) noexcept {
  switch (separator) {
    case ' ': return Gap::blank;
    case '-': return Gap::dash;
    case '.': return Gap::dot;
    case '/': return Gap::slash;
    case '(':
    case ')': return Gap::mixed;
    default: return Gap::none;
  }
}

/// Reads separators from `at` on; Gap::none where no digit follows them.
Gap read_gap(TextSpan text, std::uint32_t& at) noexcept {
  Gap gap = Gap::none;
  bool first = true, blank = false;
  const std::uint32_t begin = at;
  while (at - begin <= kGapBytesMax && !is_digit(text.after(at))) {
    const bool no_break = text.after(at) == '\xc2' && text.after(at + 1) == '\xa0';
    const Gap one = no_break ? Gap::blank : kind_of(text.after(at));
    if (one == Gap::none) return Gap::none;
    at += no_break ? 2 : 1;
    blank = blank || one == Gap::blank;
    gap = first ? one : Gap::mixed;
    first = false;
  }
  if (at - begin > kGapBytesMax) return Gap::none;
  return gap == Gap::mixed && blank ? Gap::mixed_blank : gap;
}

}  // namespace

std::uint32_t NumberGroup::read(TextSpan text, std::uint32_t begin) {
  runs_.clear();
  const std::string_view bytes = text.bytes;
  std::uint32_t at = begin;
  Gap before = Gap::none;
  for (;;) {
    Run run{at, at, before, 0};
    while (run.end < bytes.size() && is_digit(bytes[run.end])) ++run.end;
    runs_.push_back(run);
    at = run.end;
    // Most groups end at a byte that is no separator at all.
    const char next = text.after(at);
    before = next == ',' || next == '"' || next == '\n' ? Gap::none : read_gap(text, at);
    if (before == Gap::none) break;
  }
  std::uint64_t shape = 0;
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
    shape = shape << 5 | std::min<std::uint64_t>(run->size(), 31);
    run->shape = shape;
  }
  return runs_.back().end;
}

bool number_may_begin(TextSpan text, std::uint32_t at) noexcept {
  const char c = text.before(at);
  if (is_word(c)) {
    // A no-break space is no part of a word.
    return at >= 2 && c == '\xa0' && text.bytes[at - 2] == '\xc2';
  }
  const char further = at >= 2 ? text.bytes[at - 2] : '\0';
  switch (c) {
    case '.':
    case '/':
    case '\\':
    case '@':
    case '#':
    case '$':
    case '%':
    case '&':
    case '~': return false;
    case '-': return !is_word(further) && further != '-';
    case '+': return !is_word(further);
    case ':':
    case ',': return !is_digit(further);
    default: return true;
  }
}

bool number_may_end(TextSpan text, std::uint32_t at) noexcept {
  const char c = text.after(at);
  if (is_word(c)) return c == '\xc2' && text.after(at + 1) == '\xa0';
  const char further = text.after(at + 1);
  switch (c) {
    case '@':
    case '%':
    case '\\':
    case '$': return false;
    case '-':
    case '/': return !is_word(further);
    case '+':
    case '=': return !is_alnum(further);
    case '.':
      return !is_alnum(further) || (is_upper(further) && is_lower(text.after(at + 2))) ||
             document_extension_at(text, at);
    case ':': return !is_digit(further);
    default: return true;
  }
}

bool document_extension_at(TextSpan text, std::size_t at) noexcept {
  static constexpr std::string_view kExtensions[] = {"csv", "doc",  "docx", "eml", "json", "msg",
                                                     "ods", "odt",  "pdf",  "rtf", "tsv",  "txt",
                                                     "vcf", "xlsx", "xls",  "xml"};
  return text.after(at) == '.' &&
         std::any_of(std::begin(kExtensions), std::end(kExtensions), [&](std::string_view name) {
           return text.bytes.substr(at + 1, name.size()) == name &&
                  !is_word(text.after(at + 1 + name.size()));
         });
}

}  // namespace outspan::detect

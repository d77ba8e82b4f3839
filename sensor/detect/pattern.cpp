#include "detect/pattern.h"

#include <array>

#include "detect/text_span.h"

namespace outspan::detect {
namespace {
// Enough for any sensible pattern over a few hundred bytes; a pathological one stops here.
constexpr std::uint32_t kMatchLimit = 20'000;
constexpr std::uint32_t kHeapKibMax = 256;
}  // namespace

PatternMemory::PatternMemory()
    : data_(pcre2_match_data_create(1, nullptr)), context_(pcre2_match_context_create(nullptr)) {
  pcre2_set_match_limit(context_.get(), kMatchLimit);
  pcre2_set_depth_limit(context_.get(), kMatchLimit);
  pcre2_set_heap_limit(context_.get(), kHeapKibMax);
}

Result<Pattern> Pattern::compile(const std::string& where, const std::string& pattern,
                                 bool caseless, Check check) {
  int error = 0;
  PCRE2_SIZE at = 0;
  Pattern made;
  made.check_ = check;
  made.code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                 (caseless ? PCRE2_CASELESS : 0u) | PCRE2_NEVER_BACKSLASH_C, &error,
                                 &at, nullptr));
  if (made.code_ == nullptr) {
    std::array<PCRE2_UCHAR, 256> message{};
    pcre2_get_error_message(error, message.data(), message.size());
    return Problem{where, "cannot compile '" + pattern +
                              "': " + reinterpret_cast<const char*>(message.data()) +
                              " at character " + std::to_string(at + 1)};
  }
  // Without JIT it is only slower.
  static_cast<void>(pcre2_jit_compile(made.code_.get(), PCRE2_JIT_COMPLETE));
  return made;
}

Pattern::Answer Pattern::find(std::string_view text, std::uint32_t from,
                              const PatternMemory& memory, std::uint32_t& begin,
                              std::uint32_t& end) const noexcept {
  const int found = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                from, PCRE2_NOTEMPTY, memory.data(), memory.context());
  if (found == PCRE2_ERROR_NOMATCH) return Answer::none;
  if (found < 0) return Answer::limit;
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(memory.data());
  if (ends[0] > ends[1]) return Answer::none;  // \K inside a look-ahead
  begin = static_cast<std::uint32_t>(ends[0]);
  end = static_cast<std::uint32_t>(ends[1]);
  return Answer::found;
}

bool Pattern::accepts(std::string_view value) const {
  if (check_ == nullptr) return true;
  std::string kept;
  for (const char c : value) {
    if (is_digit(c) || (check_ == mod97 && is_letter(c))) kept += to_upper(c);
  }
  return !kept.empty() && check_(kept);
}

}  // namespace outspan::detect

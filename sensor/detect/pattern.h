#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "core/handle.h"
#include "core/result.h"
#include "detect/checksum.h"

namespace outspan::detect {

/// Working memory for matching, one a thread.
class PatternMemory {
 public:
  PatternMemory();
  [[nodiscard]] pcre2_match_data* data() const noexcept { return data_.get(); }
  [[nodiscard]] pcre2_match_context* context() const noexcept { return context_.get(); }

 private:
  CHandle<pcre2_match_data, pcre2_match_data_free> data_;
  CHandle<pcre2_match_context, pcre2_match_context_free> context_;
};

/// A regular expression of the operator's. Hyperscan says cheaply where a match ends; PCRE2 then
/// says in a few hundred bytes where it begins.
class Pattern {
 public:
  static constexpr std::uint32_t kValueBytesMax = 384;

  static Result<Pattern> compile(const std::string& where, const std::string& pattern,
                                 bool caseless, Check check);

  enum class Answer : std::uint8_t { found, none, limit };
  /// The first match in `text` from `from` on; `limit` where it would take too long to say.
  Answer find(std::string_view text, std::uint32_t from, const PatternMemory& memory,
              std::uint32_t& begin, std::uint32_t& end) const noexcept;
  /// The validator's word on a value.
  [[nodiscard]] bool accepts(std::string_view value) const;

 private:
  CHandle<pcre2_code, pcre2_code_free> code_;
  Check check_ = nullptr;
};

}  // namespace outspan::detect

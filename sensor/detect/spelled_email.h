#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "detect/email.h"
#include "detect/text_span.h"

namespace outspan::detect {

/// Addresses written so that programs do not take them for such: "ann [at] example [dot] com",
/// "ann at example.com", "ann @ example . com", "a_n_n_@_e_x_a_m_p_l_e_._c_o_m", or with the
/// at-sign on a line of its own. Most of what reads like one is none, so they are handed to a
/// CandidateSink only.
///
/// Thread: one object a thread. Cost: some twenty bytes are looked at for most triggers.
class SpelledEmails {
 public:
  /// Where one may stand, for Hyperscan (caseless).
  static constexpr std::string_view kTriggers[] = {
      " at ",     "\\(at\\)", "\\[at\\]",
      "\\{at\\}", "<at>",     "_at_",
      "-at-",     "\\*at\\*", "[\\s\\[({<_]@|@[\\s\\])}>_]",
  };

  /// The address at a trigger that ends before `trigger_end`.
  bool find(TextSpan text, std::uint32_t trigger_end, EmailRules& rules);

  // Of what was found.
  [[nodiscard]] std::uint32_t begin() const noexcept { return begin_; }
  [[nodiscard]] std::uint32_t end() const noexcept { return end_; }
  [[nodiscard]] std::string_view address() const noexcept { return address_; }

 private:
  bool read_domain(TextSpan text, std::uint32_t from, EmailRules& rules);
  bool read_local(TextSpan text, std::uint32_t to);
  bool read_spaced(TextSpan text, std::uint32_t at_sign, EmailRules& rules);

  std::uint32_t begin_ = 0, end_ = 0;
  std::string address_, local_, domain_;
};

}  // namespace outspan::detect

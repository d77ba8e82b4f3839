#pragma once

#include <array>
#include <cstdint>

#include "detect/email.h"
#include "detect/text_span.h"

namespace outspan::detect {

/// Addresses that are written to the words beside them ("NameAnn.lee@example.comtel"), so that only
/// an index can say where they begin and end. Few: where the case of letters changes, and ends that
/// are top-level domains.
class EmailGuesses {
 public:
  /// `found`: what EmailRules found at the at-sign; nullptr: nothing. That itself is no guess.
  EmailGuesses(TextSpan text, std::uint32_t at_sign, const EmailFinding* found, EmailRules& rules);

  template <class Use>
  void each(Use use) const {
    for (std::size_t b = 0; b < begins_size_; ++b)
      for (std::size_t e = 0; e < ends_size_; ++e)
        if (begins_[b] != found_begin_ || ends_[e] != found_end_) use(begins_[b], ends_[e]);
  }

 private:
  static constexpr std::size_t kMax = 4;
  void find_begins(TextSpan text, std::uint32_t at_sign);
  void find_ends(TextSpan text, std::uint32_t at_sign, EmailRules& rules);

  std::array<std::uint32_t, kMax> begins_{}, ends_{};
  std::size_t begins_size_ = 0, ends_size_ = 0;
  std::uint32_t found_begin_ = 0, found_end_ = 0;
};

}  // namespace outspan::detect

#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "detect/email.h"
#include "detect/text_span.h"

namespace outspan::detect {

/// Addresses that are written to the words beside them ("NameAnn.lee@example.comtel"), so that only
/// an index can say where they begin and end. Few: where the case or the script of letters changes,
/// after '_', '-' and words such as "mailto", and ends that are top-level domains, also before the
/// extensions of a file.
class EmailGuesses {
 public:
  /// `found`: what EmailRules found at the at-sign; nullptr: nothing. That itself is no guess.
  EmailGuesses(TextSpan text, std::uint32_t at_sign, const EmailFinding* found, EmailRules& rules);

  /// Bytes of "email" and the like at the beginning of a local part that goes on; 0: there is none.
  static std::size_t word_of_mail(std::string_view local) noexcept;

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
  void find_ends_of_label(TextSpan text, std::uint32_t begin, std::uint32_t end, EmailRules& rules);

  std::array<std::uint32_t, kMax> begins_{}, ends_{};
  std::size_t begins_size_ = 0, ends_size_ = 0;
  std::uint32_t found_begin_ = 0, found_end_ = 0;
};

}  // namespace outspan::detect

#pragma once

#include <cstdint>
#include <string_view>

#include "policy/value_set.h"

namespace outspan::policy {

/// Which e-mail addresses were matched, as hashes of the folded text: a participant of the
/// traffic who is among them is masked like anybody else.
class AddressSet {
 public:
  /// A canonical value, which is folded already. Anything that is no address is left out.
  void insert(std::string_view value);
  /// True also when there were too many to tell.
  [[nodiscard]] bool contains(std::string_view address) const;
  /// Forgets all; from now on everybody may be in.
  void give_up();
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept { return hashes_.memory_bytes(); }

 private:
  ValueSet hashes_;
  bool full_ = false;
};

}  // namespace outspan::policy

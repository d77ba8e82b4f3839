#pragma once

#include <string>
#include <utility>

#include "core/masked.h"

namespace outspan::policy {

/// Makes Masked of text that was Masked when the sensor stored it. For readers of its own files
/// only: text from anywhere else goes through detect::Masker.
class StoredMasked {
 public:
  static Masked read(std::string text) { return Masked(std::move(text)); }
};

}  // namespace outspan::policy

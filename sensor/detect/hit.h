#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "content/text.h"

namespace outspan::detect {

/// Index of a signature in its SignatureSet.
using SignatureIndex = std::uint16_t;

/// A value that a signature found and its validator accepted.
struct Hit {
  SignatureIndex signature = 0;
  std::uint8_t confidence = 0;  ///< 0..100
  /// Canonical form ("+442071838750", "tm-00412977" in upper case, e-mail folded): equal values
  /// are equal texts. In clear: borrowed until the call returns, never kept.
  std::string_view value;
  /// As it stood in the text. The same rules.
  std::string_view text;
  /// Identity of the canonical value.
  std::uint64_t value_id = 0;
  /// Of the value in the text of its node.
  std::uint64_t offset = 0;
};

/// Receives what detect/ found: the hand-over to policy/.
/// Thread: the pipeline's.
class HitSink {
 public:
  virtual ~HitSink() = default;
  /// All hits of one window, by offset.
  virtual void on_hits(const content::Object& object, const content::Node& node,
                       std::span<const Hit> hits) noexcept = 0;
};

}  // namespace outspan::detect

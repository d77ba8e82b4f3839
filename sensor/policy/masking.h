#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/masked.h"
#include "detect/hit.h"
#include "fingerprint/index/column.h"

namespace outspan::policy {

/// Ids of the signatures, by detect::SignatureIndex.
using SignatureNames = std::vector<std::string>;

/// Values that differ may look the same once masked; after so many the samples stay as they are.
inline constexpr std::uint8_t kSamplesTriedMax = 16;

/// How wire text becomes text that may leave. Implemented over detect::Masker by app/, so that the
/// engine can be tested without a Hyperscan database.
/// Thread: the pipeline's.
class Masking {
 public:
  virtual ~Masking() = default;
  /// Everything in `wire` that a signature matches is masked.
  virtual Masked mask(std::string_view wire) noexcept = 0;
  /// As mask, and what may be a customer's in a query goes as well.
  virtual Masked url(std::string_view wire) noexcept = 0;
  /// The sender's or a receiver's own address or user name: stays readable. Not for an address
  /// that is itself among the matched values.
  virtual Masked participant(std::string_view wire) noexcept = 0;
  /// A value of a customer's, found by an index.
  virtual Masked cell(fingerprint::ColumnType type, std::string_view value) noexcept = 0;
  /// A value of `signature` with only so much left that its owner recognises it.
  virtual Masked sample(detect::SignatureIndex signature, std::string_view value) noexcept = 0;
};

}  // namespace outspan::policy

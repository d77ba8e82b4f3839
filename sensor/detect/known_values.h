#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace outspan::detect {

/// What belongs to somebody whose data is known, besides what signatures find: asked before text
/// leaves the sensor. Thread: the pipeline's.
class KnownValues {
 public:
  virtual ~KnownValues() = default;
  /// Appends the parts of `text` that hold a value of a customer's, or a name.
  virtual void find(std::string_view text,
                    std::vector<std::pair<std::size_t, std::size_t>>& parts) noexcept = 0;
  /// An address of a customer's.
  [[nodiscard]] virtual bool has_address(std::string_view address) noexcept = 0;
};

}  // namespace outspan::detect

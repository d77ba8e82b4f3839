#pragma once

#include <string>
#include <vector>

#include "detect/known_values.h"
#include "fingerprint/index/index_set.h"

namespace outspan::fingerprint {

/// Customers' values and names in the short texts of events: file names, addresses, URLs.
/// Thread: the pipeline's.
class ContextValues final : public detect::KnownValues {
 public:
  explicit ContextValues(IndexSetPtr indexes) : indexes_(std::move(indexes)) {}
  void use(IndexSetPtr indexes) { indexes_ = std::move(indexes); }

  void find(std::string_view text,
            std::vector<std::pair<std::size_t, std::size_t>>& parts) noexcept override;
  [[nodiscard]] bool has_address(std::string_view address) noexcept override;

 private:
  using Parts = std::vector<std::pair<std::size_t, std::size_t>>;
  static void find_names(const Index& index, std::string_view text, Parts& parts);
  void find_numbers(const SearchedIndex& searched, std::string_view text, Parts& parts);
  static void find_tickets(const SearchedIndex& searched, std::string_view text, Parts& parts);

  IndexSetPtr indexes_;
  std::vector<PhoneReading> readings_;
};

}  // namespace outspan::fingerprint

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "content/text.h"
#include "fingerprint/index/index_set.h"

namespace outspan::fingerprint {

/// Whose data may go to the receivers of a message: data of a customer that goes to that customer,
/// and to nobody else, is no leak.
class Owners {
 public:
  /// Receivers more than these are not all the same person.
  static constexpr std::size_t kReceiversMax = 16;

  /// Every receiver has an address of that row.
  bool own_data(const IndexSet& indexes, const content::Object& object, std::size_t index,
                RowNumber row);
  /// The indexes changed.
  void forget() noexcept { object_ = nullptr; }

 private:
  void read_receivers(const IndexSet& indexes, const content::Object& object);

  const content::Object* object_ = nullptr;
  std::uint64_t packet_ = 0;  // where it began: addresses of objects come again
  std::size_t receivers_ = 0;
  std::vector<std::vector<RowNumber>> rows_;  // by index, ascending: of all receivers
};

/// Rows (ascending) that have an address, or the mailbox that it leads to.
std::vector<RowNumber> rows_of_address(const SearchedIndex& searched, std::string_view address);

}  // namespace outspan::fingerprint

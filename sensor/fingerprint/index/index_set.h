#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "detect/signature_set.h"
#include "fingerprint/forms/phone_form.h"
#include "fingerprint/forms/ticket_format.h"
#include "fingerprint/index/index.h"

namespace outspan::fingerprint {

/// An index with everything that is needed to look for its values.
struct SearchedIndex {
  std::string name;  ///< in rules and events
  IndexPtr index;
  PhoneReader phones;
  ColumnMask addresses = 0, numbers = 0, tickets = 0, names = 0, texts = 0;
  ColumnMask weak = 0;  ///< columns whose hits say too little by themselves
  bool unusual_addresses = false;

  struct Tickets {
    TicketFormat format;
    ColumnMask columns;  ///< that hold tickets of this format
  };
  std::vector<Tickets> digit_led;
  std::vector<Tickets> expressions;

  SearchedIndex(std::string index_name, IndexPtr loaded);
};

/// All indexes of a run, at one time. Immutable: shared by all threads, swapped whole.
class IndexSet {
 public:
  struct Named {
    std::string name;
    IndexPtr index;
  };
  explicit IndexSet(std::vector<Named> indexes);

  [[nodiscard]] const std::vector<SearchedIndex>& indexes() const noexcept { return indexes_; }
  /// What detection has to look for.
  [[nodiscard]] detect::SignatureSet::Options::Candidates candidates() const;
  /// The tickets of an expression of candidates().
  struct Expression {
    std::uint16_t index;
    std::uint16_t format;
  };
  [[nodiscard]] const std::vector<Expression>& expressions() const noexcept { return expressions_; }

 private:
  std::vector<SearchedIndex> indexes_;
  std::vector<Expression> expressions_;
};

using IndexSetPtr = std::shared_ptr<const IndexSet>;

}  // namespace outspan::fingerprint

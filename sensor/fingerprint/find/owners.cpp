#include "fingerprint/find/owners.h"

#include <algorithm>
#include <iterator>

#include "detect/email.h"
#include "fingerprint/forms/email_form.h"

namespace outspan::fingerprint {
namespace {

void append_rows(const SearchedIndex& searched, std::string_view canonical,
                 std::vector<RowNumber>& rows) {
  const ValueHash hash = value_hash(searched.index->key().of(Key::Use::email), canonical);
  for (std::size_t column = 0; column < searched.index->columns().size(); ++column) {
    if ((searched.addresses >> column & 1) == 0) continue;
    const RowList found = searched.index->table(column).find(hash);
    rows.insert(rows.end(), found.begin(), found.end());
  }
}

}  // namespace

std::vector<RowNumber> rows_of_address(const SearchedIndex& searched, std::string_view address) {
  std::vector<RowNumber> rows;
  std::string canonical, reduced;
  detect::EmailRules::canonical(address, canonical);
  append_rows(searched, canonical, rows);
  if (rows.empty() && reduce_email(canonical, reduced)) append_rows(searched, reduced, rows);
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

void Owners::read_receivers(const IndexSet& indexes, const content::Object& object) {
  const auto& receivers = object.info.destination.email_to;
  object_ = &object;
  packet_ = object.begin.packet;
  receivers_ = receivers.size();
  rows_.assign(indexes.indexes().size(), {});
  if (receivers.empty() || receivers.size() > kReceiversMax) return;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    rows_[i] = rows_of_address(indexes.indexes()[i], receivers.front());
    for (std::size_t r = 1; r < receivers.size() && !rows_[i].empty(); ++r) {
      const std::vector<RowNumber> more = rows_of_address(indexes.indexes()[i], receivers[r]);
      std::vector<RowNumber> both;
      std::set_intersection(rows_[i].begin(), rows_[i].end(), more.begin(), more.end(),
                            std::back_inserter(both));
      rows_[i] = std::move(both);
    }
  }
}

bool Owners::own_data(const IndexSet& indexes, const content::Object& object, std::size_t index,
                      RowNumber row) {
  if (object.info.destination.email_to.empty()) return false;
  if (object_ != &object || packet_ != object.begin.packet ||
      receivers_ != object.info.destination.email_to.size())
    read_receivers(indexes, object);
  return std::binary_search(rows_[index].begin(), rows_[index].end(), row);
}

}  // namespace outspan::fingerprint

#include <bit>

#include "fingerprint/find/finder.h"

/// The finder's part in lists of nothing but names.
namespace outspan::fingerprint {

/// Where a window holds nothing but names. The unescaped version comes first, and has all of them.
void Finder::find_names() {
  if (candidates_.texts() == 0 || candidates_.text(0).span.in_binary) return;
  for (std::uint16_t index = 0; index < indexes_->indexes().size(); ++index) {
    const std::vector<ListedName>& names =
        names_.read(candidates_.text(0).span.bytes, indexes_->indexes()[index]);
    if (names.empty() || others_stand_there(index, names.size())) continue;
    const SearchedIndex& searched = indexes_->indexes()[index];
    Tried tried{index, static_cast<std::uint8_t>(std::countr_zero(searched.names)), false, 0, 0};
    for (const ListedName& name : names) {
      const std::uint32_t raw = candidates_.raw_position(0, name.begin);
      if (raw < window_->core_begin || raw >= window_->core_end) continue;
      if (!name.rows.empty()) {
        hand_on_name(index, name, raw);
      } else if (name.chance < 1) {
        ++tried.count;
        tried.strangers += name.chance / (1 - name.chance);
      }
    }
    if (tried.count != 0) tried_.push_back(tried);
  }
}

void Finder::hand_on_name(std::uint16_t index, const ListedName& name, std::uint32_t raw) {
  const SearchedIndex& searched = indexes_->indexes()[index];
  RecordHit hit;
  hit.index = index;
  hit.columns = static_cast<ColumnMask>(searched.names & ~(searched.names - 1));
  hit.weak = true;
  hit.name_chance = name.chance;
  hit.rows_of_value = static_cast<std::uint32_t>(name.rows.size());
  hit.offset = window_->offset + raw;
  for (const RowNumber number : name.rows) {
    const RowRecord row = searched.index->row(number);
    hit.row = number;
    hit.record_id = row.record_id;
    hit.canary = row.canary;
    hit.repeats_value = number != name.rows.front();
    records_.push_back(hit);
    cell_ranges_.emplace_back(cell_hits_.size(), 0);
  }
}

/// A list of names beside addresses or numbers is judged by those: other people's, if they are no
/// customer's.
bool Finder::others_stand_there(std::uint16_t index, std::size_t names) const noexcept {
  std::size_t others = 0;
  for (const Candidate& candidate : candidates_.all())
    others += candidate.index == index && !candidate.instead && !candidate.guess &&
                      candidate.strength != detect::Strength::weak
                  ? 1u
                  : 0u;
  return others * 4 > names;
}

}  // namespace outspan::fingerprint

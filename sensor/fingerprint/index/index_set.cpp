#include "fingerprint/index/index_set.h"

#include <algorithm>

namespace outspan::fingerprint {

SearchedIndex::SearchedIndex(std::string index_name, IndexPtr loaded)
    : name(std::move(index_name)),
      index(std::move(loaded)),
      phones(index->phones(), index->header().countries) {
  for (std::size_t i = 0; i < index->columns().size(); ++i) {
    const Column& column = index->columns()[i];
    const auto bit = static_cast<ColumnMask>(1u << i);
    if (column.weak) weak |= bit;
    switch (column.type) {
      case ColumnType::email: addresses |= bit; break;
      case ColumnType::phone: numbers |= bit; break;
      case ColumnType::ticket: tickets |= bit; break;
      case ColumnType::name: names |= bit; break;
      case ColumnType::text: texts |= bit; break;
    }
    unusual_addresses = unusual_addresses || column.unusual_characters;
    for (const std::string& text : column.formats) {
      auto format = TicketFormat::parse("", text);
      if (!format) continue;  // of a later version: its tickets are not found, all else is
      auto& kind = format->digit_led() ? digit_led : expressions;
      const auto same = std::find_if(kind.begin(), kind.end(), [&text](const Tickets& other) {
        return other.format.text() == text;
      });
      if (same != kind.end())
        same->columns |= bit;
      else
        kind.push_back({std::move(*format), bit});
    }
  }
}

IndexSet::IndexSet(std::vector<Named> indexes) {
  for (Named& named : indexes) {
    indexes_.emplace_back(std::move(named.name), std::move(named.index));
    const auto number = static_cast<std::uint16_t>(indexes_.size() - 1);
    for (std::size_t i = 0; i < indexes_.back().expressions.size(); ++i)
      expressions_.push_back({number, static_cast<std::uint16_t>(i)});
  }
}

detect::SignatureSet::Options::Candidates IndexSet::candidates() const {
  detect::SignatureSet::Options::Candidates candidates;
  for (const SearchedIndex& searched : indexes_) {
    candidates.addresses = candidates.addresses || searched.addresses != 0;
    candidates.numbers = candidates.numbers || searched.numbers != 0 || !searched.digit_led.empty();
    for (const SearchedIndex::Tickets& tickets : searched.expressions)
      candidates.expressions.push_back(tickets.format.expression());
  }
  return candidates;
}

}  // namespace outspan::fingerprint

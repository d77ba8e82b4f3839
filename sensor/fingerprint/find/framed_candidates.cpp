#include <algorithm>
#include <array>

#include "fingerprint/find/candidate_list.h"

/// Candidates among binary data: what stands beside a value may look like a letter or a digit of
/// it, so shorter ones are looked up as well. A value that is in the index proves itself; digits
/// that were left out make it as weak as any number, unless a length says so.
namespace outspan::fingerprint {
namespace {

using detect::Extent;
using detect::kTrimMax;

/// Fewer digits and separators are no value.
constexpr std::uint32_t kNumberBytesMin = 6;

detect::TextSpan alone(detect::TextSpan text, Extent extent) noexcept {
  return {text.bytes.substr(extent.begin, extent.end - extent.begin)};
}

}  // namespace

void CandidateList::on_framed_address(std::uint32_t at_sign) {
  const detect::TextSpan text = texts_[used_ - 1].span;
  std::array<detect::FramedAddress, detect::kFramedAddressesMax> framed;
  const std::size_t count = detect::framed_addresses(emails_, text, at_sign, framed);
  for (std::size_t i = 0; i < count; ++i) add_framed_address(framed[i].extent, !framed[i].certain);
  const Extent reach = detect::address_reach(text, at_sign);
  for (std::uint32_t begin = reach.begin; begin < at_sign && begin <= reach.begin + kTrimMax;
       ++begin) {
    for (std::uint32_t end = reach.end; end > at_sign + 1 && end + kTrimMax >= reach.end; --end) {
      if (text.complete(begin, end) && detect::is_address(emails_, text, {begin, end}, at_sign))
        add_framed_address({begin, end}, true);
    }
  }
}

void CandidateList::add_framed_address(Extent extent, bool guess) {
  const std::string_view address =
      texts_[used_ - 1].span.bytes.substr(extent.begin, extent.end - extent.begin);
  for (std::size_t i = 0; i < indexes_->indexes().size(); ++i)
    if (indexes_->indexes()[i].addresses != 0)
      add_address(i, extent.begin, extent.end, address, guess);
}

void CandidateList::add_framed_numbers(const detect::NumberGroup& group) {
  const detect::TextSpan text = texts_[used_ - 1].span;
  const std::uint32_t begin = group.runs().front().begin, end = group.runs().back().end;
  if (end - begin < kNumberBytesMin || !text.complete(begin, end)) return;
  const std::uint32_t first = detect::number_sign_begin(text, begin);
  const auto told = detect::framed_number(text, begin, end);
  const std::uint32_t last = first == begin ? begin + kTrimMax : first;
  for (std::uint32_t from = first; from <= last; ++from) {
    for (std::uint32_t to = end; to > from + kNumberBytesMin - 1 && to + kTrimMax >= end; --to) {
      const bool is_told = told && told->begin == from && told->end == to;
      const bool all_digits = from == first && to == end;
      add_framed_phones({from, to}, !is_told && !all_digits);
      add_framed_tickets({from, to}, !is_told && !all_digits);
    }
  }
}

void CandidateList::add_framed_phones(Extent extent, bool guess) {
  const detect::TextSpan text = alone(texts_[used_ - 1].span, extent);
  const std::size_t digit = text.bytes.find_first_of("0123456789");
  if (digit == std::string_view::npos) return;
  framed_.read(text, static_cast<std::uint32_t>(digit));
  for (std::size_t i = 0; i < indexes_->indexes().size(); ++i) {
    const SearchedIndex& searched = indexes_->indexes()[i];
    if (searched.numbers == 0) continue;
    readings_.clear();
    searched.phones.read(text, framed_, readings_);
    for (const PhoneReading& reading : readings_) {
      const bool whole = reading.begin == 0 && reading.end == text.bytes.size();
      if (!whole) continue;  // found without leaving anything out
      add(i, searched.numbers, ColumnType::phone, Key::Use::phone, extent.begin, extent.end,
          reading.value(), reading.strength, guess || reading.foreign);
    }
  }
}

void CandidateList::add_framed_tickets(Extent extent, bool guess) {
  const detect::TextSpan text = texts_[used_ - 1].span;
  for (std::size_t i = 0; i < indexes_->indexes().size(); ++i) {
    for (const SearchedIndex::Tickets& tickets : indexes_->indexes()[i].digit_led) {
      const std::uint32_t begin = tickets.format.beginning_at(text, extent.begin);
      const detect::TextSpan ticket = alone(text, {begin, extent.end});
      if (!detect::is_digit(text.after(extent.begin))) continue;
      framed_.read(ticket, extent.begin - begin);
      detect::Finding finding;
      if (tickets.format.find(ticket, framed_, 0, finding) && finding.end == ticket.bytes.size())
        add(i, tickets.columns, ColumnType::ticket, Key::Use::ticket, begin + finding.begin,
            extent.end, finding.value(), finding.strength, guess);
    }
  }
}

}  // namespace outspan::fingerprint

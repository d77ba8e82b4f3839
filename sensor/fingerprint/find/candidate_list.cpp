#include "fingerprint/find/candidate_list.h"

#include "detect/email.h"
#include "detect/window_text.h"
#include "fingerprint/forms/email_form.h"

namespace outspan::fingerprint {

void CandidateList::begin_window(const content::Window& window) noexcept {
  window_ = &window;
  used_ = 0;
  candidates_.clear();
  values_.clear();
}

void CandidateList::begin_text(detect::TextSpan text, bool unescaped, std::uint32_t raw_begin,
                               const detect::TableHeader& header) {
  if (used_ == texts_.size()) texts_.emplace_back();
  Text& made = texts_[used_++];
  made.span = text;
  made.unescaped = unescaped;
  made.raw_begin = raw_begin;
  made.header = &header;
  made.addresses.clear();
  made.numbers.clear();
}

void CandidateList::add(std::size_t index, ColumnMask columns, ColumnType type, Key::Use use,
                        std::uint32_t begin, std::uint32_t end, std::string_view value,
                        detect::Strength strength, bool guess, bool instead) {
  Candidate made;
  made.hash = value_hash(indexes_->indexes()[index].index->key().of(use), value);
  made.index = static_cast<std::uint16_t>(index);
  made.columns = columns;
  made.text = static_cast<std::uint16_t>(used_ - 1);
  made.type = type;
  made.strength = strength;
  made.guess = guess;
  made.instead = instead;
  made.begin = begin;
  made.end = end;
  made.value_at = static_cast<std::uint32_t>(values_.size());
  made.value_size = static_cast<std::uint32_t>(value.size());
  values_ += value;
  candidates_.push_back(made);
  auto& stretches =
      type == ColumnType::email ? texts_[used_ - 1].addresses : texts_[used_ - 1].numbers;
  if (stretches.empty() || stretches.back().end < end) stretches.push_back({begin, end});
}

void CandidateList::on_address(std::uint32_t begin, std::uint32_t end) {
  const Text& text = texts_[used_ - 1];
  std::size_t starts[kLongerMax];
  const std::size_t longer = longer_local_parts(text.span.bytes.substr(0, end), begin, starts);
  for (std::size_t i = 0; i < indexes_->indexes().size(); ++i) {
    const SearchedIndex& searched = indexes_->indexes()[i];
    if (searched.addresses == 0) continue;
    const std::string_view bytes = text.span.bytes;
    add_address(i, begin, end, bytes.substr(begin, end - begin), false);
    for (std::size_t k = 0; searched.unusual_addresses && k < longer; ++k)
      add_address(i, static_cast<std::uint32_t>(starts[k]), end,
                  bytes.substr(starts[k], end - starts[k]), false);
  }
}

void CandidateList::on_spelled_address(std::uint32_t begin, std::uint32_t end,
                                       std::string_view address) {
  for (std::size_t i = 0; i < indexes_->indexes().size(); ++i)
    if (indexes_->indexes()[i].addresses != 0) add_address(i, begin, end, address, false);
}

void CandidateList::add_address(std::size_t index, std::uint32_t begin, std::uint32_t end,
                                std::string_view address, bool guess) {
  const ColumnMask columns = indexes_->indexes()[index].addresses;
  canonical_.clear();
  detect::EmailRules::canonical(address, canonical_);
  add(index, columns, ColumnType::email, Key::Use::email, begin, end, canonical_,
      detect::Strength::strong, guess);
  if (reduce_email(canonical_, reduced_))
    add(index, columns, ColumnType::email, Key::Use::email, begin, end, reduced_,
        detect::Strength::strong, guess, true);
}

void CandidateList::on_numbers(const detect::NumberGroup& group) {
  add_numbers(group);
  if (texts_[used_ - 1].span.in_binary) add_framed_numbers(group);
}

void CandidateList::add_numbers(const detect::NumberGroup& group) {
  const detect::TextSpan text = texts_[used_ - 1].span;
  for (std::size_t i = 0; i < indexes_->indexes().size(); ++i) {
    const SearchedIndex& searched = indexes_->indexes()[i];
    if (searched.numbers != 0) {
      readings_.clear();
      searched.phones.read(text, group, readings_);
      for (const PhoneReading& reading : readings_)
        add(i, searched.numbers, ColumnType::phone, Key::Use::phone, reading.begin, reading.end,
            reading.value(), reading.strength, reading.foreign);
    }
    for (const SearchedIndex::Tickets& tickets : searched.digit_led) {
      for (std::size_t run = 0; run < group.runs().size(); ++run) {
        detect::Finding finding;
        if (tickets.format.find(text, group, run, finding) &&
            text.complete(finding.begin, finding.end))
          add(i, tickets.columns, ColumnType::ticket, Key::Use::ticket, finding.begin, finding.end,
              finding.value(), finding.strength);
      }
    }
  }
}

void CandidateList::on_expression(std::uint32_t expression, std::uint32_t end) {
  if (expression >= indexes_->expressions().size()) return;
  const IndexSet::Expression& which = indexes_->expressions()[expression];
  const auto& tickets = indexes_->indexes()[which.index].expressions[which.format];
  detect::Finding finding;
  if (tickets.format.find_ending(texts_[used_ - 1].span, end, finding))
    add(which.index, tickets.columns, ColumnType::ticket, Key::Use::ticket, finding.begin,
        finding.end, finding.value(), finding.strength);
}

std::uint32_t CandidateList::raw_begin(const Candidate& candidate) const noexcept {
  return raw_position(candidate.text, candidate.begin);
}

std::uint32_t CandidateList::raw_position(std::size_t number, std::uint32_t begin) const noexcept {
  const Text& text = texts_[number];
  return text.unescaped ? text::raw_position(window_->escapes, begin, text::Edge::begin)
                        : text.raw_begin + begin;
}

std::uint32_t CandidateList::raw_end(const Candidate& candidate) const noexcept {
  const Text& text = texts_[candidate.text];
  return text.unescaped ? text::raw_position(window_->escapes, candidate.end, text::Edge::end)
                        : text.raw_begin + candidate.end;
}

}  // namespace outspan::fingerprint

#include "fingerprint/build/cell_reader.h"

#include <algorithm>

#include "core/hash.h"
#include "fingerprint/forms/email_form.h"
#include "fingerprint/forms/words.h"
#include "fingerprint/index/index.h"
#include "text/byte_class.h"
#include "text/fold.h"

namespace outspan::fingerprint {
namespace {

constexpr std::size_t kTicketCharactersMin = 4;
constexpr std::size_t kTicketCharactersMax = 40;
constexpr std::size_t kTextBytesMin = 4;

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trimmed(std::string_view text) noexcept {
  // A no-break space at the ends is a spreadsheet's; beside a digit it is one of ASCII already.
  for (bool changed = true; changed;) {
    changed = false;
    if (!text.empty() && is_blank(text.front())) text.remove_prefix(1), changed = true;
    if (!text.empty() && is_blank(text.back())) text.remove_suffix(1), changed = true;
    if (text.starts_with("\xc2\xa0")) text.remove_prefix(2), changed = true;
    if (text.ends_with("\xc2\xa0")) text.remove_suffix(2), changed = true;
  }
  return text;
}

bool starts_with_nocase(std::string_view text, std::string_view lower) noexcept {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(),
                    [](char a, char b) { return a == detect::to_lower(b); });
}

/// "Ada <ada@example.com>", "<ada@example.com>", "mailto:ada@example.com", "'ada@example.com';"
std::string_view address_in(std::string_view text) noexcept {
  const std::size_t open = text.rfind('<');
  const std::size_t close = text.find('>', std::min(open, text.size()));
  if (close != std::string_view::npos) text = text.substr(open + 1, close - open - 1);
  const auto drop_edges = [&text] {
    while (!text.empty() &&
           std::string_view("\"'<([ ").find(text.front()) != std::string_view::npos)
      text.remove_prefix(1);
    while (!text.empty() &&
           std::string_view("\"'>)],;. ").find(text.back()) != std::string_view::npos)
      text.remove_suffix(1);
  };
  drop_edges();
  if (starts_with_nocase(text, "mailto:")) text.remove_prefix(7);
  drop_edges();
  return trimmed(text);
}

}  // namespace

std::uint64_t TicketBeginning::of(std::string_view canonical) noexcept {
  std::size_t begin = canonical.size();
  while (begin > 0 && detect::is_digit(canonical[begin - 1])) --begin;
  const std::string_view digits = canonical.substr(begin);
  std::uint64_t first = 0;
  for (const char c : digits.substr(0, 4)) first = first * 10 + static_cast<std::uint64_t>(c - '0');
  return digits.size() * 10'000 + first;
}

void ColumnFindings::append(const ColumnFindings& later, std::uint64_t base) {
  rejects.append(later.rejects, base);
  cells += later.cells;
  empty += later.empty;
  unusual_characters = unusual_characters || later.unusual_characters;
  formats.append(later.formats, base);
  beginnings.insert(beginnings.end(), later.beginnings.begin(), later.beginnings.end());
  size_min = std::min(size_min, later.size_min);
  size_max = std::max(size_max, later.size_max);
}

CellReader::CellReader(KeyPtr key, Options options)
    : key_(std::move(key)), options_(std::move(options)), phones_(options_.countries) {}

void CellReader::add_hash(Key::Use use, std::string_view canonical, Cell& cell) const {
  cell.hashes.push_back(value_hash(key_->of(use), canonical));
}

bool CellReader::read(ColumnType type, std::string_view text, std::uint64_t row,
                      ColumnFindings& findings, PhonePlan& phones, Cell& cell) {
  cell.hashes.clear();
  // As the sensor folds what it searches.
  if (outspan::text::ascii_bytes(as_bytes(text)) != text.size())
    text = folded_ = outspan::text::fold(text);
  text = trimmed(text);
  if (text.empty()) {
    ++findings.empty;
    return false;
  }
  bool good = false;
  switch (type) {
    case ColumnType::email: good = read_email(text, row, findings, cell); break;
    case ColumnType::phone: good = read_phone(text, row, findings, phones, cell); break;
    case ColumnType::ticket: good = read_ticket(text, row, findings, cell); break;
    case ColumnType::name: good = read_name_cell(text, row, findings, cell); break;
    case ColumnType::text: good = read_text(text, row, findings, cell); break;
  }
  if (!good) return false;
  ++findings.cells;
  if (!cell.hashes.empty()) cell.identity = cell.hashes.front().high;
  return true;
}

bool CellReader::read_email(std::string_view text, std::uint64_t row, ColumnFindings& findings,
                            Cell& cell) {
  const auto reject = [&](Reject why) { return findings.rejects.add(why, row), false; };
  const std::string_view address = address_in(text);
  const std::size_t at = address.find('@');
  if (at == std::string_view::npos) return reject(Reject::not_an_address);
  if (address.find('@', at + 1) != std::string_view::npos) return reject(Reject::several_values);
  if (at == 0) return reject(Reject::not_an_address);
  // The sensor finds addresses by these rules; what they refuse would never be found.
  detect::EmailFinding finding;
  const detect::TextSpan span{address};
  if (!emails_.find(span, static_cast<std::uint32_t>(at), finding) ||
      finding.end != address.size()) {
    const std::size_t dot = address.rfind('.');
    const bool domain = dot != std::string_view::npos && dot > at + 1 && dot + 1 < address.size();
    return reject(domain && !emails_.top_level_domain(address.substr(dot + 1))
                      ? Reject::unknown_domain
                      : Reject::not_an_address);
  }
  if (finding.begin != 0) {
    std::size_t starts[kLongerMax];
    const std::size_t count = longer_local_parts(address, finding.begin, starts);
    if (std::find(starts, starts + count, std::size_t{0}) == starts + count)
      return reject(Reject::not_an_address);
    findings.unusual_characters = true;
  }
  canonical_.clear();
  detect::EmailRules::canonical(address, canonical_);
  add_hash(Key::Use::email, canonical_, cell);
  if (reduce_email(canonical_, reduced_)) add_hash(Key::Use::email, reduced_, cell);
  return true;
}

bool CellReader::read_phone(std::string_view text, std::uint64_t row, ColumnFindings& findings,
                            PhonePlan& phones, Cell& cell) {
  auto answer = phones_.read(text);
  if (const Reject* why = std::get_if<Reject>(&answer))
    return findings.rejects.add(*why, row), false;
  const std::string& digits = std::get<std::string>(answer);
  phones.add(digits);
  findings.beginnings.push_back(PhoneSource::beginning(digits));
  add_hash(Key::Use::phone, digits, cell);
  return true;
}

bool CellReader::read_ticket(std::string_view text, std::uint64_t row, ColumnFindings& findings,
                             Cell& cell) {
  const auto reject = [&](Reject why) { return findings.rejects.add(why, row), false; };
  if (!options_.ticket_formats.empty()) {
    for (const TicketFormat& format : options_.ticket_formats) {
      if (!format.read(text, canonical_)) continue;
      findings.formats.add(format.text(), {}, row);
      findings.beginnings.push_back(TicketBeginning::of(canonical_));
      add_hash(Key::Use::ticket, canonical_, cell);
      return true;
    }
    return reject(Reject::other_format);
  }
  canonical_.clear();
  for (const char c : text)
    if (detect::is_alnum(c)) canonical_ += detect::to_upper(c);
  if (canonical_.size() < kTicketCharactersMin) return reject(Reject::too_short);
  if (text.size() > kTicketCharactersMax) return reject(Reject::too_long);
  findings.formats.add(TicketFormat::of_value(text), text, row);
  findings.beginnings.push_back(TicketBeginning::of(canonical_));
  add_hash(Key::Use::ticket, canonical_, cell);
  return true;
}

bool CellReader::read_name_cell(std::string_view text, std::uint64_t row, ColumnFindings& findings,
                                Cell& cell) {
  switch (read_name(key_->of(Key::Use::name), text, cell.name)) {
    case NameProblem::one_word: return findings.rejects.add(Reject::one_word, row), false;
    case NameProblem::too_long: return findings.rejects.add(Reject::too_long, row), false;
    case NameProblem::none: break;
  }
  cell.hashes.push_back(name_hash(key_->of(Key::Use::name), cell.name.pair()));
  cell.identity = cell.name.sum;
  return true;
}

bool CellReader::read_text(std::string_view text, std::uint64_t row, ColumnFindings& findings,
                           Cell& cell) {
  const std::string folded = fold_text(text);
  if (folded.size() < kTextBytesMin) return findings.rejects.add(Reject::too_short, row), false;
  if (folded.size() > WordReader::kBytesMax)
    return findings.rejects.add(Reject::too_long, row), false;
  findings.size_min = std::min(findings.size_min, static_cast<std::uint32_t>(folded.size()));
  findings.size_max = std::max(findings.size_max, static_cast<std::uint32_t>(folded.size()));
  cell.text_tag = Index::text_tag_of(*key_, folded);
  cell.identity = mix64(cell.text_tag);
  return true;
}

}  // namespace outspan::fingerprint

#include "detect/masker.h"

#include <algorithm>
#include <array>

#include "detect/masking_form.h"
#include "marks/marks.h"
#include "text/ascii.h"
#include "text/base64.h"
#include "text/hex.h"

namespace outspan::detect {
namespace {

constexpr std::size_t kInputBytesMax = 65536;
/// The shortest base64 that can hold a value worth masking ("a@b.co" is eight characters).
constexpr std::size_t kBase64Min = 8;
constexpr std::size_t kHexMin = 12;
/// Shorter runs are read in no other code.
constexpr std::size_t kCodeMin = 20;
/// Of what comes out, and of what stands across its end.
constexpr std::size_t kCheckedMax = Masker::kBytesMax + 512;

/// Words with blanks between them, letters beyond ASCII, or escapes of such.
bool is_free_text(std::string_view value) noexcept {
  return std::any_of(value.begin(), value.end(), [](char c) {
    return c == '+' || c == '%' || c == ' ' || static_cast<unsigned char>(c) >= 0x80;
  });
}

}  // namespace

Masker::Masker(std::shared_ptr<const SignatureSet> signatures, KnownValues* known, ReadText read)
    : scanner_(signatures), known_(known) {
  if (read) probe_ = std::make_unique<ValueProbe>(std::move(signatures), known, std::move(read));
}

void Masker::find_all(std::string_view wire) {
  ranges_.clear();
  find(wire, false);
  find_runs(wire);
  find_decoded(wire, false);
}

Masked Masker::mask_url(std::string_view wire) noexcept {
  wire = wire.substr(0, kInputBytesMax);
  find_all(wire);
  cover_query(wire);
  return finish(wire, ValueProbe::Emails::count);
}

/// Values of the query that are free text, or stand beside a match, are replaced whole.
void Masker::cover_query(std::string_view wire) {
  const std::size_t query = wire.find('?');
  if (query == std::string_view::npos) return;
  const std::size_t found = ranges_.size();
  const bool any = std::any_of(ranges_.begin(), ranges_.end(),
                               [query](const Range& range) { return range.end > query; });
  for (std::size_t begin = query + 1; begin < wire.size();) {
    const std::size_t end = std::min(wire.find_first_of("&;", begin), wire.size());
    const std::size_t equals = wire.substr(begin, end - begin).find('=');
    const std::size_t value = equals == std::string_view::npos ? begin : begin + equals + 1;
    const auto is_match = [value, end](const Range& range) {
      return range.begin == value && range.end == end;
    };
    const bool known = std::any_of(ranges_.begin(),
                                   ranges_.begin() + static_cast<std::ptrdiff_t>(found), is_match);
    if (value < end && !known && (any || is_free_text(wire.substr(value, end - value))))
      ranges_.push_back({value, end, "***"});
    begin = end + 1;
  }
}

Masked Masker::mask(std::string_view wire) noexcept {
  wire = wire.substr(0, kInputBytesMax);
  find_all(wire);
  return finish(wire, ValueProbe::Emails::count);
}

/// What comes out, unless a value can still be read of it.
Masked Masker::finish(std::string_view wire, ValueProbe::Emails emails) {
  const std::string masked = apply(wire);
  std::string shown = printable(masked, kBytesMax);
  const auto leaks = [this, emails](std::string_view text) {
    return !text.empty() && probe_->holds_value(text.substr(0, kCheckedMax), emails);
  };
  if (probe_ && (leaks(masked) || (shown != masked && leaks(shown)))) return Masked("***");
  return Masked(std::move(shown));
}

Masked Masker::mask_address(std::string_view address, bool readable) noexcept {
  if (!readable || (known_ != nullptr && known_->has_address(address))) return mask(address);
  address = address.substr(0, kInputBytesMax);
  ranges_.clear();
  find(address, true);
  find_decoded(address, true);
  return finish(address, ValueProbe::Emails::do_not_count);
}

Masked Masker::sample(SignatureIndex signature, std::string_view value) noexcept {
  return Masked(printable(masking_form(scanner_.signatures(), signature, value), kBytesMax));
}

Masked Masker::sample_address(std::string_view value) noexcept {
  return Masked(printable(address_form(value), kBytesMax));
}

Masked Masker::sample_phone(std::string_view digits) noexcept {
  return Masked(printable(number_form(scanner_.signatures(), digits), kBytesMax));
}

Masked Masker::sample_ticket(std::string_view value) noexcept {
  return Masked(printable(ticket_form(value), kBytesMax));
}

void Masker::find_known(std::string_view text) {
  if (known_ == nullptr) return;
  known_parts_.clear();
  known_->find(text, known_parts_);
  for (const auto& [begin, end] : known_parts_) ranges_.push_back({begin, end, "***"});
}

void Masker::find(std::string_view wire, bool keep_emails) {
  if (!keep_emails) find_known(wire);
  scanner_.clear();
  scanner_.scan({wire, true, true}, no_header_);
  for (const Found& found : scanner_.found()) {
    if (keep_emails && scanner_.signatures()[found.signature].detector == Detector::email) continue;
    ranges_.push_back(
        {found.begin, found.end,
         masking_form(scanner_.signatures(), found.signature, scanner_.value(found))});
  }
}

/// As detection reads it: a URL's query, and any other text.
void Masker::find_decoded(std::string_view wire, bool keep_emails) {
  for (const text::EscapeMode mode : {text::EscapeMode::form, text::EscapeMode::text}) {
    if (!unescaper_.run(wire, mode)) continue;
    const std::size_t first = ranges_.size();
    find(unescaper_.text(), keep_emails);
    if (!keep_emails) find_runs(unescaper_.text());
    for (std::size_t r = first; r < ranges_.size(); ++r) {
      Range& range = ranges_[r];
      range.begin = raw(range.begin, text::Edge::begin);
      range.end = raw(range.end, text::Edge::end);
    }
  }
}

std::size_t Masker::raw(std::size_t at, text::Edge edge) const noexcept {
  return text::raw_position(unescaper_.escapes(), static_cast<std::uint32_t>(at), edge);
}

bool Masker::holds_value(std::string_view text) {
  scanner_.clear();
  scanner_.scan({text, true, true}, no_header_);
  if (!scanner_.found().empty()) return true;
  return probe_ && marks::worth_reading(as_bytes(text)) &&
         probe_->holds_value(text, ValueProbe::Emails::count);
}

/// A path puts other letters before a code, so it may begin at any of the first places.
bool Masker::is_code_of_value(std::string_view run) {
  for (std::size_t skip = 0; skip < 4 && run.size() >= kBase64Min + skip; ++skip)
    if (holds_value(text::decode_base64(run.substr(skip)))) return true;
  if (run.size() >= kHexMin && std::ranges::all_of(run, text::is_hex_digit)) {
    for (const std::size_t skip : {0, 1}) {
      std::string bytes;
      for (std::size_t at = skip; at + 2 <= run.size(); at += 2)
        bytes.push_back(static_cast<char>(text::hex_byte(run[at], run[at + 1])));
      if (holds_value(bytes)) return true;
    }
  }
  return probe_ && run.size() >= kCodeMin && probe_->holds_value(run, ValueProbe::Emails::count);
}

/// Runs of the alphabets of base64, which are those of base32 and hex as well: their letters and
/// digits, which a path has `/` between, or else the whole run.
void Masker::find_runs(std::string_view text) {
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && text::base64_value(text[end]) != text::kNotBase64) ++end;
    if (!find_codes(text, begin, end)) find_code(text, begin, end);
    begin = end + 1;
  }
}

bool Masker::find_codes(std::string_view text, std::size_t begin, std::size_t end) {
  bool found = false;
  while (begin < end) {
    std::size_t piece_end = begin;
    while (piece_end < end && text::is_alnum(text[piece_end])) ++piece_end;
    found |= find_code(text, begin, piece_end);
    begin = piece_end + 1;
  }
  return found;
}

bool Masker::find_code(std::string_view text, std::size_t begin, std::size_t end) {
  if (end - begin < kBase64Min || !is_code_of_value(text.substr(begin, end - begin))) return false;
  while (end < text.size() && text[end] == '=') ++end;
  ranges_.push_back({begin, end, "***"});
  return true;
}

/// Replaces the ranges; where several overlap, all they cover is replaced by the first one's form.
std::string Masker::apply(std::string_view wire) {
  std::sort(ranges_.begin(), ranges_.end(), [](const Range& a, const Range& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::string out;
  std::size_t at = 0;
  for (const Range& range : ranges_) {
    if (range.begin >= at) {
      out += wire.substr(at, range.begin - at);
      out += range.form;
    }
    at = std::max(at, range.end);
  }
  out += wire.substr(at);
  return out;
}

}  // namespace outspan::detect

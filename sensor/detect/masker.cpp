#include "detect/masker.h"

#include <algorithm>
#include <array>

#include "detect/masking_form.h"
#include "text/base64.h"

namespace outspan::detect {
namespace {

constexpr std::size_t kInputBytesMax = 65536;
/// The shortest base64 that can hold a value worth masking ("a@b.co" is eight characters).
constexpr std::size_t kBase64Min = 8;

/// Words with blanks between them, letters beyond ASCII, or escapes of such.
bool is_free_text(std::string_view value) noexcept {
  return std::any_of(value.begin(), value.end(), [](char c) {
    return c == '+' || c == '%' || c == ' ' || static_cast<unsigned char>(c) >= 0x80;
  });
}

}  // namespace

Masker::Masker(std::shared_ptr<const SignatureSet> signatures, KnownValues* known)
    : scanner_(std::move(signatures)), known_(known) {}

void Masker::find_all(std::string_view wire) {
  ranges_.clear();
  find(wire, false);
  find_decoded(wire, false);
  find_base64(wire);
}

Masked Masker::mask_url(std::string_view wire) noexcept {
  wire = wire.substr(0, kInputBytesMax);
  find_all(wire);
  cover_query(wire);
  return Masked(printable(apply(wire), kBytesMax));
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
  return Masked(printable(apply(wire), kBytesMax));
}

Masked Masker::mask_address(std::string_view address, bool readable) noexcept {
  if (!readable || (known_ != nullptr && known_->has_address(address))) return mask(address);
  address = address.substr(0, kInputBytesMax);
  ranges_.clear();
  find(address, true);
  find_decoded(address, true);
  return Masked(printable(apply(address), kBytesMax));
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
  return !scanner_.found().empty();
}

void Masker::find_base64(std::string_view wire) {
  for (std::size_t begin = 0; begin < wire.size();) {
    std::size_t end = begin;
    while (end < wire.size() && text::base64_value(wire[end]) != text::kNotBase64) ++end;
    const std::string_view run = wire.substr(begin, end - begin);
    // A path puts other letters before a run, so it may begin at any of four places.
    for (std::size_t skip = 0; skip < 4 && run.size() >= kBase64Min + skip; ++skip) {
      if (!holds_value(text::decode_base64(run.substr(skip)))) continue;
      while (end < wire.size() && wire[end] == '=') ++end;
      ranges_.push_back({begin, end, "***"});
      break;
    }
    begin = end + 1;
  }
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

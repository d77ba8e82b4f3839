#include "fingerprint/build/source_text.h"

#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "core/bytes.h"
#include "detect/text_span.h"
#include "text/charset_guess.h"

namespace outspan::fingerprint {
namespace {

constexpr std::size_t kFetchBytes = 1 << 16;
constexpr std::uint32_t kByteOrderMark = 0xfeff;
constexpr std::string_view kMark = "\xef\xbb\xbf";

struct Mark {
  std::string_view bytes;
  const char* problem;
};
/// What people hand over instead of a table of text.
constexpr Mark kOtherFiles[] = {
    {"PK\x03\x04", "this is a zip file or a workbook; export the table as CSV (UTF-8)"},
    {"\xd0\xcf\x11\xe0", "this is a workbook of Excel; export the table as CSV (UTF-8)"},
    {"\x1f\x8b", "this is compressed; pipe it in: zcat SOURCE | outspan fingerprint build - ..."},
    {"\x28\xb5\x2f\xfd",
     "this is compressed; pipe it in: zstdcat SOURCE | outspan fingerprint build - ..."},
    {"\xfd"
     "7zXZ",
     "this is compressed; pipe it in: xzcat SOURCE | outspan fingerprint build - ..."},
    {"BZh", "this is compressed; pipe it in: bzcat SOURCE | outspan fingerprint build - ..."},
    {"SQLite format 3", "this is a database; export the table as CSV"},
    {"PAR1", "this is a Parquet file; export the table as CSV"},
    {"%PDF-", "this is a PDF file; export the table as CSV"},
};

}  // namespace

SourceText::SourceText(ReadBytes read) : read_(std::move(read)) {
  refill();
  if (text_.starts_with(kMark)) at_ = kMark.size();
  take_out_separator_line();
}

/// Spreadsheets write it, with quotation marks or without, and read it before anything else.
void SourceText::take_out_separator_line() {
  std::string_view rest = std::string_view(text_).substr(at_);
  const std::string_view line = rest.substr(0, rest.find('\n'));
  std::string_view said = line;
  while (said.ends_with('\r') || said.ends_with('"')) said.remove_suffix(1);
  if (said.starts_with('"')) said.remove_prefix(1);
  static constexpr std::string_view kBegin = "sep=";
  if (said.size() != kBegin.size() + 1 || line.size() == rest.size()) return;
  const bool begins = std::equal(kBegin.begin(), kBegin.end(), said.begin(),
                                 [](char a, char b) { return a == detect::to_lower(b); });
  if (!begins || detect::is_word(said.back()) || said.back() == '"') return;
  separator_ = said.back();
  at_ += line.size() + 1;
}

void SourceText::look_at_beginning() {
  begun_ = true;
  for (const Mark& mark : kOtherFiles)
    if (units_.starts_with(mark.bytes)) problem_ = mark.problem;
  // The names of the columns are ASCII, whatever the language of the table.
  const std::size_t line = std::min(units_.find_first_of("\r\n"), units_.size());
  const char* charset = text::wide_charset(as_bytes(units_).first(line));
  if (charset == nullptr) return;
  const std::string_view name = charset;
  unit_bytes_ = name.starts_with("UTF-32") ? 4 : 2;
  big_endian_ = name.ends_with("BE");
}

/// Reads more bytes; a full buffer where there are as many. False: the end, or a problem.
bool SourceText::fetch() {
  const std::size_t have = units_.size();
  units_.resize(have + kFetchBytes);
  std::size_t size = have;
  while (!ended_ && size < units_.size()) {
    const std::size_t more = read_(std::span(units_).subspan(size));
    ended_ = more == 0;
    size += more;
  }
  units_.resize(size);
  if (!begun_) look_at_beginning();
  return problem_.empty() && size > have;
}

/// Appends whole characters of units_ to text_ and leaves what is cut.
void SourceText::decode_units() {
  std::size_t at = 0;
  const auto unit = [this](std::size_t from) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < unit_bytes_; ++i) {
      const std::size_t shift = 8 * (big_endian_ ? unit_bytes_ - 1 - i : i);
      value |= std::uint32_t{static_cast<std::uint8_t>(units_[from + i])} << shift;
    }
    return value;
  };
  for (; at + unit_bytes_ <= units_.size(); at += unit_bytes_) {
    std::uint32_t c = unit(at);
    if (unit_bytes_ == 2 && U16_IS_LEAD(c)) {
      if (at + 4 > units_.size()) break;
      const std::uint32_t second = unit(at + 2);
      if (U16_IS_TRAIL(second)) {
        c = static_cast<std::uint32_t>(U16_GET_SUPPLEMENTARY(c, second));
        at += 2;
      }
    }
    char bytes[U8_MAX_LENGTH];
    std::int32_t size = 0;
    UBool bad = false;
    U8_APPEND(bytes, size, U8_MAX_LENGTH, static_cast<UChar32>(c), bad);
    if (bad || U_IS_SURROGATE(c)) {
      problem_ = "this begins as UTF-16 or UTF-32 and does not go on so; export it as UTF-8";
      return;
    }
    if (c != kByteOrderMark) text_.append(bytes, static_cast<std::size_t>(size));
  }
  units_.erase(0, at);
}

/// The first line says how all of them end.
void SourceText::find_line_end() noexcept {
  for (; looked_at_ < text_.size() && line_end_ == LineEnd::unknown; ++looked_at_) {
    const char c = text_[looked_at_];
    if (after_cr_)
      line_end_ = c == '\n' ? LineEnd::lf : LineEnd::cr;
    else if (c == '"')
      quoted_ = !quoted_;
    else if (!quoted_ && c == '\n')
      line_end_ = LineEnd::lf;
    after_cr_ = !quoted_ && c == '\r';
  }
}

/// Makes text_ of the next bytes. False: the end, or a problem.
bool SourceText::refill() {
  text_.clear();
  at_ = looked_at_ = 0;
  do {
    if (!fetch()) break;
    if (unit_bytes_ == 1)
      text_.append(units_), units_.clear();
    else
      decode_units();
    if (line_end_ == LineEnd::unknown) find_line_end();
  } while (line_end_ == LineEnd::unknown && after_cr_);  // what follows the CR says what it is
  if (line_end_ == LineEnd::cr) std::replace(text_.begin(), text_.end(), '\r', '\n');
  if (problem_.empty() && ended_ && !units_.empty())
    problem_ = "the last character of this UTF-16 or UTF-32 is cut";
  return problem_.empty() && !text_.empty();
}

std::size_t SourceText::read(std::span<char> out) {
  if (at_ == text_.size() && !refill()) return 0;
  const std::size_t size = std::min(out.size(), text_.size() - at_);
  std::copy_n(text_.data() + at_, size, out.data());
  at_ += size;
  return size;
}

}  // namespace outspan::fingerprint

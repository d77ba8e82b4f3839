#include "fingerprint/build/source_text.h"

#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "detect/text_span.h"

namespace outspan::fingerprint {
namespace {

constexpr std::size_t kFetchBytes = 1 << 16;
/// Enough for the names of some columns.
constexpr std::size_t kSampleBytes = 64;
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

struct Encoding {
  std::size_t unit_bytes;
  bool big_endian;
};

/// By the byte order mark, or by where the zeros of ASCII stand.
Encoding encoding_of(std::string_view begin) noexcept {
  using namespace std::string_view_literals;
  if (begin.starts_with("\xff\xfe\0\0"sv)) return {4, false};
  if (begin.starts_with("\0\0\xfe\xff"sv)) return {4, true};
  if (begin.starts_with("\xff\xfe"sv)) return {2, false};
  if (begin.starts_with("\xfe\xff"sv)) return {2, true};
  const std::string_view sample = begin.substr(0, kSampleBytes);
  std::size_t zeros[4] = {};
  for (std::size_t i = 0; i < sample.size(); ++i) zeros[i % 4] += sample[i] == '\0' ? 1u : 0u;
  const std::size_t most = sample.size() / 4;  // of each place of four, all but a few
  const auto is_zero = [&](std::size_t place) { return most > 0 && zeros[place] * 4 > most * 3; };
  if (is_zero(1) && is_zero(2) && is_zero(3)) return {4, false};
  if (is_zero(0) && is_zero(1) && is_zero(2)) return {4, true};
  if (is_zero(1) && is_zero(3) && zeros[0] == 0) return {2, false};
  if (is_zero(0) && is_zero(2) && zeros[1] == 0) return {2, true};
  return {1, false};
}

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
  const Encoding encoding = encoding_of(units_);
  unit_bytes_ = encoding.unit_bytes;
  big_endian_ = encoding.big_endian;
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

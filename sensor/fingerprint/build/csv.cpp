#include "fingerprint/build/csv.h"

#include <algorithm>
#include <cstring>

#include "text/utf8.h"

namespace outspan::fingerprint {
namespace {

constexpr std::string_view kSeparators = ",;\t|";

std::uint64_t lines_in(std::string_view text) noexcept {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

/// Whether a quotation mark at `at` begins a field: anywhere else it is a character like others.
bool begins_field(std::string_view text, std::size_t at, char separator) noexcept {
  if (at == 0 || text[at - 1] == '\n') return true;
  return separator != '\0' ? text[at - 1] == separator
                           : kSeparators.find(text[at - 1]) != std::string_view::npos;
}

/// Behind the last line end that lies outside of quotation marks; 0: there is none.
std::size_t last_record_end(std::string_view text, char separator) noexcept {
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t mark = std::min(text.find('"', at), text.size());
    const std::size_t line = text.substr(at, mark - at).rfind('\n');
    if (line != std::string_view::npos) end = at + line + 1;
    at = mark + 1;
    if (mark == text.size() || !begins_field(text, mark, separator)) continue;
    for (;;) {  // to the closing one
      const std::size_t closing = text.find('"', at);
      if (closing == std::string_view::npos) return end;
      at = closing + 1;
      if (at == text.size() || text[at] != '"') break;
      ++at;
    }
  }
  return end;
}

}  // namespace

bool CsvReader::bad(std::size_t at, const char* problem) {
  const std::string_view before = text_.substr(0, at);
  const std::size_t line = before.rfind('\n');
  const std::string_view in_line = before.substr(line == std::string_view::npos ? 0 : line + 1);
  const auto continued = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  place_.line = line_ + lines_in(text_.substr(record_at_, at - record_at_));
  place_.column =
      1 + in_line.size() -
      static_cast<std::size_t>(std::count_if(in_line.begin(), in_line.end(), continued));
  problem_ = problem;
  return false;
}

bool CsvReader::quoted_field(std::string_view& out) {
  const std::size_t begin = ++at_;
  std::string* unquoted = nullptr;
  for (std::size_t from = begin;;) {
    const std::size_t mark = text_.find('"', from);
    if (mark == std::string_view::npos) return bad(begin - 1, "a quotation mark is not closed");
    const bool doubled = mark + 1 < text_.size() && text_[mark + 1] == '"';
    if (doubled && unquoted == nullptr) {
      if (unquoted_count_ == unquoted_.size()) unquoted_.emplace_back();
      unquoted = &unquoted_[unquoted_count_++];
      unquoted->assign(text_.substr(begin, mark + 1 - begin));
    } else if (unquoted != nullptr) {
      unquoted->append(text_.substr(from, mark + (doubled ? 1 : 0) - from));
    }
    if (!doubled) {
      out = unquoted != nullptr ? std::string_view(*unquoted) : text_.substr(begin, mark - begin);
      at_ = mark + 1;
      const char next = at_ < text_.size() ? text_[at_] : '\n';
      if (next != separator_ && next != '\n' && next != '\r')
        return bad(at_, "text stands behind a closing quotation mark");
      return true;
    }
    from = mark + 2;
  }
}

bool CsvReader::field(std::string_view& out) {
  if (at_ < text_.size() && text_[at_] == '"') return quoted_field(out);
  const std::size_t begin = at_;
  while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') ++at_;
  out = text_.substr(begin, at_ - begin);
  if (out.ends_with('\r') && (at_ == text_.size() || text_[at_] == '\n')) out.remove_suffix(1);
  return true;
}

CsvReader::Answer CsvReader::next(std::vector<std::string_view>& fields) {
  fields.clear();
  // Growing would move what the fields borrow.
  if (unquoted_.capacity() == 0) unquoted_.reserve(kFieldsMax);
  unquoted_count_ = 0;
  while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) {
    line_ += text_[at_] == '\n';
    ++at_;
  }
  if (at_ == text_.size()) return Answer::end;
  record_at_ = at_;
  for (;;) {
    std::string_view one;
    if (!field(one)) return Answer::bad;
    if (fields.size() == kFieldsMax)
      return bad(at_, "a record has more than 4096 fields"), Answer::bad;
    fields.push_back(one);
    if (at_ < text_.size() && text_[at_] == separator_) {
      ++at_;
      continue;
    }
    break;
  }
  if (at_ < text_.size() && text_[at_] == '\r') ++at_;
  if (at_ < text_.size() && text_[at_] == '\n') ++at_;
  place_ = {line_, 1};
  line_ += lines_in(text_.substr(record_at_, at_ - record_at_));
  return Answer::record;
}

Result<std::optional<CsvCutter::Piece>> CsvCutter::next() {
  Piece piece;
  piece.line = line_;
  piece.text = std::move(rest_);
  rest_.clear();
  std::size_t wanted = bytes_;
  for (;;) {
    while (!ended_ && piece.text.size() < wanted) {
      const std::size_t have = piece.text.size();
      piece.text.resize(wanted);
      const std::size_t more = read_(std::span(piece.text).subspan(have));
      piece.text.resize(have + more);
      ended_ = more == 0;
    }
    if (ended_) break;
    const std::size_t end = last_record_end(piece.text, separator_);
    if (end != 0) {
      rest_ = piece.text.substr(end);
      piece.text.resize(end);
      break;
    }
    if (piece.text.size() >= bytes_ + kRecordBytesMax)
      return Problem{std::to_string(line_) + ":1",
                     "a record that begins here has no end within 1 MiB: a quotation mark is not "
                     "closed, or this is no text"};
    wanted = piece.text.size() + bytes_;
  }
  if (piece.text.empty()) return std::optional<Piece>();
  line_ += lines_in(piece.text);
  return std::optional<Piece>(std::move(piece));
}

char guess_separator(std::string_view line) noexcept {
  std::array<std::size_t, 4> counts{};
  bool quoted = false;
  for (const char c : line) {
    quoted = quoted != (c == '"');
    const std::size_t which = kSeparators.find(c);
    if (!quoted && which != std::string_view::npos) ++counts[which];
  }
  return kSeparators[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) -
                                              counts.begin())];
}

std::optional<std::size_t> bad_utf8(std::string_view text) noexcept {
  const std::size_t good = text::utf8_span(text);
  return good < text.size() ? std::optional(good) : std::nullopt;
}

}  // namespace outspan::fingerprint

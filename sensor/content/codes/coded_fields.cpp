#include "content/codes/coded_fields.h"

#include <algorithm>
#include <optional>

#include "content/codes/run_judge.h"
#include "text/ascii.h"
#include "text/base32.h"
#include "text/base64.h"
#include "text/byte_class.h"
#include "text/hex.h"
#include "text/utf8.h"

namespace outspan::content {
namespace {

/// Of the characters of a field: fewer are words. With padding that is no doubt.
constexpr std::size_t kMinField = 8;
constexpr std::size_t kMinPadded = 4;
/// Longer ones are the lines of a run, and so are two of the same length that is no word's.
constexpr std::size_t kMaxField = 59;
constexpr std::size_t kMinLine = 20;

/// At least three characters of text, no controls among them.
bool is_value(std::string_view decoded) noexcept {
  return decoded.size() >= 3 && text::looks_like_text(as_bytes(decoded)) &&
         std::ranges::none_of(decoded, text::is_line_end);
}

template <class Decoder>
std::optional<std::string> decoded(Decoder decoder, std::string_view field) {
  std::string out(field.size(), '\0');
  const auto step =
      decoder.run(as_bytes(field), {reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
  out.resize(step.produced);
  if (step.consumed < field.size() || !is_value(out)) return std::nullopt;
  return out;
}

bool begins_text(std::uint32_t byte) noexcept {
  const auto c = static_cast<char>(byte);
  return text::is_printable(c) || text::leads(c);
}

/// Most words are refused by what their first characters would stand for.
bool may_be_base64(std::string_view field) noexcept {
  const std::uint32_t first = static_cast<std::uint32_t>(text::base64_value(field[0])) << 2 |
                              text::base64_value(field[1]) >> 4;
  const std::uint32_t second = (text::base64_value(field[1]) & 15U) << 4 |
                               (field.size() > 2 ? text::base64_value(field[2]) >> 2 : 0U);
  return begins_text(first) && (second >= 0x80 || begins_text(second));
}

/// What a field stands for. `padding`: of `=` behind it.
std::optional<std::string> value_of(std::string_view field, std::size_t padding) {
  if (const std::size_t prefix = hex_prefix(field);
      prefix != 0 && field.size() >= prefix + kMinField && (field.size() - prefix) % 2 == 0)
    if (auto value = decoded(text::HexDecoder(), field.substr(prefix))) return value;
  const bool base64 = padding > 0 ? (field.size() + padding) % 4 == 0 && field.size() >= 2
                                  : field.size() % 4 != 1 && field.size() >= kMinField;
  if (field.size() + padding < kMinPadded || field.size() > kMaxField) return std::nullopt;
  const int first = field.size() >= kMinField ? text::hex_byte(field[0], field[1]) : -1;
  if (padding == 0 && first > 0 && begins_text(static_cast<std::uint32_t>(first)) &&
      field.size() % 2 == 0)
    if (auto value = decoded(text::HexDecoder(), field)) return value;
  if (base64 && may_be_base64(field)) {
    std::string value = text::decode_base64(field);
    if (is_value(value)) return value;
  }
  if (field.size() < kMinField || (padding > 0 && (field.size() + padding) % 8 != 0) ||
      std::ranges::any_of(field, text::is_lower))
    return std::nullopt;
  return decoded(text::Base32Decoder(), field);
}

/// Of binary digits, eight a byte, with blanks between some of them; empty: it is something else.
std::string text_of_bits(std::string_view line) {
  std::string text;
  unsigned byte = 0;
  unsigned count = 0;
  for (const char c : line) {
    if (text::is_space(c)) continue;
    if (c != '0' && c != '1') return {};
    byte = byte << 1 | static_cast<unsigned>(c - '0');
    if (++count % 8 == 0) text += static_cast<char>(byte);
  }
  return count % 8 == 0 && is_value(text) ? text : std::string();
}

bool is_code(char c) noexcept { return text::is_base64_char(static_cast<std::uint8_t>(c)); }

/// Characters of codes between others, and `=` after them.
struct Field {
  std::size_t begin, size, padding;
};

/// Goes over the fields of a line that are long enough, or padded: others are words.
class Fields {
 public:
  explicit Fields(std::string_view line) noexcept : line_(line) {}

  std::optional<Field> next() noexcept {
    if (at_ >= line_.size()) return std::nullopt;
    Field field{at_ + text::find_base64_run(as_bytes(line_.substr(at_)), kMinField), 0, 0};
    while (equals_ < line_.size() && (equals_ < at_ || !is_padding(equals_)))
      equals_ = std::min(line_.find('=', std::max(equals_ + 1, at_)), line_.size());
    if (equals_ < field.begin)
      for (field.begin = equals_; field.begin > at_ && is_code(line_[field.begin - 1]);)
        --field.begin;
    field.size = text::base64_span(as_bytes(line_.substr(field.begin)));
    at_ = field.begin + field.size;
    for (; field.padding < 6 && at_ < line_.size() && line_[at_] == '='; ++at_) ++field.padding;
    return field;
  }

 private:
  [[nodiscard]] bool is_padding(std::size_t at) const noexcept {
    return at > 0 && line_[at] == '=' && is_code(line_[at - 1]);
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::size_t equals_ = 0;  // the first padding from at_ on
};

}  // namespace

void CodedFields::rewrite(Bytes line) noexcept {
  const std::string_view text = as_text(line);
  if (const std::string bits = text_of_bits(text); !bits.empty()) {
    write(bits);
    return write("\n");
  }
  written_.clear();
  std::size_t copied = 0;
  std::size_t coded = 0;
  std::size_t before = 0;  // characters of the field that was coded last
  bool is_short = false;   // and it is no run of its own, see EmbeddedRuns
  Fields fields(text);
  while (const auto field = fields.next()) {
    const auto [begin, size, padding] = *field;
    if (size + padding < kMinPadded || size > kMaxField) continue;
    const auto value = value_of(text.substr(begin, size), padding);
    if (!value) continue;
    if (size >= kMinLine && size == before) return;
    before = size;
    is_short = size < kMinHex && !judge_run(text.substr(begin, size));
    ++coded;
    const bool bytea = text[begin] == 'x' && begin > copied && text[begin - 1] == '\\';
    written_.append(text, copied, begin - (bytea ? 1 : 0) - copied).append(*value);
    copied = begin + size + padding;
  }
  if (coded == 0) return settle();
  written_.append(text, copied);
  if (!written_.ends_with('\n')) written_ += '\n';
  if (coded >= 2) return write(written_);
  if (!is_short) return settle();
  // One in a line is a column if the next line has one, too.
  if (!in_column_ && before_.empty()) return before_.swap(written_);
  write(before_);
  write(written_);
  before_.clear();
  in_column_ = true;
}

void CodedFields::settle() noexcept {
  before_.clear();
  in_column_ = false;
}

}  // namespace outspan::content

#include "protocol/ldap/values.h"

#include <algorithm>
#include <utility>

#include "protocol/ldap/message.h"

namespace outspan::protocol::ldap {
namespace {

constexpr std::uint8_t kBoolean = 0x01, kInteger = 0x02, kEnumerated = 0x0a;
constexpr std::uint8_t kOctets = 0x04, kNothing = 0x05, kSequence = 0x30, kSet = 0x31;
constexpr std::uint8_t kClass = 0xc0, kApplication = 0x40, kContext = 0x80;
constexpr std::uint64_t kNumberBytesMax = 4;

bool is_number(const Element& element) noexcept {
  return element.bytes <= kNumberBytesMax &&
         (element.tag == kBoolean || element.tag == kInteger || element.tag == kEnumerated);
}

}  // namespace

void Values::data(Bytes bytes) noexcept {
  while (!bytes.empty()) {
    if (broken_) return other_.data(bytes);
    if (left_ > 0) {
      value(bytes);
      continue;
    }
    header_ += static_cast<char>(bytes[0]);
    bytes = bytes.subspan(1);
    begin_element();
  }
}

/// The tags of RFC 4511: one operation, and in it universal and context-specific ones. Letters and
/// digits of a text are none of them, so that it is not taken apart as if it were lengths and
/// values.
bool Values::may_begin(std::uint8_t tag) noexcept {
  if ((tag & kClass) == kApplication) return !std::exchange(begun_, true);
  if ((tag & kClass) == kContext) return true;
  return tag == kBoolean || tag == kInteger || tag == kOctets || tag == kNothing ||
         tag == kEnumerated || tag == kSequence || tag == kSet;
}

void Values::begin_element() noexcept {
  if (header_.size() == 1 && !may_begin(static_cast<std::uint8_t>(header_[0]))) return give_up();
  ByteCursor in(as_bytes(header_));
  const Element element = take_header(in);
  if (!in.ok()) {
    if (header_.size() >= kElementHeaderBytesMax || (header_.size() > 1 && header_[1] == '\x80'))
      give_up();
    return;
  }
  if (element.tag == kSequence) rows_.end_row();
  rows_.framing(header_.size());
  header_.clear();
  if (element.constructed() || element.bytes == 0) return;
  left_ = element.bytes;
  // What is small enough to be a number is one.
  number_ = is_number(element);
  if (number_) return;
  long_ = left_ >= RowWriter::kLongCellBytes;
  if (long_) rows_.begin_long_cell();
}

void Values::value(Bytes& bytes) noexcept {
  const Bytes piece =
      bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
  bytes = bytes.subspan(piece.size());
  left_ -= piece.size();
  if (number_) {
    rows_.framing(piece.size());
    number_ = left_ > 0;
  } else if (long_) {
    rows_.piece(piece);
    if (left_ == 0) rows_.end_long_cell();
  } else if (value_.empty() && left_ == 0) {
    rows_.cell(piece);
  } else {
    value_ += as_text(piece);
    if (left_ > 0) return;
    rows_.cell(as_bytes(value_));
    value_.clear();
  }
}

void Values::give_up() noexcept {
  broken_ = true;
  other_.data(as_bytes(header_));
  header_.clear();
}

void Values::gap(std::uint64_t missing_bytes) noexcept {
  rows_.gap(missing_bytes);
  if (missing_bytes <= left_ && left_ > 0) {
    left_ -= missing_bytes;
    if (!value_.empty()) other_.data(as_bytes(value_));
    value_.clear();
    return;
  }
  other_.data(as_bytes(value_));
  other_.gap(missing_bytes);
  value_.clear();
  left_ = 0;
  give_up();
}

void Values::end() noexcept {
  if (long_ && left_ > 0) rows_.end_long_cell();
  other_.data(as_bytes(value_));
  other_.data(as_bytes(header_));
  other_.boundary();
  value_.clear();
  header_.clear();
  left_ = 0;
  begun_ = broken_ = long_ = number_ = false;
  rows_.end_row();
}

}  // namespace outspan::protocol::ldap

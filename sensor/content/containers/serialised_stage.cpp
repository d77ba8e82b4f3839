#include "content/containers/serialised_stage.h"

#include <algorithm>
#include <memory>

#include "content/chain/object_context.h"

namespace outspan::content {
namespace {

constexpr std::uint8_t kBorder = '\n';

/// How an opcode of pickle goes on; see pickletools.py.
struct Opcode {
  enum class Kind : std::uint8_t { alone, fixed, counted, lines };
  Kind kind = Kind::alone;
  std::uint8_t size = 0;  ///< of its argument, or of the count before it; lines
};

constexpr std::array<Opcode, 256> kOpcodes = [] {
  using Kind = Opcode::Kind;
  std::array<Opcode, 256> opcodes{};
  for (const unsigned char one : {'F', 'I', 'L', 'P', 'S', 'V', 'g', 'p'})
    opcodes[one] = {Kind::lines, 1};
  for (const unsigned char two : {'c', 'i'}) opcodes[two] = {Kind::lines, 2};
  for (const int one : {'K' + 0, 'h' + 0, 'q' + 0, 0x80, 0x82}) opcodes[one] = {Kind::fixed, 1};
  for (const int two : {'M' + 0, 0x83}) opcodes[two] = {Kind::fixed, 2};
  for (const int four : {'J' + 0, 'j' + 0, 'r' + 0, 0x84}) opcodes[four] = {Kind::fixed, 4};
  for (const int eight : {'G' + 0, 0x95}) opcodes[eight] = {Kind::fixed, 8};
  for (const int one : {'C' + 0, 'U' + 0, 0x8a, 0x8c}) opcodes[one] = {Kind::counted, 1};
  for (const int four : {'B' + 0, 'T' + 0, 'X' + 0, 0x8b}) opcodes[four] = {Kind::counted, 4};
  for (const int eight : {0x8d, 0x8e, 0x96}) opcodes[eight] = {Kind::counted, 8};
  return opcodes;
}();

/// TC_STRING: two bytes of length and the string. There is no telling where in a stream strings may
/// stand without reading all of it: any `t` with a small length behind it is taken for one.
constexpr std::uint8_t kJavaString = 0x74;
constexpr std::uint8_t kJavaLengthHighMax = 0x1f;

Opened open_serialised(const Opening& opening, Serialisation form) noexcept {
  return {opening.mark,
          std::make_unique<SerialisedStage>(
              opening.context, opening.node, form,
              opening.context.open_text(opening.node, {.depth = opening.options.depth}))};
}

}  // namespace

Opened open_java(const Opening& opening) noexcept {
  return open_serialised(opening, Serialisation::java);
}
Opened open_pickle(const Opening& opening) noexcept {
  return open_serialised(opening, Serialisation::pickle);
}

/// Of the `bytes` behind the mark, little-endian.
std::uint64_t SerialisedStage::length(std::size_t bytes) const noexcept {
  std::uint64_t value = 0;
  for (std::size_t at = bytes; at > 0; --at) value = value << 8 | head_[at];
  return value;
}

SerialisedStage::Token SerialisedStage::java_token() const noexcept {
  if (head_[0] != kJavaString) return {};
  if (head_size_ > 1 && head_[1] > kJavaLengthHighMax) return {};
  if (head_size_ < 3) return {Token::Kind::more, 0};
  return {Token::Kind::counted, static_cast<std::uint64_t>(head_[1] << 8 | head_[2])};
}

SerialisedStage::Token SerialisedStage::pickle_token() const noexcept {
  const Opcode opcode = kOpcodes[head_[0]];
  switch (opcode.kind) {
    case Opcode::Kind::alone: return {Token::Kind::counted, 0};
    case Opcode::Kind::lines: return {Token::Kind::lines, opcode.size};
    default: break;
  }
  if (head_size_ < 1U + opcode.size) return {Token::Kind::more, 0};
  return {Token::Kind::counted, opcode.kind == Opcode::Kind::fixed ? 0 : length(opcode.size)};
}

void SerialisedStage::read(Bytes bytes) noexcept {
  for (const std::uint8_t byte : bytes) step(byte);
  flush();
}

void SerialisedStage::step(std::uint8_t byte) noexcept {
  if (bytes_left_ > 0) {
    put(byte);
    border_ = --bytes_left_ == 0;
  } else if (lines_left_ > 0) {
    put(byte);
    if (byte == '\n') --lines_left_;
  } else {
    head_[head_size_++] = byte;
    judge();
  }
}

void SerialisedStage::judge() noexcept {
  while (head_size_ > 0) {
    const Token token = form_ == Serialisation::java ? java_token() : pickle_token();
    if (token.kind == Token::Kind::more) return;
    if (token.kind == Token::Kind::mark) {
      // No string: its first byte goes on, the others may begin one.
      put(border_ ? kBorder : head_[0]);
      border_ = false;
      std::copy(head_.begin() + 1, head_.begin() + static_cast<std::ptrdiff_t>(head_size_),
                head_.begin());
      --head_size_;
      continue;
    }
    while (head_size_ > 0) put(kBorder), --head_size_;
    border_ = false;
    bytes_left_ = token.kind == Token::Kind::counted ? token.count : 0;
    lines_left_ = token.kind == Token::Kind::lines ? static_cast<unsigned>(token.count) : 0;
  }
}

void SerialisedStage::put(std::uint8_t byte) noexcept {
  if (out_size_ == out_.size()) flush();
  out_[out_size_++] = byte;
}

void SerialisedStage::flush() noexcept {
  if (out_size_ == 0) return;
  claim(As::decoded, out_size_);  // byte for byte
  next_->data(Bytes(out_).first(out_size_));
  out_size_ = 0;
}

void SerialisedStage::restart() noexcept {
  for (std::size_t at = 0; at < head_size_; ++at) put(head_[at]);
  flush();
  head_size_ = bytes_left_ = lines_left_ = 0;
  border_ = false;
}

void SerialisedStage::gap() noexcept {
  restart();
  next_->gap();
}

void SerialisedStage::boundary() noexcept {
  restart();
  next_->boundary();
}

void SerialisedStage::end() noexcept {
  restart();
  next_->finish();
}

}  // namespace outspan::content

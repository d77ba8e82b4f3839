#include "content/mail/transfer_decoding.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "text/ascii.h"
#include "text/hex.h"

namespace outspan::content {
namespace {

constexpr std::size_t kLine = 1024;
constexpr std::size_t kSoftBreakBlanks = 64;

}  // namespace

void Base64Stage::read(Bytes bytes) noexcept {
  claim(As::decoded, bytes.size());
  if (lost_) bytes = bytes.subspan(resynchronise(bytes));
  decode(bytes);
}

void Base64Stage::decode(Bytes bytes) noexcept {
  std::array<std::uint8_t, 6144> out;
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto step = decoder_.run(bytes.subspan(at), std::span(out).subspan(used));
    at += step.consumed;
    used += step.produced;
    if (out.size() - used < 3) {
      next_->data(Bytes(out).first(used));
      used = 0;
    } else if (at < bytes.size()) {
      if (bytes[at] == '=')
        used += decoder_.finish(std::span(out).subspan(used));
      else
        strays_.stranger(bytes, at);
      ++at;
    }
  }
  strays_.end_of_piece(bytes);
  if (used > 0) next_->data(Bytes(out).first(used));
}

/// Lines are whole groups, so the length of the rest of a cut line tells where its groups begin.
std::size_t Base64Stage::resynchronise(Bytes bytes) noexcept {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] == '\n' || cut_line_.size() >= kLine) {
      lost_ = false;
      const std::string line = std::move(cut_line_);
      cut_line_.clear();
      strays_.end_of_piece(bytes.first(at));
      decode(as_bytes(line).subspan(line.size() % 4));
      return at;
    }
    if (text::base64_value(bytes[at]) < 64 || bytes[at] == '=')
      cut_line_.push_back(static_cast<char>(bytes[at]));
    else
      strays_.stranger(bytes, at);
  }
  strays_.end_of_piece(bytes);
  return bytes.size();
}

void Base64Stage::end_group() noexcept {
  if (lost_) {
    lost_ = false;
    const std::string line = std::move(cut_line_);
    cut_line_.clear();
    decode(as_bytes(line).subspan(line.size() % 4));
  }
  std::array<std::uint8_t, 2> out{};
  const std::size_t rest = decoder_.finish(out);
  if (rest > 0) next_->data(Bytes(out).first(rest));
}

void Base64Stage::gap() noexcept {
  end_group();
  lost_ = true;
  strays_.cut();
  next_->gap();
}

void Base64Stage::boundary() noexcept {
  end_group();
  strays_.cut();
  next_->boundary();
}

void Base64Stage::pause() noexcept {
  next_->pause();
  strays_.pause();
}

void Base64Stage::end() noexcept {
  end_group();
  strays_.finish();
  next_->finish();
}

void QuotedPrintableStage::read(Bytes bytes) noexcept {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (escape_.empty())
      at += plain(bytes.subspan(at));
    else if (escape_takes(bytes[at]))
      ++at;
  }
  flush();
}

/// Hands on up to the next `=`: long stretches as they are, short ones collected.
std::size_t QuotedPrintableStage::plain(Bytes bytes) noexcept {
  const void* found = std::memchr(bytes.data(), '=', bytes.size());
  const std::size_t size =
      found == nullptr
          ? bytes.size()
          : static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
  if (size > out_.size() - out_size_) flush();
  if (size > out_.size()) {
    give(*next_, bytes.first(size));
  } else if (size > 0) {
    std::memcpy(out_.data() + out_size_, bytes.data(), size);
    out_size_ += size;
    claim(As::decoded, size);
  }
  if (found == nullptr) return size;
  escape_.assign(1, '=');
  return size + 1;
}

/// A byte behind `=`. false: the escape was none, was handed on, and the byte is looked at again.
bool QuotedPrintableStage::escape_takes(std::uint8_t byte) noexcept {
  const auto c = static_cast<char>(byte);
  const bool digits = escape_.size() == 2 && text::is_hex_digit(escape_[1]);
  if (digits && text::is_hex_digit(c)) {
    put(static_cast<std::uint8_t>(text::hex_byte(escape_[1], c)));
    claim(As::decoded, escape_.size() + 1);
    escape_.clear();
    return true;
  }
  if (!digits && byte == '\n') {  // a soft line break
    claim(As::structure, escape_.size() + 1);
    escape_.clear();
    return true;
  }
  const bool blank = text::is_blank(c) || c == '\r';
  if (!digits && (blank || (escape_.size() == 1 && text::is_hex_digit(c))) &&
      escape_.size() < kSoftBreakBlanks) {
    escape_.push_back(c);
    return true;
  }
  give_escape();
  return false;
}

void QuotedPrintableStage::put(std::uint8_t byte) noexcept {
  if (out_size_ == out_.size()) flush();
  out_[out_size_++] = byte;
}

void QuotedPrintableStage::flush() noexcept {
  if (out_size_ > 0) next_->data(Bytes(out_).first(std::exchange(out_size_, 0)));
}

/// What was held is no escape.
void QuotedPrintableStage::give_escape() noexcept {
  claim(As::decoded, escape_.size());
  for (const char held : escape_) put(static_cast<std::uint8_t>(held));
  escape_.clear();
}

void QuotedPrintableStage::gap() noexcept {
  give_escape();
  flush();
  next_->gap();
}

void QuotedPrintableStage::boundary() noexcept {
  give_escape();
  flush();
  next_->boundary();
}

void QuotedPrintableStage::end() noexcept {
  give_escape();
  flush();
  next_->finish();
}

}  // namespace outspan::content

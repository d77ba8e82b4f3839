#include "content/codes/base64_noise.h"

#include <algorithm>
#include <array>
#include <utility>

#include "text/byte_class.h"

namespace outspan::content {

void Base64Noise::begin(std::string_view characters_read) noexcept {
  active_ = first_line_ = true;
  size_ = line_ = 0;
  escape_.reset();
  decoder_.reset();
  if (bytes_ > 0) spread_.clear();
  bytes_ = 0;
  data(as_bytes(characters_read));
}

void Base64Noise::data(Bytes text) noexcept {
  std::size_t at = 0;
  while (active_ && at < text.size()) {
    if (!escape_.active()) at += characters(text.subspan(at));
    if (at == text.size()) break;
    active_ = accepts(text[at]);
    if (active_) ++at;
  }
  size_ += at;
}

/// Characters at the beginning. The first ones of a run, as most are short, and what comes when
/// enough is measured, are counted only.
std::size_t Base64Noise::characters(Bytes text) noexcept {
  std::array<std::uint8_t, 3072> out;
  std::size_t at = 0;
  while (at < text.size()) {
    if (bytes_ >= marks::Spread::kMaxBytes) {
      at += text::base64_span(text.subspan(at));
      break;
    }
    if (size_ + at < kCountedOnly) {
      const std::size_t most = std::min<std::size_t>(text.size() - at, kCountedOnly - size_ - at);
      const std::size_t counted = text::base64_span(text.subspan(at, most));
      if (counted == 0) break;
      at += counted;
      continue;
    }
    const auto step = decoder_.run(text.subspan(at), out);
    if (step.consumed == 0) break;
    at += step.consumed;
    bytes_ += step.produced;
    spread_.add(Bytes(out).first(step.produced));
  }
  line_ += at;
  return at;
}

bool Base64Noise::accepts(std::uint8_t byte) noexcept {
  using Reader = text::CharacterReader;
  const auto c = static_cast<char>(byte);
  if (!escape_.active()) {
    if (!text::leads_character(c)) return accepts_character(c);
    escape_.begin(c);
    return true;
  }
  switch (escape_.feed(c)) {
    case Reader::State::more: return true;
    case Reader::State::none: return false;
    case Reader::State::done: return accepts_character(escape_.character());
    case Reader::State::over: break;
  }
  return accepts_character(escape_.character()) && accepts_character(c);
}

bool Base64Noise::accepts_character(char c) noexcept {
  switch (c) {
    case '\r': return line_ > 0;
    case '\n': return line_end();
    case '\t': return line_ == 0;
    case ' ': return line_ == 0 || line_end();
    default: break;
  }
  const auto byte = static_cast<std::uint8_t>(c);
  return text::is_base64_char(byte) && characters(Bytes(&byte, 1)) == 1;
}

bool Base64Noise::line_end() noexcept {
  const bool wrapped = line_ >= kMinLine && line_ % 4 == 0;
  const bool goes_on = wrapped || (first_line_ && line_ > 0);
  first_line_ = false;
  line_ = 0;
  return goes_on;
}

std::uint64_t Base64Noise::take() noexcept {
  const std::uint64_t size = std::exchange(size_, 0);
  return size > 0 && spread_.is_opaque_code() ? size : 0;
}

}  // namespace outspan::content

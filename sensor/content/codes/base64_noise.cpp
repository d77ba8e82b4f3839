#include "content/codes/base64_noise.h"

#include <algorithm>
#include <array>
#include <utility>

#include "text/byte_class.h"

namespace outspan::content {

void Base64Noise::begin(std::string_view characters_read) noexcept {
  active_ = first_line_ = true;
  size_ = line_ = 0;
  escape_.clear();
  decoder_.reset();
  if (bytes_ > 0) spread_.clear();
  bytes_ = 0;
  data(as_bytes(characters_read));
}

void Base64Noise::data(Bytes text) noexcept {
  std::size_t at = 0;
  while (active_ && at < text.size()) {
    if (escape_.empty()) at += characters(text.subspan(at));
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

bool Base64Noise::accepts(std::uint8_t c) noexcept {
  if (!escape_.empty()) return escaped(c);
  switch (c) {
    case '%':
    case '\\': escape_.assign(1, static_cast<char>(c)); return true;
    case '\r': return line_ > 0;
    case '\n': return line_end();
    case '\t': return line_ == 0;
    case ' ': return line_ == 0 || line_end();
    default: return false;
  }
}

bool Base64Noise::escaped(std::uint8_t c) noexcept {
  escape_.push_back(static_cast<char>(c));
  if (escape_[0] == '%' && escape_.size() < 3) return true;
  const std::string escape = std::exchange(escape_, {});
  if (escape == "\\n" || escape == "%0A" || escape == "%0a") return line_end();
  if (escape == "\\r" || escape == "%0D" || escape == "%0d") return line_ > 0;
  std::uint8_t character = 0;
  if (escape == "\\/" || escape == "%2F" || escape == "%2f") character = '/';
  if (escape == "%2B" || escape == "%2b") character = '+';
  if (character != 0) characters(Bytes(&character, 1));
  return character != 0;
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
  return size > 0 && spread_.is_opaque() ? size : 0;
}

}  // namespace outspan::content

#include "protocol/shared/joined_pieces.h"

#include <algorithm>

#include "core/held_memory.h"
#include "text/base32.h"
#include "text/base64.h"
#include "text/hex.h"

namespace outspan::protocol {
namespace {

/// Longer than any value.
constexpr std::size_t kKept = 256;
constexpr std::size_t kTooFewToJudge = 32;

template <class Decoder>
std::string decode(std::string_view text, Decoder decoder) {
  std::string out(text.size(), '\0');
  const auto step =
      decoder.run(as_bytes(text), {reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
  out.resize(step.consumed == text.size() ? step.produced : 0);
  return out;
}

/// Empty: not all of it is of this coding.
std::array<std::string, 3> decodings(std::string_view text) {
  std::array<std::string, 3> all;
  if (text.size() % 2 == 0) all[0] = decode(text, text::HexDecoder());
  all[1] = decode(text, text::Base32Decoder());
  const bool of_alphabet = std::all_of(
      text.begin(), text.end(), [](char c) { return text::base64_value(c) != text::kNotBase64; });
  if (of_alphabet) all[2] = text::decode_base64(text);
  return all;
}

/// Of ciphertext three bytes in five are odd; numbers and times stand beside text.
bool is_text(std::string_view bytes) {
  const auto odd = std::count_if(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte >= 0x7f;
  });
  return bytes.size() >= kTooFewToJudge && static_cast<std::size_t>(odd) * 10 <= bytes.size() * 3;
}

}  // namespace

void JoinedPieces::add(std::string_view piece) {
  piece = piece.substr(0, kTextMax / 2);
  if (piece.empty()) return;
  ++pieces_;
  const auto decoded = decodings(piece);
  texts_[0] += piece;
  for (std::size_t i = 0; i < decoded.size(); ++i) texts_[i + 1] += decoded[i];
}

void JoinedPieces::searched() {
  for (std::string& text : texts_) text.erase(0, text.size() - std::min(text.size(), kKept));
  pieces_ = 0;
}

bool JoinedPieces::readable() const {
  for (std::size_t i = 1; i < texts_.size(); ++i)
    if (is_text(texts_[i])) return true;
  const auto whole = decodings(texts_[0]);
  if (std::any_of(whole.begin(), whole.end(), is_text)) return true;
  const bool is_code = std::any_of(whole.begin(), whole.end(),
                                   [](const std::string& text) { return !text.empty(); });
  return !is_code && is_text(texts_[0]);
}

std::uint64_t JoinedPieces::held_bytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const std::string& text : texts_) bytes += heap_bytes(text);
  return bytes;
}

}  // namespace outspan::protocol

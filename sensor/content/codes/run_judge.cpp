#include "content/codes/run_judge.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "marks/marks.h"
#include "text/base64.h"
#include "text/hex.h"

namespace outspan::content {
namespace {

using Glance = std::array<std::uint8_t, marks::kGlanceBytes>;

/// Whether the first bytes that characters of `bits` bits each stand for may be worth reading:
/// nearly all runs are refused by them, so no decoder is made.
template <int bits, class Value>
bool glance(std::string_view run, Value value) noexcept {
  constexpr std::size_t kCharacters = (8 * marks::kGlanceBytes + bits - 1) / bits;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < kCharacters; ++i) {
    const std::uint8_t one = value(run[i]);
    if (one >> bits != 0) return false;
    number = number << bits | one;
  }
  constexpr int kRest =
      static_cast<int>(kCharacters) * bits - 8 * static_cast<int>(marks::kGlanceBytes);
  number >>= kRest;
  Glance bytes;
  for (std::size_t i = bytes.size(); i-- > 0; number >>= 8)
    bytes[i] = static_cast<std::uint8_t>(number);
  return marks::may_be_worth_reading(bytes);
}

template <std::size_t Judged, class Decoder>
bool worth_reading(Decoder decoder, std::string_view run) noexcept {
  std::array<std::uint8_t, Judged> out;
  const auto step = decoder.run(as_bytes(run), out);
  return step.produced == Judged && marks::worth_reading(out);
}

/// What the first two bytes refuse, which is most of what is no code.
bool may_be_base64(std::string_view run) noexcept {
  const auto value = [run](std::size_t at) { return unsigned{text::base64_value(run[at])}; };
  const auto byte = [value](std::size_t at, unsigned left, unsigned right) {
    return static_cast<std::uint8_t>(value(at) << left | value(at + 1) >> right);
  };
  return marks::may_begin(byte(0, 2, 4), byte(1, 4, 2)) || byte(5, 4, 2) == 'f';
}

bool good_base64(std::string_view run) noexcept {
  if (!may_be_base64(run) || !glance<6>(run, [](char c) { return text::base64_value(c); }))
    return false;
  // A beginning of 20 characters and of 24 are judged by all they give.
  if (run.size() >= 24) return worth_reading<18>(text::Base64Decoder(), run.substr(0, 24));
  return worth_reading<15>(text::Base64Decoder(), run.substr(0, 20));
}

bool good_base32(std::string_view run, text::Base32 alphabet) noexcept {
  const auto value = [alphabet](char c) {
    return text::base32_value(alphabet, static_cast<std::uint8_t>(c));
  };
  if (!glance<5>(run, value)) return false;
  text::Base32Decoder decoder;
  decoder.reset(alphabet);
  return worth_reading<kMinBase32 / 8 * 5>(decoder, run);
}

bool good_hex(std::string_view run) noexcept {
  return glance<4>(run, [](char c) { return text::hex_value(c); }) &&
         worth_reading<kMinHex / 2>(text::HexDecoder(), run);
}

/// Codes to whose alphabets a character belongs, base64 aside.
enum Code : std::uint8_t { kHex = 1, kStandard = 2, kExtendedHex = 4 };
const std::array<std::uint8_t, 256> kCodes = [] {
  std::array<std::uint8_t, 256> codes{};
  for (unsigned c = 0; c < 256; ++c) {
    const auto byte = static_cast<std::uint8_t>(c);
    const auto is_of = [byte](text::Base32 alphabet) {
      return text::base32_value(alphabet, byte) != text::kNotBase32;
    };
    if (text::hex_value(static_cast<char>(c)) < 16) codes[c] |= kHex;
    if (is_of(text::Base32::standard)) codes[c] |= kStandard;
    if (is_of(text::Base32::extended_hex)) codes[c] |= kExtendedHex;
  }
  return codes;
}();

/// Which of them the beginning of a run, of kMinBase64 characters, may be: most words and paths
/// have none of them within a few characters.
std::uint8_t codes_of(std::string_view run) noexcept {
  const auto of = [run](std::size_t i) { return kCodes[static_cast<std::uint8_t>(run[i])]; };
  std::uint8_t codes = of(0) & of(7) & of(13) & of(kMinBase64 - 1);
  for (std::size_t i = 1; i < kMinBase64 && codes != 0; ++i) codes &= of(i);
  return codes;
}

/// The characters of the alphabets that are no letters and digits, which a code may begin after.
class Separators {
 public:
  /// `run`: what is judged begins within its first characters.
  explicit Separators(std::string_view run) noexcept : size_(std::min(run.size(), kRunBytesMax)) {
    for (std::size_t i = 0; i < size_; ++i) {
      const char c = run[i];
      are_[i] = c == '+' || c == '/' || c == '-' || c == '_';
    }
  }

  /// The next place after `at` with a separator before it and none there; the end if none.
  [[nodiscard]] std::size_t next_start(std::size_t at) const noexcept {
    if (at >= size_) return size_;
    const void* const separator = std::memchr(are_.data() + at, 1, size_ - at);
    if (separator == nullptr) return size_;
    auto next = static_cast<std::size_t>(static_cast<const std::uint8_t*>(separator) - are_.data());
    while (next < size_ && are_[next] != 0) ++next;
    return next;
  }

 private:
  std::size_t size_;
  std::array<std::uint8_t, kRunBytesMax> are_;  // up to size_
};

}  // namespace

std::size_t hex_prefix(std::string_view run) noexcept {
  if (run.starts_with('x')) return 1;
  return run.starts_with("0x") || run.starts_with("0X") ? 2 : 0;
}

std::optional<RunStart> judge_run(std::string_view run) noexcept {
  if (const std::size_t at = hex_prefix(run);
      at != 0 && run.size() >= at + kMinHex && good_hex(run.substr(at)))
    return RunStart{RunKind::hex, at};
  run = run.substr(0, kRunBytesMax);
  const Separators separators(run);
  for (std::size_t at = 0; at + kMinBase64 <= run.size(); at = separators.next_start(at)) {
    const std::string_view rest = run.substr(at);
    const std::uint8_t codes = codes_of(rest);
    if ((codes & kHex) != 0 && rest.size() >= kMinHex && good_hex(rest))
      return RunStart{RunKind::hex, at};
    if ((codes & (kStandard | kExtendedHex)) != 0 && rest.size() >= kMinBase32)
      for (const text::Base32 alphabet : {text::Base32::standard, text::Base32::extended_hex})
        if (good_base32(rest, alphabet)) return RunStart{RunKind::base32, at, alphabet};
    if (good_base64(rest)) return RunStart{RunKind::base64, at};
  }
  return std::nullopt;
}

}  // namespace outspan::content

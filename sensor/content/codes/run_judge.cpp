#include "content/codes/run_judge.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

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
  unsigned all = 0;
  for (std::size_t i = 0; i < kCharacters; ++i) {
    const std::uint8_t one = value(run[i]);
    all |= one;
    number = number << bits | one;
  }
  if (all >> bits != 0) return false;
  constexpr int kRest =
      static_cast<int>(kCharacters) * bits - 8 * static_cast<int>(marks::kGlanceBytes);
  number >>= kRest;
  Glance bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(number >> 8 * (bytes.size() - 1 - i));
  return marks::may_be_worth_reading(bytes);
}

template <std::size_t Judged, class Decoder>
bool worth_reading(Decoder decoder, std::string_view run) noexcept {
  std::array<std::uint8_t, Judged> out;
  const auto step = decoder.run(as_bytes(run), out);
  return step.produced == Judged && marks::worth_reading(out);
}

/// What a few of the first bytes refuse, which is most of what is no code.
bool may_be_base64(std::string_view run, const marks::Beginnings& beginnings) noexcept {
  const auto value = [run](std::size_t at) { return unsigned{text::base64_value(run[at])}; };
  const auto byte = [](unsigned left, unsigned right) {
    return static_cast<std::uint8_t>(left | right);
  };
  const std::uint8_t fifth = byte(value(5) << 4, value(6) >> 2);
  if (fifth == 'f') return true;
  const std::uint8_t first = byte(value(0) << 2, value(1) >> 4),
                     second = byte(value(1) << 4, value(2) >> 2);
  if (!beginnings.may_begin(first, second)) return false;
  return beginnings.may_begin_other(first, second) ||
         marks::Beginnings::may_follow(byte(value(4) << 2, value(5) >> 4), fifth);
}

bool good_base64(std::string_view run, const marks::Beginnings& beginnings) noexcept {
  if (!may_be_base64(run, beginnings) ||
      !glance<6>(run, [](char c) { return text::base64_value(c); }))
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

/// Which of eight characters of the alphabets are no letters and digits: those before the digits,
/// and `_`. Bit i stands for character i.
std::uint64_t signs_of(std::uint64_t eight) noexcept {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  const std::uint64_t digit_or_later = eight + (0x80 - '0') * kEach;
  const std::uint64_t other = (eight ^ '_' * kEach) + 0x7f * kEach;
  const std::uint64_t signs = ~(digit_or_later & other) & 0x80 * kEach;
  return (signs >> 7) * 0x0102040810204080 >> 56;
}
static_assert(std::endian::native == std::endian::little);

/// Where a code may begin in a run: at its beginning, and after characters that are no letters and
/// digits. What follows is at least kMinBase64 long.
class Starts {
 public:
  explicit Starts(std::string_view run) noexcept : run_(run) {}

  /// The first one; they are gone through in order. run.size(): there are no more.
  [[nodiscard]] std::size_t next() noexcept {
    while (mask_ == 0) {
      if (read_ + kMinBase64 > run_.size()) return run_.size();
      std::uint64_t eight = 0;  // kMinBase64 is more than these
      std::memcpy(&eight, run_.data() + read_, sizeof eight);
      const std::uint64_t signs = signs_of(eight);
      mask_ = ~signs & (signs << 1 | after_sign_) & 0xff;
      if (read_ == 0) mask_ |= 1;
      after_sign_ = signs >> 7;
      read_ += sizeof eight;
    }
    const auto bit = static_cast<std::size_t>(std::countr_zero(mask_));
    mask_ &= mask_ - 1;
    return read_ - sizeof(std::uint64_t) + bit;
  }

 private:
  std::string_view run_;
  std::size_t read_ = 0;          // so much of it
  std::uint64_t mask_ = 0;        // of the last eight characters
  std::uint64_t after_sign_ = 1;  // the beginning counts as one
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
  const marks::Beginnings& beginnings = marks::beginnings();
  Starts starts(run);
  for (std::size_t at = starts.next(), end = 0; at + kMinBase64 <= run.size(); at = end) {
    const std::string_view rest = run.substr(at);
    end = starts.next();
    // Letters and digits alone are in the other alphabets.
    const std::uint8_t codes = end - at >= kMinBase32 ? codes_of(rest) : 0;
    if ((codes & kHex) != 0 && rest.size() >= kMinHex && good_hex(rest))
      return RunStart{RunKind::hex, at};
    if ((codes & (kStandard | kExtendedHex)) != 0)
      for (const text::Base32 alphabet : {text::Base32::standard, text::Base32::extended_hex})
        if (good_base32(rest, alphabet)) return RunStart{RunKind::base32, at, alphabet};
    if (good_base64(rest, beginnings)) return RunStart{RunKind::base64, at};
  }
  return std::nullopt;
}

}  // namespace outspan::content

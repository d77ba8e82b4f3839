#include "content/codes/run_judge.h"

#include <array>

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

bool good_base64(std::string_view run) noexcept {
  if (!glance<6>(run, [](char c) { return text::base64_value(c); })) return false;
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
  std::uint8_t codes = kHex | kStandard | kExtendedHex;
  for (std::size_t i = 0; i < kMinBase64 && codes != 0; ++i)
    codes &= kCodes[static_cast<std::uint8_t>(run[i])];
  return codes;
}

}  // namespace

std::optional<RunStart> judge_run(std::string_view run) noexcept {
  for (std::size_t at = 0; at + kMinBase64 <= run.size(); ++at) {
    const bool candidate =
        at == 0 || (text::base64_value(run[at - 1]) >= 62 && text::base64_value(run[at]) < 62);
    if (!candidate) continue;
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

#include "content/codes/run_decoder.h"

#include <algorithm>
#include <array>

#include "marks/marks.h"
#include "text/hex.h"

/// Codes that are read character by character.
namespace outspan::content {
namespace {

class YencDecoder final : public RunDecoder {
 public:
  Step run(Bytes in, std::span<std::uint8_t> out) noexcept override {
    Step step;
    while (!step.ended && step.consumed < in.size() && step.produced < out.size())
      take(in[step.consumed++], out, step);
    return step;
  }
  std::size_t finish(std::span<std::uint8_t>) noexcept override { return 0; }

 private:
  enum class State : std::uint8_t { line_start, inside, escape, line_escape, keyword };

  void take(std::uint8_t byte, std::span<std::uint8_t> out, Step& step) noexcept {
    const auto put = [&](int shift) {
      out[step.produced++] = static_cast<std::uint8_t>(byte - shift);
      state_ = State::inside;
    };
    switch (state_) {
      case State::keyword:
        if (ends_ == 0) ends_ = byte == 'e' ? 2 : 1;  // "=yend" or "=ypart"
        if (byte != '\n') return;
        step.ended = ends_ == 2;
        ends_ = 0;
        state_ = State::line_start;
        return;
      case State::line_escape:
        if (byte != 'y') return put(42 + 64);
        state_ = State::keyword;
        return;
      case State::escape: return put(42 + 64);
      case State::line_start:
      case State::inside: break;
    }
    if (byte == '\r') return;
    if (byte == '\n')
      state_ = State::line_start;
    else if (byte == '=')
      state_ = state_ == State::line_start ? State::line_escape : State::escape;
    else
      put(42);
  }

  State state_ = State::line_start;
  int ends_ = 0;  // of a keyword: 0 not known yet, 1 goes on, 2 ends
};

class SpacedHexDecoder final : public RunDecoder {
 public:
  explicit SpacedHexDecoder(bool lines = false) noexcept : lines_(lines) {}

  Step run(Bytes in, std::span<std::uint8_t> out) noexcept override {
    Step step;
    while (step.consumed < in.size() && step.produced < out.size()) {
      if (!take(in[step.consumed], out, step.produced)) {
        step.ended = true;
        break;
      }
      ++step.consumed;
    }
    return step;
  }
  std::size_t finish(std::span<std::uint8_t>) noexcept override { return 0; }

 private:
  /// Separators in a row, at most: an indent of an array.
  static constexpr std::uint32_t kSeparators = 64;

  static bool separates(std::uint8_t c) noexcept {
    return std::string_view(" \t\r\n,;:.-'\"").find(static_cast<char>(c)) != std::string_view::npos;
  }

  bool take(std::uint8_t c, std::span<std::uint8_t> out, std::size_t& produced) noexcept {
    const std::uint8_t digit = text::hex_value(c);
    if (digit < 16) {
      separators_ = 0;
      if (high_ > 15) {
        high_ = digit;
      } else {
        out[produced++] = static_cast<std::uint8_t>(high_ << 4 | digit);
        high_ = 16;
      }
      return true;
    }
    const bool prefix = high_ == 0 && (c == 'x' || c == 'X');
    if (!prefix && (high_ < 16 || !separates(c))) return false;
    high_ = 16;
    if (c == '\n' && lines_ && produced < out.size()) out[produced++] = c;
    return ++separators_ <= kSeparators;
  }

  bool lines_;
  std::uint8_t high_ = 16;
  std::uint32_t separators_ = 0;
};

constexpr std::uint8_t kNotBase85 = 0xff;
using Values = std::array<std::uint8_t, 256>;
constexpr Values values_of(std::string_view alphabet) {
  Values values{};
  values.fill(kNotBase85);
  std::uint8_t next = 0;
  for (const char c : alphabet) values[static_cast<std::uint8_t>(c)] = next++;
  return values;
}
constexpr std::array<Values, 3> kBase85{
    values_of("!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
              "abcdefghijklmnopqrstu"),
    values_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
              "!#$%&()*+-;<=>?@^_`{|}~"),
    values_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
              ".-:+=^!/*?&<>()[]{}@%$#")};

class Base85Decoder final : public RunDecoder {
 public:
  explicit Base85Decoder(Base85 alphabet) noexcept : alphabet_(alphabet) {}

  Step run(Bytes in, std::span<std::uint8_t> out) noexcept override {
    Step step;
    while (step.consumed < in.size() && out.size() - step.produced >= 4) {
      if (!take(in[step.consumed], out.subspan(step.produced), step.produced)) {
        step.ended = true;
        break;
      }
      ++step.consumed;
    }
    return step;
  }

  /// A group of n characters stands for n - 1 bytes, as if filled up with the last digit.
  std::size_t finish(std::span<std::uint8_t> out) noexcept override {
    if (count_ < 2) return 0;
    const std::uint32_t wanted = count_ - 1;
    for (; count_ < 5; ++count_) group_ = group_ * 85 + 84;
    for (std::uint32_t i = 0; i < wanted; ++i)
      out[i] = static_cast<std::uint8_t>(group_ >> (24 - 8 * i));
    count_ = 0;
    return wanted;
  }

 private:
  bool take(std::uint8_t c, std::span<std::uint8_t> out, std::size_t& produced) noexcept {
    if (c == '\n' || c == '\r') return true;
    if (c == 'z' && count_ == 0 && alphabet_ == Base85::ascii85) {
      for (std::size_t i = 0; i < 4; ++i) out[i] = 0;
      produced += 4;
      return true;
    }
    const std::uint8_t value = kBase85[static_cast<std::size_t>(alphabet_)][c];
    if (value == kNotBase85) return false;
    group_ = group_ * 85 + value;
    if (++count_ < 5) return true;
    const bool fits = group_ <= 0xffffffff;
    for (std::size_t i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(group_ >> (24 - 8 * i));
    produced += 4;
    count_ = 0;
    group_ = 0;
    return fits;
  }

  Base85 alphabet_;
  std::uint64_t group_ = 0;
  std::uint32_t count_ = 0;  // characters of the group
};

constexpr std::size_t kJudged = 20;  // digits alone often give 16

}  // namespace

bool begins_base85(Base85 alphabet, std::string_view text) noexcept {
  const Values& values = kBase85[static_cast<std::size_t>(alphabet)];
  if (text.size() < kJudged / 4 * 5) return false;
  std::array<std::uint8_t, kJudged> out;
  // Groups that begin with an 'f'; see marks::Beginnings.
  const std::uint8_t second = values[static_cast<std::uint8_t>(text[5])];
  const bool may_have_f = second == 32 || second == 33;
  for (std::size_t group = 0; group < kJudged / 4; ++group) {
    std::uint64_t bits = 0;
    for (std::size_t i = 5 * group; i < 5 * group + 5; ++i) {
      const std::uint8_t value = values[static_cast<std::uint8_t>(text[i])];
      if (value == kNotBase85) return false;
      bits = bits * 85 + value;
    }
    if (bits > UINT32_MAX) return false;
    for (std::size_t i = 0; i < 4; ++i)
      out[4 * group + i] = static_cast<std::uint8_t>(bits >> (24 - 8 * i));
    if (group == 0 && !may_have_f && !marks::beginnings().may_begin(out[0], out[1])) return false;
    if (group == 1 && !marks::may_be_worth_reading(std::span(out).first<marks::kGlanceBytes>()))
      return false;
  }
  return marks::worth_reading(out);
}

bool begins_spaced_hex(std::string_view text, std::size_t& judged) noexcept {
  constexpr std::size_t kJudgedBytes = 16;
  std::array<std::uint8_t, kJudgedBytes> out;
  SpacedHexDecoder decoder;
  // A few bytes refuse most texts.
  auto step = decoder.run(as_bytes(text.substr(0, 8 * kJudgedBytes)),
                          std::span(out).first<marks::kGlanceBytes>());
  judged = step.consumed;
  if (step.produced < marks::kGlanceBytes ||
      !marks::may_be_worth_reading(std::span(out).first<marks::kGlanceBytes>()))
    return false;
  step = decoder.run(as_bytes(text.substr(judged, 8 * kJudgedBytes - judged)),
                     std::span(out).subspan<marks::kGlanceBytes>());
  judged += step.consumed;
  return step.produced + marks::kGlanceBytes == out.size() && marks::worth_reading(out);
}

RunDecoderPtr yenc_decoder() { return std::make_unique<YencDecoder>(); }
bool has_hex_lines(std::string_view text) noexcept {
  constexpr std::array<std::ptrdiff_t, 9> kUsual{8, 10, 12, 15, 16, 20, 24, 32, 64};
  const auto pairs = [](std::string_view line) {
    return (std::ranges::count_if(line, text::is_hex_digit) - std::ranges::count(line, 'x')) / 2;
  };
  const std::size_t first = text.find('\n');
  if (first == std::string_view::npos) return false;
  const std::ptrdiff_t width = pairs(text.substr(0, first));
  const std::string_view rest = text.substr(first + 1);
  const std::size_t second = rest.find('\n');
  if (second != std::string_view::npos && pairs(rest.substr(0, second)) == width) return false;
  return std::ranges::find(kUsual, width) == kUsual.end();
}

RunDecoderPtr spaced_hex_decoder(bool lines) { return std::make_unique<SpacedHexDecoder>(lines); }
RunDecoderPtr base85_decoder(Base85 alphabet) { return std::make_unique<Base85Decoder>(alphabet); }

}  // namespace outspan::content

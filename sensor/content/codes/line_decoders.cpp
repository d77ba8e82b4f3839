#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "content/codes/run_decoder.h"
#include "text/ascii.h"
#include "text/hex.h"

/// Codes that are read line by line.
namespace outspan::content {
namespace {

constexpr std::size_t kLine = 512;

/// Collects lines; a longer one ends the run.
class LineDecoder : public RunDecoder {
 public:
  Step run(Bytes in, std::span<std::uint8_t> out) noexcept final {
    Step step;
    while (!step.ended && step.consumed < in.size() && out.size() - step.produced >= kRoom) {
      const Bytes rest = in.subspan(step.consumed);
      const void* found = std::memchr(rest.data(), '\n', rest.size());
      const std::size_t size =
          found == nullptr
              ? rest.size()
              : static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - rest.data()) + 1;
      step.consumed += size;
      step.ended = line_.size() + size > kLine;
      if (step.ended) break;
      line_ += as_text(rest.first(size));
      if (found != nullptr) step.ended = !take(out.subspan(step.produced), step.produced);
    }
    return step;
  }
  std::size_t finish(std::span<std::uint8_t> out) noexcept final {
    std::size_t produced = 0;
    if (!line_.empty()) take(out, produced);
    return produced;
  }

 protected:
  /// false: the run ended with or before this line. Adds what it gave to `produced`.
  virtual bool decode(std::string_view line, std::span<std::uint8_t> out,
                      std::size_t& produced) noexcept = 0;

 private:
  bool take(std::span<std::uint8_t> out, std::size_t& produced) noexcept {
    while (!line_.empty() && (line_.back() == '\n' || line_.back() == '\r')) line_.pop_back();
    const bool goes_on = decode(line_, out, produced);
    line_.clear();
    return goes_on;
  }
  std::string line_;
};

constexpr std::uint8_t kNoDigit = 0xff;
using SixBits = std::array<std::uint8_t, 256>;
constexpr SixBits kUu = [] {
  SixBits values{};
  values.fill(kNoDigit);
  for (std::uint8_t c = 0x20; c <= 0x60; ++c) values[c] = (c - 0x20) & 0x3f;
  return values;
}();
constexpr SixBits kXx = [] {
  SixBits values{};
  values.fill(kNoDigit);
  std::uint8_t next = 0;
  for (const char c : std::string_view("+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "abcdefghijklmnopqrstuvwxyz"))
    values[static_cast<std::uint8_t>(c)] = next++;
  return values;
}();

/// Whether the characters are of the alphabet, and as many as the first of them says.
bool fits(std::string_view line, const SixBits& alphabet) noexcept {
  const auto value = [&](char c) { return alphabet[static_cast<std::uint8_t>(c)]; };
  return std::ranges::none_of(line, [&](char c) { return value(c) == kNoDigit; }) &&
         line.size() == 1 + (value(line[0]) + 2U) / 3 * 4;
}

/// uuencode, and xxencode, which differs in its alphabet only; the first line tells.
class UuDecoder final : public LineDecoder {
  bool decode(std::string_view line, std::span<std::uint8_t> out,
              std::size_t& produced) noexcept override {
    if (line.empty() || line == "end") return false;
    if (alphabet_ == nullptr) alphabet_ = !fits(line, kUu) && fits(line, kXx) ? &kXx : &kUu;
    const auto six_bits = [this](char c) -> std::uint32_t {
      return (*alphabet_)[static_cast<std::uint8_t>(c)];
    };
    if (std::ranges::any_of(line, [&](char c) { return six_bits(c) == kNoDigit; })) return false;
    const std::size_t size = six_bits(line[0]);
    std::size_t made = 0;
    for (std::size_t i = 1; i < line.size() && made < size; i += 4) {
      std::uint32_t group = 0;
      for (std::size_t j = i; j < i + 4; ++j)
        group = group << 6 | (j < line.size() ? six_bits(line[j]) : 0);
      for (int shift = 16; shift >= 0 && made < size; shift -= 8)
        out[made++] = static_cast<std::uint8_t>(group >> shift);
    }
    produced += made;
    return true;
  }

  const SixBits* alphabet_ = nullptr;  // until the first line came
};

/// Takes a line of a dump apart: an offset, groups of digits, perhaps the characters.
class DumpLine {
 public:
  explicit DumpLine(std::string_view line) noexcept : rest_(line) { valid_ = take_offset(); }

  /// Writes the bytes and gives their number.
  std::size_t read(std::span<std::uint8_t> out) noexcept {
    std::size_t size = 0;
    while (valid_ && size + 16 <= out.size()) {
      const std::size_t digits = next_group(size);
      if (digits == 0) break;
      size += take_group(digits, out.subspan(size));
    }
    return size;
  }
  [[nodiscard]] bool valid() const noexcept { return valid_; }

 private:
  std::size_t count(bool (*of)(char)) const noexcept {
    return static_cast<std::size_t>(std::ranges::find_if_not(rest_, of) - rest_.begin());
  }

  bool take_offset() noexcept {
    const std::size_t digits = count(text::is_hex_digit);
    if (digits < 4 || digits > 16) return false;
    rest_.remove_prefix(digits);
    if (rest_.starts_with(":")) {
      colon_ = true;
      rest_.remove_prefix(1);
    }
    return rest_.empty() || text::is_blank(rest_[0]);
  }

  /// Digits of the next group, blanks in front of it taken; 0: there is none. Two blanks end the
  /// bytes, but hexdump -C has them in the middle as well.
  std::size_t next_group(std::size_t size) noexcept {
    const std::size_t blanks = count(text::is_blank);
    if (blanks == 0 || (size > 0 && blanks > 1 && !(size == 8 && blanks == 2))) return 0;
    rest_.remove_prefix(blanks);
    const std::size_t digits = count(text::is_hex_digit);
    const bool alone = digits == rest_.size() || text::is_blank(rest_[digits]);
    return alone && digits % 2 == 0 && digits <= 16 ? digits : 0;
  }

  std::size_t take_group(std::size_t digits, std::span<std::uint8_t> out) noexcept {
    for (std::size_t i = 0; i < digits / 2; ++i)
      out[i] = static_cast<std::uint8_t>(text::hex_byte(rest_[2 * i], rest_[2 * i + 1]));
    if (!colon_ && digits == 4) std::swap(out[0], out[1]);
    rest_.remove_prefix(digits);
    return digits / 2;
  }

  std::string_view rest_;
  bool valid_;
  bool colon_ = false;  // of xxd, whose groups are bytes in their order
};

class HexdumpDecoder final : public LineDecoder {
  bool decode(std::string_view line, std::span<std::uint8_t> out,
              std::size_t& produced) noexcept override {
    if (line == "*") return true;  // the line before again, perhaps many times
    DumpLine dump(line);
    const std::size_t size = dump.read(out);
    produced += size;
    return size > 0;  // the last line is an offset alone
  }
};

}  // namespace

RunDecoderPtr uu_decoder() { return std::make_unique<UuDecoder>(); }
RunDecoderPtr hexdump_decoder() { return std::make_unique<HexdumpDecoder>(); }

bool is_hexdump_line(std::string_view line) noexcept {
  std::array<std::uint8_t, 64> out;
  return DumpLine(line.substr(0, 200)).read(out) >= 8;
}

}  // namespace outspan::content

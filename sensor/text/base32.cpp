#include "text/base32.h"

namespace outspan::text {
namespace {

using Values = std::array<std::uint8_t, 256>;

constexpr Values values_of(std::string_view alphabet) {
  Values values{};
  values.fill(kNotBase32);
  std::uint8_t next = 0;
  for (const char c : alphabet) {
    values[static_cast<std::uint8_t>(c)] = next;
    if (c >= 'A') values[static_cast<std::uint8_t>(c) + 'a' - 'A'] = next;
    ++next;
  }
  return values;
}

constexpr std::array<Values, 2> kValues{values_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
                                        values_of("0123456789ABCDEFGHIJKLMNOPQRSTUV")};

}  // namespace

std::uint8_t base32_value(Base32 alphabet, std::uint8_t c) noexcept {
  return kValues[static_cast<std::size_t>(alphabet)][c];
}

Base32Decoder::Step Base32Decoder::run(Bytes in, std::span<std::uint8_t> out) noexcept {
  const Values& values = kValues[static_cast<std::size_t>(alphabet_)];
  Step step;
  while (step.consumed < in.size() && step.produced < out.size()) {
    const std::uint8_t value = values[in[step.consumed]];
    if (value == kNotBase32) break;
    ++step.consumed;
    bits_ = bits_ << 5 | value;
    count_ += 5;
    if (count_ < 8) continue;
    count_ -= 8;
    out[step.produced++] = static_cast<std::uint8_t>(bits_ >> count_);
  }
  return step;
}

}  // namespace outspan::text

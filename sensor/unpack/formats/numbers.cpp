#include "unpack/formats/numbers.h"

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace outspan::unpack {

std::string cell_text(double number) {
  constexpr double kWholeMax = 1e17;
  char text[40];
  const bool whole = std::abs(number) < kWholeMax && number == std::trunc(number);
  std::snprintf(text, sizeof(text), whole ? "%.0f" : "%.15g", number);
  return text;
}

std::string cell_text(const std::string& number) {
  constexpr std::size_t kBytesMax = 40;
  if (number.size() > kBytesMax || number.find_first_of(".eE") == std::string::npos) return number;
  if (number.find_first_not_of("0123456789.eE+-") != std::string::npos) return number;
  char* end = nullptr;
  const double value = std::strtod(number.c_str(), &end);
  const bool whole = end == number.c_str() + number.size() && value == std::trunc(value);
  return whole ? cell_text(value) : number;
}

double rk_number(std::uint32_t rk) noexcept {
  const bool hundredths = (rk & 1) != 0;
  const bool is_whole = (rk & 2) != 0;
  const double number = is_whole
                            ? static_cast<double>(static_cast<std::int32_t>(rk) >> 2)
                            : std::bit_cast<double>(static_cast<std::uint64_t>(rk & ~3U) << 32);
  return hundredths ? number / 100 : number;
}

}  // namespace outspan::unpack

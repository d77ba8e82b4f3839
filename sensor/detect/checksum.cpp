#include "detect/checksum.h"

#include <cstdint>

#include "detect/text_span.h"

namespace outspan::detect {

bool luhn(std::string_view digits) noexcept {
  int sum = 0;
  bool twice = false;
  for (std::size_t i = digits.size(); i-- > 0; twice = !twice) {
    const int d = digit(digits[i]);
    sum += !twice ? d : d < 5 ? 2 * d : 2 * d - 9;
  }
  return sum % 10 == 0;
}

bool mod97(std::string_view text) noexcept {
  unsigned remainder = 0;
  for (const char c : text) {
    remainder = is_digit(c) ? remainder * 10 + static_cast<unsigned>(digit(c))
                            : remainder * 100 + static_cast<unsigned>(c - 'A' + 10);
    remainder %= 97;
  }
  return remainder == 1;
}

bool verhoeff(std::string_view digits) noexcept {
  static constexpr std::uint8_t kTimes[10][10] = {
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
      {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
      {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
      {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
      {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
  static constexpr std::uint8_t kPermute[8][10] = {
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
      {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
      {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
      {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};
  std::uint8_t check = 0;
  for (std::size_t i = 0; i < digits.size(); ++i)
    check = kTimes[check][kPermute[i % 8][digit(digits[digits.size() - 1 - i])]];
  return check == 0;
}

bool mod11_10(std::string_view digits) noexcept {
  int product = 10;
  for (const char c : digits.substr(0, digits.size() - 1)) {
    int sum = (digit(c) + product) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
  }
  return (11 - product) % 10 == digit(digits.back());
}

bool ean13(std::string_view digits) noexcept {
  return digits.size() == 13 && weighted_sum(digits, "1313131313131") % 10 == 0;
}

int weighted_sum(std::string_view digits, std::string_view weights) noexcept {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size() && i < weights.size(); ++i)
    sum += digit(digits[i]) * (weights[i] - '0');  // ':' follows '9': ten
  return sum;
}

unsigned long long to_number(std::string_view digits) noexcept {
  unsigned long long number = 0;
  for (const char c : digits) number = number * 10 + static_cast<unsigned>(digit(c));
  return number;
}

bool is_date(int year, int month, int day) noexcept {
  static constexpr std::uint8_t kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1 || day > kDays[month - 1]) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month != 2 || day < 29 || leap;
}

Check check_named(std::string_view name) noexcept {
  if (name == "luhn") return luhn;
  if (name == "mod97") return mod97;
  if (name == "verhoeff") return verhoeff;
  if (name == "mod11-10") return mod11_10;
  if (name == "ean13") return ean13;
  return nullptr;
}

}  // namespace outspan::detect

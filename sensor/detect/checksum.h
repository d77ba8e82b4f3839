#pragma once

#include <string_view>

/// Check digits. All take ASCII digits (and where said, upper-case letters) only; the caller has
/// made sure of that.
namespace outspan::detect {

/// ISO/IEC 7812-1 annex B.
bool luhn(std::string_view digits) noexcept;
/// ISO 7064 MOD 97-10 over digits and letters; the remainder is 1.
bool mod97(std::string_view text) noexcept;
/// Verhoeff's dihedral scheme.
bool verhoeff(std::string_view digits) noexcept;
/// ISO 7064 MOD 11,10.
bool mod11_10(std::string_view digits) noexcept;
/// GTIN-13.
bool ean13(std::string_view digits) noexcept;
/// Sum of digit times weight; weights are single digits in a text, "12345" or with ':' for 10.
int weighted_sum(std::string_view digits, std::string_view weights) noexcept;
/// The digits as a number, at most 18 of them.
unsigned long long to_number(std::string_view digits) noexcept;
/// A day of the calendar; `year` decides on 29 February, 0 allows it.
bool is_date(int year, int month, int day) noexcept;

/// A check by its name in a signature file ("luhn", "mod97", "verhoeff", "mod11-10", "ean13");
/// nullptr: unknown.
using Check = bool (*)(std::string_view) noexcept;
Check check_named(std::string_view name) noexcept;

}  // namespace outspan::detect

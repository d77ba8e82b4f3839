#pragma once

#include "detect/number_group.h"
#include "detect/text_span.h"

/// Values of letters and digits.
namespace outspan::detect {

/// ISO 13616: an account number whose digits the run `first` belongs to. Plain or in blocks of
/// four.
bool find_iban(TextSpan text, const Run& run, Finding& finding) noexcept;

/// `letter` is followed by three or four digits and a letter.
bool find_italian_fiscal_code(TextSpan text, std::uint32_t letter, Finding& finding) noexcept;
bool find_indian_pan(TextSpan text, std::uint32_t letter, Finding& finding) noexcept;

}  // namespace outspan::detect

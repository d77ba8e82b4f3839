#pragma once

#include "detect/number_format.h"

namespace outspan::detect {

/// Template of a detector: a kind of number with a layout and a check. The number is made up: four
/// digits, four digits and a check digit by Luhn's rule.
extern const NumberFormat kMemberNumber;

}  // namespace outspan::detect

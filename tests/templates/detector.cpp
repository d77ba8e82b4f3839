#include "tests/templates/detector.h"

#include "detect/checksum.h"

namespace outspan::detect {
namespace {

/// A bare number of nine digits is one in ten by chance: '!' asks for a word beside it.
bool member_number(std::string_view digits) noexcept { return digits[0] != '0' && luhn(digits); }

}  // namespace

const NumberFormat kMemberNumber{"xx-member-number", "4-4-1|9!", member_number};

}  // namespace outspan::detect

#pragma once

#include <string>
#include <string_view>

#include "detect/signature_set.h"

namespace outspan::detect {

/// What may be shown of a canonical value: enough for its owner to recognise it, never more than a
/// quarter of what identifies somebody.
///
///     e-mail    j***@e***.com          first letters where there are four and more, and the TLD
///     phone     +44 ********38         calling code, last two digits
///     ticket    TM-******77            the fixed beginning, up to two characters
///     card      ************1111       up to four digits
///     others    GB********************  up to two characters
std::string masking_form(const SignatureSet& signatures, SignatureIndex signature,
                         std::string_view value);

/// The same of canonical values that an index found: an address, E.164 digits without the plus, a
/// number of a company's own making (letters and digits).
std::string address_form(std::string_view value);
std::string number_form(const SignatureSet& signatures, std::string_view digits);
std::string ticket_form(std::string_view value);

/// Valid UTF-8 without control characters (nor ones that turn the direction of writing), at most
/// `bytes_max` bytes; what is left out is shown by "…".
std::string printable(std::string_view text, std::size_t bytes_max);

}  // namespace outspan::detect

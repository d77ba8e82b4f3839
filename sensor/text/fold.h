#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/escape.h"

namespace outspan::text {

/// One fold before detection: characters beyond ASCII that stand for ones of ASCII inside of a
/// value. Text in any language stays what it is: letters with marks are letters of their own.
///
/// - Digits of any script, and what Unicode has as a compatibility form of ASCII (full-width and
///   small forms, mathematical letters, ligatures, superscripts; UAX #15, NFKC), are ASCII.
/// - Characters that nobody sees (Default_Ignorable_Code_Point: soft hyphen, zero-width, marks of
///   direction, variation selectors, word joiner) are left out beside letters and digits.
/// - Dashes and blanks are those of ASCII where a digit is next to them, dashes also in a word.
/// - Letters of other scripts that look like Latin ones (UTS #39, skeleton) are these in a word
/// with
///   Latin letters, where nothing else beyond ASCII is in the run.
///
/// What stands elsewhere (a dash between words, punctuation of a Chinese sentence, an emoji) stays,
/// so that ordinary text does not have to be searched twice.
///
/// Linear in time; nothing to do for ASCII, and bytes that are no text stay. The tables are made of
/// ICU's when they are first used.
std::string fold(std::string_view text);

/// The same with a map: writes the folded text to `out` (`out.size()` is room that only grows; the
/// result is its size) and where it differs to `escapes`. false: nothing differs, and neither says
/// anything.
bool fold(std::string_view text, std::vector<char>& out, std::size_t& size,
          std::vector<Escape>& escapes);

}  // namespace outspan::text

#include "fingerprint/forms/letters.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace outspan::fingerprint {
namespace {

/// Letters that Unicode does not take apart, but people do.
constexpr std::pair<char16_t, std::string_view> kByHand[] = {
    {u'æ', "ae"}, {u'œ', "oe"}, {u'ø', "o"}, {u'ł', "l"}, {u'đ', "d"}, {u'ð', "d"}, {u'þ', "th"},
    {u'ħ', "h"},  {u'ı', "i"},  {u'ŧ', "t"}, {u'ŋ', "n"}, {u'ĸ', "k"}, {u'ə', "a"}, {u'ƒ', "f"}};

bool is_symbol(UChar32 c) noexcept {
  UErrorCode error = U_ZERO_ERROR;
  switch (uscript_getScript(c, &error)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL: return true;
    default: return false;
  }
}

FoldedLetter make(UChar32 c) {
  using Kind = FoldedLetter::Kind;
  FoldedLetter letter;
  const bool is_letter = u_isalpha(c) != 0;
  if (!is_letter && u_charDigitValue(c) < 0) {
    const auto type = u_charType(c);
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || c == 0xad || c == 0x200d)
      letter.kind = Kind::mark;
    return letter;
  }
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString parts;
  if (is_letter && is_symbol(c)) {
    // Half- and full-width forms are one; Hangul stays in syllables.
    parts = icu::Normalizer2::getNFKCInstance(error)->normalize(icu::UnicodeString(c), error);
  } else {
    parts = icu::Normalizer2::getNFKDInstance(error)->normalize(icu::UnicodeString(c), error);
    parts.foldCase();
    parts = icu::Normalizer2::getNFKDInstance(error)->normalize(parts, error);
  }
  std::string text;
  for (std::int32_t i = 0; i < parts.length();) {
    const UChar32 part = parts.char32At(i);
    i += U16_LENGTH(part);
    if (u_charDigitValue(part) >= 0 && part >= 0x80) {
      text += static_cast<char>('0' + u_charDigitValue(part));
      continue;
    }
    if (u_isalnum(part) == 0) continue;
    const auto* by_hand = std::find_if(std::begin(kByHand), std::end(kByHand),
                                       [part](const auto& entry) { return entry.first == part; });
    if (by_hand != std::end(kByHand))
      text += by_hand->second;
    else
      icu::UnicodeString(part).toUTF8String(text);
  }
  if (text.empty() || text.size() > sizeof letter.bytes) return letter;
  letter.size = static_cast<std::uint8_t>(text.size());
  std::copy(text.begin(), text.end(), letter.bytes);
  letter.kind = !is_letter ? Kind::digit : is_symbol(c) ? Kind::symbol : Kind::letter;
  return letter;
}

}  // namespace

FoldedLetter fold_letter(std::uint32_t code_point) noexcept {
  // Up to here stand the alphabets; what lies behind is a matter of a table too large to keep.
  static constexpr std::uint32_t kTable = 0x3000;
  static const std::vector<FoldedLetter> letters = [] {
    std::vector<FoldedLetter> made(kTable);
    for (std::uint32_t c = 0; c < kTable; ++c) made[c] = make(static_cast<UChar32>(c));
    return made;
  }();
  if (code_point < kTable) return letters[code_point];
  return code_point <= 0x10ffff ? make(static_cast<UChar32>(code_point)) : FoldedLetter{};
}

}  // namespace outspan::fingerprint

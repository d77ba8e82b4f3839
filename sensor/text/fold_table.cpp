#include "text/fold_table.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <string>

#include "core/handle.h"
#include "text/ascii.h"

namespace outspan::text {
namespace {

using SpoofChecker = CHandle<USpoofChecker, uspoof_close>;

/// Each code point of a set that ICU describes (UTS #35, unicode sets).
template <class Each>
void for_each_in(const char16_t* pattern, Each each) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeSet set(icu::UnicodeString(pattern), error);
  if (U_FAILURE(error)) return;
  for (std::int32_t range = 0; range < set.getRangeCount(); ++range)
    for (UChar32 c = set.getRangeStart(range); c <= set.getRangeEnd(range); ++c) each(c);
}

bool is_ascii_text(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, is_ascii);
}

FoldKind kind_of(const std::string& ascii) {
  constexpr std::string_view kOfValues = "@.+_";
  if (std::ranges::any_of(ascii, [kOfValues](char c) {
        return is_alnum(c) || kOfValues.find(c) != std::string_view::npos;
      }))
    return FoldKind::value;
  if (ascii == " ") return FoldKind::blank;
  return ascii == "-" ? FoldKind::dash : FoldKind::sign;
}

}  // namespace

FoldTable::FoldTable() {
  add_lookalikes();
  add_compatible();
  add_hidden();
  add_by_hand();
}

void FoldTable::set(std::uint32_t code, FoldKind kind, std::string_view text) {
  auto& page = pages_[code >> kPageBits];
  if (!page) page = std::make_unique<std::array<Folded, kPage>>();
  Folded& folded = (*page)[code & (kPage - 1)];
  folded.kind = kind;
  folded.size = static_cast<std::uint8_t>(std::min(text.size(), folded.bytes.size()));
  std::copy_n(text.begin(), folded.size, folded.bytes.begin());
}

void FoldTable::add_compatible() {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const nfkc = icu::Normalizer2::getNFKCInstance(error);
  if (U_FAILURE(error)) return;
  for_each_in(u"[[:NFKC_Quick_Check=No:] - [\\u0000-\\u007F]]", [&](UChar32 c) {
    UErrorCode failed = U_ZERO_ERROR;
    const icu::UnicodeString normal = nfkc->normalize(icu::UnicodeString(c), failed);
    std::string text;
    normal.toUTF8String(text);
    if (U_SUCCESS(failed) && is_ascii_text(text) && text.size() <= sizeof Folded::bytes)
      set(static_cast<std::uint32_t>(c), kind_of(text), text);
  });
  for_each_in(u"[[:Nd:] - [\\u0000-\\u007F]]", [&](UChar32 c) {
    const char digit = static_cast<char>('0' + u_charDigitValue(c));
    set(static_cast<std::uint32_t>(c), FoldKind::value, {&digit, 1});
  });
  for_each_in(u"[[[:Pd:]\\u2212\\u2043\\u02D7] - [\\u0000-\\u007F]]",
              [&](UChar32 c) { set(static_cast<std::uint32_t>(c), FoldKind::dash, "-"); });
  for_each_in(u"[[[:Zs:]\\u2028\\u2029\\u0085] - [\\u0000-\\u007F]]",
              [&](UChar32 c) { set(static_cast<std::uint32_t>(c), FoldKind::blank, " "); });
}

void FoldTable::add_hidden() {
  for_each_in(u"[[:Default_Ignorable_Code_Point:][:Bidi_Control:]]",
              [&](UChar32 c) { set(static_cast<std::uint32_t>(c), FoldKind::hidden, {}); });
}

/// The prototype of `I` is `l` (UTS #39, section 4), so that of a capital may be either.
void FoldTable::add_lookalikes() {
  UErrorCode error = U_ZERO_ERROR;
  const SpoofChecker checker(uspoof_open(&error));
  if (U_FAILURE(error)) return;
  for_each_in(u"[[:L:] & [[:Cyrillic:][:Greek:][:Armenian:][:Cherokee:][:Lisu:][:Coptic:]]]",
              [&](UChar32 c) {
                UErrorCode failed = U_ZERO_ERROR;
                icu::UnicodeString skeleton;
                uspoof_getSkeletonUnicodeString(checker.get(), 0, icu::UnicodeString(c), skeleton,
                                                &failed);
                if (U_FAILURE(failed) || skeleton.length() != 1 || skeleton[0] >= 0x80) return;
                auto letter = static_cast<char>(skeleton[0]);
                if (!is_letter(letter)) return;
                if (letter == 'l' && u_isupper(c) != 0) letter = 'I';
                set(static_cast<std::uint32_t>(c), FoldKind::lookalike, {&letter, 1});
              });
}

void FoldTable::add_by_hand() {
  set(0x2026, FoldKind::stays, {});  // an ellipsis is no three dots of a value
  // IDNA takes them for dots (UTS #46).
  set(0x3002, FoldKind::stop, ".");
  set(0xff61, FoldKind::stop, ".");
}

}  // namespace outspan::text

#include "text/charset_guess.h"

#include <unicode/ucsdet.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "core/handle.h"
#include "text/ascii.h"
#include "text/utf8.h"

namespace outspan::text {
namespace {

using namespace std::string_view_literals;

using Detector = CHandle<UCharsetDetector, ucsdet_close>;

/// ICU's confidence is 0 to 100; below, its choice is no better than the most common code page.
constexpr std::int32_t kConfident = 30;
/// Of those for Latin letters it takes names for one another's.
constexpr std::int32_t kConfidentOfLatin = 60;
constexpr const char* kCommonest = "windows-1252";
/// That a short text may have: a form feed at its end.
constexpr std::size_t kControls = 2;

bool is_control(std::uint8_t byte) noexcept {
  return (byte < 0x20 && !is_printable(static_cast<char>(byte)) && byte != '\f' && byte != 0x1b) ||
         byte == 0x7f;
}

enum class Ebcdic : std::uint8_t { none, sign, word };
constexpr std::array<Ebcdic, 256> kEbcdic = [] {
  std::array<Ebcdic, 256> is{};
  const auto fill = [&is](std::size_t from, std::size_t to) {
    for (std::size_t byte = from; byte <= to; ++byte) is[byte] = Ebcdic::word;
  };
  for (const std::size_t column : {0x80, 0xc0}) {
    fill(column + 0x01, column + 0x09);
    fill(column + 0x11, column + 0x19);
    fill(column + 0x22, column + 0x29);
  }
  fill(0xf0, 0xf9);
  // Blank, line ends, tab, and `. < ( + & ) ; - / , > ? : @ ' = " _ *`.
  for (const auto sign : std::initializer_list<std::uint8_t>{
           0x40, 0x15, 0x25, 0x0d, 0x05, 0x4b, 0x4c, 0x4d, 0x4e, 0x50, 0x5d, 0x5e,
           0x60, 0x61, 0x6b, 0x6e, 0x6f, 0x7a, 0x7c, 0x7d, 0x7e, 0x7f, 0x6d, 0x5c})
    is[sign] = Ebcdic::sign;
  return is;
}();

/// Nearly all of it stands where EBCDIC has text, which is not where ASCII has its own.
bool is_ebcdic(Bytes sample) noexcept {
  std::size_t signs = 0;
  std::size_t words = 0;
  for (const std::uint8_t byte : sample) {
    signs += kEbcdic[byte] == Ebcdic::sign ? 1 : 0;
    words += kEbcdic[byte] == Ebcdic::word ? 1 : 0;
  }
  return sample.size() >= 16 && (signs + words) * 100 >= sample.size() * 97 &&
         words * 2 >= sample.size() && signs * 20 >= sample.size();
}

/// The national code pages have the same letters and digits, and the at sign each in its own place:
/// where it stands between letters most often is its place. NEL as a line end is to be a line feed.
struct EbcdicPage {
  std::uint8_t at_sign;
  const char* name;
  const char* name_with_nel;
};
constexpr EbcdicPage kEbcdicPages[] = {
    {0x7c, "ibm-1047", "ibm-1047,swaplfnl"},  // Latin 1; the United States, Spain, the UK
    {0xb5, "ibm-273", "ibm-273,swaplfnl"},    // Germany, Austria, Italy
    {0x80, "ibm-277", "ibm-277,swaplfnl"},    // Denmark, Norway
    {0xec, "ibm-278", "ibm-278,swaplfnl"},    // Finland, Sweden
    {0x44, "ibm-297", "ibm-297,swaplfnl"},    // France
    {0xac, "ibm-871", "ibm-871,swaplfnl"},    // Iceland
    {0xae, "ibm-1026", "ibm-1026,swaplfnl"},  // Turkey
};

Guess guess_ebcdic(Bytes sample) noexcept {
  std::array<std::size_t, 256> between{};  // letters and digits, by byte
  for (std::size_t i = 1; i + 1 < sample.size(); ++i)
    if (kEbcdic[sample[i - 1]] == Ebcdic::word && kEbcdic[sample[i + 1]] == Ebcdic::word)
      ++between[sample[i]];
  const auto& page = *std::ranges::max_element(
      kEbcdicPages, {}, [&between](const EbcdicPage& one) { return between[one.at_sign]; });
  const bool nel = std::memchr(sample.data(), 0x15, sample.size()) != nullptr;
  return {Encoding::legacy, nel ? page.name_with_nel : page.name,
          between[page.at_sign] != 0 ? page.at_sign : std::uint8_t{0}};
}

const char* legacy_charset(Bytes sample) noexcept {
  UErrorCode error = U_ZERO_ERROR;
  const Detector detector(ucsdet_open(&error));
  const std::string_view text = as_text(sample);
  ucsdet_setText(detector.get(), text.data(), static_cast<std::int32_t>(text.size()), &error);
  const UCharsetMatch* match = ucsdet_detect(detector.get(), &error);
  if (U_FAILURE(error) || match == nullptr) return kCommonest;
  const std::int32_t confidence = ucsdet_getConfidence(match, &error);
  const std::string_view name = ucsdet_getName(match, &error);
  if (U_FAILURE(error) || confidence < kConfident) return kCommonest;
  // Static names: ICU's lives as long as the detector. Its 8859-1 is a part of windows-1252.
  static constexpr std::array<const char*, 18> kKnown{
      "windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1255",
      "windows-1256", "ISO-8859-2",   "ISO-8859-5",   "ISO-8859-6",   "ISO-8859-7",
      "ISO-8859-8",   "ISO-8859-9",   "KOI8-R",       "Shift_JIS",    "GB18030",
      "EUC-JP",       "EUC-KR",       "Big5"};
  const auto* found = std::ranges::find(kKnown, name);
  const bool latin = name == "windows-1250" || name == "windows-1254" || name == "ISO-8859-2" ||
                     name == "ISO-8859-9";
  return found == kKnown.end() || (latin && confidence < kConfidentOfLatin) ? kCommonest : *found;
}

/// Characters of UTF-8 stand in it, and next to no other bytes beyond ASCII: those of some other
/// text in the middle do not make all of it another charset's.
bool is_utf8(Bytes sample) noexcept {
  std::size_t characters = 0;
  std::size_t others = 0;
  for (std::string_view text = as_text(sample); !text.empty();) {
    const std::size_t size = character_bytes(text);
    characters += size > 1 ? 1 : 0;
    others += size == 0 ? 1 : 0;
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return others * 8 <= characters;
}

/// Characters of several bytes.
bool is_wide(std::string_view charset) noexcept {
  return charset == "Big5" || charset == "GB18030" || charset == "Shift_JIS" ||
         charset.starts_with("EUC-");
}

/// Of windows-1252: the letters, and the signs that people write (quotation marks, dashes, the
/// euro, a no-break space ...).
bool is_written_sign(std::uint8_t byte) noexcept {
  static constexpr std::string_view kSigns =
      "\x80\x84\x85\x8a\x8c\x8e\x91\x92\x93\x94\x95\x96\x97\x99\x9a\x9c\x9e\x9f"
      "\xa0\xa3\xa7\xa9\xab\xae\xb0\xb4\xb7\xbb\xbc\xbd\xbe\xd7";
  return byte >= 0xc0 || kSigns.find(static_cast<char>(byte)) != std::string_view::npos;
}

/// CBOR and MessagePack: texts of UTF-8, and between them single bytes for types and lengths, which
/// as characters would be signs that hardly anybody writes.
bool is_tagged_text(Bytes sample) noexcept {
  const auto size = static_cast<std::int32_t>(sample.size());
  std::size_t odd = 0, single = 0, all = 0;
  for (std::int32_t at = 0; at < size;) {
    const std::uint8_t byte = sample[static_cast<std::size_t>(at)];
    const bool beside = at > 0 && sample[static_cast<std::size_t>(at) - 1] >= 0x80;
    UChar32 c = byte;
    if (byte < 0x80)
      ++at;
    else
      U8_NEXT(sample.data(), at, size, c);
    if (c >= 0) continue;
    ++all;
    single += beside || (at < size && sample[static_cast<std::size_t>(at)] >= 0x80) ? 0U : 1U;
    odd += is_written_sign(byte) ? 0U : 1U;
  }
  return odd * 3 > all && single * 2 > all;
}

}  // namespace

Guess guess_encoding(Bytes sample, Bytes before) noexcept {
  if (looks_like_text(sample)) return {Encoding::utf8, nullptr};
  if (before.size() < 16 && is_ebcdic(sample)) return guess_ebcdic(sample);
  const auto controls = static_cast<std::size_t>(std::ranges::count_if(sample, is_control));
  const bool zero = std::memchr(sample.data(), 0, sample.size()) != nullptr;
  if (zero || controls * 64 > sample.size() + kControls * 64) return {Encoding::bytes, nullptr};
  if (is_utf8(sample)) return {Encoding::utf8, nullptr};
  // Of yEnc (see CodedRuns) not every text has control characters.
  if (as_text(before).find("=ybegin ") != std::string_view::npos) return {Encoding::bytes, nullptr};
  const char* charset = legacy_charset(sample);
  // Of the code pages for one language each ICU is sure.
  const bool is_sure = charset != kCommonest && !is_wide(charset);
  if (!is_sure && is_tagged_text(sample)) return {Encoding::bytes, nullptr};
  return {Encoding::legacy, charset};
}

const char* wide_charset(Bytes b) noexcept {
  if (b.size() < 2) return nullptr;
  const std::string_view text = as_text(b);
  if (text.starts_with("\xff\xfe\0\0"sv)) return "UTF-32LE";
  if (text.starts_with("\0\0\xfe\xff"sv)) return "UTF-32BE";
  if (text.starts_with("\xff\xfe"sv)) return "UTF-16LE";
  if (text.starts_with("\xfe\xff"sv)) return "UTF-16BE";
  // Each pattern below has a column of zeros.
  if (b.size() < 12 || std::memchr(b.data(), 0, b.size()) == nullptr) return nullptr;
  std::array<std::size_t, 4> zeros{};
  const std::size_t groups = b.size() / 4;
  for (std::size_t i = 0; i < groups * 4; ++i) zeros[i % 4] += b[i] == 0 ? 1U : 0U;
  const auto most = [groups](std::size_t count) { return count * 10 >= groups * 9; };
  const auto few = [groups](std::size_t count) { return count * 10 <= groups; };
  if (few(zeros[0]) && most(zeros[1]) && most(zeros[2]) && most(zeros[3])) return "UTF-32LE";
  if (most(zeros[0]) && most(zeros[1]) && most(zeros[2]) && few(zeros[3])) return "UTF-32BE";
  if (few(zeros[0]) && most(zeros[1]) && few(zeros[2]) && most(zeros[3])) return "UTF-16LE";
  if (most(zeros[0]) && few(zeros[1]) && most(zeros[2]) && few(zeros[3])) return "UTF-16BE";
  return nullptr;
}

}  // namespace outspan::text

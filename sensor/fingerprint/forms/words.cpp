#include "fingerprint/forms/words.h"

#include <unicode/utf8.h>

#include <array>
#include <cstring>

#include "fingerprint/forms/letters.h"

namespace outspan::fingerprint {
namespace {

/// ASCII, folded; 0: no letter and no digit.
constexpr std::array<char, 128> kAscii = [] {
  std::array<char, 128> folded{};
  for (char c = 'a'; c <= 'z'; ++c) {
    folded[static_cast<std::size_t>(c)] = c;
    folded[static_cast<std::size_t>(c - 'a' + 'A')] = c;
  }
  for (char c = '0'; c <= '9'; ++c) folded[static_cast<std::size_t>(c)] = c;
  return folded;
}();

constexpr bool is_apostrophe(std::uint32_t c) noexcept {
  return c == '\'' || c == 0x2019 || c == 0x2bc;
}

/// The code point at `at`, and its size; what is no UTF-8 is one byte of nothing.
std::uint32_t decode(std::string_view text, std::size_t at, std::size_t& size) noexcept {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto next = static_cast<std::int32_t>(at);
  UChar32 c = 0;
  U8_NEXT(bytes, next, static_cast<std::int32_t>(text.size()), c);
  size = static_cast<std::size_t>(next) - at;
  return c < 0 ? 0 : static_cast<std::uint32_t>(c);
}

}  // namespace

bool WordReader::next(Word& word) noexcept {
  using Kind = FoldedLetter::Kind;
  begin(word);
  while (at_ < text_.size()) {
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte < 0x80 && kAscii[byte] != 0) {
      append(word, 1, {&kAscii[byte], 1}, byte <= '9');
      continue;
    }
    std::size_t size = 1;
    const std::uint32_t c = byte < 0x80 ? byte : decode(text_, at_, size);
    const FoldedLetter letter = byte < 0x80 ? FoldedLetter{} : fold_letter(c);
    switch (letter.kind) {
      case Kind::mark: at_ += size; break;
      case Kind::letter: append(word, size, letter.text(), false); break;
      case Kind::digit: append(word, size, letter.text(), true); break;
      case Kind::symbol:
        if (size_ != 0) {
          if (complete(word)) return true;  // the word before it; then it stands by itself
          break;
        }
        append(word, size, letter.text(), false);
        word.symbol = true;
        return complete(word);
      case Kind::other:
        at_ += size;
        if (!is_apostrophe(c) && complete(word)) return true;
    }
  }
  return complete(word);
}

void WordReader::begin(Word& word) noexcept {
  word = {};
  size_ = 0;
  too_long_ = false;
}

void WordReader::append(Word& word, std::size_t bytes, std::string_view folded,
                        bool digit) noexcept {
  if (size_ == 0) word.begin = static_cast<std::uint32_t>(at_);
  at_ += bytes;
  word.end = static_cast<std::uint32_t>(at_);
  word.has_digit = word.has_digit || digit;
  if (size_ + folded.size() > kBytesMax) {
    too_long_ = true;
    return;
  }
  std::memcpy(folded_ + size_, folded.data(), folded.size());
  size_ += folded.size();
}

/// False: there was no word, or none that counts; the next one may begin.
bool WordReader::complete(Word& word) noexcept {
  if (size_ == 0 || too_long_) {
    begin(word);
    return false;
  }
  word.folded = {folded_, size_};
  return true;
}

std::string fold_text(std::string_view value) {
  std::string folded;
  WordReader reader(value);
  Word word;
  while (reader.next(word)) folded += word.folded;
  return folded;
}

}  // namespace outspan::fingerprint

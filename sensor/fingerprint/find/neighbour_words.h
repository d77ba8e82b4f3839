#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/hash.h"
#include "detect/text_span.h"
#include "fingerprint/forms/name_form.h"
#include "fingerprint/forms/words.h"

namespace outspan::fingerprint {

/// A stretch of a text.
struct Stretch {
  std::uint32_t begin = 0, end = 0;
  [[nodiscard]] bool empty() const noexcept { return begin >= end; }
};

/// How well the words around a value fit a customer's name.
enum class NameFit : std::uint8_t {
  none,
  initial,  ///< "A. Lovelace": confirms what is known otherwise
  full,
};

/// The words of a text around the values that were found in it, hashed: what names and other texts
/// are compared with. Words inside of what could be a value itself are left out: "ada.lovelace@" is
/// no name beside itself. Each part of the text is read once.
class NeighbourWords {
 public:
  /// `text` is borrowed until the next call. `addresses` and `numbers`: what could be values, each
  /// by position. `keep_folded`: words are compared with text columns as well.
  void begin(detect::TextSpan text, std::span<const Stretch> addresses,
             std::span<const Stretch> numbers, const SipKey& name_key, bool keep_folded);

  /// Around a value the words of a name stand together. Stretches of one text are asked for in
  /// ascending order as a rule; others are read again.
  /// `trimmed`: among binary data, words without their first or last characters count as well.
  NameFit fit(const NameTag& name, Stretch near, bool trimmed);
  /// In a record (see record_around) they may stand anywhere.
  bool fits_in_record(const NameTag& name, Stretch record);

  /// Calls is_it(folded) for each one to six words in a row whose letters and digits are
  /// `size_min` to `size_max` bytes together, until it says yes.
  template <class IsIt>
  bool any_text(Stretch near, std::uint32_t size_min, std::uint32_t size_max, IsIt is_it) {
    const auto matches = [&](Words words) {
      for (std::size_t i = 0; i < words.size(); ++i) {
        joined_.clear();
        for (std::size_t j = i; j < words.size() && j < i + kTextWordsMax; ++j) {
          joined_ += folded_of(words[j]);
          if (joined_.size() > size_max) break;
          if (joined_.size() >= size_min && is_it(std::string_view(joined_))) return true;
        }
      }
      return false;
    };
    return matches(words_in(near)) || any_framed(near, matches);
  }

 private:
  static constexpr std::size_t kTextWordsMax = 6;
  struct HashedWord {
    std::uint32_t begin, end;
    std::uint64_t hash;
    std::uint32_t part;  // NameTag::part; 0: no word of a name
    std::uint8_t initial;
    bool single;  // one letter
    bool symbol;
    std::uint32_t folded_at, folded_size;
  };
  using Words = std::span<const HashedWord>;
  /// Among binary data: a text that is shorter than it looks.
  struct FramedText {
    std::uint32_t begin;
    std::uint32_t first_word, words;  // of framed_words_
  };
  void forget_words();
  void read(Stretch wanted);
  void read_between(std::uint32_t begin, std::uint32_t end);
  void read_framed(std::uint32_t begin, std::uint32_t end);
  void add_framed(std::uint32_t begin, std::uint32_t bytes);
  void read_trimmed(std::uint32_t begin, std::uint32_t end);
  void add_trimmed(std::uint32_t begin, std::string_view text);
  void add_words(std::uint32_t begin, std::string_view text, FramedText& framed);
  [[nodiscard]] std::optional<HashedWord> hashed(const Word& word, std::uint32_t at);
  [[nodiscard]] Words words_in(Stretch stretch);
  /// Whether it is so of the words of some framed text that begins in `near`, which was read.
  template <class Is>
  bool any_framed(Stretch near, Is is) const {
    auto text = std::lower_bound(
        framed_.begin(), framed_.end(), near.begin,
        [](const FramedText& framed, std::uint32_t at) { return framed.begin < at; });
    for (; text != framed_.end() && text->begin < near.end; ++text)
      if (is(Words(framed_words_).subspan(text->first_word, text->words))) return true;
    return false;
  }
  [[nodiscard]] static NameFit fit(const NameTag& name, Words words);
  [[nodiscard]] static bool fits_anywhere(const NameTag& name, Words words);
  [[nodiscard]] std::string_view folded_of(const HashedWord& word) const noexcept {
    return std::string_view(folded_).substr(word.folded_at, word.folded_size);
  }
  [[nodiscard]] static bool fits_symbols(const NameTag& name, Words words);

  std::string_view text_;
  std::vector<Stretch> values_;  // ascending, none overlaps another
  SipKey key_;
  bool keep_folded_ = false;
  bool in_binary_ = false;
  Stretch read_;  // of the text
  std::vector<HashedWord> words_;
  std::vector<FramedText> framed_;
  std::vector<HashedWord> framed_words_;
  std::string folded_, joined_;
};

/// The line of a table, the object of a JSON text or the row of an HTML table around a value;
/// empty: none of them is to be seen.
Stretch record_around(std::string_view text, Stretch value) noexcept;

}  // namespace outspan::fingerprint

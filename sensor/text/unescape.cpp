#include "text/unescape.h"

#include <algorithm>
#include <cstring>

#include "text/byte_class.h"
#include "text/coded_character.h"
#include "text/coded_words.h"
#include "text/fold.h"
#include "text/hex.h"

namespace outspan::text {
namespace {

constexpr int kRounds = 6;

/// Whether some of the bytes may begin an escape.
bool has_lead(std::string_view made) noexcept {
  return std::ranges::any_of(made,
                             [](char c) { return c == '%' || c == '\\' || c == '&' || c == '+'; });
}

enum class Layer : std::uint8_t {
  none,  ///< no escapes; `made` and `escapes` are empty
  last,  ///< what was made holds no escape
  more,  ///< what was made may hold escapes
};

/// Undoes one layer of escapes. Time: linear in the text.
class LayerReader {
 public:
  /// `leads`: of the text.
  LayerReader(std::string_view text, EscapeScan leads, Unescaper::Text& made,
              std::vector<Escape>& escapes)
      : text_(text),
        leads_(leads),
        made_(made),
        escapes_(escapes),
        words_left_(kWordsRead * text.size()) {}

  Layer run() {
    escapes_.clear();
    made_.size = 0;
    std::size_t at = leads_.next(0);
    if (at == text_.size()) return Layer::none;
    const std::size_t room = coded_growth(text_.size());
    if (made_.bytes.size() < room) made_.bytes.resize(room);
    end_ = made_.bytes.data();
    room_end_ = end_ + made_.bytes.size();
    while (at < text_.size()) {
      copy_to(at);
      if (leads_.leads().plus && text_[at] == '+') {  // the usual one in forms
        *end_++ = ' ';
        add(at, at + 1, 1);
        at = leads_.next(at + 1);
        continue;
      }
      at = leads_.next(take(at) ? copied_ : at + 1);
    }
    if (escapes_.empty()) return Layer::none;
    copy_to(text_.size());
    made_.size = made_size();
    return layer_;
  }

 private:
  /// Words of UTF-7 may be read from each of their characters: so many times the text, at most.
  static constexpr std::size_t kWordsRead = 4;
  /// A word that can still be read then.
  static constexpr std::size_t kShortWord = 12;
  static constexpr std::size_t kWord = 16;

  [[nodiscard]] std::size_t made_size() const noexcept {
    return static_cast<std::size_t>(end_ - made_.bytes.data());
  }

  void copy_to(std::size_t at) noexcept {
    const std::size_t size = at - copied_;
    // Mostly a word, and there is room: a copy of a fixed size is one instruction.
    if (size <= kWord && copied_ + kWord <= text_.size() && end_ + kWord <= room_end_)
      std::memcpy(end_, text_.data() + copied_, kWord);
    else
      std::memcpy(end_, text_.data() + copied_, size);
    end_ += size;
    copied_ = at;
  }

  /// The lead at `at`, up to which all is copied. false: it is no escape.
  bool take(std::size_t at) {
    char* const instead = end_;
    std::size_t length = escape_at(at);
    std::size_t before = 0;
    if (length == 0 && (text_[at] == '+' || text_[at] == '&')) {
      const Concatenation joined = concatenation(text_, at);
      length = joined.length;
      before = joined.before;
      if (before > made_since_escape(instead)) length = 0;
    }
    if (length == 0) {
      refused_ = at;
      return false;
    }
    const auto size = static_cast<std::size_t>(end_ - instead);
    end_ -= before;
    // A new lead, or another text behind an old one.
    if (has_lead({instead, size})) layer_ = Layer::more;
    add(at - before, at + length, size);
    return true;
  }

  /// What stood in [begin, end) is written, and is so many bytes long.
  void add(std::size_t begin, std::size_t end, std::size_t size) {
    if (refused_ != std::string_view::npos && begin - std::min(begin, refused_) < kLongestEscape)
      layer_ = Layer::more;
    const auto text_end = static_cast<std::uint32_t>(made_size());
    escapes_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                        static_cast<std::uint32_t>(text_end - size), text_end});
    copied_ = end;
  }

  /// Bytes at the end of what was made that are the text's own.
  [[nodiscard]] std::size_t made_since_escape(const char* end) const noexcept {
    const std::size_t size = static_cast<std::size_t>(end - made_.bytes.data());
    return size - (escapes_.empty() ? 0 : escapes_.back().text_end);
  }

  /// Writes what the escape stands for; its length, 0: there is none.
  std::size_t escape_at(std::size_t at) noexcept {
    switch (text_[at]) {
      case ':': return append(ldif_value(text_, at, end_));
      case '=': return append(quoted_printable(text_, at, end_));
      case '+': return utf7(at);
      default: break;
    }
    if (text_[at] == '%' && at + 2 < text_.size()) {  // the usual one
      const int byte = hex_byte(text_[at + 1], text_[at + 2]);
      if (byte >= 0 && byte != '%') {
        *end_++ = static_cast<char>(byte);
        return 3;
      }
    }
    const CodedCharacter character = coded_character(text_.substr(at), end_);
    if (character.length > 0) end_ += character.size;
    return character.length;
  }

  std::size_t utf7(std::size_t at) noexcept {
    const CodedWord word = utf7_word(text_, at, std::max(words_left_, kShortWord), end_);
    words_left_ -= std::min(words_left_, word.read);
    return append(word);
  }

  std::size_t append(CodedWord word) noexcept {
    if (word.length > 0) end_ += word.size;
    return word.length;
  }

  std::string_view text_;
  EscapeScan leads_;
  Unescaper::Text& made_;
  std::vector<Escape>& escapes_;
  char* end_ = nullptr;  // of what was made
  const char* room_end_ = nullptr;
  std::size_t copied_ = 0;                        // of the text
  std::size_t refused_ = std::string_view::npos;  // the last lead that was no escape
  std::size_t words_left_;
  Layer layer_ = Layer::last;
};

/// `first` leads from raw to a middle text, `second` from there to the last: the list that leads
/// from raw to the last. Ranges that touch each other's are united.
void compose(const std::vector<Escape>& first, const std::vector<Escape>& second,
             std::vector<Escape>& out) {
  out.clear();
  std::size_t i = 0;
  std::size_t j = 0;
  // In plain stretches: raw = middle + to_raw, last = middle + to_last (modulo 2^32).
  std::uint32_t to_raw = 0;
  std::uint32_t to_last = 0;
  while (i < first.size() || j < second.size()) {
    const std::uint32_t begin = std::min(i < first.size() ? first[i].text_begin : UINT32_MAX,
                                         j < second.size() ? second[j].raw_begin : UINT32_MAX);
    std::uint32_t end = begin;
    const Escape united{begin + to_raw, 0, begin + to_last, 0};
    for (bool grew = true; grew;) {
      grew = false;
      if (i < first.size() && (first[i].text_begin < end || first[i].text_begin == begin)) {
        end = std::max(end, first[i].text_end);
        to_raw = first[i].raw_end - first[i].text_end;
        ++i;
        grew = true;
      }
      if (j < second.size() && (second[j].raw_begin < end || second[j].raw_begin == begin)) {
        end = std::max(end, second[j].raw_end);
        to_last = second[j].text_end - second[j].raw_end;
        ++j;
        grew = true;
      }
    }
    out.push_back({united.raw_begin, end + to_raw, united.text_begin, end + to_last});
  }
}

}  // namespace

bool Unescaper::run(std::string_view raw, EscapeMode mode, const TextMasks* masks) {
  const bool escaped = undo_layers(raw, mode, masks);
  if (!escaped && masks != nullptr && masks->is_ascii()) return false;
  const std::string_view unfolded = escaped ? text() : raw;
  if (ascii_bytes(as_bytes(unfolded)) == unfolded.size()) return escaped;
  if (!fold(unfolded, next_text_.bytes, next_text_.size, next_escapes_)) return escaped;
  if (escaped)
    compose(escapes_, next_escapes_, merged_);
  else
    std::swap(next_escapes_, merged_);
  std::swap(escapes_, merged_);
  std::swap(text_, next_text_);
  return true;
}

bool Unescaper::undo_layers(std::string_view raw, EscapeMode mode, const TextMasks* masks) {
  unfinished_ = false;
  const bool form = mode == EscapeMode::form;
  const EscapeLeads leads{.plus = form, .equals = !form && is_quoted_printable(raw)};
  // The masks are of the leads that every text has.
  const bool masked = masks != nullptr && !leads.plus && !leads.equals;
  const EscapeScan scan =
      masked ? EscapeScan(masks->escapes(), raw.size()) : EscapeScan(as_bytes(raw), leads);
  Layer layer = LayerReader(raw, scan, text_, escapes_).run();
  if (layer == Layer::none) return false;
  for (int round = 1; round < kRounds && layer == Layer::more; ++round) {
    layer = LayerReader(text(), {as_bytes(text()), {}}, next_text_, next_escapes_).run();
    if (layer == Layer::none) break;
    compose(escapes_, next_escapes_, merged_);
    std::swap(escapes_, merged_);
    std::swap(text_, next_text_);
  }
  unfinished_ = layer == Layer::more;
  return true;
}

}  // namespace outspan::text

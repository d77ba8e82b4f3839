#include "text/fold.h"

#include <algorithm>
#include <cstring>

#include "text/ascii.h"
#include "text/byte_class.h"
#include "text/fold_table.h"
#include "text/utf8.h"

namespace outspan::text {
namespace {

const FoldTable& table() {
  static const FoldTable kTable;
  return kTable;
}

/// What a value may be made of.
enum class Beside : std::uint8_t { nothing, word, digit };

Beside kind_of(char c) noexcept {
  constexpr std::string_view kOfWords = "@._+-";
  if (is_digit(c)) return Beside::digit;
  const bool word = is_letter(c) || kOfWords.find(c) != std::string_view::npos;
  return word ? Beside::word : Beside::nothing;
}

/// One side of a place, looking over hidden characters.
struct Side {
  Beside touching = Beside::nothing;
  Beside next = Beside::nothing;  ///< looking over blanks and dashes as well
};

/// Goes over a text once. What is to the left of a place is kept on the way, what is to the right
/// is looked for; a run of hidden characters is looked over once.
class Folder {
 public:
  Folder(std::string_view text, std::vector<char>& out, std::vector<Escape>& escapes)
      : text_(text), out_(out), escapes_(escapes) {}

  /// The size of the folded text; without escapes there is none.
  std::size_t run() {
    while (at_ < text_.size() && !is_binary()) {
      take_ascii();
      if (at_ < text_.size()) take();
    }
    if (is_binary()) escapes_.clear();
    if (!escapes_.empty()) copy_to(text_.size());
    return size_;
  }

 private:
  /// Blanks and dashes that are looked over, at most: those of a number.
  static constexpr int kGap = 4;
  /// Of a word that is searched for letters of ASCII.
  static constexpr std::size_t kWord = 64;
  static constexpr std::size_t kFewInvalid = 64;

  struct Read {
    const Folded* folded;
    std::size_t size;
  };
  /// Other bytes have characters by chance, one in fifteen.
  [[nodiscard]] bool is_binary() const noexcept {
    return invalid_ > kFewInvalid && invalid_ > 4 * characters_;
  }

  [[nodiscard]] Read read(std::size_t at) const noexcept {
    const Character character = character_at(text_, at);
    return {&table().of(character.size == 0 ? 0 : character.code),
            std::max<std::size_t>(character.size, 1)};
  }

  void take_ascii() noexcept {
    const std::size_t end = at_ + ascii_bytes(as_bytes(text_).subspan(at_));
    if (end == at_) return;
    const std::size_t last = text_.substr(0, end).find_last_not_of(' ');
    const bool blank = last == std::string_view::npos || last < at_;
    if (!blank) left_.next = kind_of(text_[last]);
    if (end - (blank ? at_ : last + 1) > kGap) left_.next = Beside::nothing;
    left_.touching = kind_of(text_[end - 1]);
    at_ = end;
  }

  /// The character at at_, which is beyond ASCII.
  void take() {
    const auto [folded, size] = read(at_);
    ++(size > 1 ? characters_ : invalid_);
    switch (folded->kind) {
      case FoldKind::stays:
      case FoldKind::lookalike: return take_letters();
      case FoldKind::value: {
        left_ = {kind_of(folded->text().back()), kind_of(folded->text().back())};
        return replace(*folded, size);
      }
      default: break;
    }
    const bool needed = is_needed(folded->kind, right_of(at_ + size));
    if (folded->kind != FoldKind::hidden) left_.touching = Beside::nothing;
    if (folded->kind == FoldKind::sign || folded->kind == FoldKind::stop)
      left_.next = Beside::nothing;
    needed ? replace(*folded, size) : pass(size);
  }

  [[nodiscard]] bool is_needed(FoldKind kind, Side right) const noexcept {
    const bool touches_left = left_.touching != Beside::nothing;
    const bool touches_right = right.touching != Beside::nothing;
    const bool number = left_.next == Beside::digit || right.next == Beside::digit;
    switch (kind) {
      case FoldKind::stop: return touches_left && touches_right;
      case FoldKind::dash: return number || (touches_left && touches_right);
      case FoldKind::blank: return number;
      default: return touches_left || touches_right;
    }
  }

  [[nodiscard]] Side right_of(std::size_t at) noexcept {
    Side side;
    for (int gap = 0; gap <= kGap; ++gap) {
      at = behind_hidden(at);
      if (at == text_.size()) return side;
      Read here{nullptr, 1};
      if (!is_ascii(text_[at])) here = read(at);
      const bool value = here.folded != nullptr && here.folded->kind == FoldKind::value;
      const Beside kind = here.folded == nullptr ? kind_of(text_[at])
                          : value                ? kind_of(here.folded->text().front())
                                                 : Beside::nothing;
      if (gap == 0) side.touching = kind;
      side.next = kind;
      const bool looked_over = here.folded == nullptr ? text_[at] == ' '
                                                      : here.folded->kind == FoldKind::dash ||
                                                            here.folded->kind == FoldKind::blank;
      if (!looked_over) return side;
      at += here.size;
    }
    return {side.touching, Beside::nothing};
  }

  [[nodiscard]] std::size_t behind_hidden(std::size_t at) noexcept {
    if (at >= hidden_begin_ && at < hidden_end_) return hidden_end_;
    std::size_t end = at;
    while (end < text_.size() && !is_ascii(text_[end])) {
      const Read here = read(end);
      if (here.folded->kind != FoldKind::hidden) break;
      end += here.size;
    }
    if (end > at) {
      hidden_begin_ = at;
      hidden_end_ = end;
    }
    return end;
  }

  /// A run of letters: all of them look like letters of ASCII, in a word of those, or they stay.
  void take_letters() {
    std::size_t end = at_;
    bool alike = true;
    while (end < text_.size() && !is_ascii(text_[end])) {
      const Read here = read(end);
      const FoldKind kind = here.folded->kind;
      if (kind != FoldKind::stays && kind != FoldKind::lookalike) break;
      alike = alike && kind == FoldKind::lookalike;
      ++(here.size > 1 ? characters_ : invalid_);
      end += here.size;
    }
    left_ = {};
    if (!alike || !in_latin_word(at_, end)) return pass(end - at_);
    left_ = {Beside::word, Beside::word};
    while (at_ < end) {
      const Read here = read(at_);
      replace(*here.folded, here.size);
    }
  }

  [[nodiscard]] bool in_latin_word(std::size_t begin, std::size_t end) const noexcept {
    const auto is_part = [this](std::size_t at) { return kind_of(text_[at]) != Beside::nothing; };
    for (std::size_t at = begin; at > 0 && begin - at < kWord && is_part(at - 1); --at)
      if (is_letter(text_[at - 1])) return true;
    for (std::size_t at = end; at < text_.size() && at - end < kWord && is_part(at); ++at)
      if (is_letter(text_[at])) return true;
    return false;
  }

  void pass(std::size_t size) noexcept { at_ += size; }

  void replace(const Folded& folded, std::size_t size) {
    copy_to(at_);
    const auto begin = static_cast<std::uint32_t>(size_);
    put(folded.text());
    const Escape escape{static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(at_ + size),
                        begin, static_cast<std::uint32_t>(size_)};
    // Hidden characters that follow one another are one escape.
    const bool goes_on = !escapes_.empty() && escapes_.back().raw_end == escape.raw_begin &&
                         folded.kind == FoldKind::hidden &&
                         escapes_.back().text_begin == escapes_.back().text_end;
    if (goes_on)
      escapes_.back().raw_end = escape.raw_end;
    else
      escapes_.push_back(escape);
    at_ += size;
    copied_ = at_;
  }

  void copy_to(std::size_t end) {
    put(text_.substr(copied_, end - copied_));
    copied_ = end;
  }

  void put(std::string_view text) {
    if (out_.size() < size_ + text.size()) out_.resize(std::max(size_ + text.size(), text_.size()));
    std::copy(text.begin(), text.end(), out_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += text.size();
  }

  std::string_view text_;
  std::vector<char>& out_;
  std::vector<Escape>& escapes_;
  Side left_;
  std::size_t at_ = 0;
  std::size_t copied_ = 0;  // of the text
  std::size_t size_ = 0;    // of what was made
  std::size_t hidden_begin_ = 0, hidden_end_ = 0;
  std::size_t characters_ = 0, invalid_ = 0;  // beyond ASCII; bytes that are none
};

}  // namespace

bool fold(std::string_view text, std::vector<char>& out, std::size_t& size,
          std::vector<Escape>& escapes) {
  escapes.clear();
  size = Folder(text, out, escapes).run();
  return !escapes.empty();
}

std::string fold(std::string_view text) {
  std::vector<char> out;
  std::vector<Escape> escapes;
  std::size_t size = 0;
  return fold(text, out, size, escapes) ? std::string(out.data(), size) : std::string(text);
}

}  // namespace outspan::text

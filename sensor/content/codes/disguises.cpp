#include "content/codes/disguises.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "content/codes/rewriter.h"
#include "text/ascii.h"
#include "text/byte_class.h"
#include "text/utf8.h"

namespace outspan::content {
namespace {

constexpr std::size_t kPiece = 4096;

constexpr auto kRot13 = [] {
  std::array<char, 256> other{};
  for (std::size_t c = 0; c < other.size(); ++c) {
    const std::size_t letter = (c | 0x20) - 'a';
    other[c] = static_cast<char>(letter < 13 ? c + 13 : letter < 26 ? c - 13 : c);
  }
  return other;
}();

class Rot13 final : public Rewriter {
 public:
  Rot13(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : Rewriter(context, node, "rot13", depth) {}

  void rewrite(Bytes bytes) noexcept override {
    std::array<char, kPiece> out;
    for (std::string_view text = as_text(bytes); !text.empty();) {
      const std::string_view piece = text.substr(0, out.size());
      std::ranges::transform(piece, out.begin(),
                             [](char c) { return kRot13[static_cast<unsigned char>(c)]; });
      write({out.data(), piece.size()});
      text.remove_prefix(piece.size());
    }
  }

 private:
  void settle() noexcept override {}
};

/// By characters: a sequence of UTF-8 stays as it is.
void reverse_characters(char* begin, char* end) noexcept {
  const auto size = static_cast<std::size_t>(end - begin);
  std::reverse(begin, end);
  if (text::ascii_span(as_bytes({begin, size})) == size) return;
  while (begin < end) {
    char* lead = std::find_if_not(begin, end, text::continues);
    if (lead < end && text::leads(*lead)) std::reverse(begin, lead + 1);
    begin = lead < end ? lead + 1 : end;
  }
}

class Reversed final : public Rewriter {
 public:
  Reversed(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : Rewriter(context, node, "reversed", depth) {}

  void rewrite(Bytes bytes) noexcept override {
    for (std::string_view text = as_text(bytes); !text.empty();) {
      const std::size_t end = text.find('\n');
      const std::string_view line = text.substr(0, end == text.npos ? end : end + 1);
      hold(line);
      if (end != text.npos) settle();
      text.remove_prefix(line.size());
    }
  }

 private:
  static constexpr std::string_view kBetweenValues = "\r\n\t,;\"<>|{}";

  void hold(std::string_view text) noexcept {
    while (!text.empty()) {
      if (!held_) held_ = context().services().buffers.take(kPiece);
      if (!held_) {
        ++context().services().counters.budget_memory;
        return;
      }
      const std::size_t taken = std::min(text.size(), kPiece - held_size_);
      std::memcpy(held_.data() + held_size_, text.data(), taken);
      held_size_ += taken;
      text.remove_prefix(taken);
      if (held_size_ == kPiece) write_piece(between_values());
    }
  }

  /// Where a full piece can be cut, behind what separates values.
  [[nodiscard]] std::size_t between_values() const noexcept {
    const std::string_view text(reinterpret_cast<const char*>(held_.data()), held_size_);
    std::size_t last = text.find_last_of(kBetweenValues);
    if (last == text.npos) last = text.rfind(' ');
    return last == text.npos ? text.size() : last + 1;
  }

  /// What separates it from the next piece stays behind it.
  void write_piece(std::size_t size) noexcept {
    char* text = reinterpret_cast<char*>(held_.data());
    const char last = text[size - 1];
    const bool separated = last == ' ' || kBetweenValues.find(last) != std::string_view::npos;
    reverse_characters(text, text + size - (separated ? 1 : 0));
    write({text, size});
    held_size_ -= size;
    std::memmove(text, text + size, held_size_);
  }

  void settle() noexcept override {
    if (held_size_ > 0) write_piece(held_size_);
  }

  void forget() noexcept override { held_.release(); }

  Buffer held_;
  std::size_t held_size_ = 0;
};

constexpr auto kMarks = [] {
  std::array<bool, 256> marks{};
  for (const char c : std::string_view(" \r\n\t\"',;<>:=|"))
    marks[static_cast<unsigned char>(c)] = true;
  return marks;
}();

/// Joins single characters with one blank between them; more blanks are one. Marks that stand
/// around values need no blanks, so that `"a l i c e",` is read; anything longer ends the run.
class Spaced final : public Rewriter {
 public:
  Spaced(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : Rewriter(context, node, "spaced", depth) {}

  void rewrite(Bytes bytes) noexcept override {
    const std::string_view text = as_text(bytes);
    for (std::size_t at = 0; at < text.size(); ++at) {
      // The rest of a longer word.
      while (token_is_long_ && at < text.size() && !kMarks[static_cast<unsigned char>(text[at])])
        ++at;
      if (at < text.size()) step(text[at]);
    }
  }

 private:
  static constexpr std::size_t kHeld = 1024;
  /// Letters and digits, at least: fewer are a list or a table.
  static constexpr std::size_t kMinSpaced = 8;

  void step(char c) noexcept {
    if (kMarks[static_cast<unsigned char>(c)]) return end_word(c);
    if (token_size_ == 0 || (text::continues(c) && token_size_ < token_.size()))
      token_[token_size_++] = c;
    else
      token_is_long_ = true;
  }

  void end_word(char mark) noexcept {
    end_token();
    if (mark == ' ')
      ++blanks_;
    else if (mark == '\n')
      end_line();
    else if (mark != '\r')
      add({&mark, 1}, false);
  }

  void end_token() noexcept {
    if (token_size_ == 0) return;
    if (token_is_long_)
      end_run();
    else
      add({token_.data(), token_size_}, is_letter(token_[0]));
    token_size_ = 0;
    token_is_long_ = false;
    blanks_ = 0;
  }

  void end_line() noexcept {
    blanks_ = 0;
    if (in_run())
      add("\n", false);
    else
      line_ended_ = true;
  }

  static bool is_letter(char c) noexcept { return text::is_alnum(c) || text::leads(c); }

  [[nodiscard]] bool in_run() const noexcept { return written_ || !run_.empty(); }

  void add(std::string_view character, bool letter) noexcept {
    if (letter && (blanks_ == 1 || !in_run())) ++letters_;
    if (blanks_ > 1 && in_run()) run_ += ' ';
    run_ += character;
    blanks_ = 0;
    if (run_.size() >= kHeld) hand_on();
  }

  /// Writes the run so far, if it is one.
  void hand_on() noexcept {
    if (letters_ >= kMinSpaced) {
      if (!written_) write(line_ended_ ? "\n" : " ");
      write(run_);
      written_ = true;
      line_ended_ = false;
    } else if (run_.find('\n') != run_.npos) {
      line_ended_ = true;
    }
    if (!written_) letters_ = 0;
    run_.clear();
  }

  void end_run() noexcept {
    hand_on();
    written_ = false;
    letters_ = 0;
  }

  void settle() noexcept override {
    if (letters_ >= kMinSpaced) hand_on();
  }

  void forget() noexcept override {
    end_token();
    end_run();
    blanks_ = 0;
  }

  std::string run_;  // at most kHeld bytes and a character
  std::array<char, 4> token_;
  std::size_t token_size_ = 0;
  bool token_is_long_ = false;
  std::size_t blanks_ = 0;   // since the last token
  std::size_t letters_ = 0;  // of the run that had one blank in front
  bool written_ = false;     // the beginning of the run
  bool line_ended_ = false;  // since the last run that was written
};

std::string_view core_of(const Window& window) noexcept {
  if (window.escapes.empty())
    return window.raw.substr(window.core_begin, window.core_end - window.core_begin);
  const std::size_t begin = text::text_position(window.escapes, window.core_begin);
  return window.unescaped.substr(begin,
                                 text::text_position(window.escapes, window.core_end) - begin);
}

}  // namespace

Disguises::Disguises(ObjectContext& context, const Node& node, std::uint32_t depth)
    : context_(context),
      rewriters_{std::make_unique<Rot13>(context, node, depth),
                 std::make_unique<Reversed>(context, node, depth),
                 std::make_unique<Spaced>(context, node, depth)} {}

void Disguises::data(const Window& window) noexcept {
  const std::string_view core = core_of(window);
  // Bytes that are no text are in none of these disguises.
  if (core.find('\0') != core.npos) return boundary();
  // The unescaper lends its text only until it runs for another window.
  Buffer copy;
  if (!window.escapes.empty()) {
    if (core.size() <= BufferPool::kSizes.back())
      copy = context_.services().buffers.take(core.size());
    if (!copy) return void(++context_.services().counters.budget_memory);
    std::memcpy(copy.data(), core.data(), core.size());
  }
  const Bytes text = copy ? Bytes(copy.data(), core.size()) : as_bytes(core);
  for (const StagePtr& rewriter : rewriters_) rewriter->data(text);
}

void Disguises::boundary() noexcept {
  for (const StagePtr& rewriter : rewriters_) rewriter->boundary();
}
void Disguises::pause() noexcept {
  for (const StagePtr& rewriter : rewriters_) rewriter->pause();
}
void Disguises::finish() noexcept {
  for (const StagePtr& rewriter : rewriters_) rewriter->finish();
}

}  // namespace outspan::content

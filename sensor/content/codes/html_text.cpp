#include "content/codes/html_text.h"

#include <algorithm>
#include <cstring>

#include "text/ascii.h"

namespace outspan::content {
namespace {

/// Longer than any value.
constexpr std::size_t kTail = 384;

constexpr std::string_view kInLine[] = {
    "a",    "abbr",   "b",      "bdi", "bdo", "big",   "cite", "code", "data", "del",  "dfn",
    "em",   "font",   "i",      "ins", "kbd", "label", "mark", "nobr", "s",    "samp", "small",
    "span", "strike", "strong", "sub", "sup", "time",  "tt",   "u",    "var",  "wbr"};

/// What a value may be made of, on both sides of a tag.
bool is_in_word(char c) noexcept {
  return text::is_alnum(c) || !text::is_ascii(c) ||
         std::string_view("@.-_+&").find(c) != std::string_view::npos;
}

}  // namespace

bool is_html(const Node& node, std::string_view beginning) noexcept {
  if (node.media_type == "text/html" || node.media_type == "application/xhtml+xml") return true;
  if (beginning.starts_with("\xef\xbb\xbf")) beginning.remove_prefix(3);
  while (!beginning.empty() && text::is_space(beginning.front())) beginning.remove_prefix(1);
  return text::starts_ignoring_case(beginning, "<!doctype html") ||
         text::starts_ignoring_case(beginning, "<html");
}

void HtmlText::data(Bytes bytes) noexcept {
  for (std::string_view text = as_text(bytes); !text.empty();) {
    if (state_ != State::text) {
      step(text.front());
      text.remove_prefix(1);
      continue;
    }
    const std::string_view plain = text.substr(0, text.find('<'));
    add(plain);
    text.remove_prefix(plain.size());
    if (text.empty()) return;
    state_ = State::opening;
    text.remove_prefix(1);
  }
}

void HtmlText::step(char c) noexcept {
  switch (state_) {
    case State::text: return;
    case State::opening: return begin_tag(c);
    case State::name: return in_name(c);
    case State::attributes: return in_attributes(c);
    case State::quoted:
      if (c == quote_) state_ = State::attributes;
      return;
    case State::comment: return in_comment(c);
  }
}

void HtmlText::begin_tag(char c) noexcept {
  if (!text::is_letter(c) && c != '/' && c != '!' && c != '?') {
    state_ = State::text;
    add("<");
    if (c == '<')
      state_ = State::opening;
    else
      add({&c, 1});
    return;
  }
  state_ = State::name;
  name_[0] = text::to_lower(c);
  name_size_ = 1;
  before_ = 0;
}

void HtmlText::in_name(char c) noexcept {
  if (c == '>') return end_tag();
  if (text::is_space(c) || (c == '/' && name_size_ > 1)) {
    state_ = State::attributes;
    return;
  }
  if (name_size_ < name_.size()) name_[name_size_] = text::to_lower(c);
  ++name_size_;
  if (name_size_ == 3 && std::string_view(name_.data(), 3) == "!--") {
    state_ = State::comment;
    dashes_ = 2;  // "<!-->" is one
  }
}

void HtmlText::in_attributes(char c) noexcept {
  if (c == '>') return end_tag();
  if ((c == '"' || c == '\'') && before_ == '=') {
    quote_ = c;
    state_ = State::quoted;
  }
  if (!text::is_space(c)) before_ = c;
}

void HtmlText::in_comment(char c) noexcept {
  if (c == '>' && dashes_ >= 2) return end_tag();
  dashes_ = c == '-' ? dashes_ + 1 : 0;
}

void HtmlText::end_tag() noexcept {
  state_ = State::text;
  std::string_view name(name_.data(), std::min(name_size_, name_.size()));
  const bool closes = name.starts_with('/');
  if (closes) name.remove_prefix(1);
  const bool in_line = name.starts_with('!') || name.starts_with('?') ||
                       name.find(':') != name.npos ||
                       std::ranges::find(kInLine, name) != std::end(kInLine);
  if (in_line) {
    after_tag_ = true;
    return;
  }
  if (name == "td" || name == "th") {
    if (!closes && in_cell_) add("\t");
    in_cell_ = true;
  } else if (in_cell_ && name != "tr" && name != "table") {
    add(" ");
  } else {
    end_paragraph();
    in_cell_ = false;
  }
}

void HtmlText::add(std::string_view text) noexcept {
  if (text.empty()) return;
  if (after_tag_ && held_size_ > 0 && is_in_word(text.front()) &&
      is_in_word(static_cast<char>(held_.data()[held_size_ - 1])))
    joined_ = true;
  after_tag_ = false;
  while (!text.empty()) {
    if (!held_) held_ = context().services().buffers.take(kParagraph);
    if (!held_) return void(++context().services().counters.budget_memory);
    const std::size_t taken = std::min(text.size(), kParagraph - held_size_);
    std::memcpy(held_.data() + held_size_, text.data(), taken);
    held_size_ += taken;
    text.remove_prefix(taken);
    if (held_size_ == kParagraph) make_room();
  }
}

/// The paragraph goes on: a tag may still come in its last word.
void HtmlText::make_room() noexcept {
  const std::size_t kept = joined_ ? 0 : kTail;
  if (joined_) write(as_text(Bytes(held_.data(), held_size_)));
  std::memmove(held_.data(), held_.data() + held_size_ - kept, kept);
  held_size_ = kept;
}

void HtmlText::end_paragraph() noexcept {
  if (joined_) {
    write(as_text(Bytes(held_.data(), held_size_)));
    write("\n");
  }
  joined_ = after_tag_ = false;
  held_size_ = 0;
}

void HtmlText::forget() noexcept {
  end_paragraph();
  state_ = State::text;
  in_cell_ = false;
  held_.release();
}

}  // namespace outspan::content

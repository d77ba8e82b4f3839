#include "content/codes/html_text.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "text/ascii.h"

namespace outspan::content {
namespace {

/// Longer than any value.
constexpr std::size_t kTail = 384;

/// What does not stand in a line with what is before it. All other elements do, unknown ones too
/// (HTML Living Standard, 15.3).
constexpr std::string_view kBreaks[] = {
    "address",  "article", "aside",    "blockquote", "body",    "br",       "button",   "caption",
    "center",   "col",     "colgroup", "dd",         "details", "dialog",   "dir",      "div",
    "dl",       "dt",      "fieldset", "figcaption", "figure",  "footer",   "form",     "frame",
    "frameset", "h1",      "h2",       "h3",         "h4",      "h5",       "h6",       "head",
    "header",   "hgroup",  "hr",       "html",       "iframe",  "input",    "legend",   "li",
    "link",     "main",    "menu",     "meta",       "nav",     "noscript", "object",   "ol",
    "optgroup", "option",  "p",        "param",      "pre",     "script",   "search",   "section",
    "select",   "style",   "summary",  "table",      "tbody",   "td",       "template", "textarea",
    "tfoot",    "th",      "thead",    "title",      "tr",      "ul",       "video",    "xmp"};

/// Of a name, so that one is looked up by comparing numbers.
using NameBytes = std::array<char, 16>;
using NameKey = std::pair<std::uint64_t, std::uint64_t>;
/// Of a tag that are kept, with its `/`: one that is longer is in no list.
constexpr std::size_t kNameBytes = 12;

constexpr NameKey key_of(const NameBytes& name) noexcept {
  const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(name);
  return {halves[0], halves[1]};
}

constexpr auto kBreakKeys = [] {
  std::array<NameKey, std::size(kBreaks)> keys{};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    NameBytes name{};
    std::ranges::copy(kBreaks[i], name.begin());
    keys[i] = key_of(name);
  }
  std::ranges::sort(keys);
  return keys;
}();

constexpr std::string_view kCdata = "![cdata[";

/// What a value may be made of, on both sides of a tag.
bool is_in_word(char c) noexcept {
  return text::is_alnum(c) || !text::is_ascii(c) ||
         std::string_view("@.-_+&").find(c) != std::string_view::npos;
}

}  // namespace

Markup markup_of(const Node& node, std::string_view beginning) noexcept {
  const std::string_view type = node.media_type;
  if (type == "text/html" || type == "application/xhtml+xml") return Markup::html;
  if (type.ends_with("/xml") || type.ends_with("+xml")) return Markup::xml;
  if (beginning.starts_with("\xef\xbb\xbf")) beginning.remove_prefix(3);
  while (!beginning.empty() && text::is_space(beginning.front())) beginning.remove_prefix(1);
  if (text::starts_ignoring_case(beginning, "<!doctype html") ||
      text::starts_ignoring_case(beginning, "<html"))
    return Markup::html;
  return beginning.starts_with("<?xml") ? Markup::xml : Markup::none;
}

void HtmlText::rewrite(Bytes bytes) noexcept {
  for (std::string_view text = as_text(bytes); !text.empty();) text.remove_prefix(take(text));
}

/// How many of the bytes it took: at least one.
std::size_t HtmlText::take(std::string_view text) noexcept {
  switch (state_) {
    case State::text: return take_text(text);
    case State::attributes: return take_attributes(text);
    case State::quoted: {
      const std::size_t end = text.find(quote_);
      if (end == std::string_view::npos) return text.size();
      state_ = State::attributes;
      return end + 1;
    }
    default: step(text.front()); return 1;
  }
}

std::size_t HtmlText::take_text(std::string_view text) noexcept {
  const std::string_view plain = text.substr(0, text.find('<'));
  add(plain);
  if (plain.size() == text.size()) return text.size();
  state_ = State::opening;
  return plain.size() + 1;
}

std::size_t HtmlText::take_attributes(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '>') {
      end_tag();
      return at + 1;
    }
    if ((c == '"' || c == '\'') && before_ == '=') {
      before_ = quote_ = c;
      state_ = State::quoted;
      return at + 1;
    }
    if (!text::is_space(c)) before_ = c;
  }
  return text.size();
}

void HtmlText::step(char c) noexcept {
  switch (state_) {
    case State::opening: return begin_tag(c);
    case State::name: return in_name(c);
    case State::comment: return in_comment(c);
    case State::cdata: return in_cdata(c);
    case State::text:
    case State::attributes:
    case State::quoted: break;
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
  name_ = {text::to_lower(c)};
  name_size_ = 1;
  before_ = 0;
}

void HtmlText::in_name(char c) noexcept {
  if (c == '>') return end_tag();
  if (text::is_space(c) || (c == '/' && name_size_ > 1)) {
    state_ = State::attributes;
    return;
  }
  // A zero ends no name.
  if (name_size_ < kNameBytes) name_[name_size_] = c == '\0' ? ' ' : text::to_lower(c);
  ++name_size_;
  if (name_size_ == 3 && std::string_view(name_.data(), 3) == "!--") {
    state_ = State::comment;
    in_a_row_ = 2;  // "<!-->" is one
  } else if (name_size_ == kCdata.size() &&
             std::string_view(name_.data(), kCdata.size()) == kCdata) {
    state_ = State::cdata;
    in_a_row_ = 0;
    after_tag_ = true;
  }
}

void HtmlText::in_comment(char c) noexcept {
  if (c == '>' && in_a_row_ >= 2) return end_tag();
  in_a_row_ = c == '-' ? in_a_row_ + 1 : 0;
}

/// Its text is its own, up to "]]>".
void HtmlText::in_cdata(char c) noexcept {
  if (c == ']') {
    ++in_a_row_;
    return;
  }
  const bool ends = c == '>' && in_a_row_ >= 2;
  for (std::size_t own = in_a_row_ - (ends ? 2 : 0); own > 0; --own) add("]");
  in_a_row_ = 0;
  if (ends) {
    state_ = State::text;
    after_tag_ = true;
  } else {
    add({&c, 1});
  }
}

void HtmlText::end_tag() noexcept {
  state_ = State::text;
  std::string_view name(name_.data(), std::min(name_size_, kNameBytes));
  const bool closes = name.starts_with('/');
  if (closes) name.remove_prefix(1);
  const bool no_element = name.starts_with('!') || name.starts_with('?');
  NameBytes bytes;
  std::memcpy(bytes.data(), name_.data() + (closes ? 1 : 0), bytes.size());
  if (no_element ||
      (markup_ == Markup::html && !std::ranges::binary_search(kBreakKeys, key_of(bytes)))) {
    after_tag_ = true;
    return;
  }
  if (markup_ == Markup::xml) return end_paragraph();
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

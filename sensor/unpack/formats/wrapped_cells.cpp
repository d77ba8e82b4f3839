#include "unpack/formats/wrapped_cells.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "text/ascii.h"

namespace outspan::unpack {
namespace {

/// An address goes on over so many lines at most.
constexpr std::size_t kLinesMax = 4;
constexpr std::size_t kAddressBytesMax = 254;  // RFC 5321, 4.5.3.1.3
/// Of a page. Each costs what stands beside it.
constexpr std::size_t kJoinedMax = 1000;
constexpr std::size_t kBesideBytes = 200;
/// Poppler rounds positions to columns.
constexpr std::uint32_t kColumnSlack = 1;

/// A word that ends a line of a cell: two blanks or nothing follow.
struct Word {
  std::string_view text;
  std::uint32_t column = 0;  ///< in characters
  bool starts_cell = false;  ///< two blanks or nothing stand before it, too
};

struct Line {
  std::string_view text;
  std::vector<Word> words;
};

constexpr std::string_view kBlanks = " \r\f";
bool is_blank(char c) noexcept { return kBlanks.find(c) != std::string_view::npos; }
/// Of a character in UTF-8.
bool is_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

Line read_line(std::string_view text) {
  Line line{text, {}};
  std::uint32_t column = 0, blanks = 2;
  for (std::size_t at = 0; at < text.size();) {
    if (is_blank(text[at])) {
      ++at, ++column, ++blanks;
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    const bool ends_cell = end + 1 >= text.size() || is_blank(text[end + 1]);
    const std::string_view word = text.substr(at, end - at);
    if (ends_cell) line.words.push_back({word, column, blanks >= 2});
    for (const char c : word) column += is_continuation(c) ? 0 : 1;
    at = end;
    blanks = 0;
  }
  return line;
}

bool is_local(char c) noexcept {
  return text::is_alnum(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
}
bool is_domain(char c) noexcept { return text::is_alnum(c) || c == '-' || c == '.'; }

/// Shaped like an address; whether it is one is for detection to say.
bool is_address(std::string_view text) noexcept {
  const std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos) return false;
  const std::string_view local = text.substr(0, at), domain = text.substr(at + 1);
  const std::size_t dot = domain.rfind('.');
  return dot != std::string_view::npos && dot > 0 && domain.size() - dot > 2 &&
         std::all_of(local.begin(), local.end(), is_local) &&
         std::all_of(domain.begin(), domain.end(), is_domain);
}

bool may_be_part(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '@' || is_local(c); });
}

class Joiner {
 public:
  explicit Joiner(const std::array<Line, kLinesMax>& lines, std::size_t first)
      : lines_(lines), first_(first) {}

  /// Of all words in the first line.
  void join(std::string& out, std::size_t& left) const {
    for (const Word& word : line(0).words) {
      if (left == 0) return;
      if (may_be_part(word.text)) go_on(word, std::string(word.text), 1, out, left);
    }
  }

 private:
  [[nodiscard]] const Line& line(std::size_t below) const noexcept {
    return lines_[(first_ + below) % kLinesMax];
  }
  void go_on(const Word& word, const std::string& begun, std::size_t below, std::string& out,
             std::size_t& left) const {
    if (below == kLinesMax || left == 0) return;
    const Word* const next = word_at(line(below), word.column);
    if (next == nullptr || !may_be_part(next->text) ||
        begun.size() + next->text.size() > kAddressBytesMax)
      return;
    // A line that goes on is full: what goes on as a whole address is no longer. Otherwise the head
    // of a column joins the first address below it.
    if (is_address(next->text) && begun.size() < next->text.size()) return;
    const std::string whole = begun + std::string(next->text);
    if (is_address(whole)) write(word, whole, out, left);
    go_on(word, whole, below + 1, out, left);
    // A hyphen may be the page's own.
    if (!begun.ends_with('-')) return;
    const std::string without = begun.substr(0, begun.size() - 1) + std::string(next->text);
    if (is_address(without)) write(word, without, out, left);
  }
  static const Word* word_at(const Line& line, std::uint32_t column) noexcept {
    const std::uint32_t first = column - std::min(column, kColumnSlack);
    const auto found =
        std::lower_bound(line.words.begin(), line.words.end(), first,
                         [](const Word& word, std::uint32_t at) { return word.column < at; });
    const bool below =
        found != line.words.end() && found->column <= column + kColumnSlack && found->starts_cell;
    return below ? &*found : nullptr;
  }
  void write(const Word& word, std::string_view address, std::string& out,
             std::size_t& left) const {
    const std::string_view text = line(0).text;
    const auto begin = static_cast<std::size_t>(word.text.data() - text.data());
    const std::size_t end = begin + word.text.size();
    std::size_t from = begin - std::min(begin, kBesideBytes);
    std::size_t to = std::min(end + kBesideBytes, text.size());
    while (from < begin && is_continuation(text[from])) ++from;
    while (to > end && to < text.size() && is_continuation(text[to])) --to;
    out += text.substr(from, begin - from);
    out += address;
    out += text.substr(end, to - end);
    out += '\n';
    --left;
  }

  const std::array<Line, kLinesMax>& lines_;
  std::size_t first_;
};

}  // namespace

std::string join_wrapped_addresses(std::string_view page) {
  std::string out;
  std::array<Line, kLinesMax> lines;  // a ring: the first one, and those below it
  std::size_t left = kJoinedMax;
  std::size_t read = 0;
  const auto next = [&page]() -> Line {
    const std::size_t end = std::min(page.find('\n'), page.size());
    Line line = read_line(page.substr(0, end));
    page.remove_prefix(std::min(end + 1, page.size()));
    return line;
  };
  for (; read < kLinesMax; ++read) lines[read] = next();
  for (std::size_t first = 0; left > 0; ++first) {
    Joiner(lines, first % kLinesMax).join(out, left);
    const bool over = page.empty();
    lines[first % kLinesMax] = next();
    if (over && ++read >= 2 * kLinesMax) break;
  }
  return out;
}

}  // namespace outspan::unpack

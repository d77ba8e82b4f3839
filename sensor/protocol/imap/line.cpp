#include "protocol/imap/line.h"

#include <charconv>

#include "text/ascii.h"

namespace outspan::protocol::imap {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t kSectionBytesMax = 64;

std::optional<std::uint64_t> number(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view next_word(std::string_view& rest) noexcept {
  rest = text::trimmed(rest);
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  return word;
}

}  // namespace

std::optional<std::uint64_t> literal_at_end(std::string_view line) noexcept {
  if (!line.ends_with('}')) return std::nullopt;
  line.remove_suffix(1);
  if (line.ends_with('+')) line.remove_suffix(1);
  const std::size_t begin = line.rfind('{');
  return begin == npos ? std::nullopt : number(line.substr(begin + 1));
}

Request split_request(std::string_view line) noexcept {
  Request request;
  request.tag = next_word(line);
  request.verb = next_word(line);
  if (text::equals_ignoring_case(request.verb, "UID")) request.verb = next_word(line);
  request.arguments = text::trimmed(line);
  return request;
}

std::string_view first_argument(std::string_view& arguments) noexcept {
  arguments = text::trimmed(arguments);
  if (arguments.starts_with('{')) return {};
  if (!arguments.starts_with('"')) return next_word(arguments);
  arguments.remove_prefix(1);
  std::size_t end = 0;
  while (end < arguments.size() && arguments[end] != '"') end += arguments[end] == '\\' ? 2 : 1;
  const std::string_view argument = arguments.substr(0, end);
  arguments.remove_prefix(std::min(arguments.size(), end + 1));
  return argument;
}

bool Item::is_message() const noexcept {
  return section == "BODY[]" || section == "RFC822" || section == "RFC822.HEADER" ||
         section.starts_with("BODY[HEADER");
}

std::optional<Item> fetched_item(std::string_view line) noexcept {
  const std::size_t literal = line.rfind('{');
  if (literal == npos) return std::nullopt;
  line = line.substr(0, literal);
  if (line.ends_with('~')) line.remove_suffix(1);
  line = text::trimmed(line);
  Item item;
  if (line.ends_with('>')) {
    const std::size_t begin = line.rfind('<');
    const auto offset =
        begin == npos ? std::nullopt : number(line.substr(begin + 1, line.size() - begin - 2));
    if (!offset) return std::nullopt;
    item.offset = *offset;
    item.partial = true;
    line = line.substr(0, begin);
  }
  // "BODY[HEADER.FIELDS (SUBJECT)]" has blanks of its own.
  std::size_t begin = 0;
  if (line.ends_with(']')) {
    const std::size_t bracket = line.rfind('[');
    if (bracket == npos) return std::nullopt;
    begin = line.substr(0, bracket).find_last_of(" (");
  } else {
    begin = line.find_last_of(" (");
  }
  if (begin != npos) line.remove_prefix(begin + 1);
  item.section = text::lower_case(line.substr(0, kSectionBytesMax));
  for (char& c : item.section) c = text::to_upper(c);
  const bool content = item.section.starts_with("BODY") || item.section.starts_with("RFC822") ||
                       item.section.starts_with("BINARY");
  return content ? std::optional(std::move(item)) : std::nullopt;
}

std::uint64_t fetched_number(std::string_view line) noexcept {
  if (!line.starts_with("* ")) return 0;
  line.remove_prefix(2);
  const auto message = number(next_word(line));
  return text::equals_ignoring_case(next_word(line), "FETCH") ? message.value_or(0) : 0;
}

}  // namespace outspan::protocol::imap

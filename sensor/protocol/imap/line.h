#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace outspan::protocol::imap {

/// The octets of the literal that a line announces at its end: "{310}", "{310+}", "~{310}" (RFC
/// 9051, 4.3). nullopt: none.
std::optional<std::uint64_t> literal_at_end(std::string_view line) noexcept;

/// A command: "a1 UID FETCH 1 BODY[]" is tag, verb and the rest, without UID.
struct Request {
  std::string_view tag;
  std::string_view verb;
  std::string_view arguments;
};
Request split_request(std::string_view line) noexcept;

/// The first argument: an atom, or a quoted string without its quotes. Empty where it is a literal.
std::string_view first_argument(std::string_view& arguments) noexcept;

/// What a literal of FETCH is a piece of: the last item of the line before it.
struct Item {
  std::string section;       ///< "BODY[1]", "RFC822": upper case
  std::uint64_t offset = 0;  ///< of BODY[]<offset>
  bool partial = false;
  /// Whether it is a message from its header on, or its header.
  [[nodiscard]] bool is_message() const noexcept;
};
/// nullopt: the line is none of FETCH, or the literal is something else.
std::optional<Item> fetched_item(std::string_view line) noexcept;

/// "* 12 FETCH (": 12; 0 for any other line.
std::uint64_t fetched_number(std::string_view line) noexcept;

}  // namespace outspan::protocol::imap

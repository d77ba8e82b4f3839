#pragma once

#include <cstddef>
#include <string_view>

namespace outspan::text {

/// Escapes that stand for more than a character, or that only their neighbourhood shows. Each
/// function looks at what begins at `at` in `text`, writes what it stands for to `out` and says how
/// much of both that is; `length` 0: it is none, and what was written does not count.
struct CodedWord {
  std::size_t length = 0;  ///< in the text
  std::size_t size = 0;    ///< written, at most coded_growth(length)
  std::size_t read = 0;    ///< of the text that was looked at
};
/// UTF-8 may be longer than its UTF-7: three bytes for 16 bits.
constexpr std::size_t coded_growth(std::size_t length) noexcept { return length + length / 8 + 16; }

/// UTF-7 (RFC 2152): `+AEA-` is "@". Letters of scripts up to U+20FF only: a `+` in front of other
/// words would give characters of everywhere.
/// Looks at `longest` characters at most.
CodedWord utf7_word(std::string_view text, std::size_t at, std::size_t longest, char* out) noexcept;

/// A value of an LDIF line (RFC 2849): `mail:: YWxpY2VA...`, from the colons on, also folded.
CodedWord ldif_value(std::string_view text, std::size_t at, char* out) noexcept;

/// Whether every `=` of a text makes sense as quoted-printable (RFC 2045, 6.7) and there are some.
/// `CHARSET=` and kin of a vCard 2.1 are no reason against it.
bool is_quoted_printable(std::string_view text) noexcept;
/// A string in pieces: `"al" + "ice"`, with a plus, an ampersand or a dot at `at`. Nothing is
/// written: the pieces are one. `before`: how much of the text in front of `at` belongs to it.
struct Concatenation {
  std::size_t before = 0;
  std::size_t length = 0;  ///< from `at` on; 0: it is none
};
Concatenation concatenation(std::string_view text, std::size_t at) noexcept;

/// `=40`, or a soft line break, of such a text.
CodedWord quoted_printable(std::string_view text, std::size_t at, char* out) noexcept;

}  // namespace outspan::text

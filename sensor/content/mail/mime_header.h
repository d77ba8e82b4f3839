#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outspan::content {

/// A header field, unfolded; the name in lower case.
struct MimeField {
  std::string name;
  std::string value;
};
/// Splits a header block (RFC 5322, 2.2). Lines that are no fields are left out.
std::vector<MimeField> parse_fields(std::string_view block);
/// The value of the first field of the name; empty if there is none.
std::string_view field_value(const std::vector<MimeField>& fields, std::string_view name) noexcept;

/// `multipart/mixed; boundary="x"`, and Content-Disposition likewise.
struct MimeType {
  std::string value;  ///< lower case, without parameters
  std::vector<std::pair<std::string, std::string>> parameters;

  /// RFC 2231 continuations and charsets undone; empty if there is none.
  [[nodiscard]] std::string parameter(std::string_view name) const;
};
MimeType parse_mime_type(std::string_view field);

/// RFC 2047 encoded words to UTF-8.
std::string decode_words(std::string_view text);

/// The addr-specs of an address list (RFC 5322, 3.4), at most 1000.
std::vector<std::string> parse_addresses(std::string_view list);

}  // namespace outspan::content

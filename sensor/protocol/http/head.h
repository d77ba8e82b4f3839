#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/shared/command_line.h"

namespace outspan::protocol::http {

/// Where the head that begins `text` ends: after its empty line, CRLF or bare LF. `from`: how much
/// of `text` was searched before. npos: it goes on.
std::size_t find_head_end(std::string_view text, std::size_t from) noexcept;

/// What framing and context need of a message head. Views into the text that was parsed.
struct Head {
  bool is_request = false;
  int status = 0;
  std::string_view method;
  std::string_view target;
  std::size_t target_begin = 0;
  bool http2_preface = false;

  std::string_view host;
  std::string_view content_type;
  std::string_view content_disposition;
  std::string_view user_agent;
  std::string_view authorization;  ///< Proxy-Authorization where there is no other
  std::string_view upgrade;
  std::string_view grpc_encoding;
  /// As ObjectWriter wants them: Content-Encoding, then Transfer-Encoding without "chunked".
  std::vector<std::string> codings;
  std::optional<std::uint64_t> content_length;
  bool transfer_encoding = false;
  bool chunked = false;
  /// Two lengths that differ, or a length beside chunks: two readers may disagree (RFC 9112, 6.3).
  bool conflicting_lengths = false;
};

/// Never fails: what is not understood is left out. Folded lines (RFC 9112, 5.2) belong to their
/// field; blanks before the colon do not hide it.
Head parse_head(std::string_view text) noexcept;

/// The user of "Basic dXNlcjpwYXNz"; the password is not kept. Empty: another scheme, or damaged.
std::string basic_user(std::string_view authorization) noexcept;

/// A field's value on one line: line breaks of folded fields become blanks.
std::string unfolded(std::string_view value);

/// "a, B ,c" has the element "b".
bool list_has(std::string_view list, std::string_view element) noexcept;

}  // namespace outspan::protocol::http

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace outspan::protocol::http1 {

enum class StartMatch : std::uint8_t { no, maybe, yes };

/// As long as no line end is there, only this much is looked at: the answer to more text without
/// one is the same.
inline constexpr std::size_t kStartLineLookBytes = 40;

/// Whether `text` begins with a request line, complete with its line end: any token as method, any
/// target, "HTTP/" and a digit. maybe: it is a beginning of one.
StartMatch match_request_line(std::string_view text) noexcept;
/// The same; the method must be one that is registered (RFC 9110, 5789, 4918 and kin). For places
/// where no line begins.
StartMatch match_known_request_line(std::string_view text) noexcept;
/// "HTTP/1.1 200"; what follows does not matter.
StartMatch match_status_line(std::string_view text) noexcept;

/// A request line taken apart; views into the line. Offsets are from the line's beginning.
struct RequestLine {
  std::string_view method;
  std::string_view target;
  std::size_t target_begin = 0;
  bool http2_preface = false;  ///< "PRI * HTTP/2.0" (RFC 9113, 3.4)
};
/// `line` must have matched.
RequestLine split_request_line(std::string_view line) noexcept;
/// 0 for a line that did not match.
int status_of(std::string_view line) noexcept;

}  // namespace outspan::protocol::http1

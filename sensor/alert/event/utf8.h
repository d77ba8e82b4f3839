#pragma once

#include <string>
#include <string_view>

namespace outspan::alert {

/// `text` as valid UTF-8 (RFC 3629): each byte that is part of no character becomes U+FFFD. Wire
/// text is whatever a sender liked.
std::string valid_utf8(std::string_view text);

/// Valid UTF-8 on one line that does nothing to a terminal or to a log: control characters (C0, C1,
/// DEL), line separators and the marks that turn the reading direction around become U+FFFD.
std::string printable(std::string_view text);

/// At most `bytes_max` bytes of valid UTF-8, never half a character; "…" in place of the rest.
std::string shortened(std::string_view text, std::size_t bytes_max);

/// Characters, as an estimate of how wide a terminal shows it.
std::size_t width(std::string_view utf8) noexcept;

}  // namespace outspan::alert
